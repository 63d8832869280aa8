/* store/account_list.c: a sorted array, a table by id, and one of the names that look like other ones. */
#include "config.h"

#include "store/account_list.h"

#include "base/check.h"
#include "base/lookalike.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The place of the first entry whose name is not before folded. */
static size_t place_of(const struct account_list *list, const char *folded)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(list->sorted[middle]->folded, folded) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct account_list *list, size_t at, const char *folded)
{
    return at < list->count && strcmp(list->sorted[at]->folded, folded) == 0;
}

struct account_entry *account_list_find(const struct account_list *list, const char *folded)
{
    size_t at = place_of(list, folded);

    return is_at(list, at, folded) ? list->sorted[at] : NULL;
}

struct account_entry *account_list_find_alike(const struct account_list *list, const char *skeleton)
{
    struct account_entry *entry = account_list_find(list, skeleton);
    struct account_alike *alike;

    if (entry != NULL && entry->alike == NULL) {
        return entry;
    }
    HASH_FIND_STR(list->alikes, skeleton, alike);
    return alike != NULL ? alike->entry : NULL;
}

struct account_entry *account_list_next(const struct account_list *list, const char *folded)
{
    size_t at = place_of(list, folded);

    at += is_at(list, at, folded);
    return at < list->count ? list->sorted[at] : NULL;
}

struct account_entry *account_list_get(const struct account_list *list, int64_t id)
{
    struct account_entry *entry;

    HASH_FIND(hh, list->by_id, &id, sizeof(id), entry);
    return entry;
}

static void add_alike(struct account_list *list, struct account_entry *entry)
{
    char *skeleton = lookalike_skeleton(entry->name);
    size_t len = strlen(skeleton);

    if (strcmp(skeleton, entry->folded) != 0) {
        entry->alike = mem_zalloc(sizeof(*entry->alike) + len + 1);
        entry->alike->entry = entry;
        memcpy(entry->alike->skeleton, skeleton, len + 1);
        HASH_ADD_KEYPTR(hh, list->alikes, entry->alike->skeleton, len, entry->alike);
    }
    free(skeleton);
}

struct account_entry *account_list_add(struct account_list *list, const struct account *account)
{
    size_t at = place_of(list, account->folded);
    struct account_entry *entry = mem_zalloc(sizeof(*entry));

    CHECK(!is_at(list, at, account->folded));
    if (list->count == list->space) {
        list->space = list->space > 0 ? list->space * 2 : 64;
        list->sorted = mem_realloc(list->sorted, list->space * sizeof(struct account_entry *));
    }
    entry->account = *account;
    entry->account.name = entry->name = mem_strdup(account->name);
    entry->account.folded = entry->folded = mem_strdup(account->folded);
    memmove(&list->sorted[at + 1], &list->sorted[at], (list->count - at) * sizeof(struct account_entry *));
    list->sorted[at] = entry;
    list->count++;
    HASH_ADD(hh, list->by_id, account.id, sizeof(entry->account.id), entry);
    add_alike(list, entry);
    return entry;
}

static void free_entry(struct account_entry *entry)
{
    free(entry->name);
    free(entry->folded);
    free(entry->owner_from);
    free(entry->alike);
    free(entry);
}

void account_list_remove(struct account_list *list, struct account_entry *entry)
{
    size_t at = place_of(list, entry->folded);

    CHECK(at < list->count && list->sorted[at] == entry);
    list->count--;
    memmove(&list->sorted[at], &list->sorted[at + 1], (list->count - at) * sizeof(struct account_entry *));
    HASH_DEL(list->by_id, entry);
    if (entry->alike != NULL) {
        HASH_DEL(list->alikes, entry->alike);
    }
    free_entry(entry);
}

void account_list_fini(struct account_list *list)
{
    HASH_CLEAR(hh, list->by_id);
    HASH_CLEAR(hh, list->alikes);
    for (size_t i = 0; i < list->count; i++) {
        free_entry(list->sorted[i]);
    }
    free(list->sorted);
    *list = (struct account_list){0};
}

/* chat/ignore.c: a small array, sorted by id, and a binary search in it. */
#include "config.h"

#include "chat/ignore.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SPACE = 4 };

struct entry {
    uint64_t id; /* a copy of who->id, so that a search reads only this array */
    struct person_handle *who;
    uint32_t index; /* of the list's owner in who->ignored_by */
};

struct ignore {
    uint32_t count, space;
    struct entry entries[];
};

/* The index of id, or the one where it would be inserted. */
static size_t find(const struct ignore *list, uint64_t id)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (list->entries[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* NULL while it is empty. */
static struct ignore *list_of(const struct person *person)
{
    return person->handle != NULL ? person->handle->ignored : NULL;
}

bool ignore_has(const struct person *person, uint64_t id)
{
    const struct ignore *list = list_of(person);
    size_t i = list != NULL ? find(list, id) : 0;

    return list != NULL && i < list->count && list->entries[i].id == id;
}

bool ignore_has_account(const struct person *person, int64_t account)
{
    const struct ignore *list = list_of(person);
    size_t i = 0, count = list != NULL ? list->count : 0;

    while (i < count && list->entries[i].who->account != account) {
        i++;
    }
    return i < count;
}

size_t ignore_count(const struct person *person)
{
    const struct ignore *list = list_of(person);

    return list != NULL ? list->count : 0;
}

const struct person_handle *ignore_at(const struct person *person, size_t i)
{
    return list_of(person)->entries[i].who;
}

static struct ignore *grow(struct ignore *list)
{
    uint32_t count = list != NULL ? list->count : 0, space = count > 0 ? 2 * count : FIRST_SPACE;

    list = mem_realloc(list, sizeof(*list) + space * sizeof(list->entries[0]));
    list->count = count;
    list->space = space;
    return list;
}

/* ---- the other way round: who ignores somebody ---- */

static void ignorers_add(struct person_handle *who, struct person *person, uint32_t *index)
{
    if (who->ignorers == who->ignorers_space) {
        who->ignorers_space = who->ignorers > 0 ? 2 * who->ignorers : FIRST_SPACE;
        who->ignored_by = mem_realloc(who->ignored_by, who->ignorers_space * sizeof(struct person *));
    }
    *index = who->ignorers;
    who->ignored_by[who->ignorers++] = person;
}

/* The last entry takes its index. */
static void ignorers_remove(struct person_handle *who, uint32_t index)
{
    struct person *last = who->ignored_by[--who->ignorers];
    struct ignore *list = list_of(last);

    who->ignored_by[index] = last;
    list->entries[find(list, who->id)].index = index;
    if (who->ignorers == 0) {
        free(who->ignored_by);
        who->ignored_by = NULL;
        who->ignorers_space = 0;
    }
}

void ignore_shun(const struct person *whom, bool on)
{
    const struct person_handle *who = whom->handle;

    for (uint32_t i = 0; i < who->ignorers; i++) {
        for (struct attachment *at = who->ignored_by[i]->attachments; at != NULL; at = at->next_of_person) {
            at->sink.ops->shun(&at->sink, on);
        }
    }
}

/* ---- the list ---- */

static void forget(struct entry *entry)
{
    ignorers_remove(entry->who, entry->index);
    person_handle_unref(entry->who);
}

static void remove_at(struct person *person, size_t i)
{
    struct ignore *list = list_of(person);
    struct entry *entry = &list->entries[i];

    forget(entry); /* while it stands in the list */
    list->count--;
    memmove(entry, entry + 1, (list->count - i) * sizeof(*entry));
    if (list->count == 0) {
        ignore_fini(person);
    }
}

/* Returns false if all people in the list are here. */
static bool drop_one_who_left(struct person *person)
{
    for (size_t i = 0; i < ignore_count(person); i++) {
        if (ignore_at(person, i)->person == NULL) {
            remove_at(person, i);
            return true;
        }
    }
    return false;
}

bool ignore_add(struct person *person, struct person *whom)
{
    struct ignore **list = &person_handle(person)->ignored;
    uint64_t id = person_id(whom);
    struct entry *entry;
    size_t i;

    if (ignore_has(person, id)) {
        return true;
    }
    if (ignore_count(person) == IGNORE_MAX && !drop_one_who_left(person)) {
        return false;
    }
    if (*list == NULL || (*list)->count == (*list)->space) {
        *list = grow(*list);
    }
    i = find(*list, id);
    entry = &(*list)->entries[i];
    memmove(entry + 1, entry, ((*list)->count - i) * sizeof(*entry));
    *entry = (struct entry){.id = id, .who = person_handle_ref(whom)};
    (*list)->count++;
    ignorers_add(entry->who, person, &entry->index);
    person_changed(person);
    return true;
}

void ignore_remove_at(struct person *person, size_t i)
{
    remove_at(person, i);
    person_changed(person);
}

void ignore_fini(struct person *person)
{
    struct ignore *list = list_of(person);

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        forget(&list->entries[i]);
    }
    if (list != NULL) {
        free(list);
        person->handle->ignored = NULL;
    }
}

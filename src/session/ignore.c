/* session/ignore.c: a small array, sorted by id, in which a look-up halves what is left. */
#include "config.h"

#include "session/ignore.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SPACE = 4 };

struct entry {
    uint64_t id; /* who->id: so that a search reads this array alone */
    struct person_handle *who;
};

struct ignore {
    uint32_t count, space;
    struct entry entries[];
};

/* The place of id, or the one where it would be. */
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

bool ignore_has(const struct ignore *list, uint64_t id)
{
    size_t i = list != NULL ? find(list, id) : 0;

    return list != NULL && i < list->count && list->entries[i].id == id;
}

static struct ignore *grow(struct ignore *list)
{
    uint32_t count = list != NULL ? list->count : 0, space = count > 0 ? 2 * count : FIRST_SPACE;

    list = mem_realloc(list, sizeof(*list) + space * sizeof(list->entries[0]));
    list->count = count;
    list->space = space;
    return list;
}

/* False when everybody in the list is here. */
static bool drop_one_who_left(struct ignore **list)
{
    for (size_t i = 0; i < (*list)->count; i++) {
        if ((*list)->entries[i].who->person == NULL) {
            ignore_remove_at(list, i);
            return true;
        }
    }
    return false;
}

bool ignore_add(struct ignore **list, struct person *person)
{
    uint64_t id = person_id(person);
    struct entry *entry;
    size_t i;

    if (ignore_has(*list, id)) {
        return true;
    }
    if (ignore_count(*list) == IGNORE_MAX && !drop_one_who_left(list)) {
        return false;
    }
    if (*list == NULL || (*list)->count == (*list)->space) {
        *list = grow(*list);
    }
    i = find(*list, id);
    entry = &(*list)->entries[i];
    memmove(entry + 1, entry, ((*list)->count - i) * sizeof(*entry));
    *entry = (struct entry){.id = id, .who = person_handle_ref(person)};
    entry->who->ignorers++;
    (*list)->count++;
    return true;
}

size_t ignore_count(const struct ignore *list)
{
    return list != NULL ? list->count : 0;
}

const struct person_handle *ignore_at(const struct ignore *list, size_t i)
{
    return list->entries[i].who;
}

static void forget(struct person_handle *who)
{
    who->ignorers--;
    person_handle_unref(who);
}

void ignore_remove_at(struct ignore **list, size_t i)
{
    struct entry *entry = &(*list)->entries[i];

    forget(entry->who);
    (*list)->count--;
    memmove(entry, entry + 1, ((*list)->count - i) * sizeof(*entry));
    if ((*list)->count == 0) {
        ignore_free(list);
    }
}

void ignore_free(struct ignore **list)
{
    for (size_t i = 0; i < ignore_count(*list); i++) {
        forget((*list)->entries[i].who);
    }
    free(*list);
    *list = NULL;
}

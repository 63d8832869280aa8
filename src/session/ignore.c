/* session/ignore.c: a short list of names. */
#include "config.h"

#include "session/ignore.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

bool ignore_add(struct ignore **list, struct name *name)
{
    struct ignore *entry;
    size_t count = 0;

    for (entry = *list; entry != NULL; entry = entry->next) {
        count++;
    }
    if (ignore_has(*list, name->folded) || count >= IGNORE_MAX) {
        bool is_there = ignore_has(*list, name->folded);

        name_fini(name);
        return is_there;
    }
    entry = mem_alloc(sizeof(*entry));
    *entry = (struct ignore){.name = *name, .next = *list};
    *name = (struct name){0};
    *list = entry;
    return true;
}

static void entry_free(struct ignore *entry)
{
    name_fini(&entry->name);
    free(entry);
}

bool ignore_remove(struct ignore **list, const char *folded)
{
    for (struct ignore **link = list; *link != NULL; link = &(*link)->next) {
        struct ignore *entry = *link;

        if (strcmp(entry->name.folded, folded) == 0) {
            *link = entry->next;
            entry_free(entry);
            return true;
        }
    }
    return false;
}

bool ignore_has(const struct ignore *list, const char *folded)
{
    for (; list != NULL; list = list->next) {
        if (strcmp(list->name.folded, folded) == 0) {
            return true;
        }
    }
    return false;
}

void ignore_free(struct ignore **list)
{
    while (*list != NULL) {
        struct ignore *entry = *list;

        *list = entry->next;
        entry_free(entry);
    }
}

/* session/more.c: a table of continuations. */
#include "config.h"

#include "session/more.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct more *more_find(struct more *all, const void *owner)
{
    struct more *more = NULL;

    HASH_FIND_PTR(all, &owner, more);
    return more;
}

static void clear(struct more *more)
{
    free(more->next);
    free(more->room);
    free(more->shown);
    more->shown = NULL;
    more->count = 0;
}

void more_note(struct more **all, const void *owner, const char *next, const char *room)
{
    struct more *more = more_find(*all, owner);

    if (more == NULL) {
        more = mem_zalloc(sizeof(*more));
        more->owner = owner;
        HASH_ADD_PTR(*all, owner, more);
    }
    clear(more);
    more->next = mem_strdup(next);
    more->room = room != NULL ? mem_strdup(room) : NULL;
}

struct more *more_take(struct more **all, const void *owner)
{
    struct more *more = more_find(*all, owner);

    if (more != NULL) {
        HASH_DEL(*all, more);
    }
    return more;
}

void more_free(struct more *more)
{
    clear(more);
    free(more);
}

void more_drop(struct more **all, const void *owner)
{
    struct more *more = more_take(all, owner);

    if (more != NULL) {
        more_free(more);
    }
}

/* ---- names ---- */

uint64_t more_hash(const char *folded)
{
    return hash_bytes_64(folded, strlen(folded));
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

void more_set_shown(struct more *more, const struct more *from, const uint64_t *hashes, size_t count)
{
    size_t before = from != NULL ? from->count : 0;

    free(more->shown);
    more->shown = NULL;
    more->count = 0;
    if (count + before > MORE_SHOWN || count + before == 0) {
        return;
    }
    more->shown = mem_alloc((count + before) * sizeof(more->shown[0]));
    for (size_t i = 0; i < before; i++) {
        more->shown[more->count++] = from->shown[i];
    }
    for (size_t i = 0; i < count; i++) {
        more->shown[more->count++] = hashes[i];
    }
    qsort(more->shown, more->count, sizeof(more->shown[0]), compare);
}

bool more_has_shown(const struct more *more, uint64_t hash)
{
    return more->count > 0 &&
           bsearch(&hash, more->shown, more->count, sizeof(more->shown[0]), compare) != NULL;
}

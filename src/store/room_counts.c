/* store/room_counts.c: a table by the rooms' names. */
#include "config.h"

#include "store/room_counts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct room_counts *counts, struct room_count *count)
{
    if (counts->last == count) {
        counts->last = NULL;
    }
    HASH_DEL(counts->rooms, count);
    free(count->room_folded);
    free(count);
}

void room_counts_fini(struct room_counts *counts)
{
    struct room_count *count, *next;

    HASH_ITER(hh, counts->rooms, count, next) {
        drop(counts, count);
    }
}

struct room_count *room_counts_find(const struct room_counts *counts, const char *room_folded)
{
    struct room_count *count;

    if (counts->last != NULL && strcmp(counts->last->room_folded, room_folded) == 0) {
        return counts->last;
    }
    HASH_FIND_STR(counts->rooms, room_folded, count);
    return count;
}

struct room_count *room_counts_get(struct room_counts *counts, const char *room_folded)
{
    struct room_count *count = room_counts_find(counts, room_folded);

    if (count == NULL) {
        count = mem_zalloc(sizeof(*count));
        count->room_folded = mem_strdup(room_folded);
        count->appended = ++counts->rooms_ever << 32;
        HASH_ADD_KEYPTR(hh, counts->rooms, count->room_folded, strlen(count->room_folded), count);
    }
    counts->last = count;
    return count;
}

void room_counts_drop(struct room_counts *counts, const char *room_folded)
{
    struct room_count *count = room_counts_find(counts, room_folded);

    if (count != NULL) {
        drop(counts, count);
    }
}

void room_counts_counted(struct room_counts *counts, const char *room_folded, uint64_t lines, uint64_t note)
{
    struct room_count *count = room_counts_find(counts, room_folded);

    if (count != NULL && count->appended >> 32 == note >> 32) {
        count->lines = lines + count->appended - note;
        count->is_counted = true;
    }
}

void room_counts_erased(struct room_counts *counts, struct room_count *count, bool was_in_memory)
{
    count->appended = ++counts->rooms_ever << 32;
    count->is_counted = count->is_counted && was_in_memory && !count->has_refused && count->lines > 0;
    count->lines -= count->is_counted;
}

void room_counts_forget_all(struct room_counts *counts)
{
    for (struct room_count *count = counts->rooms; count != NULL; count = count->hh.next) {
        count->is_counted = false;
    }
}

/* store/room_counts.h: how many lines each room in use has, in memory and in the database together.
 *
 * The number of a room is not known until a read has counted its lines; from then on each line that is added counts.
 * Loop thread only. */
#ifndef CHATD_STORE_ROOM_COUNTS_H
#define CHATD_STORE_ROOM_COUNTS_H

#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>

/* A room in use. */
struct room_count {
    char *room_folded;
    uint64_t lines;    /* if they were counted: in the database, or on the way there */
    uint64_t appended; /* so many in its lower half; the upper one tells this room from an earlier one of its name */
    bool is_counted;
    bool has_refused; /* lines in memory are nowhere else */
    UT_hash_handle hh; /* by room_folded */
};

/* Zeroed at first. */
struct room_counts {
    struct room_count *rooms; /* a uthash table */
    struct room_count *last;  /* the room asked for last, as lines of a room come in runs; NULL: none */
    uint64_t rooms_ever;
};

void room_counts_fini(struct room_counts *counts);
/* NULL if the room is not in use. */
struct room_count *room_counts_find(const struct room_counts *counts, const char *room_folded);
/* Adds the room if it was not in use. */
struct room_count *room_counts_get(struct room_counts *counts, const char *room_folded);
/* The room is no longer in use, if it was. */
void room_counts_drop(struct room_counts *counts, const char *room_folded);
/* A line is added that goes into the database. */
static inline void room_counts_added(struct room_count *count)
{
    count->lines++;
    count->appended++;
}
/* A read that began when room->appended was note has counted the lines of the room. */
void room_counts_counted(struct room_counts *counts, const char *room_folded, uint64_t lines, uint64_t note);
/* A line of the room is gone, which a read that is under way still counts.  The number of lines is known still if it
 * was known before, and the line was in memory and in the database. */
void room_counts_erased(struct room_counts *counts, struct room_count *count, bool was_in_memory);
/* Nobody knows any more how many lines any room has. */
void room_counts_forget_all(struct room_counts *counts);

#endif

/* store/rows_read.h: reads and searches ranges of a room's lines in the database.
 *
 * Any thread, one at a time for each database, which must be open.  After a fault it is as db_roll_back() leaves it. */
#ifndef CHATD_STORE_ROWS_READ_H
#define CHATD_STORE_ROWS_READ_H

#include "store/db.h"
#include "store/parcel.h"

#include <stdbool.h>
#include <stdint.h>

struct rows_query {
    const char *room_folded;
    uint64_t after, before; /* ids: the range lies between them, without them; 0 if it has no end there */
    bool from_oldest;       /* reads the oldest lines of the range, if it has more; otherwise the newest */
    const char *words;      /* only lines with these (store/words.h); NULL for all lines */
    uint32_t max_lines;     /* at least 1 */
    uint64_t max_bytes;     /* of the lines; a line that would exceed it ends the read */
    uint32_t line_bytes, text_factor; /* a line counts line_bytes + text_factor * its text's bytes */
    uint64_t end;           /* the room counts as ending before this id; 0 if it has no end */
    const uint64_t *without; /* ids: these lines are as if they were not there */
    uint32_t without_count;
    bool counts_room;       /* count the room's lines, up to end: page.kept */
    bool counts_rest;       /* count the lines not given: page.rest; with words, those searched: page.passed */
    unsigned max_ms;        /* a search that takes longer ends somewhere in the range; 0 if there is no bound */
};

struct rows_page {
    struct parcel lines; /* in the order in which they were read: from the newest or from the oldest */
    bool is_more;       /* the range has more lines, or may have */
    uint64_t next;      /* if so, the before, or with from_oldest the after, of the next read */
    bool gave_up;       /* the search has taken max_ms; it has come as far as next, and can go on from there */
    uint64_t rest;      /* with counts_rest, without words: the lines of the range that were not given, at most
                         * ROWS_MOST_COUNTED */
    uint64_t passed;    /* with counts_rest and words: the lines of the range that were searched */
    uint64_t kept;      /* with counts_room: all lines of the room before end */
};
enum { ROWS_MOST_COUNTED = 100000 };

/* Reads or searches a range.  *page is zeroed at first; the caller calls parcel_fini(&page->lines).  A room that is not
 * in the database has no lines. */
enum db_fault rows_read_page(struct db *db, const struct rows_query *query, struct rows_page *page);

#endif

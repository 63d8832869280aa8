/* store/rows.h: messages in and out of the database: writing a parcel, reading a range of a room, searching.
 *
 * In the thread that has the database; each function needs it open, and on a fault leaves it as db_roll_back()
 * does. */
#ifndef CHATD_STORE_ROWS_H
#define CHATD_STORE_ROWS_H

#include "store/parcel.h"
#include "store/db.h"

/* All items of the parcel in one transaction: all are on the disk, or none.  A line whose id is there already is left
 * as it is, so a parcel can be written again when nobody knows what became of it. */
enum db_fault rows_write(struct db *db, const struct parcel *parcel);

/* Takes one line out, with its words; within the caller's transaction.  room_folded: its room, or "". */
enum db_fault rows_erase(struct db *db, uint64_t id, const char *room_folded);

struct rows_query {
    const char *room_folded;
    uint64_t after, before; /* ids: the range lies between them, without them; 0: it is open there */
    bool from_oldest;       /* which end of the range is read when it holds more; else from the newest */
    const char *words;      /* only lines with these (store/words.h); NULL for all lines */
    uint32_t max_lines;     /* at least 1 */
    uint64_t max_bytes;     /* of the lines; one that would be beyond ends the read */
    uint32_t line_bytes, text_factor; /* a line counts as line_bytes + text_factor * its text's bytes */
    uint64_t end;           /* the room counts as ending before this id; 0 if it has no end */
    bool counts_room;       /* the room's lines are counted, up to there */
    bool counts_rest;       /* those that were not given are; with words, those that were looked at */
    unsigned max_ms;        /* a search that takes longer ends with the lines found so far; 0 if there is no bound */
};

struct rows_page {
    struct parcel lines; /* in the order in which they were read: from the newest or from the oldest */
    bool is_more;       /* the range goes on */
    uint64_t next;      /* if so, where: the before, or with from_oldest the after, of the next read */
    bool gave_up;       /* a search has found nothing by then, and does not know whether there is something */
    uint64_t rest;      /* if asked for, and without words: lines of the range that were not given, at most
                         * ROWS_MOST_COUNTED */
    uint64_t passed;    /* if asked for, and with words: lines of the room that are passed by this read */
    uint64_t kept;      /* if asked for: all lines of the room */
};
enum { ROWS_MOST_COUNTED = 100000 };

/* *page is zeroed at first; parcel_fini(&page->lines) is the caller's.  A room that is not known has no lines. */
enum db_fault rows_read(struct db *db, const struct rows_query *query, struct rows_page *page);

#endif

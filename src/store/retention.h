/* store/retention.h: old lines go, a few at a time.
 *
 * A pass is made of steps, each one short transaction: lines past their days, oldest first; then, room after room,
 * lines beyond a room's number, and rooms of which nothing is left; then the oldest lines of all, as many as a database
 * that is too large has too many, after which the index of words is made compact; then pages that nothing uses are
 * given back to the file system.
 *
 * In the thread that has the database, which must be open. */
#ifndef CHATD_STORE_RETENTION_H
#define CHATD_STORE_RETENTION_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* 0 if there is no limit. */
struct retention_limits {
    unsigned keep_days;
    uint32_t keep_lines; /* of a room */
    uint64_t max_bytes;  /* of the database, pages that nothing uses not counted */
};

/* Where a pass stands; zeroed at its begin. */
struct retention {
    int stage;
    int64_t room;   /* the last that was looked at */
    uint64_t lines; /* that have gone in this pass */
    uint64_t surplus; /* lines that are yet to go for the sake of max_bytes */
    bool is_measured; /* surplus is known */
    enum { RETENTION_NO_MERGE, RETENTION_MERGE_BEGINS, RETENTION_MERGES } merge; /* the index is to be made compact */
};

/* Takes the next step; *more: the pass goes on.  On a fault as db_roll_back() leaves it, and the step can be taken
 * again. */
enum db_fault retention_step(struct db *db, const struct retention_limits *limits, int64_t now_ms,
                             struct retention *pass, bool *more);

#endif

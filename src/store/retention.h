/* store/retention.h: erases old lines from the database, a few at a time.
 *
 * A pass consists of steps; each is one short transaction.  First the lines older than keep_days are erased.  Then,
 * room by room, the lines beyond keep_lines are erased, all lines of rooms that were ended with these, and rooms of
 * which nothing is stored any more.  Then bans, mutes and invitations that have ended by themselves, and entries of the
 * audit trail that are older than audit_days or too many (store/trail_rows.h) are erased.  If the database is
 * larger than max_bytes then, so many of the oldest lines of all rooms are erased that it becomes a little smaller than
 * that.  The index of words is merged then, and when erased lines owe it (store/purge.h).  At the end free pages are
 * given back to the file system.
 *
 * Any thread, one at a time for each database, which must be open. */
#ifndef CHATD_STORE_RETENTION_H
#define CHATD_STORE_RETENTION_H

#include "store/db.h"
#include "store/purge.h"

#include <stdbool.h>
#include <stdint.h>

/* 0 if there is no limit. */
struct retention_limits {
    unsigned keep_days;
    uint32_t keep_lines; /* of a room */
    uint64_t max_bytes;  /* of the database, without free pages */
    unsigned audit_days;
};

/* How far a pass has come; zeroed at first, but for rest_until_ms. */
struct retention {
    int stage;
    int64_t room;   /* the last room that was looked at */
    uint64_t lines; /* erased in this pass */
    uint64_t surplus; /* lines still to be erased because of max_bytes */
    bool is_measured; /* surplus is known */
    enum purge merge; /* of the index of words */
    int64_t rest_until_ms; /* no merge begins before; kept from pass to pass */
};

/* Takes the next step, and sets *more if the pass is not over.  After a fault the database is as db_roll_back() leaves
 * it, and *pass is unchanged, so the step can be taken again. */
enum db_fault retention_step(struct db *db, const struct retention_limits *limits, int64_t now_ms,
                             struct retention *pass, bool *more);

#endif

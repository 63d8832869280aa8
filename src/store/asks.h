/* store/asks.h: reads that go to the database: from the port's struct store_read to the lane and back.
 *
 *   asks_begin() --(what waits to be written is written first)--> queue --> a few in the lane --> line(), done()
 *
 * An answer is as of the call: what was appended before is in it, from the database or, when that cannot be written
 * just now, from what waits for it; what comes later is not.  Loop thread only. */
#ifndef CHATD_STORE_ASKS_H
#define CHATD_STORE_ASKS_H

#include "base/lane.h"
#include "chat/ports.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct ask;

struct asks_events {
    /* A read has counted a room: so many lines, as of its call, when note was given to asks_begin(). */
    void (*counted)(void *ctx, const char *room_folded, uint64_t lines, uint64_t note);
    /* The database cannot be read: answers a read that was answered STORE_LATER, with all that struct store_read asks
     * for but done(). */
    enum store_answer (*failed)(void *ctx, struct store_read *req);
};

struct asks {
    struct lane *lane; /* borrowed, as are the next two */
    struct db *db;     /* used in the lane alone */
    struct writer *writer;
    const struct asks_events *events;
    void *ctx;
    struct ask *first, **last_link; /* that wait for the lane */
    unsigned in_lane;
};

void asks_init(struct asks *asks, struct lane *lane, struct db *db, struct writer *writer);

/* What the caller knows of the room; ASKS_UNKNOWN: it is to be counted. */
#define ASKS_UNKNOWN UINT64_MAX
/* req->done() is called later.  upto: the last id that belongs to the answer; lines: in the room. */
void asks_begin(struct asks *asks, struct store_read *req, uint64_t upto, uint64_t lines, uint64_t note);
void asks_cancel(struct asks *asks, struct store_read *req);

#endif

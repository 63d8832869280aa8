/* store/asks.h: reads in the database: takes requests of the port (struct store_read) to the lane and answers them.
 *
 *   asks_begin() --(lines that wait are written first)--> reads (store/reads.h) --> line(), done()
 *
 * An answer is as of the call of asks_begin(): it has the lines appended before, and none appended later.  Lines that
 * cannot be written just now are taken from the writer's memory.  Loop thread only. */
#ifndef CHATD_STORE_ASKS_H
#define CHATD_STORE_ASKS_H

#include "base/lane.h"
#include "chat/port_store.h"
#include "store/reads.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct asks_events {
    /* A read has counted the lines of a room, as of the call of asks_begin() that note was given to. */
    void (*counted)(void *ctx, const char *room_folded, uint64_t lines, uint64_t note);
    /* The line of a room with that id if it is in memory, borrowed; otherwise NULL.  A line in memory tells which
     * person has said it, which the database does not know. */
    struct message *(*recall)(void *ctx, const char *room_folded, uint64_t id);
    /* Called when the database cannot be read.  Answers the request in its place: sets all fields of the result, calls
     * line(), and returns the answer, which asks passes to req->done(). */
    enum store_answer (*failed)(void *ctx, struct store_read *req);
};

struct asks {
    struct reads reads;
    struct db *db; /* borrowed, as is the writer; used in the lane alone */
    struct writer *writer;
    const struct asks_events *events;
    void *ctx;
};

void asks_init(struct asks *asks, struct lane *lane, struct db *db, struct writer *writer);

/* Instead of a number of lines: the read counts them. */
#define ASKS_UNKNOWN UINT64_MAX
/* Begins a read; req->done() is called later, never by this function.  upto is the last id that the answer may have,
 * lines the number of lines in the room or ASKS_UNKNOWN, and note is passed to counted(). */
void asks_begin(struct asks *asks, struct store_read *req, uint64_t upto, uint64_t lines, uint64_t note);
/* Cancels a read that has begun: neither line() nor done() is called any more. */
void asks_cancel(struct asks *asks, struct store_read *req);

#endif

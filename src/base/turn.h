/* base/turn.h: bounds how long the parts of the loop's turn take.
 *
 * A turn has parts (loop.h), each with a share of the turn's time.  Code that works for peers checks after each piece
 * of work whether the share is used up, and leaves the rest for the next turn, in order.  So a turn is short whatever
 * peers do, and a client that asks for little is served in between.  Since the check comes after the work, each part
 * does at least one piece of work in a turn.  Loop thread only. */
#ifndef CHATD_BASE_TURN_H
#define CHATD_BASE_TURN_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* The parts, in the order of a turn. */
enum turn_part {
    TURN_READY,  /* connections that go on with input they hold */
    TURN_EVENTS, /* readable connections, newcomers */
    TURN_DUE,    /* queues of nodes that have waited long enough */
    TURN_CROWD,  /* sessions whose next step takes long (session/crowd.h) */
    TURN_FLUSH,  /* writes to connections with new payloads */
    TURN_LATE,   /* writes to connections for which there was no time in this turn or an earlier one */
    TURN_REAP,   /* connections that are closed */
    TURN_PARTS
};

struct turn {
    struct clock *clock; /* borrowed */
    uint64_t since_ns;   /* when the part began; 0 if it begins when the loop wakes up */
    uint64_t share_ns;   /* how long the part may take */
};

/* The number of pieces of work, of some microseconds each, between two checks. */
enum { TURN_WINDOW = 16 };

/* Begins a part: its share is counted from now on or, if the clock is stale because the loop is about to wait, from the
 * loop's waking up. */
void turn_begin_part(struct turn *turn, enum turn_part part);
/* Returns true if the part has used up its share.  Reads the system's clock, which takes about 50 ns.  If turn is NULL,
 * there is no bound. */
bool turn_is_over(struct turn *turn);

#endif

/* base/turn.h: how long the parts of the loop's turn may take.
 *
 * A turn has parts (loop.h), each with a share of its time.  Everything that works for a peer asks after each piece of
 * work whether the share is used up, and leaves the rest for the next turn, in order: so a turn is short whatever
 * people do, and somebody who asks for little is served in between.  A part that asks only after its work always gets
 * on, however short its share.  Loop thread only. */
#ifndef CHATD_BASE_TURN_H
#define CHATD_BASE_TURN_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* The parts, in the order of a turn. */
enum turn_part {
    TURN_READY,  /* handlers that go on */
    TURN_EVENTS, /* readable connections, newcomers */
    TURN_DUE,    /* what has waited long enough */
    TURN_CROWD,  /* sessions whose next step takes long (session/crowd.h) */
    TURN_FLUSH,  /* writes to connections with something new */
    TURN_LATE,   /* writes to those for which there was no time, in this turn or an earlier one */
    TURN_REAP,   /* connections that are over */
    TURN_PARTS
};

struct turn {
    struct clock *clock; /* borrowed */
    uint64_t since_ns;   /* when the part began; 0: when the loop wakes up, which it has not been seen to do */
    uint64_t share_ns;   /* how long the part may take */
};

/* Pieces of work of some microseconds each, between two looks at the clock. */
enum { TURN_WINDOW = 16 };

/* The part may take its share from now on; with a stale clock, as the loop is about to wait, from its waking up. */
void turn_begin_part(struct turn *turn, enum turn_part part);
/* True when the part has used up its share.  Reads the system's clock, which takes some 50 ns; turn may be NULL: there
 * is no bound. */
bool turn_is_over(struct turn *turn);

#endif

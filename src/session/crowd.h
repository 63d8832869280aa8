/* session/crowd.h: who is served at once, and who waits for a turn among those who do much.
 *
 * Work is counted in units, of about the time that one delivery takes.  In each turn of the loop a session may do a
 * little at once, when its line is read: CROWD_DIRECT units.  Whatever needs more, or comes after, waits in one queue,
 * which the loop serves in order for a part of each turn, each time for some CROWD_QUANTUM units.  So a line that asks
 * for little waits for nobody who does much, and those who do much share what time there is.
 *
 * The queue takes its nodes' places from their owners (base/timeq.h).  Loop thread only. */
#ifndef CHATD_SESSION_CROWD_H
#define CHATD_SESSION_CROWD_H

#include "base/clock.h"
#include "base/timeq.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CROWD_LINE = 64,      /* units that any line takes */
    CROWD_DIRECT = 256,
    CROWD_QUANTUM = 2048,
    CROWD_MUCH = 1024,    /* units that a command takes which is known to take long */
};

struct crowd {
    struct clock *clock;  /* borrowed */
    struct timeq waiting; /* the sessions that wait, for the loop to run */
    const void *who;      /* was served last; only to be compared */
    uint64_t turn_ns;     /* in which turn */
    uint32_t left;        /* units of that one's share */
};

/* due is called with each session's node when its turn has come, with ctx as the queue's. */
void crowd_init(struct crowd *crowd, struct clock *clock, timeq_due_fn *due, void *ctx);
/* True when who may do work units now, which are then used up.  False: it should crowd_wait(). */
bool crowd_may_do(struct crowd *crowd, const void *who, uint32_t work);
/* Takes a place at the queue's end. */
void crowd_wait(struct crowd *crowd, struct timeq_node *node);
/* The turn of who has come: it does work units, and may do more up to the quantum. */
void crowd_serve(struct crowd *crowd, const void *who, uint32_t work);

#endif

/* session/crowd.h: decides which sessions are served at once, and which wait in a queue because they do much.
 *
 * Work is counted in units of about the time of one delivery.  In each turn of the loop a session may do CROWD_DIRECT
 * units of work at once, when its line is read.  Lines that need more, or come after that, wait in one queue.  The loop
 * serves the queue in order, for a part of each turn, with about CROWD_QUANTUM units for each session.  So a line that
 * needs little does not wait for sessions that do much, and these share the time that is left.
 *
 * The nodes in the queue are embedded by their owners (base/timeq.h).  Loop thread only. */
#ifndef CHATD_SESSION_CROWD_H
#define CHATD_SESSION_CROWD_H

#include "base/clock.h"
#include "base/timeq.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CROWD_LINE = 64,      /* the units of any line */
    CROWD_DIRECT = 256,
    CROWD_QUANTUM = 2048,
    CROWD_MUCH = 1024,    /* the units of a command that is known to take long */
};

struct crowd {
    struct clock *clock;  /* borrowed */
    struct timeq waiting; /* the sessions that wait; run by the loop */
    const void *who;      /* the session that was served last; only compared */
    uint64_t turn_ns;     /* the turn in which it was served */
    uint32_t left;        /* the units left of its share */
};

/* due is called with each session's node when its turn has come, with ctx as the queue's. */
void crowd_init(struct crowd *crowd, struct clock *clock, timeq_due_fn *due, void *ctx);
/* Returns true if who may do work units now, and counts them; otherwise the caller calls crowd_wait(). */
bool crowd_may_do(struct crowd *crowd, const void *who, uint32_t work);
/* Puts the node at the end of the queue. */
void crowd_wait(struct crowd *crowd, struct timeq_node *node);
/* The turn of who has come: it does work units, and may do more up to the quantum. */
void crowd_serve(struct crowd *crowd, const void *who, uint32_t work);

#endif

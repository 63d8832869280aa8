/* loop.h: the turn of the loop.
 *
 *   ready     handlers that had used up their share of the last turn
 *     |
 *   wait      event_base_loop(EVLOOP_ONCE): readable connections: bytes -> lines -> commands
 *     |       -> messages -> output queues; newcomers; signals
 *   due       what has waited long enough (base/timeq.h)
 *     |
 *   crowd     steps that take long, one after another (session/crowd.h)
 *     |
 *   flush     the writable list: one gathering write per connection
 *     |
 *   reap      connections that are over: their handlers are told, the closed ones freed
 *     '------ again
 *
 * Each part has a share of the turn's time (base/turn.h); what it leaves goes on in the next turn, in order.  So no
 * turn takes long, and who asks for little is served in each, whatever a crowd does.
 *
 * The loop waits only when no list holds work, and no longer than until the first of its queues of
 * waiting things falls due: one timer serves them all, and with nobody waiting there is none. */
#ifndef CHATD_LOOP_H
#define CHATD_LOOP_H

#include "base/clock.h"
#include "base/histogram.h"
#include "base/lane.h"
#include "base/timeq.h"
#include "net/net.h"

#include <event2/event_struct.h>
#include <stdbool.h>

enum { LOOP_TIMEQS = 24, LOOP_LANES = 8 };

/* One whose bell the loop watches. */
struct loop_lane {
    struct lane *lane; /* borrowed; NULL: the place is free */
    struct loop *loop;
    struct event rung;
};

struct loop {
    struct event_base *base; /* borrowed, as is all below */
    struct net *net;
    struct clock *clock;
    struct timeq *timeqs[LOOP_TIMEQS]; /* up to the first NULL */
    struct timeq *crowd;   /* NULL: none */
    unsigned crowd_waits;  /* turns since one of it was run */
    struct event timer;
    uint64_t timer_due_ms; /* 0: not set */
    struct loop_lane lanes[LOOP_LANES]; /* up to the first that is free */
    bool is_stopped;
    struct histogram turns; /* how long each took, the wait left out; in nanoseconds */
};

void loop_init(struct loop *loop, struct event_base *base, struct net *net, struct clock *clock);
void loop_fini(struct loop *loop);
/* Has the loop wake up when something in q falls due. */
void loop_add_timeq(struct loop *loop, struct timeq *q);
/* Has the loop run those in crowd one after another, while the turn has time for them and what they brought before has
 * been written. */
void loop_add_crowd(struct loop *loop, struct timeq *crowd);
/* Has the loop wake up for jobs that have run in lane, and hand them back.  The lane stays until loop_fini(). */
void loop_add_lane(struct loop *loop, struct lane *lane);
/* One turn. */
void loop_turn(struct loop *loop);

#endif

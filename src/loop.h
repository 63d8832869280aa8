/* loop.h: the turn of the loop.
 *
 *   ready     connections whose input sides have yielded in the last turn
 *     |
 *   wait      event_base_loop(EVLOOP_ONCE): readable connections: bytes -> lines -> commands
 *     |       -> messages -> output queues; newcomers; signals
 *   due       nodes that have waited long enough (base/timeq.h)
 *     |
 *   crowd     steps that take long, one after another (session/crowd.h)
 *     |
 *   draw      the lines being typed that were disturbed (frontend/typing_screen.h)
 *     |
 *   flush     the writable list: one gathering write per connection
 *     |
 *   reap      connections that are over: their owners are told, the closed ones are freed
 *     '------ again
 *
 * Each part has a share of the turn's time (base/turn.h); the rest of its work follows in the next turn, in order.  So
 * no turn takes long, and a client that asks for little is served in each turn, whatever many others do.
 *
 * The loop waits only if no list holds work, and no longer than until the first node in one of its queues falls due.
 * One timer serves all queues; if no node waits, there is none.  Loop thread only. */
#ifndef CHATD_LOOP_H
#define CHATD_LOOP_H

#include "base/clock.h"
#include "base/histogram.h"
#include "base/lane.h"
#include "base/timeq.h"
#include "net/net.h"

#include <event2/event_struct.h>
#include <stdbool.h>

enum { LOOP_TIMEQS = 48, LOOP_LANES = 8 };

/* A lane whose bell the loop watches. */
struct loop_lane {
    struct lane *lane; /* borrowed; NULL if this entry is free */
    struct loop *loop;
    struct event rung;
};

struct loop {
    struct event_base *base; /* borrowed, as are net, clock, timeqs and crowd */
    struct net *net;
    struct clock *clock;
    struct timeq *timeqs[LOOP_TIMEQS]; /* ended by a NULL */
    struct timeq *crowd;   /* NULL if there is none */
    unsigned crowd_waits;  /* turns in which the crowd has waited for late writes */
    void (*draw)(void *ctx); /* NULL if there is none */
    void *draw_ctx;
    struct event timer;
    uint64_t timer_due_ms; /* 0 if the timer is not set */
    struct loop_lane lanes[LOOP_LANES]; /* ended by a free entry, or full */
    bool is_stopped;
    struct histogram turns; /* the length of each turn without its wait, in nanoseconds */
};

/* Makes an event base for one thread.  method is "epoll", "poll" or "select"; NULL takes the best that there is.
 * Returns NULL if this system does not have the method.  event_base_free() frees the base. */
struct event_base *loop_base_new(const char *method);

void loop_init(struct loop *loop, struct event_base *base, struct net *net, struct clock *clock);
void loop_fini(struct loop *loop);
/* Adds a queue: the loop wakes up when a node in q falls due, and runs it. */
void loop_add_timeq(struct loop *loop, struct timeq *q);
/* Sets the crowd: the loop runs its nodes one after another, as long as the turn has time for them and the writes that
 * they have caused are not late. */
void loop_add_crowd(struct loop *loop, struct timeq *crowd);
/* Sets what is called in each turn before the writes; it takes little time. */
void loop_set_draw(struct loop *loop, void (*draw)(void *ctx), void *ctx);
/* Adds a lane: the loop wakes up when its bell rings, and hands back jobs.  The lane exists until loop_fini(). */
void loop_add_lane(struct loop *loop, struct lane *lane);
/* Runs one turn. */
void loop_turn(struct loop *loop);

#endif

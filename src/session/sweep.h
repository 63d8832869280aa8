/* session/sweep.h: a walk over all connections, a part in each turn of the loop, when something has changed that
 * concerns any session.
 *
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_SESSION_SWEEP_H
#define CHATD_SESSION_SWEEP_H

#include "base/clock.h"
#include "base/timeq.h"
#include "net/net.h"

#include <stdbool.h>

/* Visits a connection.  Returns true if that was much work. */
typedef bool sweep_visit_fn(struct conn *conn);

struct sweep {
    struct net *net;     /* borrowed, as is the clock */
    struct clock *clock;
    sweep_visit_fn *visit;
    struct net_walk walk; /* while is_begun */
    bool is_begun;
    struct timeq due; /* the loop runs it */
    struct timeq_node node;
};

void sweep_init(struct sweep *sweep, struct net *net, struct clock *clock, sweep_visit_fn *visit);
/* All connections are visited, also those that a walk has visited that has not ended. */
void sweep_begin(struct sweep *sweep);

#endif

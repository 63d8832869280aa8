/* net/net.h: functions for all connections of one loop.
 *
 * struct net is set up by server.c and passed to listeners and connections.  It knows no protocol.  Loop thread
 * only. */
#ifndef CHATD_NET_NET_H
#define CHATD_NET_NET_H

#include "net/net_state.h"

#include <stdbool.h>

void net_init(struct net *net, struct event_base *base, struct clock *clock, const struct net_limits *limits);
/* Closes every connection; each owner is told. */
void net_fini(struct net *net);
/* After a reload. */
void net_set_limits(struct net *net, const struct net_limits *limits);
/* Asks the owner of every connection to end it; goes on in the next turns if this turn has no time for all. */
void net_end_all(struct net *net, enum reason reason);

void net_walk_begin(struct net *net, struct net_walk *walk);
/* The next connection; NULL at the end.  The caller uses it before connections can be freed. */
struct conn *net_walk_next(struct net_walk *walk);
/* Ends a walk, complete or not. */
void net_walk_end(struct net *net, struct net_walk *walk);

/* Returns true if the loop must not wait. */
static inline bool net_has_work(const struct net *net)
{
    return net->work != NULL || net->late != NULL || net->is_ending;
}
/* Calls ready() of the input sides that have yielded, and goes on with net_end_all().  Those for which the turn has no
 * time follow in the next. */
void net_run_ready(struct net *net);
/* The reaper: tells the owners of connections that are over, and frees those that are closed.  No other function does.
 * Connections for which the turn has no time follow in the next. */
void net_reap(struct net *net);

#endif

/* net/net.h: what is done with all connections of one loop.
 *
 * struct net is made and wired by server.c and given to listeners and connections.  It knows no protocol.  Loop thread
 * only. */
#ifndef CHATD_NET_NET_H
#define CHATD_NET_NET_H

#include "net/net_state.h"

#include <stdbool.h>

void net_init(struct net *net, struct event_base *base, struct clock *clock, const struct net_limits *limits);
/* Closes every connection; owners are told. */
void net_fini(struct net *net);
/* After a reload. */
void net_set_limits(struct net *net, const struct net_limits *limits);
/* Ends every connection in order, some in this turn and the others in the next; owners say goodbye. */
void net_end_all(struct net *net, enum reason reason);

void net_walk_begin(struct net *net, struct net_walk *walk);
/* NULL at the end; the connection is to be looked at before anything can free it. */
struct conn *net_walk_next(struct net_walk *walk);
/* To be called at the end, or before it. */
void net_walk_end(struct net *net, struct net_walk *walk);

/* True when the loop must not wait. */
static inline bool net_has_work(const struct net *net)
{
    return net->work != NULL || net->late != NULL || net->is_ending;
}
/* Lets the input sides that yielded go on, and net_end_all(); what the turn has no time for goes on in the next. */
void net_run_ready(struct net *net);
/* Tells the owners of connections that are over, and frees those that are closed: the only place
 * that does.  What the turn has no time for is left for the next. */
void net_reap(struct net *net);

#endif

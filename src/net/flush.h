/* net/flush.h: the writable list, written once a turn.
 *
 * One gathering write per connection, whatever number of payloads the turn gave it, unless they are
 * more than limits.queue_bytes: who keeps up loses none of them.  A connection that could not take all
 * waits for EV_WRITE and for nothing else; one that takes nothing for limits.stall_seconds is closed.
 * Loop thread only. */
#ifndef CHATD_NET_FLUSH_H
#define CHATD_NET_FLUSH_H

#include "net/net_state.h"

struct conn;

/* Writes what the connections on the list can take; the sum of what is left is net/relief.h's.  Connections that the
 * turn has no time for are left for the next ones, where they have a share of their own beside what is new. */
void flush_run(struct net *net);
/* Writes what this one can take, before the turn's end. */
void flush_conn(struct conn *conn);

#endif

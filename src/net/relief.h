/* net/relief.h: enforces limits.memory_bytes, the bound on the bytes of all queues and of unfinished input.
 *
 * The sum counts the queued payloads of all connections and the unfinished input that their input sides hold
 * (conn_note_input()).  If it exceeds the limit, the sum is reduced to an eighth, but at most 16 MiB, below the limit,
 * so that a turn stays short.  Connections that the turn had no time to write to are written to first.  Then the
 * connections that hold the most lose droppable payloads.  If that is not enough, the connections that hold the most
 * other bytes are closed.  A connection that holds no more than half of an equal share loses nothing, and one that
 * holds no more than an equal share is not closed.  This takes at most three walks over all connections, and is
 * repeated only after as many bytes as were freed have been queued again.  Loop thread only. */
#ifndef CHATD_NET_RELIEF_H
#define CHATD_NET_RELIEF_H

#include "net/net_state.h"

/* Called at the end of a turn, after the queues were written. */
static inline bool relief_is_due(const struct net *net)
{
    return net->queued_bytes + net->input_bytes > net->limits.memory_bytes;
}
void relief_run(struct net *net);

#endif

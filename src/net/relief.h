/* net/relief.h: the bound of all that waits, limits.queues_bytes.
 *
 * What waits is what is queued for the peers and what the input sides keep of unfinished input
 * (conn_note_input()).  When the sum is over the limit, an eighth of the limit is cleared, or 16 MiB if that is
 * less, so that a turn stays short.  Connections that the turn had no time to write to are written to first.  Then the
 * connections with the most waiting lose room lines; where that is not enough, since the rest must not be
 * dropped, the connections that keep the most are closed.  A connection with no more than half an equal share
 * loses nothing, one with no more than an equal share is not closed.  At most three walks over all connections, and
 * as much as was cleared must come before the next.  Loop thread only. */
#ifndef CHATD_NET_RELIEF_H
#define CHATD_NET_RELIEF_H

#include "net/net_state.h"

/* To be called at the end of a turn, when the queues have been written. */
static inline bool relief_is_due(const struct net *net)
{
    return net->queued_bytes + net->input_bytes > net->limits.queues_bytes;
}
void relief_run(struct net *net);

#endif

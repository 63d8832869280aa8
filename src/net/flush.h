/* net/flush.h: writes the queues of the connections on the writable list, once a turn.
 *
 * Each connection gets one gathering write, however many payloads the turn has queued for it; only if they exceed
 * limits.queue_bytes is it written to earlier too, so that a client that keeps up loses none.  After a write that was
 * not complete the connection waits for EV_WRITE (or EV_READ, if its transport asks for that) before the next one.  A
 * peer that takes nothing for limits.stall_seconds is disconnected.  Loop thread only. */
#ifndef CHATD_NET_FLUSH_H
#define CHATD_NET_FLUSH_H

#include "net/net_state.h"

struct conn;

/* Writes as much as each connection on the list takes; net/relief.h bounds what is left in all.  Connections for which
 * the turn has no time are written to in later turns, which have a share of time for them beside that for new ones. */
void flush_run(struct net *net);
/* Writes as much as this connection takes, before the turn's end. */
void flush_conn(struct conn *conn);

#endif

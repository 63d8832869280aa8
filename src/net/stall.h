/* net/stall.h: closes connections whose peers take nothing.
 *
 * A connection that could not be written to waits in net->stalled, in order of its last progress.  Any byte that the
 * peer's system takes is progress, even if the socket does not become writable.  Loop thread only. */
#ifndef CHATD_NET_STALL_H
#define CHATD_NET_STALL_H

#include <stdbool.h>

struct conn;
struct timeq;
struct timeq_node;

/* Notes that a write has left bytes in the queue.  progressed: this write, or one before it in this turn, wrote
 * some. */
void stall_note(struct conn *conn, bool progressed);
/* The timeq_due_fn of net->stalled: closes a connection whose peer has taken nothing for limits.stall_seconds. */
void stall_due(struct timeq *q, struct timeq_node *node);

#endif

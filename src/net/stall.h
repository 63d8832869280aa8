/* net/stall.h: readers that take nothing.
 *
 * A connection that could not be written to waits in net->stalled by its last progress.  Progress is what the peer's
 * system takes, whether or not more can be written.  Loop thread only. */
#ifndef CHATD_NET_STALL_H
#define CHATD_NET_STALL_H

#include <stdbool.h>

struct conn;
struct timeq;
struct timeq_node;

/* A write left something in the queue; progressed: it, or one before it in this turn, took something. */
void stall_note(struct conn *conn, bool progressed);
/* Of net->stalled: closes one that has taken nothing for limits.stall_seconds. */
void stall_due(struct timeq *q, struct timeq_node *node);

#endif

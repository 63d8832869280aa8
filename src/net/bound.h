/* net/bound.h: what may wait for one connection: its queue, held against limits.queue_bytes.
 *
 * What can give way does not count where a peer is to be given occasion for more: in a room that is faster than its
 * reader there is always much of it, and that person could say nothing any more, not even /leave.  Where a full queue
 * closes the connection, everything counts.  Knows no connection; loop thread only. */
#ifndef CHATD_NET_BOUND_H
#define CHATD_NET_BOUND_H

#include "net/net_state.h"
#include "net/outq.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of a payload that does not fit. */
enum bound_answer {
    BOUND_PUSH,  /* it is queued: others have given way, or it goes over the limit as it must not give way */
    BOUND_GAP,   /* it gives way itself */
    BOUND_CLOSE, /* the connection is closed */
};

/* Lets droppable payloads behind the first pinned slots give way as the limits ask for it. */
enum bound_answer bound_make_room(struct outq *q, const struct net_limits *limits, const struct payload *p,
                                  uint32_t pinned);
/* As conn_is_behind(), conn_spare_bytes() and conn_is_full(). */
bool bound_is_behind(const struct outq *q, const struct net_limits *limits);
uint32_t bound_spare_bytes(const struct outq *q, const struct net_limits *limits);
bool bound_is_full(const struct outq *q, const struct net_limits *limits, size_t len);

#endif

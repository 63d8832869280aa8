/* net/bound.h: compares the queue of one connection with limits.queue_bytes.
 *
 * Droppable payloads do not count when it is decided whether to run more of a client's commands: in a room that is
 * faster than the client reads there are always many, and the client could not even send /leave.  If a full queue
 * closes the connection, everything counts.  Knows no connection; loop thread only. */
#ifndef CHATD_NET_BOUND_H
#define CHATD_NET_BOUND_H

#include "net/net_state.h"
#include "net/outq.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the caller does with a payload that does not fit. */
enum bound_answer {
    BOUND_PUSH,  /* queue it: others were dropped, or it is no droppable one and may exceed the limit */
    BOUND_GAP,   /* drop it */
    BOUND_CLOSE, /* close the connection */
};

/* Makes room for p by dropping droppable payloads behind the first pinned slots, as far as the limits allow that. */
enum bound_answer bound_make_room(struct outq *q, const struct net_limits *limits, const struct payload *p,
                                  uint32_t pinned);
/* As conn_is_behind(), conn_spare_bytes() and conn_is_full(). */
bool bound_is_behind(const struct outq *q, const struct net_limits *limits);
uint32_t bound_spare_bytes(const struct outq *q, const struct net_limits *limits);
bool bound_is_full(const struct outq *q, const struct net_limits *limits, size_t len);

#endif

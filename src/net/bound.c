/* net/bound.c: the queue's limit. */
#include "config.h"

#include "net/bound.h"

enum bound_answer bound_make_room(struct outq *q, const struct net_limits *limits, const struct payload *p,
                                  uint32_t pinned)
{
    uint32_t limit = limits->queue_bytes;
    uint32_t eighth = limit / 8;

    if (limits->disconnect_slow) {
        return BOUND_CLOSE;
    }
    /* An eighth of the limit is dropped at once, so that one walk over the ring makes room for many
     * payloads.  If there is less than that to drop, the queue holds answers and private lines almost alone: those
     * stay, and the new payload is dropped if it is droppable. */
    if (outq_droppable_bytes(q) >= eighth && outq_droppable_bytes(q) >= p->len) {
        outq_shed(q, p->len + eighth < limit ? limit - eighth - p->len : 0, pinned);
        return BOUND_PUSH;
    }
    return p->kind == PAYLOAD_DROPPABLE ? BOUND_GAP : BOUND_PUSH;
}

bool bound_is_behind(const struct outq *q, const struct net_limits *limits)
{
    uint32_t most = limits->queue_bytes;

    return q->kept_bytes > most / 4 || (limits->disconnect_slow && q->bytes > most - most / 4);
}

uint32_t bound_spare_bytes(const struct outq *q, const struct net_limits *limits)
{
    uint32_t half = limits->queue_bytes / 2;

    if (limits->disconnect_slow) {
        return q->bytes < limits->queue_bytes ? (limits->queue_bytes - q->bytes) / 2 : 0;
    }
    return q->kept_bytes < half ? half - q->kept_bytes : 0;
}

bool bound_is_full(const struct outq *q, const struct net_limits *limits, size_t len)
{
    return q->kept_bytes + len > limits->queue_bytes;
}

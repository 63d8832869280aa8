/* net/outq.h: what waits to be written to one connection: a ring of references to shared payloads.
 *
 *        head                                  head + count
 *          |                                        |
 *     ... [payload][payload][gap: 37][payload][payload] ...      room slots, a power of two
 *          ^^^^^
 *          sent bytes of the first one are written already
 *
 * Nothing is copied per receiver.  A slot holds a payload, with a reference, or a gap: the number of
 * droppable payloads that gave way there because the reader was too slow.  Neighbouring gaps are one.
 * When a gap comes to the front, its owner puts a line that tells the number in its place.
 *
 * The queue knows no connection and sets no limit of its own: its owner asks for bytes and calls
 * outq_shed().  A ring is allocated with the first payload and given back when the queue is empty, so
 * that an idle connection has none; rings of the usual sizes are kept for reuse in a pool that queues share.
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_OUTQ_H
#define CHATD_NET_OUTQ_H

#include "base/payload.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

struct outq {
    uintptr_t *slots;         /* NULL while the ring is not needed; a slot's low bit says: a gap; then the mark */
    uint32_t room;            /* slots allocated: 0 or a power of two */
    uint32_t head;            /* index of the first slot, below room */
    uint32_t count;           /* slots in use */
    uint32_t sent;            /* bytes of the first payload that are written already */
    uint32_t bytes;           /* of all payloads in the ring, the first one counted whole */
    uint32_t droppable_bytes; /* of those that may give way: not one that is partly written, or pinned */
};

/* A ring begins with 8 slots and grows to 32, 128, and from there by doubling: a turn's worth of lines in a
 * busy room is reached in one step, and an answer needs no step at all. */
enum { OUTQ_SMALL_ROOM = 8, OUTQ_ROOM_STEP = 4, OUTQ_POOL_SIZES = 3, OUTQ_POOL_MAX = 1024 };

/* Rings that wait for reuse, by size: of 8, 32 and 128 slots, at most OUTQ_POOL_MAX of each. */
struct outq_pool {
    struct {
        void *first; /* a list through the rings' first slots */
        uint32_t count;
    } sizes[OUTQ_POOL_SIZES];
};

static inline bool outq_slot_is_gap(uintptr_t slot)
{
    return (slot & 1) != 0;
}

/* True when the ring is full, or there is none: the next push has to get a larger one. */
static inline bool outq_is_tight(const struct outq *q)
{
    return q->count == q->room;
}
/* Gets a larger ring, or the first one; only for outq_push(). */
void outq_grow(struct outq *q, struct outq_pool *pool);

/* A number of the owner's, which lives as long as the queue is not empty: at first OUTQ_NO_MARK.  It stands behind
 * the ring's slots, so that an idle connection has none. */
#define OUTQ_NO_MARK UINTPTR_MAX
static inline uintptr_t *outq_mark(struct outq *q)
{
    return &q->slots[q->room];
}

/* Appends p, taking a reference of its own. */
static inline void outq_push(struct outq *q, struct outq_pool *pool, struct payload *p)
{
    if (outq_is_tight(q)) {
        outq_grow(q, pool);
    }
    q->slots[(q->head + q->count++) & (q->room - 1)] = (uintptr_t)payload_ref(p);
    q->bytes += p->len;
    if (p->kind == PAYLOAD_DROPPABLE) {
        q->droppable_bytes += p->len;
    }
}

/* Appends a gap of one: for a payload that gives way on arrival. */
void outq_push_gap(struct outq *q, struct outq_pool *pool);

/* Lets the oldest droppable payloads give way until at most target bytes are left or none is
 * droppable; returns the number of bytes that went.  The first pinned slots stay as they are.  O(count): callers shed
 * an eighth at least. */
uint32_t outq_shed(struct outq *q, uint32_t target, uint32_t pinned);

/* The first slots, all of them payloads, were offered to a transport that must see them again unchanged: what is in
 * them may not give way, and does not count as droppable.  The owner keeps the number and unpins before it consumes. */
void outq_pin(struct outq *q, uint32_t slots);
void outq_unpin(struct outq *q, uint32_t slots);

/* The gap in slot i, counted from the front: how many gave way; 0 when there is a payload or nothing. */
uint32_t outq_gap(const struct outq *q, uint32_t i);
/* Puts p in the place of the gap in slot i, taking a reference of its own. */
void outq_fill_gap(struct outq *q, uint32_t i, struct payload *p);

/* Points iov at what is to be written next, at most max slots of it and not past a gap; returns the
 * number of slots. */
int outq_gather(const struct outq *q, struct iovec *iov, int max);
/* Takes away n written bytes from the front; gives the ring back when nothing is left. */
void outq_consume(struct outq *q, struct outq_pool *pool, size_t n);
/* Takes away everything, all of it written and none of it a gap: what a turn nearly always ends with. */
void outq_consume_all(struct outq *q, struct outq_pool *pool);

/* Drops everything but the first pinned slots, and a payload that is partly written (its receiver could not make sense
 * of the rest of the stream without it). */
void outq_drop_unsent(struct outq *q, struct outq_pool *pool, uint32_t pinned);
/* Drops everything. */
void outq_fini(struct outq *q, struct outq_pool *pool);
/* Frees the rings of the pool. */
void outq_pool_fini(struct outq_pool *pool);

#endif

/* net/outq.h: the output queue of one connection: a ring of references to shared payloads.
 *
 *        head                                  head + count
 *          |                                        |
 *     ... [payload][payload][gap: 37][payload][payload] ...      room slots, a power of two
 *          ^^^^^
 *          sent bytes of the first one are written already
 *
 * Nothing is copied per receiver.  A slot holds a payload, with a reference, or a gap: the number of
 * droppable payloads that were dropped there because the receiver reads too slowly.  Adjacent gaps are joined.
 * When a gap comes to the front, the owner replaces it by a line that tells the number.
 *
 * The queue knows no connection and has no limit: the owner compares bytes with its limit and calls
 * outq_shed().  A ring is allocated with the first payload and given back when the queue is empty, so
 * an idle connection has none.  Rings of the usual sizes are kept for reuse in a pool that all queues share.
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_OUTQ_H
#define CHATD_NET_OUTQ_H

#include "base/payload.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

struct outq {
    uintptr_t *slots;         /* NULL while there is no ring; the low bit of a slot marks a gap; the mark follows */
    uint32_t room;            /* slots allocated: 0 or a power of two */
    uint32_t head;            /* index of the first slot, below room */
    uint32_t count;           /* slots in use */
    uint32_t sent;            /* bytes of the first payload that are written already */
    uint32_t bytes;           /* of all payloads in the ring, the first one counted whole */
    uint32_t kept_bytes;      /* of the payloads that are not droppable, or are partly written or pinned */
};

/* A ring begins with 8 slots, or with 32 while most queues need more than 8, and grows to 32, to 128, and then by
 * doubling.  The lines of a turn in a busy room take no step, and neither does an answer. */
enum { OUTQ_SMALL_ROOM = 8, OUTQ_ROOM_STEP = 4, OUTQ_POOL_SIZES = 3, OUTQ_POOL_MAX = 1024 };

/* The references of queues that were written completely and held the same payloads in the same order, as most do at
 * the end of a turn of a busy room: they are given back once for all of them. */
enum { OUTQ_OWED_SLOTS = 256 };
struct outq_owed {
    uint32_t count; /* of payloads; 0 if nothing is owed */
    uint32_t times; /* the number of references to each */
    uintptr_t slots[OUTQ_OWED_SLOTS];
};

/* Rings kept for reuse, by size: of 8, 32 and 128 slots, at most OUTQ_POOL_MAX of each. */
struct outq_pool {
    struct outq_owed owed;
    bool is_busy; /* the last queue that was written completely needed more than a small ring */
    struct {
        void *first; /* a list linked through the first slots of the rings */
        uint32_t count;
    } sizes[OUTQ_POOL_SIZES];
};

static inline bool outq_slot_is_gap(uintptr_t slot)
{
    return (slot & 1) != 0;
}

/* Returns true if the ring is full or there is none: the next push gets a larger one. */
static inline bool outq_is_tight(const struct outq *q)
{
    return q->count == q->room;
}
/* Gets a larger ring, or the first one; only for outq_push(). */
void outq_grow(struct outq *q, struct outq_pool *pool);

/* The mark: a number for the owner, which exists while the queue is not empty and is OUTQ_NO_MARK at first.  It is
 * stored behind the ring's slots, so an idle connection has none. */
#define OUTQ_NO_MARK UINTPTR_MAX
static inline uintptr_t *outq_mark(struct outq *q)
{
    return &q->slots[q->room];
}

static inline uint32_t outq_droppable_bytes(const struct outq *q)
{
    return q->bytes - q->kept_bytes;
}

/* Appends a droppable payload of len bytes to a ring that is not tight.  The caller takes the reference, before
 * anything is removed from the queue. */
static inline void outq_append(struct outq *q, struct payload *p, uint32_t len)
{
    q->slots[(q->head + q->count++) & (q->room - 1)] = (uintptr_t)p;
    q->bytes += len;
}

/* Appends p and takes a reference. */
static inline void outq_push(struct outq *q, struct outq_pool *pool, struct payload *p)
{
    if (outq_is_tight(q)) {
        outq_grow(q, pool);
    }
    outq_append(q, payload_ref(p), p->len);
    if (p->kind != PAYLOAD_DROPPABLE) {
        q->kept_bytes += p->len;
    }
}

/* Appends a gap of one, for a payload that was dropped instead of queued. */
void outq_push_gap(struct outq *q, struct outq_pool *pool);

/* Drops the oldest droppable payloads until at most target bytes are left or none is droppable; returns the number of
 * bytes dropped.  The first pinned slots stay as they are.  O(count), so callers drop at least an eighth of their
 * limit. */
uint32_t outq_shed(struct outq *q, uint32_t target, uint32_t pinned);

/* Pins the first slots, all of them payloads: they were offered to a transport, which must get them again unchanged.
 * They do not count as droppable.  The owner remembers the number, passes it to the functions that drop payloads, and
 * unpins the slots before it consumes them. */
void outq_pin(struct outq *q, uint32_t slots);
void outq_unpin(struct outq *q, uint32_t slots);

/* The number of payloads dropped at slot i, counted from the front; 0 if slot i is no gap. */
uint32_t outq_gap(const struct outq *q, uint32_t i);
/* Replaces the gap in slot i by p and takes a reference. */
void outq_fill_gap(struct outq *q, uint32_t i, struct payload *p);

/* Points iov at the bytes to be written next: those of at most max slots, up to the first gap.  Returns the
 * number of slots. */
int outq_gather(const struct outq *q, struct iovec *iov, int max);
/* Removes n written bytes from the front; gives the ring back if nothing is left. */
void outq_consume(struct outq *q, struct outq_pool *pool, size_t n);
/* Removes everything, when all of it is written and none of it is a gap: the usual case.  The references are given back
 * by outq_settle() or before it. */
void outq_consume_all(struct outq *q, struct outq_pool *pool);
/* Gives back the references that are owed. */
void outq_settle(struct outq_pool *pool);

/* Drops everything but the first pinned slots and a payload that is partly written: without its rest, the receiver
 * could not decode what follows. */
void outq_drop_unsent(struct outq *q, struct outq_pool *pool, uint32_t pinned);
/* Drops everything. */
void outq_fini(struct outq *q, struct outq_pool *pool);
/* Gives back what is owed, and frees the rings of the pool. */
void outq_pool_fini(struct outq_pool *pool);

#endif

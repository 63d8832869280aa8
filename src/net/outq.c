/* net/outq.c: the ring of shared payloads. */
#include "config.h"

#include "net/outq.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static uint32_t gap_count(uintptr_t slot)
{
    return (uint32_t)(slot >> 1);
}

static uintptr_t make_gap(uint32_t count)
{
    return ((uintptr_t)count << 1) | 1;
}

static struct payload *as_payload(uintptr_t slot)
{
    return (struct payload *)slot;
}

static uintptr_t *slot_at(const struct outq *q, uint32_t i)
{
    return &q->slots[(q->head + i) & (q->room - 1)];
}

/* The index in the pool of rings of that size; OUTQ_POOL_SIZES if there is none. */
static unsigned pool_index(uint32_t room)
{
    unsigned i = 0;

    for (uint32_t size = OUTQ_SMALL_ROOM; i < OUTQ_POOL_SIZES && size != room; size *= OUTQ_ROOM_STEP) {
        i++;
    }
    return i;
}

static uintptr_t *ring_get(struct outq_pool *pool, uint32_t room)
{
    unsigned i = pool_index(room);
    uintptr_t *ring;

    if (i == OUTQ_POOL_SIZES || pool->sizes[i].first == NULL) {
        return mem_alloc((room + 1) * sizeof(*ring));
    }
    ring = pool->sizes[i].first;
    pool->sizes[i].first = (void *)ring[0];
    pool->sizes[i].count--;
    return ring;
}

static void ring_put(struct outq_pool *pool, uintptr_t *ring, uint32_t room)
{
    unsigned i = pool_index(room);

    if (i == OUTQ_POOL_SIZES || pool->sizes[i].count == OUTQ_POOL_MAX) {
        free(ring);
        return;
    }
    ring[0] = (uintptr_t)pool->sizes[i].first;
    pool->sizes[i].first = ring;
    pool->sizes[i].count++;
}

void outq_grow(struct outq *q, struct outq_pool *pool)
{
    uint32_t room = q->room == 0 && !pool->is_busy              ? OUTQ_SMALL_ROOM
                    : q->room == 0                              ? OUTQ_SMALL_ROOM * OUTQ_ROOM_STEP
                    : pool_index(q->room) + 1 < OUTQ_POOL_SIZES ? q->room * OUTQ_ROOM_STEP
                                                        : q->room * 2;
    uintptr_t *slots = ring_get(pool, room);

    if (q->count > 0) { /* the ring is full: all from the head to its end, then from its start */
        memcpy(slots, q->slots + q->head, (q->room - q->head) * sizeof(*slots));
        memcpy(slots + (q->room - q->head), q->slots, q->head * sizeof(*slots));
    }
    slots[room] = q->slots != NULL ? *outq_mark(q) : OUTQ_NO_MARK;
    if (q->slots != NULL) {
        ring_put(pool, q->slots, q->room);
    }
    q->slots = slots;
    q->room = room;
    q->head = 0;
}

void outq_push_gap(struct outq *q, struct outq_pool *pool)
{
    uintptr_t *last = q->count > 0 ? slot_at(q, q->count - 1) : NULL;

    if (last != NULL && outq_slot_is_gap(*last)) {
        *last = make_gap(gap_count(*last) + 1);
        return;
    }
    if (q->count == q->room) {
        outq_grow(q, pool);
    }
    *slot_at(q, q->count++) = make_gap(1);
}

/* Appends slot at index *w of the packed front; joins adjacent gaps. */
static void put_back(struct outq *q, uint32_t *w, uintptr_t slot)
{
    uintptr_t *last = *w > 0 ? slot_at(q, *w - 1) : NULL;

    if (last != NULL && outq_slot_is_gap(slot) && outq_slot_is_gap(*last)) {
        *last = make_gap(gap_count(*last) + gap_count(slot));
    } else {
        *slot_at(q, (*w)++) = slot;
    }
}

/* The index of the first slot that may change. */
static uint32_t first_free(const struct outq *q, uint32_t pinned)
{
    return pinned > 0 ? pinned : q->sent > 0;
}

/* The droppable bytes in the first slots, except those of a payload that is partly written. */
static uint32_t droppable_in(const struct outq *q, uint32_t slots)
{
    uint32_t bytes = 0;

    for (uint32_t i = q->sent > 0; i < slots; i++) {
        const struct payload *p = as_payload(*slot_at(q, i));

        bytes += p->kind == PAYLOAD_DROPPABLE ? p->len : 0;
    }
    return bytes;
}

void outq_pin(struct outq *q, uint32_t slots)
{
    q->kept_bytes += droppable_in(q, slots);
}

void outq_unpin(struct outq *q, uint32_t slots)
{
    q->kept_bytes -= droppable_in(q, slots);
}

/* Walks only as far as payloads are dropped.  The payloads that stay in that front are packed at its start, and then
 * moved up to the rest, which is not touched. */
uint32_t outq_shed(struct outq *q, uint32_t target, uint32_t pinned)
{
    uint32_t stays = first_free(q, pinned);
    uint32_t before = q->bytes;
    uint32_t w = 0;
    uint32_t r = 0;

    /* A gap behind the last dropped payload is walked over too, to be joined. */
    while (r < q->count && ((q->bytes > target && outq_droppable_bytes(q) > 0) || outq_slot_is_gap(*slot_at(q, r)))) {
        uintptr_t slot = *slot_at(q, r);
        struct payload *p = outq_slot_is_gap(slot) ? NULL : as_payload(slot);

        if (p == NULL || p->kind != PAYLOAD_DROPPABLE || r < stays) {
            put_back(q, &w, slot);
        } else {
            q->bytes -= p->len;
            payload_unref(p);
            put_back(q, &w, make_gap(1));
        }
        r++;
    }
    for (uint32_t i = 1; i <= w; i++) {
        *slot_at(q, r - i) = *slot_at(q, w - i);
    }
    q->head = (q->head + r - w) & (q->room - 1);
    q->count -= r - w;
    return before - q->bytes;
}

uint32_t outq_gap(const struct outq *q, uint32_t i)
{
    uintptr_t slot = i < q->count ? *slot_at(q, i) : 0;

    return outq_slot_is_gap(slot) ? gap_count(slot) : 0;
}

void outq_fill_gap(struct outq *q, uint32_t i, struct payload *p)
{
    CHECK(outq_gap(q, i) > 0);
    *slot_at(q, i) = (uintptr_t)payload_ref(p);
    q->bytes += p->len;
    if (p->kind != PAYLOAD_DROPPABLE) {
        q->kept_bytes += p->len;
    }
}

int outq_gather(const struct outq *q, struct iovec *iov, int max)
{
    uint32_t n = q->count < (uint32_t)max ? q->count : (uint32_t)max;
    uint32_t i;

    for (i = 0; i < n; i++) {
        uintptr_t slot = *slot_at(q, i);

        if (outq_slot_is_gap(slot)) {
            break;
        }
        iov[i].iov_base = as_payload(slot)->data;
        iov[i].iov_len = as_payload(slot)->len;
    }
    if (i > 0 && q->sent > 0) {
        iov[0].iov_base = (char *)iov[0].iov_base + q->sent;
        iov[0].iov_len -= q->sent;
    }
    return (int)i;
}

static void release_ring(struct outq *q, struct outq_pool *pool)
{
    if (q->slots != NULL) {
        ring_put(pool, q->slots, q->room);
    }
    *q = (struct outq){0};
}

void outq_consume(struct outq *q, struct outq_pool *pool, size_t n)
{
    while (n > 0) {
        struct payload *p = as_payload(*slot_at(q, 0));
        uint32_t left = p->len - q->sent;

        if (q->sent == 0 && p->kind == PAYLOAD_DROPPABLE) {
            q->kept_bytes += p->len; /* a payload that is partly written is not droppable */
        }
        if (n < left) {
            q->sent += (uint32_t)n;
            return;
        }
        n -= left;
        q->sent = 0;
        q->bytes -= p->len;
        q->kept_bytes -= p->len;
        q->head = (q->head + 1) & (q->room - 1);
        q->count--;
        payload_unref(p);
    }
    if (q->count == 0) {
        release_ring(q, pool);
    }
}

void outq_settle(struct outq_pool *pool)
{
    struct outq_owed *owed = &pool->owed;

    for (uint32_t i = 0; i < owed->count; i++) {
        struct payload *p = as_payload(owed->slots[i]);

        p->refs -= owed->times - 1;
        payload_unref(p);
    }
    owed->count = 0;
}

/* The references that are owed keep the payloads, so no other payload can get the address of one of them. */
void outq_consume_all(struct outq *q, struct outq_pool *pool)
{
    struct outq_owed *owed = &pool->owed;
    const uintptr_t *slots = q->slots + q->head;

    pool->is_busy = q->count > OUTQ_SMALL_ROOM;
    if (q->count < 2 || q->count > OUTQ_OWED_SLOTS || q->head + q->count > q->room) {
        for (uint32_t i = 0; i < q->count; i++) {
            payload_unref(as_payload(*slot_at(q, i)));
        }
    } else if (q->count == owed->count && memcmp(slots, owed->slots, q->count * sizeof(*slots)) == 0) {
        owed->times++;
    } else {
        outq_settle(pool);
        memcpy(owed->slots, slots, q->count * sizeof(*slots));
        owed->count = q->count;
        owed->times = 1;
    }
    release_ring(q, pool);
}

static void unref_from(struct outq *q, uint32_t first)
{
    for (uint32_t i = first; i < q->count; i++) {
        uintptr_t slot = *slot_at(q, i);

        if (!outq_slot_is_gap(slot)) {
            q->bytes -= as_payload(slot)->len;
            payload_unref(as_payload(slot));
        }
    }
    q->count = first;
}

void outq_drop_unsent(struct outq *q, struct outq_pool *pool, uint32_t pinned)
{
    unref_from(q, first_free(q, pinned));
    q->kept_bytes = q->bytes;
    if (q->count == 0) {
        release_ring(q, pool);
    }
}

void outq_fini(struct outq *q, struct outq_pool *pool)
{
    unref_from(q, 0);
    release_ring(q, pool);
}

void outq_pool_fini(struct outq_pool *pool)
{
    outq_settle(pool);
    for (unsigned i = 0; i < OUTQ_POOL_SIZES; i++) {
        while (pool->sizes[i].first != NULL) {
            uintptr_t *ring = pool->sizes[i].first;

            pool->sizes[i].first = (void *)ring[0];
            free(ring);
        }
        pool->sizes[i].count = 0;
    }
}

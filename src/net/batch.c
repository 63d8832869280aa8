/* net/batch.c: remembers one sequence of payloads and copies it. */
#include "config.h"

#include "net/batch.h"

#include <string.h>

static void drop(struct batch *b)
{
    for (uint32_t i = 0; i < b->count && !b->borrows; i++) {
        payload_unref((struct payload *)b->slots[i]);
    }
    b->count = 0;
    b->base = b->keeps ? b->base + b->bytes : 0;
    b->bytes = 0;
}

void batch_forget(struct batch *b)
{
    drop(b);
    b->base = 0;
}

/* The references, the queues' own if the batch borrows, keep the payloads from being freed, so no other payload can get
 * the address of a remembered one. */
static void remember(struct batch *b, const uintptr_t *slots, uint32_t count)
{
    drop(b);
    for (uint32_t i = 0; i < count; i++) {
        if (outq_slot_is_gap(slots[i])) {
            drop(b);
            return;
        }
        if (!b->borrows) {
            payload_ref((struct payload *)slots[i]);
        }
        b->slots[b->count++] = slots[i];
    }
}

static void copy(struct batch *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        const struct payload *p = (const struct payload *)b->slots[i];

        memcpy(b->data + b->base + b->bytes, p->data, p->len);
        b->bytes += p->len;
    }
}

bool batch_find(struct batch *b, const struct outq *q, struct iovec *one)
{
    const uintptr_t *slots = q->slots + q->head;

    if (q->count < 2 || q->count > BATCH_SLOTS || q->bytes > BATCH_BYTES - b->base || q->sent > 0 ||
        q->head + q->count > q->room) {
        return false;
    }
    if (b->count != q->count || memcmp(b->slots, slots, q->count * sizeof(*slots)) != 0) {
        remember(b, slots, q->count);
        return false;
    }
    if (b->bytes == 0) {
        copy(b);
    }
    *one = (struct iovec){.iov_base = b->data + b->base, .iov_len = b->bytes};
    return true;
}

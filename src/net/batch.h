/* net/batch.h: copies the payloads of a turn into one piece, for all connections whose queues hold the same payloads.
 *
 * In a busy room nearly all queues hold the same payloads in the same order at the end of a turn, and a
 * write of 32 pieces of 80 bytes costs the kernel twice as much as a write of one piece of 2.5 KB.  If two queues in a
 * row hold the same payloads, these are copied into one piece when the second queue is written; the second and the
 * following connections write that piece.  A batch remembers one sequence of payloads, with a reference to each, or,
 * if it borrows, without: then no queue changes before the batch forgets.
 * Used only by the flush: struct net has one, loop thread only; and each thread that writes has one that borrows
 * (net/shares.h). */
#ifndef CHATD_NET_BATCH_H
#define CHATD_NET_BATCH_H

#include "net/outq.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

enum { BATCH_SLOTS = 256, BATCH_BYTES = 32768 };

struct batch {
    bool borrows;   /* takes no references */
    bool keeps;     /* a piece is valid until the batch forgets */
    uint32_t base;  /* where the piece begins in data */
    uint32_t count; /* of payloads remembered; may be 0 */
    uint32_t bytes; /* used in data; 0 if the payloads are not copied yet */
    uintptr_t slots[BATCH_SLOTS];
    char data[BATCH_BYTES];
};

/* Points one at a piece with all bytes of q, valid until the next call or, if the batch keeps it, until it forgets.
 * Returns false if q does not hold the remembered payloads; they are then remembered for the next queue, if q is fit
 * for that (several payloads, none partly written, no gap). */
bool batch_find(struct batch *b, const struct outq *q, struct iovec *one);
/* Forgets the payloads and gives back the references. */
void batch_forget(struct batch *b);

#endif

/* net/batch.h: a turn's lines laid side by side, for all whose queues hold the same ones.
 *
 * In a busy room nearly everybody's queue ends a turn with the same payloads in the same order, and a
 * write of 32 pieces of 80 bytes costs the kernel twice what one of 2.5 KB does.  So the second queue in
 * a row that holds what the one before held has it copied into one piece, and the others after it write
 * that piece.  Remembers one sequence of payloads, with a reference to each.  Embedded in struct net,
 * used by the flush alone; loop thread only. */
#ifndef CHATD_NET_BATCH_H
#define CHATD_NET_BATCH_H

#include "net/outq.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

enum { BATCH_SLOTS = 256, BATCH_BYTES = 32768 };

struct batch {
    uint32_t count; /* payloads remembered; 0: none */
    uint32_t bytes; /* of data that are filled; 0: they are not copied yet */
    uintptr_t slots[BATCH_SLOTS];
    char data[BATCH_BYTES];
};

/* Points one at all that q holds, valid until the next call.  False when that is not at hand in one piece:
 * then it is remembered for the next one, if it is fit for that (several payloads, none partly written,
 * no gap). */
bool batch_find(struct batch *b, const struct outq *q, struct iovec *one);
/* Gives up what it remembers. */
void batch_forget(struct batch *b);

#endif

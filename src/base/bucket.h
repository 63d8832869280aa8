/* base/bucket.h: a token bucket: how fast somebody may go on, and how much at once.
 *
 * It fills at rate tokens a period up to burst; what is done takes tokens out.  It may go below
 * zero: something that costs more than there is runs once a token is there, and is paid off later.
 * Embedded by its owner; any one thread.  The time is clock_elapsed_ms(), since others go on while the process
 * stands still. */
#ifndef CHATD_BASE_BUCKET_H
#define CHATD_BASE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
    uint64_t at_ms;  /* when level was right */
    int64_t level;   /* in tokens * period_ms, so that nothing is rounded away */
};

struct bucket_rate {
    uint64_t tokens;    /* per period; 0: no limit */
    uint64_t period_ms; /* at least 1 */
    uint64_t burst;     /* the most it holds, in tokens, at least 1 */
    uint64_t extra_ms;  /* it holds what this time brings on top: its owner could not look for so long */
};

/* A full bucket. */
void bucket_init(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* True when a whole token is there (always, without a limit). */
bool bucket_has(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* Takes out cost tokens, below zero if need be. */
void bucket_take(struct bucket *b, const struct bucket_rate *rate, uint64_t cost);
/* Puts tokens back that were taken; more than the bucket holds are lost. */
void bucket_give(struct bucket *b, const struct bucket_rate *rate, uint64_t tokens);
/* True when nothing is missing. */
bool bucket_is_full(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* The time in which an empty bucket gains one token, rounded up, at least 1; 0 without a limit. */
uint64_t bucket_token_ms(const struct bucket_rate *rate);

#endif

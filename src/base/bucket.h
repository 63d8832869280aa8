/* base/bucket.h: a token bucket: limits a rate and the size of a burst.
 *
 * The bucket gains tokens at a fixed rate, up to its capacity; each action takes tokens out.  The level may go below
 * zero: an action that costs more than the bucket holds runs as soon as one token is there, and the debt is paid off
 * by the tokens that come later.  Embedded by its owner; one thread at a time.  now_ms is clock_elapsed_ms(), which
 * counts standstills of the process, since peers go on during them. */
#ifndef CHATD_BASE_BUCKET_H
#define CHATD_BASE_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket {
    uint64_t at_ms;  /* the time for which level holds */
    int64_t level;   /* in tokens * period_ms, so that nothing is lost by rounding */
};

struct bucket_rate {
    uint64_t tokens;    /* gained per period; 0 if there is no limit */
    uint64_t period_ms; /* at least 1 */
    uint64_t burst;     /* the capacity in tokens, at least 1 */
    uint64_t extra_ms;  /* the capacity is larger by the tokens of this time, during which the process stood still */
};

/* Makes a full bucket. */
void bucket_init(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* Returns true if the bucket holds at least one token, or if there is no limit. */
bool bucket_has(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* Takes out cost tokens; the level may go below zero. */
void bucket_take(struct bucket *b, const struct bucket_rate *rate, uint64_t cost);
/* Puts back tokens that were taken; those beyond the capacity are lost. */
void bucket_give(struct bucket *b, const struct bucket_rate *rate, uint64_t tokens);
/* How much is missing to a full bucket, in tokens * period_ms; 0 if there is no limit. */
uint64_t bucket_missing(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* Returns true if the bucket is full, or if there is no limit. */
bool bucket_is_full(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms);
/* The time in which the bucket gains one token, rounded up, at least 1; 0 if there is no limit. */
uint64_t bucket_token_ms(const struct bucket_rate *rate);

#endif

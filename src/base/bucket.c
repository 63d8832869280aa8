/* base/bucket.c: the token bucket's arithmetic. */
#include "config.h"

#include "base/bucket.h"

static int64_t capacity(const struct bucket_rate *rate)
{
    return (int64_t)(rate->burst * rate->period_ms + rate->extra_ms * rate->tokens);
}

static void fill(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms)
{
    int64_t missing = capacity(rate) - b->level;
    uint64_t passed = now_ms - b->at_ms;

    b->at_ms = now_ms;
    /* Compared in time first: a long pause times a high rate would overflow. */
    if (missing <= 0 || passed >= (uint64_t)missing / rate->tokens + 1) {
        b->level = capacity(rate); /* also when a reload has made the bucket smaller */
    } else {
        b->level += (int64_t)(passed * rate->tokens);
    }
}

void bucket_init(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms)
{
    b->at_ms = now_ms;
    b->level = capacity(rate);
}

bool bucket_has(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms)
{
    if (rate->tokens == 0) {
        return true;
    }
    fill(b, rate, now_ms);
    return b->level >= (int64_t)rate->period_ms;
}

void bucket_take(struct bucket *b, const struct bucket_rate *rate, uint64_t cost)
{
    if (rate->tokens != 0) {
        b->level -= (int64_t)(cost * rate->period_ms);
    }
}

void bucket_give(struct bucket *b, const struct bucket_rate *rate, uint64_t tokens)
{
    if (rate->tokens != 0) {
        b->level += (int64_t)(tokens * rate->period_ms);
        if (b->level > capacity(rate)) {
            b->level = capacity(rate);
        }
    }
}

uint64_t bucket_missing(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms)
{
    if (rate->tokens == 0) {
        return 0;
    }
    fill(b, rate, now_ms);
    return b->level < capacity(rate) ? (uint64_t)(capacity(rate) - b->level) : 0;
}

bool bucket_is_full(struct bucket *b, const struct bucket_rate *rate, uint64_t now_ms)
{
    return bucket_missing(b, rate, now_ms) == 0;
}

uint64_t bucket_token_ms(const struct bucket_rate *rate)
{
    return rate->tokens == 0 ? 0 : (rate->period_ms + rate->tokens - 1) / rate->tokens;
}

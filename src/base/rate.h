/* base/rate.h: how often something happened in the last seconds, without a timer of its own.
 *
 * Each second has a count; noting brings the ring up to date.  Embedded by its owner, zeroed at first;
 * the loop's clock; any one thread. */
#ifndef CHATD_BASE_RATE_H
#define CHATD_BASE_RATE_H

#include <stdint.h>

enum { RATE_SECONDS = 10 };

struct rate {
    uint64_t second;               /* of the newest count */
    uint32_t counts[RATE_SECONDS]; /* by second modulo their number */
};

/* It has happened once more. */
void rate_note(struct rate *rate, uint64_t now_ms);
/* How often it happened in the last RATE_SECONDS seconds. */
uint64_t rate_sum(struct rate *rate, uint64_t now_ms);
/* How often in a second, on average over these; 0 when it did not. */
double rate_per_second(struct rate *rate, uint64_t now_ms);

#endif

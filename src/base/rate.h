/* base/rate.h: counts how often something happened in the last seconds, without a timer.
 *
 * A ring holds one count for each second; every call brings it up to date.  Embedded by its owner, which zeroes it
 * first.  now_ms is the loop's clock.  One thread at a time. */
#ifndef CHATD_BASE_RATE_H
#define CHATD_BASE_RATE_H

#include <stdint.h>

enum { RATE_SECONDS = 10 };

struct rate {
    uint64_t second;               /* the second of the newest count */
    uint32_t counts[RATE_SECONDS]; /* indexed by the second modulo RATE_SECONDS */
};

/* Counts one event. */
void rate_note(struct rate *rate, uint64_t now_ms);
/* The number of events in the last RATE_SECONDS seconds. */
uint64_t rate_sum(struct rate *rate, uint64_t now_ms);
/* The average number of events per second in that time. */
double rate_per_second(struct rate *rate, uint64_t now_ms);

#endif

/* base/rate.c: a ring of counts, one for each second. */
#include "config.h"

#include "base/rate.h"

/* Zeroes the counts of the seconds that have passed since the newest count. */
static void catch_up(struct rate *rate, uint64_t now_ms)
{
    uint64_t second = now_ms / 1000;

    for (int i = 0; i < RATE_SECONDS && rate->second < second; i++) {
        rate->counts[++rate->second % RATE_SECONDS] = 0;
    }
    if (rate->second < second) { /* all counts are zero by now */
        rate->second = second;
    }
}

void rate_note(struct rate *rate, uint64_t now_ms)
{
    catch_up(rate, now_ms);
    rate->counts[rate->second % RATE_SECONDS]++;
}

uint64_t rate_sum(struct rate *rate, uint64_t now_ms)
{
    uint64_t sum = 0;

    catch_up(rate, now_ms);
    for (int i = 0; i < RATE_SECONDS; i++) {
        sum += rate->counts[i];
    }
    return sum;
}

double rate_per_second(struct rate *rate, uint64_t now_ms)
{
    return (double)rate_sum(rate, now_ms) / RATE_SECONDS;
}

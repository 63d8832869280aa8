/* base/histogram.h: a histogram of measured amounts: counts in fixed buckets, and the sum of all amounts.
 *
 * Embedded by its owner.  Loop thread only. */
#ifndef CHATD_BASE_HISTOGRAM_H
#define CHATD_BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BOUNDS = 16 };

struct histogram {
    const uint64_t *bounds; /* borrowed; ascending; bucket i counts amounts above bound i - 1 and up to bound i */
    size_t count;           /* of bounds, at most HISTOGRAM_BOUNDS */
    uint64_t buckets[HISTOGRAM_BOUNDS + 1]; /* the last one counts amounts above all bounds */
    uint64_t sum;
};

void histogram_init(struct histogram *h, const uint64_t *bounds, size_t count);
/* Counts an amount.  O(count); O(1) for an amount in the first bucket. */
void histogram_add(struct histogram *h, uint64_t amount);

#endif

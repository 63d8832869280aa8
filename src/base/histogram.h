/* base/histogram.h: how often a measured amount was how large: counts in fixed buckets, and the sum.
 *
 * Embedded by who measures.  Loop thread only. */
#ifndef CHATD_BASE_HISTOGRAM_H
#define CHATD_BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BOUNDS = 16 };

struct histogram {
    const uint64_t *bounds; /* borrowed; growing; the i-th bucket holds what is greater than the bound before it
                             * and at most its own */
    size_t count;           /* of bounds, at most HISTOGRAM_BOUNDS */
    uint64_t buckets[HISTOGRAM_BOUNDS + 1]; /* the last one: above all bounds */
    uint64_t sum;
};

void histogram_init(struct histogram *h, const uint64_t *bounds, size_t count);
/* O(count), and at once for what falls into the first bucket. */
void histogram_add(struct histogram *h, uint64_t amount);

#endif

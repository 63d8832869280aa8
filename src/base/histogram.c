/* base/histogram.c: finds the bucket of an amount. */
#include "config.h"

#include "base/histogram.h"

#include "base/check.h"

void histogram_init(struct histogram *h, const uint64_t *bounds, size_t count)
{
    CHECK(count <= HISTOGRAM_BOUNDS);
    *h = (struct histogram){.bounds = bounds, .count = count};
}

void histogram_add(struct histogram *h, uint64_t amount)
{
    size_t i = 0;

    while (i < h->count && amount > h->bounds[i]) {
        i++;
    }
    h->buckets[i]++;
    h->sum += amount;
}

/* base/pick.c: quickselect, once for each end of the page. */
#include "config.h"

#include "base/pick.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 16 }; /* so many items are sorted at once */

uint64_t pick_rank_of_name(const char *name)
{
    uint64_t rank = 0;

    for (int i = 0; i < 8; i++) {
        rank = rank << 8 | (uint8_t)*name;
        name += *name != '\0';
    }
    return rank;
}

uint64_t pick_rank_of(uint32_t first, const char *name)
{
    return (uint64_t)first << 32 | pick_rank_of_name(name) >> 32;
}

static int compare(const void *a, const void *b)
{
    const struct pick *x = a, *y = b;

    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    return strcmp(x->name, y->name);
}

static void swap(struct pick *a, struct pick *b)
{
    struct pick c = *a;

    *a = *b;
    *b = c;
}

/* Moves the median of the first, the middle and the last item to the beginning. */
static void find_pivot(struct pick *list, size_t count)
{
    struct pick *a = list, *b = list + count / 2, *c = list + count - 1;

    if (compare(a, b) > 0) {
        swap(a, b);
    }
    if (compare(b, c) > 0) {
        swap(b, c);
    }
    if (compare(a, b) > 0) {
        swap(a, b);
    }
    swap(list, b);
}

/* Partitions the list into the items before the pivot, the pivot, and the items behind it.  Returns the index of the
 * pivot. */
static size_t part(struct pick *list, size_t count)
{
    size_t low = 1, high = count - 1;

    find_pivot(list, count);
    for (;;) {
        while (low <= high && compare(&list[low], list) < 0) {
            low++;
        }
        while (low <= high && compare(&list[high], list) > 0) {
            high--;
        }
        if (low >= high) {
            break;
        }
        swap(&list[low++], &list[high--]);
    }
    swap(list, &list[low - 1]);
    return low - 1;
}

/* Moves the items so that none before index k is greater than one from k on.  If the partitions get smaller too slowly,
 * as with an order chosen for that, the rest is sorted. */
static void part_at(struct pick *list, size_t count, size_t k)
{
    unsigned rounds = 0;

    for (size_t n = count; n > 0; n /= 2) {
        rounds += 2;
    }
    while (count > FEW && rounds-- > 0 && k > 0 && k < count) {
        size_t at = part(list, count);

        if (k <= at) {
            count = at;
        } else {
            list += at + 1;
            count -= at + 1;
            k -= at + 1;
        }
    }
    if (k > 0 && k < count) {
        qsort(list, count, sizeof(*list), compare);
    }
}

size_t pick_page(struct pick *list, size_t count, size_t from, size_t n)
{
    if (from >= count) {
        return 0;
    }
    if (n > count - from) {
        n = count - from;
    }
    part_at(list, count, from);
    part_at(list + from, count - from, n);
    qsort(list + from, n, sizeof(*list), compare);
    return n;
}

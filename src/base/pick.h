/* base/pick.h: finds one page of a sorted list without sorting the whole list.
 *
 * This is linear in the length of the list, and O(n log n) at worst, whatever order and names a peer has chosen.
 * Pure functions; any thread. */
#ifndef CHATD_BASE_PICK_H
#define CHATD_BASE_PICK_H

#include <stddef.h>
#include <stdint.h>

/* An item of the list.  Items are ordered by rank, and items of equal rank by name (bytes). */
struct pick {
    uint64_t rank;
    const char *name; /* borrowed */
    const void *item; /* the caller's */
};

/* A rank made of the first bytes of name, for lists that are sorted by name: few names are then compared whole. */
uint64_t pick_rank_of_name(const char *name);
/* A rank for lists that are sorted by the number first, and by name among equal numbers. */
uint64_t pick_rank_of(uint32_t first, const char *name);

/* Moves the count items of list so that the n items from index from on are the same, in the same order, as if the list
 * were sorted.  Returns the number of items in the page: fewer than n at the list's end. */
size_t pick_page(struct pick *list, size_t count, size_t from, size_t n);

#endif

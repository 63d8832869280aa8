/* base/pick.h: a page of a sorted list, without sorting the list.
 *
 * Finding the page is linear in the length of the list, whoever chose its order and its names: at worst n log n.
 * Pure functions; any thread. */
#ifndef CHATD_BASE_PICK_H
#define CHATD_BASE_PICK_H

#include <stddef.h>
#include <stdint.h>

/* One of the list: those of lower rank first, among equals by name (bytes). */
struct pick {
    uint64_t rank;
    const char *name; /* borrowed */
    const void *item; /* the caller's */
};

/* A rank by the first bytes of name, for lists that are sorted by name: so that few names need be compared whole. */
uint64_t pick_rank_of_name(const char *name);
/* The same behind a first number, which decides. */
uint64_t pick_rank_of(uint32_t first, const char *name);

/* Moves the items so that those from index from on, at most n of them, are the ones that would be there if all count
 * were sorted, in their order.  Returns how many there are. */
size_t pick_page(struct pick *list, size_t count, size_t from, size_t n);

#endif

/* base/nearest.h: finds the word nearest to one that was typed, for "did you mean ...?".  Pure functions; any
 * thread. */
#ifndef CHATD_BASE_NEAREST_H
#define CHATD_BASE_NEAREST_H

#include <stddef.h>

/* The edit distance of two strings in bytes.  A swap of two neighbours counts as one edit; ASCII case is ignored.  A
 * distance above limit is returned as limit + 1.  Only the first 63 bytes of a string count. */
unsigned nearest_distance(const char *a, const char *b, unsigned limit);

/* Keeps the best of several candidates.  The caller sets wanted and zeroes the rest before the first nearest_try(). */
struct nearest {
    const char *wanted; /* the typed word; borrowed */
    const char *best;   /* NULL while no candidate is near enough; borrowed from nearest_try()'s caller */
    unsigned distance;  /* of best */
};

/* Offers a candidate.  It is near enough if the distance is at most 1, or at most a third of the length of the longer
 * word, and the words have something in common.  A candidate that begins with the typed word (2 bytes or more) has
 * distance 1.  Of candidates with equal distances the first one is kept. */
void nearest_try(struct nearest *n, const char *candidate);

#endif

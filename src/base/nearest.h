/* base/nearest.h: "did you mean ...?".  Pure functions; any thread. */
#ifndef CHATD_BASE_NEAREST_H
#define CHATD_BASE_NEAREST_H

#include <stddef.h>

/* The edit distance of two strings by bytes, where a swap of two neighbours counts as one edit and
 * ASCII case is ignored; anything over limit is reported as limit + 1.  Strings of more than 63 bytes
 * are taken as far as that. */
unsigned nearest_distance(const char *a, const char *b, unsigned limit);

/* Keeps the best candidate of several.  Zeroed but for wanted before the first nearest_try(). */
struct nearest {
    const char *wanted; /* what was typed; borrowed */
    const char *best;   /* NULL while no candidate is near enough; borrowed from nearest_try()'s caller */
    unsigned distance;  /* of best */
};

/* Offers one candidate.  Near enough is a distance of at most a third of the longer one's length, and
 * at least 1, that leaves something in common; a candidate that begins with what was typed (2 bytes or
 * more) counts as distance 1.  Of equal distances the first offered stays. */
void nearest_try(struct nearest *n, const char *candidate);

#endif

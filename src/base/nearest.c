/* base/nearest.c: computes the optimal string alignment distance: insertions, deletions, substitutions and swaps of
 * neighbours, where no byte is edited twice.  Only the diagonal band that is reachable within limit is
 * computed, so that a search through many candidates is cheap. */
#include "config.h"

#include "base/nearest.h"

#include <string.h>

enum { MAX_BYTES = 63, FAR = 2 * MAX_BYTES };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The distance of the first la bytes of a and the first lb bytes of b; limit is at most MAX_BYTES.  Row i holds the
 * distances between the first i bytes of a and the first j bytes of b, for each j of the band. */
static unsigned distance(const char *a, unsigned la, const char *b, unsigned lb, unsigned limit)
{
    unsigned rows[3][MAX_BYTES + 2];

    for (unsigned j = 0; j <= lb; j++) {
        rows[0][j] = j;
    }
    for (unsigned i = 1; i <= la; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *prev = rows[(i + 2) % 3];
        const unsigned *prev2 = rows[(i + 1) % 3];
        unsigned first = i > limit ? i - limit : 1;
        unsigned last = least(lb, i + limit);
        unsigned best;

        row[first - 1] = first == 1 ? i : FAR;
        best = row[first - 1];
        for (unsigned j = first; j <= last; j++) {
            char ca = lower(a[i - 1]);
            char cb = lower(b[j - 1]);

            row[j] = least(prev[j - 1] + (ca != cb), least(prev[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && ca == lower(b[j - 2]) && lower(a[i - 2]) == cb) {
                row[j] = least(row[j], prev2[j - 2] + 1);
            }
            best = least(best, row[j]);
        }
        row[last + 1] = FAR; /* the band of the next row goes one column further and reads this one */
        if (best > limit) {
            return limit + 1;
        }
    }
    return least(rows[la % 3][lb], limit + 1);
}

unsigned nearest_distance(const char *a, const char *b, unsigned limit)
{
    unsigned la = (unsigned)strnlen(a, MAX_BYTES);
    unsigned lb = (unsigned)strnlen(b, MAX_BYTES);

    limit = least(limit, MAX_BYTES); /* no distance exceeds the length of the longer string */
    if ((la > lb ? la - lb : lb - la) > limit) {
        return limit + 1;
    }
    return distance(a, la, b, lb, limit);
}

/* Returns nonzero if s begins with prefix; ASCII case is ignored. */
static int begins_with(const char *s, const char *prefix)
{
    while (*prefix != '\0' && lower(*s) == lower(*prefix)) {
        s++;
        prefix++;
    }
    return *prefix == '\0';
}

void nearest_try(struct nearest *n, const char *candidate)
{
    unsigned wanted_len = (unsigned)strnlen(n->wanted, MAX_BYTES);
    unsigned len = (unsigned)strnlen(candidate, MAX_BYTES);
    unsigned longer = len > wanted_len ? len : wanted_len;
    unsigned limit = longer >= 6 ? longer / 3 : 1;
    unsigned d;

    limit = least(limit, longer - (longer > 0)); /* as many edits as bytes mean that nothing is in common */
    if (n->best != NULL) {
        if (n->distance == 0) {
            return;
        }
        limit = least(limit, n->distance - 1);
    }
    d = nearest_distance(n->wanted, candidate, limit);
    if (d > 1 && wanted_len >= 2 && begins_with(candidate, n->wanted)) {
        d = 1;
        limit = n->best != NULL ? n->distance - 1 : 1;
    }
    if (d <= limit) {
        n->best = candidate;
        n->distance = d;
    }
}

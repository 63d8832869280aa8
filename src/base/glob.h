/* base/glob.h: patterns with wildcards: * is any text, also none, ? is one character.
 *
 * People choose both pattern and texts: matching takes one step for each character of the text, whatever the two are.
 * Pure functions; any thread. */
#ifndef CHATD_BASE_GLOB_H
#define CHATD_BASE_GLOB_H

#include <stdbool.h>
#include <stdint.h>

enum { GLOB_CHARS = 63 }; /* of a pattern, without the stars */

/* A pattern that is ready to be matched.  What is matched is a set of places in it, of which bit i says that the
 * characters before its i-th have been found. */
struct glob {
    uint32_t count;          /* of characters */
    uint32_t other_count;
    uint64_t stays;          /* places with a star before them: any character may come there without a step */
    uint64_t ascii[128];     /* by character: the places at which it is one step on */
    uint64_t other[GLOB_CHARS]; /* the same of each of: */
    uint32_t others[GLOB_CHARS]; /* characters beyond ASCII, their bytes in one number */
    uint64_t any;            /* places of a '?' */
};

/* pattern is valid UTF-8; false when it is too long. */
bool glob_init(struct glob *g, const char *pattern);
/* True when all of text, valid UTF-8, is as the pattern says. */
bool glob_matches(const struct glob *g, const char *text);
/* True when s has a wildcard. */
bool glob_is_pattern(const char *s);

#endif

/* base/glob.h: patterns with wildcards: '*' matches any text, the empty one too, and '?' matches one character.
 *
 * Peers choose both the pattern and the texts.  So matching takes one step for each character of the text, whatever the
 * pattern is.  Pure functions; any thread. */
#ifndef CHATD_BASE_GLOB_H
#define CHATD_BASE_GLOB_H

#include <stdbool.h>
#include <stdint.h>

enum { GLOB_CHARS = 63 }; /* of a pattern, without the stars */

/* A compiled pattern.  The state of a match is a set of positions in the pattern: bit i is set if the text so far
 * matches the pattern's first i characters. */
struct glob {
    uint32_t count;          /* of characters in the pattern */
    uint32_t other_count;    /* of others */
    uint64_t stays;          /* the positions behind a star, where any character of the text is skipped */
    uint64_t ascii[128];     /* by character: the positions from which it leads one step on */
    uint64_t other[GLOB_CHARS]; /* the same for each character in others */
    uint32_t others[GLOB_CHARS]; /* characters beyond ASCII, the bytes of each in one number */
    uint64_t any;            /* the positions of a '?' */
};

/* Compiles pattern, which is valid UTF-8.  Returns false if it is too long. */
bool glob_init(struct glob *g, const char *pattern);
/* Returns true if the pattern matches all of text, which is valid UTF-8. */
bool glob_matches(const struct glob *g, const char *text);
/* Returns true if s has a wildcard. */
bool glob_is_pattern(const char *s);

#endif

/* base/glob.h: patterns with wildcards: * is any text, also none, ? is one character.
 *
 * Pure functions; any thread. */
#ifndef CHATD_BASE_GLOB_H
#define CHATD_BASE_GLOB_H

#include <stdbool.h>

/* True when all of text is as the pattern says; both are valid UTF-8.  Takes at most strlen(pattern) * strlen(text)
 * steps, whatever the pattern is. */
bool glob_matches(const char *pattern, const char *text);
/* True when s has a wildcard. */
bool glob_is_pattern(const char *s);

#endif

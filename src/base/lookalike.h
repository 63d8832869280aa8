/* base/lookalike.h: which of a few words a name looks like, whatever script its letters are of.
 *
 * Pure functions; any thread. */
#ifndef CHATD_BASE_LOOKALIKE_H
#define CHATD_BASE_LOOKALIKE_H

#include <stdbool.h>

/* True when s, valid UTF-8, looks like word: for its letters stand those that the table in lookalike.c has, in any
 * case, width or style and with any marks.  word is of the letters e, g, m, o, r, s, t, u, v and y. */
bool lookalike_is(const char *s, const char *word);
/* The same for word and decimal digits of any script behind it, at least one. */
bool lookalike_is_numbered(const char *s, const char *word);

#endif

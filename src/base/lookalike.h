/* base/lookalike.h: tells whether a name looks like a given word, whatever script its letters belong to.
 *
 * Pure functions; any thread. */
#ifndef CHATD_BASE_LOOKALIKE_H
#define CHATD_BASE_LOOKALIKE_H

#include <stdbool.h>

/* Returns true if s, which is valid UTF-8, looks like word: each letter is that of word or one of its look-alikes in
 * the table in lookalike.c, in any case, width or style and with any marks.  word consists of the letters e, g, m, o,
 * r, s, t, u, v and y. */
bool lookalike_is(const char *s, const char *word);
/* The same for word followed by one or more decimal digits of any script. */
bool lookalike_is_numbered(const char *s, const char *word);

#endif

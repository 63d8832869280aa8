/* base/lookalike.h: what a name looks like, whatever characters it consists of.
 *
 * Pure functions; any thread. */
#ifndef CHATD_BASE_LOOKALIKE_H
#define CHATD_BASE_LOOKALIKE_H

#include <stdbool.h>

/* The skeleton of s, which is valid UTF-8 (Unicode's UTS 39, section 4): names whose skeletons are equal look the
 * same, in the case in which they are written.  The skeleton of most names is their folded form.  The caller frees
 * it. */
char *lookalike_skeleton(const char *s);

/* The word as which s, a name or a pattern of names, can be read at a glance: as the skeleton, but without marks, in
 * any style, and with digits for letters ("4dm1n").  Signs such as '*' stay.  The letter l becomes i.  The caller frees
 * it. */
char *lookalike_word(const char *s);

/* Returns true if s can be read as word, which is such a word. */
bool lookalike_is(const char *s, const char *word);
/* The same for word followed by one or more decimal digits of any script. */
bool lookalike_is_numbered(const char *s, const char *word);

#endif

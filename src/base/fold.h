/* base/fold.h: the forms of a text by which texts are compared.
 *
 * All functions are pure; any thread. */
#ifndef CHATD_BASE_FOLD_H
#define CHATD_BASE_FOLD_H

#include <stddef.h>

/* The folded form, by which names and searches are compared: compatibility decomposition, case
 * folding, composition (Unicode NFKC_Casefold).  Folding it again changes nothing.  It has up to 18 times as
 * many code points as s.  NUL-terminated; the caller frees it.  NULL if s is not valid UTF-8. */
char *fold_text(const char *s, size_t len);

/* The same for a short text: returns NULL also if its decomposition has more than most code points.  A longer text
 * costs no more than one of most code points. */
char *fold_short(const char *s, size_t len, size_t most);

/* The composed form (NFC) of valid UTF-8; the caller frees it.  NULL if s is not valid. */
char *fold_compose(const char *s, size_t len);

#endif

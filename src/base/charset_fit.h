/* base/charset_fit.h: what is shown for characters that a charset has no place for.
 *
 * Pure. */
#ifndef CHATD_BASE_CHARSET_FIT_H
#define CHATD_BASE_CHARSET_FIT_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

struct charset;

/* Appends valid UTF-8 to out, in which each cluster (base/cluster.h) that the charset has no place for is replaced: by
 * the same letter without its marks, by what ASCII has of the kind, such as " for a quotation mark, or by one '?'; what
 * shows nothing is left out.  The charset has all of the result, so the columns of a text are counted after this.
 * Fitting it again changes nothing. */
void charset_fit_add(const struct charset *charset, struct strbuf *out, const char *s, size_t len);
/* Fits UTF-8 and replaces it by its encoding in the charset; NULL: it stays. */
void charset_fit_encode(const struct charset *charset, struct strbuf *text, bool is_telnet);

#endif

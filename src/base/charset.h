/* base/charset.h: a charset of terminals that are not UTF-8, converted by iconv.
 *
 * Its bytes 0 to 127 are ASCII where they are no part of a longer character; no part of one is a control; and it has no
 * state from one character to the next.  So lines can be cut before they are decoded, and one converter serves
 * everybody.  One thread. */
#ifndef CHATD_BASE_CHARSET_H
#define CHATD_BASE_CHARSET_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum { CHARSET_HALF = 3 /* the most bytes of a character that is not complete */ };
#define CHARSET_BAD_BYTE '\xff' /* no UTF-8 has it */

struct charset;

/* Opens the converters that iconv has by that name, which it may load from the disk; name is kept.  NULL if it has
 * none, or if the charset is not like that. */
struct charset *charset_open(const char *name, const char *converter);
void charset_close(struct charset *charset);
/* Its name, as it is shown. */
const char *charset_name(const struct charset *charset);
/* Converts the len bytes at s to UTF-8, and appends that to out; a byte that belongs to no character becomes
 * CHARSET_BAD_BYTE.  Returns how many bytes are done with: all, if is_end; otherwise the first bytes of a character, up
 * to CHARSET_HALF, may be left. */
size_t charset_decode(const struct charset *charset, struct strbuf *out, const char *s, size_t len, bool is_end);
/* Returns true if the charset has all of the len bytes of UTF-8 at s. */
bool charset_has(const struct charset *charset, const char *s, size_t len);
/* Converts UTF-8 of which it has all, and appends that to out.  A byte 255 is doubled for telnet if is_telnet. */
void charset_encode(const struct charset *charset, struct strbuf *out, const char *s, size_t len, bool is_telnet);

#endif

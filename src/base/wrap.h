/* base/wrap.h: rows for a window of a known width.
 *
 * A line that is wider than the window would be broken by the terminal, anywhere, and what stands behind the
 * break would look like a line of its own.  Here it is broken at spaces, and rows that go on with a line begin
 * with blanks, which no line begins with.
 *
 * Clusters (Unicode's UAX #29) are not cut, except those that are wider than a row.  Pure functions; any
 * thread. */
#ifndef CHATD_BASE_WRAP_H
#define CHATD_BASE_WRAP_H

#include "base/strbuf.h"

#include <stddef.h>

enum {
    WRAP_INDENT = 4,       /* blanks before what goes on */
    WRAP_LEAST = 20,       /* columns; narrower windows count as such */
    WRAP_CLASSES = 14,     /* widths that messages are broken at, see wrap_class() */
};

/* The columns that text takes which may hold escape sequences that choose colours, bells and line ends. */
size_t wrap_columns(const char *text, size_t len);

/* Appends the len bytes at text, lines of such text, each ended by CR LF; no row is wider than columns, at
 * least WRAP_LEAST.  Appends at most wrap_most_bytes(len).  O(len). */
void wrap_lines(struct strbuf *out, const char *text, size_t len, unsigned columns);
static inline size_t wrap_most_bytes(size_t len)
{
    return len + len / 3 * 2 + 2 + WRAP_INDENT;
}

/* Peers choose the widths of their windows, and what is sent to many is broken once for each width: so there
 * are few widths.  The number of the widest that fits into so many columns, below WRAP_CLASSES. */
unsigned wrap_class(unsigned columns);
unsigned wrap_class_columns(unsigned class);

#endif

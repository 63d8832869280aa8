/* base/wrap.h: breaks lines into rows for a window of a known width.
 *
 * A terminal breaks a line that is wider than the window anywhere, and the text behind the break can look like a line
 * of its own.  The functions here break it at spaces and begin each further row with blanks; no line begins with
 * blanks.
 *
 * Clusters (Unicode's UAX #29) are not cut, except those that are wider than a row.  Pure functions; any
 * thread. */
#ifndef CHATD_BASE_WRAP_H
#define CHATD_BASE_WRAP_H

#include "base/strbuf.h"

#include <stddef.h>

enum {
    WRAP_INDENT = 4,       /* blanks at the beginning of a row that continues a line */
    WRAP_LEAST = 20,       /* columns; a narrower window counts as one of this width */
    WRAP_CLASSES = 14,     /* the number of widths for which messages are broken, see wrap_class() */
};

/* The number of columns that the len bytes at text take.  Bells, line ends and the escape sequences for colours take
 * none. */
size_t wrap_columns(const char *text, size_t len);

/* Appends the len bytes at text, broken into rows of at most columns (but not less than WRAP_LEAST) columns.  The text
 * consists of lines that end with CR LF and may hold the same escape sequences and bells.  Appends at most
 * wrap_most_bytes(len) bytes.  O(len). */
void wrap_lines(struct strbuf *out, const char *text, size_t len, unsigned columns);
/* The number of rows that wrap_lines() makes of a line without its CR LF; at least 1. */
unsigned wrap_rows(const char *line, size_t len, unsigned columns);
static inline size_t wrap_most_bytes(size_t len)
{
    return len + len / 3 * 2 + 2 + WRAP_INDENT;
}

/* A message to many receivers is broken once for each width, and peers choose the widths of their windows, so there are
 * few widths.  Returns the number (below WRAP_CLASSES) of the widest one that fits into so many columns. */
unsigned wrap_class(unsigned columns);
unsigned wrap_class_columns(unsigned class);

#endif

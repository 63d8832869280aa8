/* base/log_line.h: how a record is written as a line.
 *
 * A string value that holds a space, a quote, '=', a backslash, nothing, or what text_clean() would change is put in
 * double quotes and escaped here, the one place for that.  Within quotes: \" \\ \n \r \t, \xHH for other control
 * bytes and for bytes that are no valid UTF-8, \u{XXXX} for controls and invisible code points past ASCII.  A value
 * is cut at 1024 bytes, a line at LOG_LINE_BYTES, and "..." stands where.  Any thread. */
#ifndef CHATD_BASE_LOG_LINE_H
#define CHATD_BASE_LOG_LINE_H

#include "base/log_record.h"

#include <stddef.h>

enum { LOG_LINE_BYTES = 4000 }; /* with its end: less than PIPE_BUF, so a pipe takes a line whole or not at all */

struct log_line {
    size_t len;
    char data[LOG_LINE_BYTES]; /* not NUL-terminated */
};

/* "2026-11-21T12:00:00.123Z info  phrase key=value\n": the whole line. */
void log_line_make(struct log_line *line, const struct log_record *record);
/* Appends "phrase key=value", behind whatever short text is there already. */
void log_line_add_event(struct log_line *line, const struct log_record *record);

#endif

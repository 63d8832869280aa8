/* base/log_line.h: writes a record as a line.
 *
 * This is the only place that escapes values.  A string value is put in double quotes and escaped if it is empty, holds
 * a space, a quote, '=' or a backslash, or is not clean text (text_clean()).  Within quotes the escapes are \" \\ \n
 * \r \t, \xHH for other control bytes and for bytes that are no valid UTF-8, and \u{XXXX} for control characters and
 * invisible code points beyond ASCII.  A value is cut at 1024 bytes and a line at LOG_LINE_BYTES; "..." marks the cut.
 * Any thread. */
#ifndef CHATD_BASE_LOG_LINE_H
#define CHATD_BASE_LOG_LINE_H

#include "base/log_record.h"

#include <stddef.h>

enum { LOG_LINE_BYTES = 4000 }; /* line end included; at most PIPE_BUF, so a pipe takes a line whole or not at all */

struct log_line {
    size_t len;
    char data[LOG_LINE_BYTES]; /* not NUL-terminated */
};

/* Makes the whole line: "2026-11-21T12:00:00.123Z info  phrase key=value\n". */
void log_line_make(struct log_line *line, const struct log_record *record);
/* Appends "phrase key=value" to the short text that line holds already. */
void log_line_add_event(struct log_line *line, const struct log_record *record);

#endif

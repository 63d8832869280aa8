/* base/log.h: the log: one line for each event, a short phrase and then key=value pairs.
 *
 *   2026-11-21T12:00:00.123Z info  client closed client=12 reason=quit address=127.0.0.1:5000
 *
 * A destination of the log is a sink (base/log_sink.h), opened by base/log_place.h.  base/log_line.h defines the form
 * of a line and is the only place that escapes: callers pass a peer's text as it came.  Keys are lower-case words, and
 * the same thing has the same key everywhere.  man/chatd.8 lists them; the journal gets each as a field,
 * CHATD_CLIENT=12.
 *
 * A write never waits.  If the sink takes nothing, lines are lost and counted; `log lines lost count=N` is written when
 * the sink takes lines again.  A process that logs to a pipe must ignore SIGPIPE.  A process has one log, so the state
 * is static and there is no handle.  errno is preserved.  Loop thread only. */
#ifndef CHATD_BASE_LOG_H
#define CHATD_BASE_LOG_H

#include "base/log_record.h"

#include <stdbool.h>
#include <stdint.h>

#define log_error(phrase, ...) log_write(LOG_LEVEL_ERROR, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_warn(phrase, ...) log_write(LOG_LEVEL_WARN, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_info(phrase, ...) log_write(LOG_LEVEL_INFO, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_debug(phrase, ...) log_write(LOG_LEVEL_DEBUG, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_at(level, phrase, ...) log_write(level, phrase, LOG_FIELDS(__VA_ARGS__))

/* Writes an event.  phrase is a string literal; the last of fields has the key NULL. */
void log_write(enum log_level level, const char *phrase, const struct log_field *fields);

/* The level is LOG_LEVEL_INFO until this is called. */
void log_set_level(enum log_level level);
/* Returns true if a line of that level would be written. */
bool log_has_level(enum log_level level);

/* ---- where it goes ---- */

struct clock;
struct log_sink;
struct timeq;

/* Takes over sink, logs to it from now on, and closes the sink before it.  Until the first call lines go to standard
 * error.  The number of lines lost so far is written to the new sink. */
void log_use(struct log_sink *sink);
/* Closes a sink that was not passed to log_use(); does nothing for NULL. */
void log_drop(struct log_sink *sink);
/* Opens the log file anew, after the administrator has moved the old one away.  Returns false and does nothing if the
 * log does not go to a file. */
bool log_reopen(void);
/* Returns the queue in which the log waits to try a sink again that took nothing.  The loop runs the queue; clock is
 * the loop's.  Without this call, the sink is tried again by the next line only. */
struct timeq *log_retry_by(struct clock *clock);
/* Writes what is left and closes the log; waits for the sink for a few seconds if necessary.  Does not use the
 * clock. */
void log_close(void);
/* The number of lines lost since the start of the process. */
uint64_t log_lost(void);

#endif

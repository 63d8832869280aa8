/* base/log.h: one line an event: a short phrase, then key=value pairs.
 *
 *   2026-11-21T12:00:00.123Z info  client closed client=12 reason=quit address=127.0.0.1:5000
 *
 * A place to log to is a sink (base/log_sink.h), which base/log_place.h opens.  The form of a line stands in
 * base/log_line.h; callers hand over a peer's text as it came, which is escaped there alone.  Keys are lower-case
 * words of chatd's own, the same for the same thing everywhere: man/chatd.8 lists them, and the journal gets each as a
 * field, CHATD_CLIENT=12.
 *
 * A write never waits: when the place takes nothing now, lines are counted, and `log lines lost count=N` tells them
 * once it takes something again.  Whoever logs to a pipe ignores SIGPIPE.  The log is the process's one, hence
 * module state here and no handle.  errno is kept.  Loop thread only. */
#ifndef CHATD_BASE_LOG_H
#define CHATD_BASE_LOG_H

#include "base/log_record.h"

#include <stdbool.h>
#include <stdint.h>

#define log_error(phrase, ...) log_write(LOG_LEVEL_ERROR, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_warn(phrase, ...) log_write(LOG_LEVEL_WARN, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_info(phrase, ...) log_write(LOG_LEVEL_INFO, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_debug(phrase, ...) log_write(LOG_LEVEL_DEBUG, phrase, LOG_FIELDS(__VA_ARGS__))

/* phrase is a literal of chatd's own; fields is ended by a key of NULL. */
void log_write(enum log_level level, const char *phrase, const struct log_field *fields);

/* LOG_LEVEL_INFO at first. */
void log_set_level(enum log_level level);
/* Whether a line of that level would be written. */
bool log_has_level(enum log_level level);

/* ---- where it goes ---- */

struct clock;
struct log_sink;
struct timeq;

/* Logs to sink from now on, and takes it over; the one before is closed.  Without it lines go to standard error.
 * Lines that were lost before are told in the new place. */
void log_use(struct log_sink *sink);
/* Closes a sink that was never used; NULL is harmless. */
void log_drop(struct log_sink *sink);
/* The administrator has moved the file away: opens it anew.  False, and nothing, for other places. */
bool log_reopen(void);
/* Gives the queue that waits to try a place that took nothing again, for a loop to run; clock is the loop's.  Without
 * it the next line tries. */
struct timeq *log_retry_by(struct clock *clock);
/* Writes what is left, waiting for the place for a few seconds if need be; the clock may be gone by then. */
void log_close(void);
/* How many lines were lost since the start of the process. */
uint64_t log_lost(void);

#endif

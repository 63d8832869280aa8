/* base/log.h: one line an event: a short phrase, then key=value pairs; and where it goes.
 *
 *   2026-11-21T12:00:00.123Z info  client closed client=12 reason=quit address=127.0.0.1:5000
 *
 * A place to log to is a sink (base/log_sink.h): standard error, the journal, syslog or a file.  The form of a line
 * stands in base/log_line.h; callers hand over a peer's text as it came, which is escaped there alone.  Keys are
 * lower-case words of chatd's own, the same for the same thing everywhere: man/chatd.8 lists them, and the journal
 * gets each as a field, CHATD_CLIENT=12.
 *
 * A write never waits: when the place takes nothing now, lines are counted, and `log lines lost count=N` tells them
 * once it takes something again.  Whoever logs to a pipe ignores SIGPIPE.  The log is the process's one, hence
 * module state here and no handle.  errno is kept.  Loop thread only. */
#ifndef CHATD_BASE_LOG_H
#define CHATD_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
    const char *key; /* NULL ends a list */
    const char *str; /* the value; NULL: num is the value */
    int64_t num;
};

#define LOG_STR(k, v) ((struct log_field){.key = (k), .str = (v)})
#define LOG_NUM(k, v) ((struct log_field){.key = (k), .num = (int64_t)(v)})
#define LOG_END ((struct log_field){0}) /* for a last field that may be missing */
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ) {0}})

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

enum log_target {
    LOG_TARGET_AUTO, /* the journal, when standard error leads there and it can be reached; else standard error */
    LOG_TARGET_JOURNAL,
    LOG_TARGET_SYSLOG,
    LOG_TARGET_STDERR,
    LOG_TARGET_FILE,
};

enum log_facility {
    LOG_FACILITY_DAEMON,
    LOG_FACILITY_USER,
    LOG_FACILITY_LOCAL0,
    LOG_FACILITY_LOCAL7 = LOG_FACILITY_LOCAL0 + 7,
};

struct log_place {
    enum log_target target;
    const char *file; /* its path, for LOG_TARGET_FILE */
    enum log_facility facility; /* for LOG_TARGET_SYSLOG */
};

struct clock;
struct log_sink;
struct timeq;

/* Opens a place, and leaves the log where it is.  NULL, with a sentence that names the place in err, and for a file
 * with why in errno, when it cannot be opened.  The sink is for log_use() or log_drop().  Any thread. */
struct log_sink *log_open(const struct log_place *place, char *err, size_t err_size);
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

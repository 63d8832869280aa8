/* base/log.h: one line an event: a short phrase, then key=value pairs.
 *
 *   2026-11-21T12:00:00.123Z info  client closed id=12 reason=quit address=127.0.0.1:5000
 *
 * A string value that holds a space, a quote, '=', a backslash, nothing, or what text_clean() would
 * change is put in double quotes and escaped here, the one place for that: callers hand over a peer's
 * text as it came.  Within quotes: \" \\ \n \r \t, \xHH for other control bytes and for bytes that are no
 * valid UTF-8, \u{XXXX} for controls and invisible code points past ASCII.  A value is cut at 1024 bytes,
 * a line at 4000, and "..." stands where.
 *
 * A write never waits: on a pipe, a socket or a terminal whose reader is behind, lines are counted, and
 * `log lines lost count=N` tells them when a later line finds room again.  Standard error's own open
 * file description, which other programs share, is left as it is.  Whoever logs to a pipe ignores
 * SIGPIPE.  The log is the process's one standard error, hence module state here and no handle.  errno
 * is kept.  Loop thread only. */
#ifndef CHATD_BASE_LOG_H
#define CHATD_BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
    const char *key; /* NULL ends a list */
    const char *str; /* the value; NULL: num is the value */
    int64_t num;
};

#define LOG_STR(k, v) ((struct log_field){.key = (k), .str = (v)})
#define LOG_NUM(k, v) ((struct log_field){.key = (k), .num = (int64_t)(v)})
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ) {0}})

#define log_error(phrase, ...) log_write(LOG_LEVEL_ERROR, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_warn(phrase, ...) log_write(LOG_LEVEL_WARN, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_info(phrase, ...) log_write(LOG_LEVEL_INFO, phrase, LOG_FIELDS(__VA_ARGS__))
#define log_debug(phrase, ...) log_write(LOG_LEVEL_DEBUG, phrase, LOG_FIELDS(__VA_ARGS__))

/* Begins to log to fd (not owned; standard error is 2), lines up to level.  Without it lines go to
 * standard error, up to LOG_LEVEL_INFO.  May be called again; lines lost before are told in the new
 * place.  log_close() tries once more to write what is left. */
void log_open(int fd, enum log_level level);
void log_set_level(enum log_level level);
void log_close(void);

/* phrase is a literal of chatd's own; fields is ended by a key of NULL. */
void log_write(enum log_level level, const char *phrase, const struct log_field *fields);

/* A limit on a kind of line that peers can cause, embedded by who writes it, zeroed at first: at most
 * LOG_LIMIT_BURST lines at once and one more a second.  Returns nonzero when a line may be written
 * now; *skipped is then how many were not since the last one.  now_ms is the loop's clock. */
struct log_limit {
    uint64_t since_ms; /* when the allowance was last counted */
    uint32_t spent;    /* lines written of the burst */
    uint32_t skipped;  /* since the last line written */
};
enum { LOG_LIMIT_BURST = 50 };
int log_limit_allows(struct log_limit *limit, uint64_t now_ms, uint32_t *skipped);

#endif

/* base/log.c: the log in use: its level, its sink, and how many lines it has lost. */
#include "config.h"

#include "base/log.h"

#include "base/clock.h"
#include "base/log_file.h"
#include "base/log_sink.h"
#include "base/log_stream.h"
#include "base/timeq.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
    RETRY_FIRST_MS = 4,   /* before a sink that took nothing is tried again: about what a log daemon needs to run */
    RETRY_LAST_MS = 1000, /* each failed try doubles the wait, up to this */
    CLOSE_TRIES = 1000,   /* failed tries, 1 ms apart, before log_close() gives up the records that wait */
    CLOSE_WAIT_MS = 5000, /* for a file's disk; shorter than a service manager waits before it kills */
};

static struct {
    struct log_sink *sink; /* NULL until it is opened */
    enum log_level level;
    uint64_t untold;     /* lost lines that were not reported yet */
    uint64_t lost;       /* lines lost since the start */
    size_t waiting;      /* records that waited in the sink at the last try */
    struct clock *clock; /* NULL if only the next line tries again */
    struct timeq retrying;
    struct timeq_node node; /* in retrying, while records wait or lost lines are not reported */
} out = {.level = LOG_LEVEL_INFO};

static bool put(enum log_level level, const char *phrase, const struct log_field *fields)
{
    return out.sink->ops->put(out.sink, &(struct log_record){level, phrase, fields});
}

/* Reports lost lines.  Returns false if there are some that could not be reported. */
static bool tell_lost(void)
{
    if (out.untold > 0 && put(LOG_LEVEL_WARN, "log lines lost", LOG_FIELDS(LOG_NUM("count", out.untold)))) {
        out.untold = 0;
    }
    return out.untold == 0;
}

static size_t retry(void)
{
    out.waiting = out.sink->ops->retry != NULL ? out.sink->ops->retry(out.sink) : 0;
    return out.waiting;
}

static void lose(uint64_t lines)
{
    out.untold += lines;
    out.lost += lines;
}

/* Has the loop try again in wait_ms, if it runs the queue and there is something to try. */
static void try_later(uint64_t wait_ms)
{
    if (out.clock != NULL && !timeq_is_waiting(&out.node) && (out.untold > 0 || retry() > 0)) {
        out.retrying.wait_ms = wait_ms;
        timeq_push(&out.retrying, &out.node, clock_ms(out.clock));
    }
}

static void retry_due(struct timeq *q, struct timeq_node *node)
{
    uint64_t wait = q->wait_ms * 2 < RETRY_LAST_MS ? q->wait_ms * 2 : RETRY_LAST_MS;
    size_t before = out.waiting;

    (void)node;
    if (out.sink != NULL) {
        wait = retry() < before || (out.untold > 0 && tell_lost()) ? RETRY_FIRST_MS : wait;
        try_later(wait);
    }
}

struct timeq *log_retry_by(struct clock *clock)
{
    timeq_remove(&out.node);
    timeq_init(&out.retrying, RETRY_FIRST_MS, retry_due, NULL);
    out.clock = clock;
    return &out.retrying;
}

void log_write(enum log_level level, const char *phrase, const struct log_field *fields)
{
    int saved = errno; /* a caller may still want to look at it */

    if (level > out.level) {
        return;
    }
    if (out.sink == NULL) {
        out.sink = log_stream_open(STDERR_FILENO);
    }
    if (!tell_lost() || !put(level, phrase, fields)) {
        lose(1);
    }
    try_later(RETRY_FIRST_MS);
    errno = saved;
}

void log_set_level(enum log_level level)
{
    out.level = level;
}

bool log_has_level(enum log_level level)
{
    return level <= out.level;
}

uint64_t log_lost(void)
{
    return out.lost + log_file_lost();
}

/* ---- where it goes -------------------------------------------------------------------------------- */

/* Tries once more to write what is left, and closes the sink. */
static void let_go(void)
{
    if (out.sink != NULL) {
        tell_lost();
        lose(retry());
        log_drop(out.sink);
        out.sink = NULL;
    }
}

void log_use(struct log_sink *sink)
{
    let_go();
    out.sink = sink;
}

void log_drop(struct log_sink *sink)
{
    if (sink != NULL) {
        sink->ops->close(sink);
    }
}

bool log_reopen(void)
{
    if (out.sink == NULL || out.sink->ops->reopen == NULL) {
        return false;
    }
    out.sink->ops->reopen(out.sink);
    return true;
}

/* log_close() may wait, but not for a log daemon that hangs. */
static void wait_for_sink(void)
{
    size_t before = SIZE_MAX, now;

    for (int tries = 0; tries < CLOSE_TRIES && (now = retry()) > 0; tries++) {
        if (now < before) {
            tries = 0;
        }
        before = now;
        poll(NULL, 0, 1);
    }
}

void log_close(void)
{
    if (out.sink != NULL) {
        tell_lost();
        wait_for_sink();
    }
    let_go();
    out.untold = 0;
    timeq_remove(&out.node);
    out.clock = NULL;
    log_file_finish(CLOSE_WAIT_MS);
}

/* base/log.c: the log in use: its level, its sink, and how many lines it has lost. */
#include "config.h"

#include "base/log.h"

#include "base/log_file.h"
#include "base/log_journal.h"
#include "base/log_sink.h"
#include "base/log_stream.h"
#include "base/log_syslog.h"

#include <errno.h>
#include <unistd.h>

enum { CLOSE_WAIT_MS = 5000 }; /* for a file's disk: less than a service manager waits before it kills */

static struct {
    struct log_sink *sink; /* NULL: not opened */
    enum log_level level;
    uint64_t untold; /* lines lost and not told of yet */
    uint64_t lost;   /* since the start */
} out = {.level = LOG_LEVEL_INFO};

static bool put(enum log_level level, const char *phrase, const struct log_field *fields)
{
    return out.sink->ops->put(out.sink, &(struct log_record){level, phrase, fields});
}

/* False when lines were lost and that could not be told. */
static bool tell_lost(void)
{
    if (out.untold > 0 && put(LOG_LEVEL_WARN, "log lines lost", LOG_FIELDS(LOG_NUM("count", out.untold)))) {
        out.untold = 0;
    }
    return out.untold == 0;
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
        out.untold++;
        out.lost++;
    }
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

/* Never fails: who did not ask for a place gets what there is. */
static struct log_sink *open_auto(void)
{
    struct log_sink *journal = NULL;
    char err[256];

    if (log_journal_is_behind(STDERR_FILENO)) {
        journal = log_journal_open(LOG_JOURNAL_SOCKET, err, sizeof(err));
    }
    return journal != NULL ? journal : log_stream_open(STDERR_FILENO);
}

struct log_sink *log_open(const struct log_place *place, char *err, size_t err_size)
{
    switch (place->target) {
    case LOG_TARGET_JOURNAL:
        return log_journal_open(LOG_JOURNAL_SOCKET, err, err_size);
    case LOG_TARGET_SYSLOG:
        return log_syslog_open(LOG_SYSLOG_SOCKET, place->facility, err, err_size);
    case LOG_TARGET_STDERR:
        return log_stream_open(STDERR_FILENO);
    case LOG_TARGET_FILE:
        return log_file_open(place->file, err, err_size);
    case LOG_TARGET_AUTO:
        break;
    }
    return open_auto();
}

/* Tries once more to write what is left, and lets go of the place. */
static void let_go(void)
{
    if (out.sink != NULL) {
        tell_lost();
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

void log_reopen(void)
{
    if (out.sink != NULL && out.sink->ops->reopen != NULL) {
        out.sink->ops->reopen(out.sink);
    }
}

void log_close(void)
{
    let_go();
    out.untold = 0;
    log_file_finish(CLOSE_WAIT_MS);
}

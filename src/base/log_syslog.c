/* base/log_syslog.c: sends a datagram for each event.
 *
 * The datagrams are made here and not by syslog(3), which waits for a syslogd that hangs. */
#include "config.h"

#include "base/log_syslog.h"

#include "base/container.h"
#include "base/log_dgram.h"
#include "base/log_line.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

struct syslog {
    struct log_sink sink;
    struct log_dgram to;
    int facility; /* as in syslog.h */
};

/* RFC 3164, section 4.1.2: a day below 10 has a space before it; the names are English. */
static void add_head(struct log_line *line, int priority)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t now = time(NULL);
    struct tm tm;

    localtime_r(&now, &tm);
    line->len = (size_t)snprintf(line->data, sizeof(line->data), "<%d>%.3s %2d %02d:%02d:%02d chatd[%ld]: ", priority,
                                 months + 3 * (size_t)tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                                 (long)getpid());
}

static bool syslog_put(struct log_sink *sink, const struct log_record *record)
{
    struct syslog *s = CONTAINER_OF(sink, struct syslog, sink);
    struct log_line line;

    add_head(&line, s->facility | log_dgram_severity(record->level));
    log_line_add_event(&line, record);
    return log_dgram_send(&s->to, line.data, line.len);
}

static size_t syslog_retry(struct log_sink *sink)
{
    return log_dgram_retry(&CONTAINER_OF(sink, struct syslog, sink)->to);
}

static void syslog_close(struct log_sink *sink)
{
    struct syslog *s = CONTAINER_OF(sink, struct syslog, sink);

    log_dgram_close(&s->to);
    free(s);
}

static const struct log_sink_ops syslog_ops = {.put = syslog_put, .retry = syslog_retry, .close = syslog_close};

static int number_of(enum log_facility facility)
{
    if (facility >= LOG_FACILITY_LOCAL0) {
        return LOG_LOCAL0 + (int)(facility - LOG_FACILITY_LOCAL0) * (LOG_LOCAL1 - LOG_LOCAL0);
    }
    return facility == LOG_FACILITY_USER ? LOG_USER : LOG_DAEMON;
}

struct log_sink *log_syslog_open(const char *path, enum log_facility facility, char *err, size_t err_size)
{
    struct log_dgram to;
    struct syslog *s;

    if (!log_dgram_open(&to, path, err, err_size)) {
        return NULL;
    }
    tzset(); /* reads the zone's file now; localtime_r() would read it at the first line */
    s = mem_zalloc(sizeof(*s));
    s->sink.ops = &syslog_ops;
    s->to = to;
    s->facility = number_of(facility);
    return &s->sink;
}

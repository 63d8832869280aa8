/* libevent_log.c: translates libevent's severities to the log's levels. */
#include "config.h"

#include "libevent_log.h"

#include "base/log.h"
#include "base/log_limit.h"
#include "base/mem.h"

#include <event2/event.h>
#include <stdlib.h>

static struct {
    struct clock *clock;
    struct log_limit warned_log;
} events;

static void warn(const char *text)
{
    uint32_t unsaid;

    if (log_limit_allows(&events.warned_log, clock_ms(events.clock), &unsaid)) {
        log_warn("libevent warns", LOG_STR("error", text), LOG_NUM("unsaid", unsaid));
    }
}

static void log_cb(int severity, const char *text)
{
    switch (severity) {
    case EVENT_LOG_ERR:
        log_error("libevent fails", LOG_STR("error", text));
        break;
    case EVENT_LOG_WARN:
        warn(text);
        break;
    default:
        log_debug("libevent tells", LOG_STR("error", text));
        break;
    }
}

/* The error itself has just been logged. */
static void fatal_cb(int status)
{
    (void)status;
    log_close();
    abort();
}

void libevent_log_begin(struct clock *clock, struct timeq *telling)
{
    events.clock = clock;
    events.warned_log = (struct log_limit){.phrase = "libevent warns", .telling = telling};
    event_set_log_callback(log_cb);
    event_set_fatal_callback(fatal_cb);
    /* Parts of libevent do not check for NULL after allocating: evhttp uses the pointer.  This is not undone at the
     * end: memory is freed with the same free() as before. */
    event_set_mem_functions(mem_alloc, mem_realloc, free);
}

void libevent_log_end(void)
{
    event_set_log_callback(NULL);
    event_set_fatal_callback(NULL);
    timeq_remove(&events.warned_log.node);
}

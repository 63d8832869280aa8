/* lanes.c: the threads beside the loop's. */
#include "config.h"

#include "lanes.h"

#include "base/log.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct lane_spec specs[LANES] = {
    [LANES_FILES] = {.name = "files", .threads = 1, .most = 4, .drain_ms = 1000}, /* no reload is worth more */
    /* One thread, so that handshakes take at most one processor, and less where the loop wants it.  Each connection in
     * its handshake has at most one job here: tls.handshakes, and those that are over before their job is. */
    [LANES_TLS] = {.name = "tls", .threads = 1, .most = 1 << 20, .nice = 5, .drain_ms = 1000}, /* nothing is lost */
    /* One thread, so that it has the database for itself.  Its last job writes the last lines. */
    [LANES_STORE] = {.name = "store", .threads = 1, .most = 64, .drain_ms = 5000},
    [LANES_CHECK] = {.name = "check", .threads = 1, .most = 1, .drain_ms = 1000}, /* nothing is lost */
};

static void end_first(struct lanes *lanes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lanes->list[i] != NULL) {
            lane_end(lanes->list[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t lost = lanes->list[i] != NULL ? lane_free(lanes->list[i]) : 0;

        if (lost > 0) {
            log_error("jobs lost", LOG_STR("lane", specs[i].name), LOG_NUM("count", lost));
        }
    }
}

static bool is_needed(size_t lane, bool has_store)
{
    switch (lane) {
    case LANES_STORE:
    case LANES_CHECK:
        return has_store;
    case LANES_TLS:
#ifdef HAVE_OPENSSL
        return true;
#else
        return false;
#endif
    default:
        return true;
    }
}

bool lanes_begin(struct lanes *lanes, bool has_store, struct strbuf *errors)
{
    for (size_t i = 0; i < LANES; i++) {
        lanes->list[i] = NULL;
        if (!is_needed(i, has_store)) {
            continue;
        }
        lanes->list[i] = lane_new(&specs[i]);
        if (lanes->list[i] == NULL) {
            strbuf_addf(errors, "cannot begin the threads for %s: %s\n", specs[i].name, strerror(errno));
            end_first(lanes, i);
            return false;
        }
    }
    return true;
}

void lanes_end(struct lanes *lanes)
{
    end_first(lanes, LANES);
}

/* admin/metrics.h: the table of metrics: what the server counts and measures.
 *
 * The layers count in their own structs; each row of the table has a getter that reads the value when it is asked for.
 * No values are stored here.  Names follow the conventions of Prometheus; metrics_write() writes its text format, and
 * the status line and the control socket read single values by name.  No function waits: procfs is no disk.  Loop
 * thread only. */
#ifndef CHATD_ADMIN_METRICS_H
#define CHATD_ADMIN_METRICS_H

#include "base/histogram.h"
#include "base/lane.h"
#include "base/strbuf.h"
#include "chat/chat.h"
#include "net/admit.h"
#include "net/handshake.h"
#include "net/listener.h"
#include "net/net.h"
#include "net/tls_expiry.h"
#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The structs with the values; all borrowed. */
struct metrics {
    const struct admit *admit;
    const struct chat *chat;
    const struct listener_set *listeners;
    const struct tls_expiry *certificate; /* that is in force for TLS; NULL if there is no TLS */
    const struct handshake_set *handshakes;
    const struct net *net;
    const struct session_env *sessions;
    struct lane *passwords;        /* that hashes them; NULL if there is none */
    const struct histogram *turns; /* of the loop, in nanoseconds */
    const uint64_t *reloads;       /* METRICS_RELOADS counts, by result */
    const bool *is_reload_refused; /* the last reload was refused */
    int64_t started_ms;            /* when the process began, in milliseconds since 1970 (UTC) */
    uint64_t begun_ms;             /* the same moment by clock_ms() */
};

enum metrics_type { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

enum metrics_reload { METRICS_RELOAD_APPLIED, METRICS_RELOAD_REFUSED, METRICS_RELOADS };

/* The result of a getter whose value the system does not tell. */
#define METRICS_UNKNOWN UINT64_MAX

struct metrics_row {
    const char *name;
    enum metrics_type type;
    const char *help; /* one sentence, without its full stop */
    uint64_t per;     /* the number of get's units in one of the name's: 1000 if get returns milliseconds */
    /* The value; value i of a family, otherwise i is 0.  NULL for a histogram. */
    uint64_t (*get)(const struct metrics *m, size_t i);
    const struct histogram *(*histogram)(const struct metrics *m); /* NULL unless it is a histogram */
    /* For a family: the label's name, the number of its values, and value i, which is NULL if the family leaves it out.
     * Otherwise label is NULL. */
    const char *label;
    size_t label_count;
    const char *(*label_value)(size_t i);
};

/* Row i; NULL if i is past the last one. */
const struct metrics_row *metrics_at(size_t i);
/* The row of that name; NULL if there is none. */
const struct metrics_row *metrics_find(const char *name);
/* The value of the row of that name, which exists and is no histogram.  For a family it is the sum.  If per is not 1,
 * it is in the getter's unit (milliseconds, nanoseconds).  METRICS_UNKNOWN if the system does not tell it. */
uint64_t metrics_value(const struct metrics *m, const char *name);
/* Appends all metrics in the text format 0.0.4 of Prometheus. */
void metrics_write(const struct metrics *m, struct strbuf *out);
/* Appends one row; nothing if the system does not tell the value. */
void metrics_write_row(const struct metrics *m, const struct metrics_row *row, struct strbuf *out);

#endif

/* admin/metrics.h: what the server counts and measures: the one table, for whoever tells of it.
 *
 * The layers count in their own structs; a row knows where.  A value is read when it is asked for, and nothing is
 * kept here.  Names follow the conventions of Prometheus, whose text form metrics_write() writes; the status line and
 * the control socket ask for single values by name.  Asking never waits: procfs is no disk.  Loop thread only. */
#ifndef CHATD_ADMIN_METRICS_H
#define CHATD_ADMIN_METRICS_H

#include "base/histogram.h"
#include "base/strbuf.h"
#include "chat/chat.h"
#include "net/admit.h"
#include "net/listener.h"
#include "net/net.h"
#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the numbers are; all borrowed. */
struct metrics {
    const struct admit *admit;
    const struct chat *chat;
    const struct listener_set *listeners;
    const struct net *net;
    const struct session_env *sessions;
    const struct histogram *turns; /* of the loop, in nanoseconds */
    const uint64_t *reloads;       /* METRICS_RELOADS numbers: how often one came to what */
    const bool *is_reload_refused; /* the last one */
    int64_t started_ms;            /* when the process began, in milliseconds since 1970 (UTC) */
    uint64_t begun_ms;             /* the same moment by the clock that does not jump */
};

enum metrics_type { METRICS_COUNTER, METRICS_GAUGE, METRICS_HISTOGRAM };

enum metrics_reload { METRICS_RELOAD_APPLIED, METRICS_RELOAD_REFUSED, METRICS_RELOADS };

/* What a getter gives where the system does not tell. */
#define METRICS_UNKNOWN UINT64_MAX

struct metrics_row {
    const char *name;
    enum metrics_type type;
    const char *help; /* one sentence, without its full stop */
    uint64_t per;     /* so many of what get gives are one of what name says: 1000 when it gives milliseconds */
    /* The i-th value; i is 0 but in a family.  NULL for a histogram. */
    uint64_t (*get)(const struct metrics *m, size_t i);
    const struct histogram *(*histogram)(const struct metrics *m); /* NULL but for one */
    /* Of a family: the label's name, the number of its values and each of them; NULL for one that the family leaves
     * out.  Otherwise label is NULL. */
    const char *label;
    size_t label_count;
    const char *(*label_value)(size_t i);
};

/* The i-th row; NULL past the last. */
const struct metrics_row *metrics_at(size_t i);
/* NULL when there is none. */
const struct metrics_row *metrics_find(const char *name);
/* A value by name, which must be that of a row and no histogram: of a family the sum; in the row's smaller unit where
 * per is not 1 (milliseconds, nanoseconds).  METRICS_UNKNOWN where the system does not tell. */
uint64_t metrics_value(const struct metrics *m, const char *name);
/* The exposition of all, in the text format 0.0.4 of Prometheus; appended. */
void metrics_write(const struct metrics *m, struct strbuf *out);
/* The same of one row; nothing where the system does not tell the value. */
void metrics_write_row(const struct metrics *m, const struct metrics_row *row, struct strbuf *out);

#endif

/* base/log_limit.h: a limit on a kind of line that peers can cause.
 *
 * At most LOG_LIMIT_BURST lines at once and one more a second; those left out are counted.  The next line that is
 * written tells how many there were before it; when none follows for LOG_LIMIT_TELL_MS, a line of its own does.
 * Embedded by who writes the line.  Loop thread only. */
#ifndef CHATD_BASE_LOG_LIMIT_H
#define CHATD_BASE_LOG_LIMIT_H

#include "base/timeq.h"

#include <stdint.h>

enum { LOG_LIMIT_BURST = 50, LOG_LIMIT_TELL_MS = 10000 };

struct log_limit {
    const char *phrase;     /* of the lines */
    struct timeq *telling;  /* the owner's, of log_limit_due(); NULL: only a later line tells */
    struct timeq_node node; /* in telling, while there is something to tell */
    uint64_t since_ms;      /* when the allowance was last counted */
    uint32_t spent;         /* lines written of the burst */
    uint32_t skipped;       /* since the last line written */
};

/* Nonzero when a line may be written now; *skipped is then how many were not since the last one.  now_ms is the
 * loop's clock. */
int log_limit_allows(struct log_limit *limit, uint64_t now_ms, uint32_t *skipped);

/* A timeq_due_fn, for the queue that limits wait in: tells what was left out. */
void log_limit_due(struct timeq *q, struct timeq_node *node);

#endif

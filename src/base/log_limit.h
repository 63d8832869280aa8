/* base/log_limit.h: a rate limit for log lines that peers can cause.
 *
 * It allows LOG_LIMIT_BURST lines at once and one more per second; lines left out are counted.  The next line that is
 * written tells the count; if none follows for LOG_LIMIT_TELL_MS, a line is written for it.  Embedded by the module
 * that writes the lines.  Loop thread only. */
#ifndef CHATD_BASE_LOG_LIMIT_H
#define CHATD_BASE_LOG_LIMIT_H

#include "base/timeq.h"

#include <stdint.h>

enum { LOG_LIMIT_BURST = 50, LOG_LIMIT_TELL_MS = 10000 };

struct log_limit {
    const char *phrase;     /* of the lines */
    struct timeq *telling;  /* borrowed; calls log_limit_due(); NULL if only a later line tells the count */
    struct timeq_node node; /* in telling, while skipped is not 0 */
    uint64_t since_ms;      /* when spent was last reduced */
    uint32_t spent;         /* lines of the burst that were written */
    uint32_t skipped;       /* lines left out since the last one that was written */
};

/* Returns nonzero if a line may be written now; *skipped is then the number of lines left out since the last one.
 * now_ms is the loop's clock. */
int log_limit_allows(struct log_limit *limit, uint64_t now_ms, uint32_t *skipped);

/* The timeq_due_fn of the queue telling: writes a line with the number of lines left out. */
void log_limit_due(struct timeq *q, struct timeq_node *node);

#endif

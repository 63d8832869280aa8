/* base/log_limit.c: counts the lines of a burst, and allows new ones as time passes. */
#include "config.h"

#include "base/log_limit.h"

#include "base/container.h"
#include "base/log.h"

int log_limit_allows(struct log_limit *limit, uint64_t now_ms, uint32_t *skipped)
{
    *skipped = 0;
    if (limit->spent == 0 || now_ms < limit->since_ms) {
        limit->since_ms = now_ms;
    } else {
        uint64_t seconds = (now_ms - limit->since_ms) / 1000;

        limit->since_ms += seconds * 1000;
        limit->spent -= seconds < limit->spent ? (uint32_t)seconds : limit->spent;
        if (limit->spent == 0) {
            limit->since_ms = now_ms;
        }
    }
    if (limit->spent >= LOG_LIMIT_BURST) {
        limit->skipped += limit->skipped < UINT32_MAX;
        if (limit->telling != NULL && !timeq_is_waiting(&limit->node)) {
            timeq_push(limit->telling, &limit->node, now_ms);
        }
        return 0;
    }
    limit->spent++;
    *skipped = limit->skipped;
    limit->skipped = 0;
    timeq_remove(&limit->node);
    return 1;
}

void log_limit_due(struct timeq *q, struct timeq_node *node)
{
    struct log_limit *limit = CONTAINER_OF(node, struct log_limit, node);

    (void)q;
    log_info("lines left out", LOG_STR("line", limit->phrase), LOG_NUM("unsaid", limit->skipped));
    limit->skipped = 0;
}

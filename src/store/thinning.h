/* store/thinning.h: has old lines erased (store/retention.h) from time to time: a pass each minute, a step a job.
 *
 * Loop thread only. */
#ifndef CHATD_STORE_THINNING_H
#define CHATD_STORE_THINNING_H

#include "base/clock.h"
#include "base/lane.h"
#include "base/timeq.h"
#include "store/retention.h"

#include <stdbool.h>
#include <stdint.h>

struct thinning_job;

struct thinning_events {
    /* Called before each step, from the loop.  Returns false if the database fails; then the step is taken later. */
    bool (*may_step)(void *ctx);
    /* A pass is over, and has erased so many lines. */
    void (*erased)(void *ctx, uint64_t lines);
};

struct thinning {
    struct lane *lane; /* borrowed, as are the next two */
    struct clock *clock;
    struct db *db; /* used in the lane alone */
    const struct thinning_events *events;
    void *ctx;
    struct retention_limits limits;
    struct retention pass;
    struct thinning_job *job; /* in the lane; NULL: none */
    struct timeq due;         /* for a loop to run */
    struct timeq_node node;
};

/* The first pass begins a second later. */
void thinning_init(struct thinning *thinning, struct lane *lane, struct clock *clock, struct db *db,
                   const struct thinning_events *events, void *ctx);
/* New limits begin a new pass. */
void thinning_set_limits(struct thinning *thinning, const struct retention_limits *limits);
/* No event is called any more. */
void thinning_fini(struct thinning *thinning);

#endif

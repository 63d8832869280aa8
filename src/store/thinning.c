/* store/thinning.c: a job for each step, and a wait between two of them, in which the lane has time for others. */
#include "config.h"

#include "store/thinning.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdlib.h>

enum {
    FIRST_PASS_MS = 1000, /* after the start, or new limits */
    PASS_MS = 60000,      /* between two passes */
    STEP_MS = 20,         /* between two steps of one */
};

struct thinning_job {
    struct lane_job job;
    struct thinning *thinning; /* NULL: it has ended */
    struct db *db;
    struct retention_limits limits;
    int64_t now_ms;
    struct retention pass;
    bool is_more;
    enum db_fault fault;
};

static void run_step(struct lane_job *lane_job)
{
    struct thinning_job *job = CONTAINER_OF(lane_job, struct thinning_job, job);

    job->fault = db_open(job->db);
    if (job->fault == DB_OK) {
        job->fault = retention_step(job->db, &job->limits, job->now_ms, &job->pass, &job->is_more);
    }
}

static void wait_for_step(struct thinning *thinning, uint64_t ms)
{
    thinning->due.wait_ms = ms;
    timeq_push(&thinning->due, &thinning->node, clock_ms(thinning->clock));
}

static void step_done(struct lane_job *lane_job)
{
    struct thinning_job *job = CONTAINER_OF(lane_job, struct thinning_job, job);
    struct thinning *thinning = job->thinning;

    if (thinning == NULL) {
        return;
    }
    thinning->job = NULL;
    if (job->fault == DB_OK) {
        thinning->pass = job->pass;
    }
    if (job->fault == DB_OK && !job->is_more) {
        thinning->pass = (struct retention){.rest_until_ms = job->pass.rest_until_ms};
        if (job->pass.lines > 0) {
            thinning->events->erased(thinning->ctx, job->pass.lines);
        }
    }
    wait_for_step(thinning, job->fault == DB_OK && job->is_more ? STEP_MS : PASS_MS);
}

static void step_free(struct lane_job *job)
{
    free(CONTAINER_OF(job, struct thinning_job, job));
}

static const struct lane_job_ops ops = {.run = run_step, .done = step_done, .free = step_free};

static void step_due(struct timeq *q, struct timeq_node *node)
{
    struct thinning *thinning = q->ctx;
    struct thinning_job *job = mem_zalloc(sizeof(*job));

    (void)node;
    *job = (struct thinning_job){.job.ops = &ops,
                                 .thinning = thinning,
                                 .db = thinning->db,
                                 .limits = thinning->limits,
                                 .now_ms = clock_real_ms(thinning->clock),
                                 .pass = thinning->pass};
    if (thinning->events->may_step(thinning->ctx) && lane_push(thinning->lane, &job->job)) {
        thinning->job = job;
        return;
    }
    free(job);
    wait_for_step(thinning, PASS_MS);
}

void thinning_init(struct thinning *thinning, struct lane *lane, struct clock *clock, struct db *db,
                   const struct thinning_events *events, void *ctx)
{
    *thinning = (struct thinning){.lane = lane, .clock = clock, .db = db, .events = events, .ctx = ctx};
    timeq_init(&thinning->due, 0, step_due, thinning);
    wait_for_step(thinning, FIRST_PASS_MS);
}

static bool is_other(const struct retention_limits *was, const struct retention_limits *is)
{
    return was->keep_days != is->keep_days || was->keep_lines != is->keep_lines || was->max_bytes != is->max_bytes ||
           was->audit_days != is->audit_days;
}

void thinning_set_limits(struct thinning *thinning, const struct retention_limits *limits)
{
    if (is_other(&thinning->limits, limits) && thinning->job == NULL) {
        thinning->pass = (struct retention){.rest_until_ms = thinning->pass.rest_until_ms};
        wait_for_step(thinning, FIRST_PASS_MS);
    }
    thinning->limits = *limits;
}

void thinning_fini(struct thinning *thinning)
{
    timeq_remove(&thinning->node);
    if (thinning->job != NULL && !lane_cancel(thinning->lane, &thinning->job->job)) {
        thinning->job->thinning = NULL; /* it runs: what comes of it concerns nobody */
    }
}

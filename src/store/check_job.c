/* store/check_job.c: one job, and a flag that ends it early. */
#include "config.h"

#include "store/check_job.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "store/integrity.h"

#include <stdatomic.h>
#include <stdlib.h>

struct check_job {
    struct lane_job job;
    struct lane *lane;
    check_job_done_fn *done;
    void *ctx;
    char *path;
    atomic_bool stop; /* cancelled; also read by the thread */
    /* The thread's, until done() is called: */
    enum integrity result;
    struct strbuf report;
};

static void run_check(struct lane_job *lane_job)
{
    struct check_job *job = CONTAINER_OF(lane_job, struct check_job, job);

    job->result = integrity_check(job->path, &job->stop, &job->report);
}

static void check_done(struct lane_job *lane_job)
{
    struct check_job *job = CONTAINER_OF(lane_job, struct check_job, job);

    if (!atomic_load(&job->stop)) {
        job->done(job->ctx, job->result == INTEGRITY_DAMAGED, strbuf_str(&job->report));
    }
}

static void check_free(struct lane_job *lane_job)
{
    struct check_job *job = CONTAINER_OF(lane_job, struct check_job, job);

    strbuf_fini(&job->report);
    free(job->path);
    free(job);
}

static const struct lane_job_ops ops = {.run = run_check, .done = check_done, .free = check_free};

struct check_job *check_job_begin(struct lane *lane, const char *path, check_job_done_fn *done, void *ctx)
{
    struct check_job *job = mem_zalloc(sizeof(*job));

    job->job.ops = &ops;
    job->lane = lane;
    job->done = done;
    job->ctx = ctx;
    job->path = mem_strdup(path);
    if (!lane_push(lane, &job->job)) {
        check_free(&job->job);
        return NULL;
    }
    return job;
}

void check_job_cancel(struct check_job *job)
{
    atomic_store(&job->stop, true);
    (void)lane_cancel(job->lane, &job->job);
}

/* store/account_jobs.c: one job of the lane for each piece of work. */
#include "config.h"

#include "store/account_jobs.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdlib.h>

struct account_job {
    struct lane_job job; /* must_run: it writes */
    struct account_jobs *jobs; /* NULL: they have ended */
    struct account_job *next, **link;
    account_job_done_fn *done;
    void *who;
    /* The thread's: */
    struct db *db;
    account_rows_fn *fn;
    bool writes;
    struct account_work work;
};

static void take_out(struct account_job *job)
{
    if (job->jobs != NULL) {
        *job->link = job->next;
        if (job->next != NULL) {
            job->next->link = job->link;
        }
        job->jobs = NULL;
    }
}

static void job_run(struct lane_job *lane_job)
{
    struct account_job *job = CONTAINER_OF(lane_job, struct account_job, job);

    account_rows_run(job->db, job->fn, job->writes, &job->work);
}

static void job_done(struct lane_job *lane_job)
{
    struct account_job *job = CONTAINER_OF(lane_job, struct account_job, job);
    struct account_jobs *jobs = job->jobs;

    take_out(job);
    if (jobs != NULL && job->done != NULL) {
        job->done(jobs, job->who, &job->work);
    }
}

static void job_free(struct lane_job *lane_job)
{
    struct account_job *job = CONTAINER_OF(lane_job, struct account_job, job);

    take_out(job);
    account_rows_fini(&job->work);
    free(job);
}

static const struct lane_job_ops ops = {.run = job_run, .done = job_done, .free = job_free};

struct account_job *account_jobs_push(struct account_jobs *jobs, account_rows_fn *fn, bool writes,
                                      struct account_work *work, account_job_done_fn *done, void *who)
{
    struct account_job *job = mem_zalloc(sizeof(*job));

    job->job = (struct lane_job){.ops = &ops, .must_run = writes};
    job->done = done;
    job->who = who;
    job->db = jobs->db;
    job->fn = fn;
    job->writes = writes;
    job->work = *work;
    mem_wipe(work, sizeof(*work));
    if (!lane_push(jobs->lane, &job->job)) {
        job_free(&job->job);
        return NULL;
    }
    job->jobs = jobs;
    job->next = jobs->first;
    job->link = &jobs->first;
    if (job->next != NULL) {
        job->next->link = &job->next;
    }
    jobs->first = job;
    return job;
}

void account_jobs_forget(struct account_jobs *jobs, struct account_job *job)
{
    job->who = NULL;
    if (!job->writes) {
        (void)lane_cancel(jobs->lane, &job->job);
    }
}

void account_jobs_end(struct account_jobs *jobs)
{
    struct account_job *job;

    while ((job = jobs->first) != NULL) {
        take_out(job);
        if (!job->writes) {
            (void)lane_cancel(jobs->lane, &job->job);
        }
    }
}

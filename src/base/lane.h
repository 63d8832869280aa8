/* base/lane.h: a queue of jobs that wait for a disk or compute for long, and the threads that run them.
 *
 *   lane_push() --> first: [ran] [runs] [ran] [runs] [waits] [waits]
 *                     |                                 '-- the threads take the next job here and call run()
 *                     '-- lane_reap() calls done() in the loop's thread.   The bell rings when the first job has run.
 *
 * Each lane has its own threads, bound and bell, so a job that hangs in one lane does not delay another lane.  Jobs are
 * started in the order in which they were pushed, and are handed back in that order even if several threads run them.
 * run() uses only data that belongs to the job or never changes, so no other lock is needed.
 *
 * The threads are started with the lane: if the system cannot start one, that is an error at the start of the process
 * and not later.  They take no signals and are called chatd-NAME.  Every function is for the loop's thread, except
 * run(). */
#ifndef CHATD_BASE_LANE_H
#define CHATD_BASE_LANE_H

#include "base/turn.h"

#include <stdbool.h>
#include <stddef.h>

struct lane;
struct lane_job;

struct lane_job_ops {
    /* Does the work.  Called in a thread of the lane; may wait. */
    void (*run)(struct lane_job *job);
    /* Uses the result.  Called in the loop's thread after run(), but not for a job that lane_cancel(), lane_end() or
     * lane_free() takes out of the lane. */
    void (*done)(struct lane_job *job);
    /* Frees the job: after done(), or if done() is not called.  Called in the loop's thread, or, for a job that
     * lane_free() left behind, in a thread of the lane. */
    void (*free)(struct lane_job *job);
};

/* Embedded in a job. */
struct lane_job {
    const struct lane_job_ops *ops;
    bool must_run; /* lane_free() waits until it has run: something is lost without it */
    /* These belong to the lane while the job is in it: */
    unsigned char state;
    struct lane_job *next, **link;
};

/* How a lane is made.  name is borrowed, the rest is copied. */
struct lane_spec {
    const char *name;  /* at most 9 bytes: the system's names of threads are short */
    unsigned threads;  /* at least 1 */
    size_t most;       /* jobs in the lane: those that wait, run, or have run and were not handed back */
    int nice;          /* 0, or how much its threads yield to others, nice(2), if the system knows that of threads */
    unsigned drain_ms; /* how long lane_free() waits for jobs that run or must run */
};

/* Returns NULL and sets errno if the system has no descriptor or cannot start a thread. */
struct lane *lane_new(const struct lane_spec *spec);

/* Takes over the job.  done() is called by a later lane_reap(), never by this function.  Returns false if the lane is
 * full or is being ended; the job then stays the caller's. */
bool lane_push(struct lane *lane, struct lane_job *job);
/* Frees a job that is in the lane and was not started.  Returns false if it was started: it goes on and is handed
 * back. */
bool lane_cancel(struct lane *lane, struct lane_job *job);
/* The bell: a descriptor that is readable while there are jobs to hand back. */
int lane_bell(const struct lane *lane);
/* Hands back jobs that have run, at least one and then as many as turn has time for.  If some are left, the bell rings
 * again. */
void lane_reap(struct lane *lane, struct turn *turn);

/* Begins the end: the lane takes no more jobs, and jobs that wait and need not run are freed.  Jobs that must run go
 * on in the threads, so several lanes can end at the same time.  A second call does nothing. */
void lane_end(struct lane *lane);
/* The number of jobs that wait, run, or have run and are not reaped. */
size_t lane_count(struct lane *lane);
/* Ends the lane and frees it: waits for the jobs that run or must run, until drain_ms after lane_end().  A job that
 * still runs then is left behind: when it returns, its thread frees it, and the last thread frees the lane.  All other
 * jobs are freed.  Returns the number of jobs that must run and had not finished. */
size_t lane_free(struct lane *lane);

#endif

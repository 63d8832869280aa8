/* base/lane.h: jobs that may wait for a disk or compute for long, run by threads of their own beside the loop's.
 *
 *   lane_push() --> first: [ran] [runs] [ran] [runs] [waits] [waits]
 *                     |                                 '-- the threads take the next here, and call run()
 *                     '-- lane_reap(): done(), in the loop's thread.   bell: the first has run, the loop shall wake up
 *
 * Each lane has threads, a bound and a bell of its own, so what hangs in one holds up no other.  Jobs begin in the
 * order in which they were pushed, and are handed back in that order even when several threads run them.  A job owns
 * all that run() touches, or it is constant: so nothing else needs a lock.
 *
 * The threads begin with the lane: when the system does not have them, that is an error at the start of the process,
 * and none later.  They have no signals, and the name chatd-NAME.  Loop thread only, but for run(). */
#ifndef CHATD_BASE_LANE_H
#define CHATD_BASE_LANE_H

#include "base/turn.h"

#include <stdbool.h>
#include <stddef.h>

struct lane;
struct lane_job;

struct lane_job_ops {
    /* In a thread of the lane; may wait. */
    void (*run)(struct lane_job *job);
    /* In the loop's thread, after run().  Not called for what is still in the lane when its end begins. */
    void (*done)(struct lane_job *job);
    /* After done(), or instead of it.  In the loop's thread, but for a job that is left behind. */
    void (*free)(struct lane_job *job);
};

/* Embedded in a job. */
struct lane_job {
    const struct lane_job_ops *ops;
    bool must_run; /* even at the end: something is lost without it */
    /* The lane's, while the job is in it: */
    unsigned char state;
    struct lane_job *next, **link;
};

/* All of it is copied, but for the name, which is borrowed. */
struct lane_spec {
    const char *name;  /* at most 9 bytes: the system's names of threads are short */
    unsigned threads;  /* at least 1 */
    size_t most;       /* jobs in the lane: that wait, run, or have run and were not handed back */
    unsigned drain_ms; /* how long lane_free() waits for what still runs or must run */
};

/* NULL, with errno set, when there is no descriptor or no thread for it. */
struct lane *lane_new(const struct lane_spec *spec);

/* Takes the job over; done() is called in a later lane_reap(), never from here.  False when the lane is full or its end
 * has begun: the job stays the caller's. */
bool lane_push(struct lane *lane, struct lane_job *job);
/* Frees a job that was taken, was not handed back, and has not begun.  False when it has begun: it goes on, and is
 * handed back. */
bool lane_cancel(struct lane *lane, struct lane_job *job);
/* A descriptor that is readable while there is something to reap. */
int lane_bell(const struct lane *lane);
/* Hands back the jobs that have run, at least one and no more than turn has time for: then the bell rings for the
 * rest. */
void lane_reap(struct lane *lane, struct turn *turn);

/* The end begins: nothing more is taken, and what waits and need not run is freed.  What must run is run meanwhile, so
 * several lanes end at the same time.  The second time nothing. */
void lane_end(struct lane *lane);
/* Ends it, and waits for the jobs that run or must run until drain_ms after lane_end().  What still runs then is left
 * behind: it frees itself in its thread if it ever ends, and the lane with it.  All else is freed.  The result is how
 * many jobs that must run have not been seen to end. */
size_t lane_free(struct lane *lane);

#endif

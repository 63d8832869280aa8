/* base/work.h: jobs that may wait for a disk or compute for long, done by one thread beside the loop's.
 *
 *   work_push() --> todo --> run(), in the thread --> over --> done(), in work_reap()
 *                                                     bell: wakes the loop
 *
 * Jobs are run one after another and handed back in the order in which they were pushed.  A job owns all that run()
 * touches, or it is constant: so nothing else needs a lock.  The thread begins with the first job, so who has none
 * has no thread.  Loop thread, but for run(). */
#ifndef CHATD_BASE_WORK_H
#define CHATD_BASE_WORK_H

struct work;
struct work_job;

struct work_job_ops {
    /* In the thread; may wait.  Without signals, which are the loop's. */
    void (*run)(struct work_job *job);
    /* In the loop's thread, once it has run. */
    void (*done)(struct work_job *job);
    /* After done(), or instead of it when the end came before.  In the loop's thread, but for a job left behind. */
    void (*free)(struct work_job *job);
};

/* Embedded in a job. */
struct work_job {
    const struct work_job_ops *ops;
    struct work_job *next; /* while it is here */
};

/* NULL, with errno set, when there is no descriptor for it. */
struct work *work_new(void);
/* Frees what has not begun and what was not handed back, and waits for the job that runs, but no longer than wait_ms:
 * then it is left behind, and frees itself in its thread if it ever ends. */
void work_free(struct work *work, unsigned wait_ms);
/* Takes the job over.  done() is called in a later work_reap(), never from here. */
void work_push(struct work *work, struct work_job *job);
/* A descriptor that is readable while there is something to reap. */
int work_bell(const struct work *work);
/* Hands back the jobs that have run. */
void work_reap(struct work *work);

#endif

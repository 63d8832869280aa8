/* store/account_jobs.h: runs functions of store/account_rows.h in the store's lane, and returns their results.
 *
 * Loop thread only; the functions run in the lane's thread. */
#ifndef CHATD_STORE_ACCOUNT_JOBS_H
#define CHATD_STORE_ACCOUNT_JOBS_H

#include "base/lane.h"
#include "store/account_rows.h"

#include <stdbool.h>

struct account_job;
struct account_jobs;

/* Called from the loop when the work has run.  work->answer is ACCOUNTS_FAILED if the database has failed.  who is that
 * of account_jobs_push(), or NULL after account_jobs_forget(). */
typedef void account_job_done_fn(struct account_jobs *jobs, void *who, struct account_work *work);

struct account_jobs {
    struct lane *lane; /* borrowed, as is db, which is used in the lane alone */
    struct db *db;
    struct account_job *first; /* the jobs in the lane */
};

/* Begins a job.  Takes over what *work owns, also if it fails, and leaves *work zeroed.  writes is as for
 * account_rows_run(); work that writes is done even if the server stops meanwhile.  done may be NULL.  Returns NULL,
 * and does nothing, if the lane takes no more jobs. */
struct account_job *account_jobs_push(struct account_jobs *jobs, account_rows_fn *fn, bool writes,
                                      struct account_work *work, account_job_done_fn *done, void *who);
/* The job's done() will get NULL for who.  A job that only reads and has not begun is dropped, without done(). */
void account_jobs_forget(struct account_jobs *jobs, struct account_job *job);
/* No job's done() is called any more.  Jobs that write still run, as long as the lane and the database exist. */
void account_jobs_end(struct account_jobs *jobs);

#endif

/* store/account_jobs.h: work on rows, from the loop to the store's lane and back.
 *
 * Loop thread only, but for the work itself. */
#ifndef CHATD_STORE_ACCOUNT_JOBS_H
#define CHATD_STORE_ACCOUNT_JOBS_H

#include "base/lane.h"
#include "store/account_rows.h"

#include <stdbool.h>

struct account_job;
struct account_jobs;

/* The work was done, or the store has failed: then work->answer is ACCOUNTS_FAILED.  who: as given to
 * account_jobs_push(), NULL when it was forgotten since.  Called from the loop. */
typedef void account_job_done_fn(struct account_jobs *jobs, void *who, struct account_work *work);

struct account_jobs {
    struct lane *lane; /* borrowed, as is db, which is used in the lane alone */
    struct db *db;
    struct account_job *first; /* in the lane */
};

/* Takes over what *work owns, whatever comes of it, and leaves it zeroed.  writes: as for account_rows_run(); such work
 * is done even if the server stops meanwhile.  NULL: the lane is full, and nothing is done.  done may be NULL. */
struct account_job *account_jobs_push(struct account_jobs *jobs, account_rows_fn *fn, bool writes,
                                      struct account_work *work, account_job_done_fn *done, void *who);
/* done() gets NULL for who; work that only reads is not done at all if it has not begun. */
void account_jobs_forget(struct account_jobs *jobs, struct account_job *job);
/* No job's done() is called any more.  What writes is still done, as long as the lane and the database are there. */
void account_jobs_end(struct account_jobs *jobs);

#endif

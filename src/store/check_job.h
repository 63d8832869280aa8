/* store/check_job.h: checks a database (store/integrity.h) in a lane, for a caller in the loop.
 *
 * The check is one job, which may take minutes: it needs a lane that nobody else waits for.  Loop thread only. */
#ifndef CHATD_STORE_CHECK_JOB_H
#define CHATD_STORE_CHECK_JOB_H

#include "base/lane.h"

#include <stdbool.h>

struct check_job;

/* The end, called from the loop.  report has a line for each problem, and is "" if there is none.  Unless is_damaged,
 * it says why the database could not be read to the end. */
typedef void check_job_done_fn(void *ctx, bool is_damaged, const char *report);

/* Begins a check of the database at path; returns NULL if the lane is full. */
struct check_job *check_job_begin(struct lane *lane, const char *path, check_job_done_fn *done, void *ctx);
/* Gives it up, before done was called.  The lane is free again once the thread has noticed. */
void check_job_cancel(struct check_job *job);

#endif

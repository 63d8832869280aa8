/* store/backup_job.h: a backup (store/backup.h) made in a lane, a step a job, for a caller in the loop.
 *
 * Between two steps the lane has time for others' jobs.  Loop thread only. */
#ifndef CHATD_STORE_BACKUP_JOB_H
#define CHATD_STORE_BACKUP_JOB_H

#include "base/lane.h"

struct backup_job;

/* The end, called from the loop.  why: a sentence without its end if it failed, NULL if the copy is there. */
typedef void backup_job_done_fn(void *ctx, const char *why);

/* Copies the database at from to to; NULL if the lane is full.  What is at to is replaced only if it is a database, and
 * not the one that is copied. */
struct backup_job *backup_job_begin(struct lane *lane, const char *from, const char *to, backup_job_done_fn *done,
                                    void *ctx);
/* The percentage that is done, as of the last step that has ended. */
int backup_job_percent(const struct backup_job *job);
/* Gives it up, before done was called. */
void backup_job_cancel(struct backup_job *job);

#endif

/* session/job.h: work that a session goes on with later, while its lines wait.
 *
 * A job is a continuation: a line that waits for its turn, a command or verb that is done in steps or waits for the
 * store, a verb that waits for the chat.  A session has one at a time.  A job's steps run when its turn comes
 * among the sessions that do much (session/crowd.h).  When a job's steps are over, its then() is called.  Loop thread
 * only. */
#ifndef CHATD_SESSION_JOB_H
#define CHATD_SESSION_JOB_H

#include "session/session.h"

/* Initializes the queues of sessions with jobs: env->crowd and env->reading. */
void job_init(struct session_env *env);

/* Gives the session, which has no job, this one.  Its steps begin when its turn comes.  The command that runs becomes
 * the job's. */
void job_begin(struct session *s, struct session_job *job);
/* The same for a job that waits first: its next step comes after job_wake(), or after a time limit. */
void job_wait(struct session *s, struct session_job *job);
/* The same for a job without steps: it ends by job_end(), when the answer has come. */
void job_await(struct session *s, struct session_job *job);
/* The session's job no longer has to wait; does nothing if it does not wait. */
void job_wake(struct session *s);
/* Takes the job from the session; the caller frees it.  The job's command is the one that runs again. */
struct session_job *job_end(struct session *s);
/* Ends and frees the session's job, if it has one, because the session is over. */
void job_drop(struct session *s);

#endif

/* session/job.h: what a session goes on with later, while its lines wait.
 *
 * A job is a continuation: a line that waits for its turn, a command or verb that is done in steps or waits for the
 * store, a verb that waits for the chat.  A session has one at a time.  A job's steps come in its turn among those that
 * do much (session/crowd.h).  When it is over, its then is called, the same way whoever began it.  Loop thread only. */
#ifndef CHATD_SESSION_JOB_H
#define CHATD_SESSION_JOB_H

#include "session/session.h"

/* Initializes the queues of sessions with jobs: env->crowd and env->reading. */
void job_init(struct session_env *env);

/* The session has no job: it takes this one over, whose steps begin when its turn comes.  The command that runs becomes
 * the job's. */
void job_begin(struct session *s, struct session_job *job);
/* The same for a job that waits first.  Its next step comes after job_wake(), or when that does not come for too
 * long. */
void job_wait(struct session *s, struct session_job *job);
/* The same for a job without steps; whoever answers it ends it with job_end(). */
void job_await(struct session *s, struct session_job *job);
/* The session's job no longer has to wait; does nothing if it does not wait. */
void job_wake(struct session *s);
/* The job is the caller's, to be freed; its command is the one that runs. */
struct session_job *job_end(struct session *s);
/* The session is over: drops its job, if it has one. */
void job_drop(struct session *s);

/* The verb that runs waits for the chat, for as long as that takes; job_answered() follows, or the session ends.  about
 * is the name that it is about, which is kept for the answer; it may be NULL. */
void job_await_chat(struct session *s, session_then_fn *then, const char *about);
/* The chat has answered: the verb's command runs again, or another job goes on with it.  The caller tells what came of
 * it, and calls then.  about may be NULL, else *about is to be freed. */
session_then_fn *job_answered(struct session *s, char **about);

#endif

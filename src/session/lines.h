/* session/lines.h: the flow of a session's lines.
 *
 * The front end passes one line after another, until a hold is set (enum session_hold): for a command that finishes
 * later, an empty flood bucket, or other sessions that do much and came first (session/crowd.h).  When no hold is left,
 * the front end is asked for the next line.  Loop thread only. */
#ifndef CHATD_SESSION_LINES_H
#define CHATD_SESSION_LINES_H

#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>

/* Initializes the queue of sessions that wait for a token: env->flooded. */
void lines_init(struct session_env *env);
/* A line, as in struct frontend_events. */
bool lines_run(struct conn_owner *owner, char *text, size_t len, bool cut);
/* Charges cost lines of flood control.  Returns true if the next line may run. */
bool lines_may_go_on(struct session *s, unsigned cost);
/* Has the front end run lines again, if no hold is left. */
void lines_go_on(struct session *s);

/* ---- for commands ---- */

/* The command that runs goes on with a job, which is taken over, and returns VERB_PENDING. */
void lines_begin_job(struct session *s, struct session_job *job);
/* The same for a job that waits first: job_wait(). */
void lines_await_job(struct session *s, struct session_job *job);
/* A pending command has finished; worked says how, which the person has been told.  Its lines go on. */
void lines_complete(struct session *s, bool worked);

#endif

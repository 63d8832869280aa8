/* session/lines.h: the flow of a session's lines.
 *
 * The frontend hands over one line after another, until something holds (enum session_hold): a command that finishes
 * later, an empty bucket of flood control, others who do much and came first (session/crowd.h).  When nothing holds
 * any more, the frontend is asked for the next.  Loop thread only. */
#ifndef CHATD_SESSION_LINES_H
#define CHATD_SESSION_LINES_H

#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>

/* The queue of those who wait for a token: env->flooded. */
void lines_init(struct session_env *env);
/* A line, as in struct frontend_events. */
bool lines_run(struct conn_owner *owner, char *text, size_t len, bool cut);
/* Takes cost lines of flood control out; true when nothing holds the next line back. */
bool lines_may_go_on(struct session *s, unsigned cost);
/* When nothing holds: the frontend may run lines again. */
void lines_go_on(struct session *s);

/* ---- for commands ---- */

/* The command that runs goes on with a job, which is taken over, and returns VERB_PENDING. */
void lines_begin_job(struct session *s, struct session_job *job);
/* The same for a job that waits first: job_wait(). */
void lines_await_job(struct session *s, struct session_job *job);
/* A pending command has finished; worked says how, which the person has been told.  Its lines go on. */
void lines_complete(struct session *s, bool worked);

#endif

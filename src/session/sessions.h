/* session/sessions.h: all sessions of a server: what they share, and where they begin.
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_SESSIONS_H
#define CHATD_SESSION_SESSIONS_H

#include "session/session.h"

/* clock, chat, gone, gone_ctx are set; the rest is filled in. */
void sessions_init(struct session_env *env, const struct session_limits *limits);
/* After a reload. */
void sessions_set_limits(struct session_env *env, const struct session_limits *limits);
/* A newcomer, admitted: opens its front end, gives a name, enters the default room, greets.  came_by is the name of
 * what it came in by, for the log; NULL: nothing out of the ordinary. */
void sessions_open(struct session_env *env, struct conn *conn, frontend_open_fn *open_frontend, const char *came_by);
/* The session that owns a connection; NULL when something else does, or nothing, or it is over. */
struct session *sessions_of_conn(const struct conn *conn);

#endif

/* session/sessions.h: all sessions of a server: their shared state, and how each begins.
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_SESSIONS_H
#define CHATD_SESSION_SESSIONS_H

#include "session/session.h"

/* The caller has set clock, chat, net, gone, is_exempt and gone_ctx. */
void sessions_init(struct session_env *env, const struct session_limits *limits);
/* Called when no session is left. */
void sessions_fini(struct session_env *env);
/* Called after a reload. */
void sessions_set_limits(struct session_env *env, const struct session_limits *limits);

/* Makes the session of an admitted connection: the session, its person and its front end.  Nothing is sent, logged or
 * claimed, and no room is told of the person, whatever rooms it enters; lines wait.  One of the next two calls
 * follows, unless the connection ends before. */
struct session *sessions_attach(struct session_env *env, struct conn *conn, frontend_attach_fn *attach_frontend);
/* Greets a newcomer: claims a guest name, enters the default room, sends the greeting, and then lets lines run; all of
 * it may happen later.  came_by is the name of the listener, for the log; NULL if it has none.  owner is the folded
 * name of the account of which the newcomer is the owner, and to which it is logged in first; NULL if it is not
 * known. */
void sessions_greet(struct session *s, const char *came_by, const char *owner);
/* Ends silent sessions for which gives_way() returns true, the newest first, at most so many. */
void sessions_end_silent(struct session_env *env, unsigned most, bool (*gives_way)(void *ctx, const struct addr *peer),
                         void *ctx);
/* Lets the lines of a session run that was greeted in an earlier process, without a word.  The caller has given the
 * person its name and rooms.  is_announced: the rooms have been told of the person; otherwise they are told as they are
 * of a newcomer. */
void sessions_resume(struct session *s, bool is_announced);

/* The session that owns a connection; NULL if its owner is no session, or the session is over. */
struct session *sessions_of_conn(const struct conn *conn);

#endif

/* session/await.h: what the chat answers a verb, at once or later.
 *
 * Operations of the chat that may finish later (chat/chat_state.h) are given await_done() with the session as its ctx.
 * Whatever they return goes through await_result(): so a verb ends in one way, whenever the answer comes.  Meanwhile
 * the session has a job (session/job.h), and its lines wait.  Loop thread only. */
#ifndef CHATD_SESSION_AWAIT_H
#define CHATD_SESSION_AWAIT_H

#include "chat/chat_state.h"
#include "session/session.h"
#include "session/verbs.h"

/* Tells the person the result.  room is what the chat has answered; it may be NULL.  about is what await_result() was
 * given.  Returns VERB_PENDING if another job goes on, which calls then(). */
typedef enum verb_result await_tell_fn(struct session *s, enum chat_result result, struct room *room,
                                       const char *about, session_then_fn *then);

/* A chat_done_fn: the answer that has come later. */
void await_done(void *ctx, enum chat_result result, struct room *room);
/* Has tell() tell the result; with CHAT_LATER only when it comes, unless the session ends first, and returns
 * VERB_PENDING.  about is a name, or NULL; it is copied if it has to wait. */
enum verb_result await_result(struct session *s, enum chat_result result, struct room *room, const char *about,
                              await_tell_fn *tell, session_then_fn *then);

#endif

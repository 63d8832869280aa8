/* session/refusal.h: tells a person why the chat refuses something in a room.
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_REFUSAL_H
#define CHATD_SESSION_REFUSAL_H

#include "chat/chat_state.h"
#include "session/session.h"

#include <stdbool.h>

/* Tells why the rules of a room or of the server refuse something, or that the person's name is another one's.  To be
 * called before the chat is called again.  Returns false, and tells nothing, if result is no such refusal. */
bool refusal_tell(struct session *s, enum chat_result result, const char *room);

#endif

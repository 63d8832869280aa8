/* chat/expiry.h: removes rules that have ended by themselves, and tells the operators.
 *
 * Such a rule does not hold any more even before it is removed (chat/rules.h).  Each process does this on its own.
 * Loop thread only. */
#ifndef CHATD_CHAT_EXPIRY_H
#define CHATD_CHAT_EXPIRY_H

#include "chat/chat_state.h"

/* The loop runs chat->expiry. */
void expiry_init(struct chat *chat);
void expiry_fini(struct chat *chat);
/* Called when a rule that ends by itself was added. */
void expiry_note(struct chat *chat);

#endif

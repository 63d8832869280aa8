/* chat/rules_load.h: makes the persistent rooms anew when the process starts, with the rules that the store has kept.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_RULES_LOAD_H
#define CHATD_CHAT_RULES_LOAD_H

#include "chat/chat_state.h"

/* Asks the store.  Called once, when the chat has its limits and before anybody enters.  If the store answers later,
 * the rules hold from then on, and people who are banned are put out; before that, no new room gets an owner. */
void rules_load_begin(struct chat *chat);
/* Called at the end of a chat. */
void rules_load_end(struct chat *chat);

#endif

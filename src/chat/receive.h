/* chat/receive.h: what comes back from the bus: here members, topics and names change, and rooms are told.
 *
 * In every process alike, and in the same order.  Loop thread only. */
#ifndef CHATD_CHAT_RECEIVE_H
#define CHATD_CHAT_RECEIVE_H

#include "chat/chat_state.h"

/* The bus and the directory tell the chat from here on. */
void receive_begin(struct chat *chat);

#endif

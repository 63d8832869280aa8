/* chat/receive.h: handles messages that come from the bus: changes members, topics and names, and tells the rooms.
 *
 * All processes do this alike and in the same order.  Loop thread only. */
#ifndef CHATD_CHAT_RECEIVE_H
#define CHATD_CHAT_RECEIVE_H

#include "chat/chat_state.h"

/* Receives messages and events of the bus and the directory from now on. */
void receive_begin(struct chat *chat);

#endif

/* chat/gone.h: processes that the others cannot reach.
 *
 * The people of one that is gone are gone from all rooms, which are told as if these had quit; when it comes back, it
 * publishes that they are there.  Loop thread only. */
#ifndef CHATD_CHAT_GONE_H
#define CHATD_CHAT_GONE_H

#include "chat/chat_state.h"

#include <stdint.h>

/* A process is gone, this one perhaps; id and time are those that have a place in the bus's order. */
void gone_receive(struct chat *chat, uint32_t process, uint64_t id, int64_t time_ms);

#endif

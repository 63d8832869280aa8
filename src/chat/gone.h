/* chat/gone.h: handles processes that the others cannot reach.
 *
 * The people of a process that is gone are removed from all rooms, which are told as if they had quit.  When the
 * process comes back, it publishes that they are there.  Loop thread only. */
#ifndef CHATD_CHAT_GONE_H
#define CHATD_CHAT_GONE_H

#include "chat/chat_state.h"

#include <stdint.h>

/* A process is gone; it may be this one. id and time_ms are its position in the bus's order. */
void gone_receive(struct chat *chat, uint32_t process, uint64_t id, int64_t time_ms);

#endif

/* chat/announce.h: what people do, on its way to the bus.
 *
 * Nothing changes here: what is published changes who is where, and is told, when it comes back (chat/receive.h).
 * Whether it is shown to anybody is decided here, by the rooms as they are now: it is not if the person is not
 * announced, or comes or goes in a room above announce_members.  Loop thread only. */
#ifndef CHATD_CHAT_ANNOUNCE_H
#define CHATD_CHAT_ANNOUNCE_H

#include "base/strbuf.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/message.h"
#include "chat/person.h"
#include "chat/ports.h"
#include "chat/room.h"

#include <stdint.h>

enum { ANNOUNCE_ROOMS = 32 /* in a quit that is shown, at most: it must fit into the queues */ };

/* Gives a message of these parts to the bus, with the time. */
enum bus_answer announce_publish(struct chat *chat, const struct message_parts *parts);
/* The same; if the bus does not take it, it is published once it can be.  True: it has come back. */
bool announce_owe(struct chat *chat, const struct message_parts *parts);
/* The bus is joined again: publishes what could not be. */
void announce_pay(struct chat *chat);
/* At the end of a chat. */
void announce_forget(struct chat *chat);

/* The origin of what an attachment says and does (chat/message.h). */
uint64_t announce_origin(const struct attachment *by);
/* The parts of a message of an attachment, in a room (NULL: none); the rest is for the caller. */
struct message_parts announce_parts(const struct attachment *by, const struct room *room, enum message_kind kind);
/* That the person enters the room, or is to be seen in it; the room waits for it to come back. */
struct message_parts announce_join(const struct attachment *by, struct room *room);
/* That the person leaves it, with a last word. */
struct message_parts announce_leave(const struct attachment *by, const struct room *room, const char *text);
/* Publishes that the person leaves all rooms, and the room joining, if it is not NULL.  Returns how many messages are
 * to come back. */
uint32_t announce_quit(const struct attachment *by, const struct room *joining, const char *text);
/* The names of the person's rooms, for a message that is about all of them. */
void announce_list_rooms(const struct attachment *by, struct strbuf *shown, struct strbuf *folded);

#endif

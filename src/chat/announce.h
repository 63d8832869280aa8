/* chat/announce.h: makes messages of what people do and publishes them on the bus.
 *
 * Nothing changes here: members, topics and names change, and rooms are told, when a message comes back
 * (chat/receive.h).  This file decides whether a message is shown, by the state of the rooms now: it is silent if the
 * person is not announced, or joins or leaves a room with more than announce_members members.  Loop thread only. */
#ifndef CHATD_CHAT_ANNOUNCE_H
#define CHATD_CHAT_ANNOUNCE_H

#include "base/strbuf.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/message.h"
#include "chat/person.h"
#include "chat/port_bus.h"
#include "chat/room.h"

#include <stdint.h>

enum { ANNOUNCE_ROOMS = 32 /* the most rooms in a quit that is shown: it must fit into the queues */ };

/* Publishes a message made of these parts, with the time. */
enum bus_answer announce_publish(struct chat *chat, const struct message_parts *parts);
/* The same; if the bus does not take the message, it is published when the bus is joined again.  Returns true if the
 * message has come back. */
bool announce_owe(struct chat *chat, const struct message_parts *parts);
/* The bus is joined again: publishes the messages that it has not taken. */
void announce_pay(struct chat *chat);
/* Called at the end of a chat: frees the messages that were not published. */
void announce_forget(struct chat *chat);

/* The origin of an attachment's messages (chat/message.h). */
uint64_t announce_origin(const struct attachment *by);
/* The parts that are common to all messages of an attachment; room is NULL if there is none.  The caller sets the
 * others. */
struct message_parts announce_parts(const struct attachment *by, const struct room *room, enum message_kind kind);
/* The message that the person enters the room, or is announced in it.  The room does not end before the message comes
 * back. */
struct message_parts announce_join(const struct attachment *by, struct room *room);
/* The message that the person leaves the room, with a last word. */
struct message_parts announce_leave(const struct attachment *by, const struct room *room, const char *text);
/* Publishes that the person leaves all rooms, and the room joining if it is not NULL.  Returns the number of messages
 * that will come back. */
uint32_t announce_quit(const struct attachment *by, const struct room *joining, const char *text);
/* Tells the other processes which account a person in the room has now: as if the person entered it again, silently.
 * Does nothing if there can be none. */
void announce_account(const struct person *person, struct room *room);
/* The same in all rooms of the person. */
void announce_account_to_all(const struct person *person);
/* The names of the person's rooms, for a message that is about all of them. */
void announce_list_rooms(const struct attachment *by, struct strbuf *shown, struct strbuf *folded);

#endif

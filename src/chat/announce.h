/* chat/announce.h: what the rooms of a person are told of what the person does.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_ANNOUNCE_H
#define CHATD_CHAT_ANNOUNCE_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/message.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stdint.h>

enum { ANNOUNCE_ROOMS = 32 /* in one quit, at most: it must fit into the queues, whatever the rooms' names are */ };

/* Gives a message of these parts to the bus, with the time. */
void announce_publish(struct chat *chat, const struct message_parts *parts);
/* What a person does in a room by an attachment; target and text as in struct message.  Nothing is told of one who is
 * not announced, or of who comes and goes in a room above announce_members. */
void announce_event(struct attachment *by, struct room *room, enum message_kind kind, const char *target,
                    const char *text);
/* Of one whose person was in these rooms, at most ANNOUNCE_ROOMS. */
void announce_quit(struct attachment *by, struct room *const *rooms, uint32_t count, const char *why);
/* In every room of the person's. */
void announce_rename(struct attachment *by, const char *nick);

#endif

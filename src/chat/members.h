/* chat/members.h: the members of rooms: each person with all attachments.
 *
 * These functions tell the sinks.  They do not tell the rooms, and do not end them.  Loop thread only. */
#ifndef CHATD_CHAT_MEMBERS_H
#define CHATD_CHAT_MEMBERS_H

#include "chat/attachment.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes all attachments of the person members of an open room, without telling the room. */
void members_enter(struct person *person, struct room *room);
/* Makes an attachment a member of all rooms of the person.  It is in no room, and not the person's first attachment. */
void members_enter_too(struct attachment *attachment);
/* Sets or clears flags of the person's membership, for all attachments. */
void members_set_flags(struct person *person, const struct room *room, uint16_t flags, bool on);
/* Takes all attachments of a person out of a room that they are in.  The room is not told and does not end. */
void members_leave(struct person *person, struct room *room);
/* Takes one attachment out of all rooms; the person's other attachments stay. */
void members_leave_alone(struct attachment *attachment);

#endif

/* chat/rooms.h: which rooms there are.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_ROOMS_H
#define CHATD_CHAT_ROOMS_H

#include "base/name.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stddef.h>
#include <stdint.h>

/* The open room of a folded name; NULL when there is none. */
struct room *rooms_find(const struct chat *chat, const char *folded);
/* The room of a folded name, an open one or not. */
struct room *rooms_find_any(const struct chat *chat, const char *folded);
/* The number of rooms. */
uint32_t rooms_count(const struct chat *chat);

/* Which rooms are there whether somebody is in them or not, from now on: count different names, on the heap, taken
 * over.  Those that are not there yet are made, whatever the limit of rooms; one that is not named any more ends with
 * its last member, or now. */
void rooms_set_permanent(struct chat *chat, struct name *names, size_t count);

/* A walk over all open rooms, the oldest first, that may rest between steps while rooms come and go.  Embedded by
 * the walker. */
struct rooms_walk {
    struct room *at; /* the next to be met */
    struct rooms_walk *next;
};
void rooms_walk_begin(struct chat *chat, struct rooms_walk *walk);
/* NULL at the end; the room is to be looked at before anything can end it. */
struct room *rooms_walk_next(struct rooms_walk *walk);
/* To be called at the end, or before it. */
void rooms_walk_end(struct chat *chat, struct rooms_walk *walk);

/* ---- for chat/chat.c ---- */

/* Makes a room of a name that none has, and asks the bus about it.  The result is CHAT_OK, then it
 * is open; CHAT_LATER; or CHAT_UNAVAILABLE, and rooms_refuse() is to follow. */
struct room *rooms_make(struct chat *chat, struct name *name, enum chat_result *result);
/* Ends a room that cannot be opened, before those who wait for it are told. */
void rooms_refuse(struct room *room);
/* Makes those permanent rooms that are not there. */
void rooms_keep_permanent(struct chat *chat);
/* Publishes that op's person enters op->room, an open one.  CHAT_LATER; or else op has ended. */
enum chat_result rooms_join(struct chat_op *op);
/* Makes all attachments of the person members of an open room, which is told of nothing. */
void rooms_enter(struct person *person, struct room *room);
/* Makes an attachment, which is in no room and not the person's first one, a member of all rooms of the person. */
void rooms_enter_too(struct attachment *attachment);
/* Sets flags of a member, in the places of all attachments. */
void rooms_set_flags(struct person *person, struct room *room, uint16_t flags);
/* Takes all attachments of a person out of a room that they are in; the room is not told, nor ended. */
void rooms_leave(struct person *person, struct room *room);
/* Takes one attachment out of all rooms, in which the person's others stay. */
void rooms_leave_alone(struct attachment *attachment);
/* At the end of a chat: what is under way does not come back any more. */
void rooms_forget(struct chat *chat);
/* Ends a room that nobody is in or waits for, and of which nothing is under way, unless it is a permanent one or still
 * tells of its opening. */
void rooms_end(struct room *room);

#endif

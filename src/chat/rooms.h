/* chat/rooms.h: the rooms of a chat.
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

/* The open room with that folded name; NULL if there is none. */
struct room *rooms_find(const struct chat *chat, const char *folded);
/* The room with that folded name, open or not; NULL if there is none. */
struct room *rooms_find_any(const struct chat *chat, const char *folded);
/* Returns true if the name looks the same as that of a room, and is another one (base/lookalike.h). */
bool rooms_has_alike(const struct chat *chat, const struct name *name);
/* The number of rooms. */
uint32_t rooms_count(const struct chat *chat);

/* Sets the permanent rooms: count different names, on the heap, taken over.  Rooms that do not exist are made, even
 * beyond the limit of rooms.  A room that is no longer permanent ends with its last member, or at once if it is
 * empty. */
void rooms_set_permanent(struct chat *chat, struct name *names, size_t count);

/* Sets the room into which newcomers are put: nobody becomes its owner by entering it.  NULL or "" if there is none. */
void rooms_set_common(struct chat *chat, const char *shown);

/* A walk over all open rooms, the oldest first.  Between its steps rooms may come and go.  Embedded by the caller. */
struct rooms_walk {
    struct room *at; /* the next room to visit */
    struct rooms_walk *next;
};
void rooms_walk_begin(struct chat *chat, struct rooms_walk *walk);
/* The next room; NULL at the end.  The caller uses it before rooms can end. */
struct room *rooms_walk_next(struct rooms_walk *walk);
/* Ends a walk, complete or not. */
void rooms_walk_end(struct chat *chat, struct rooms_walk *walk);

/* ---- for chat/chat.c ---- */

/* Makes a room with a name that no room has, and enters it on the bus. *result is CHAT_OK if it is open, CHAT_LATER, or
 * CHAT_UNAVAILABLE; rooms_refuse() follows in the last case. */
struct room *rooms_make(struct chat *chat, struct name *name, enum chat_result *result);
/* Ends a room that cannot be opened, and then the joins that wait for it. */
void rooms_refuse(struct room *room);
/* Makes the permanent rooms that do not exist. */
void rooms_keep_permanent(struct chat *chat);
/* Whether the person may enter the open room: a result of rights_may_enter(), or CHAT_UNAVAILABLE if a join that was
 * refused has not been taken back yet. */
enum chat_result rooms_may_join(const struct attachment *attachment, const struct room *room, const char *key);
/* Publishes that op's person enters op->room, which is open.  Returns CHAT_LATER; or another result if op has ended. */
enum chat_result rooms_join(struct chat_op *op);
/* A topic that the bus tells, "" for none: the room has it from now on, and the store keeps it. */
void rooms_set_topic(struct room *room, const char *topic, const char *by, int64_t account, int64_t time_ms);
/* Clears the topics that the account has set, without a word. */
void rooms_erase_topics(struct chat *chat, int64_t account);
/* Called at the end of a chat: published messages do not come back any more. */
void rooms_forget(struct chat *chat);
/* Ends a room if it has no members here, no join waits for it and no message of it is to come back, unless it is
 * permanent or persistent or still being opened. */
void rooms_end(struct room *room);

#endif

/* chat/near.h: finds the person or room whose name is nearest to one that was typed, for "did you mean ...?".
 *
 * Compares at most NEAR_LOOKS names, however many there are, those first that are most likely meant.  Loop thread
 * only. */
#ifndef CHATD_CHAT_NEAR_H
#define CHATD_CHAT_NEAR_H

#include "chat/chat.h"

enum { NEAR_LOOKS = 128 };

/* The person whose folded name is nearest to folded, which no person has: a member of room (which may be NULL), or one
 * of the people who came first.  NULL if none is near. */
const struct person *near_person(const struct chat *chat, const struct room *room, const char *folded);
/* The same for rooms: a room of the person (who may be NULL), or one of the oldest rooms. */
const struct room *near_room(const struct chat *chat, const struct person *person, const char *folded);

#endif

/* chat/near.h: "did you mean ...?" for names of people and rooms.
 *
 * Looks at NEAR_LOOKS names at most, however many there are: those that the asker is likely to mean come first.  Loop
 * thread only. */
#ifndef CHATD_CHAT_NEAR_H
#define CHATD_CHAT_NEAR_H

#include "chat/chat.h"

enum { NEAR_LOOKS = 128 };

/* The person whose folded name is nearest to folded, which nobody bears: one in the room (NULL: none), or another one
 * of those who have been here longest; NULL when none of them is near. */
const struct person *near_person(const struct chat *chat, const struct room *room, const char *folded);
/* The same for rooms: one that the person is in (NULL: nobody asks), or one of the oldest. */
const struct room *near_room(const struct chat *chat, const struct person *person, const char *folded);

#endif

/* chat/succession.h: what becomes of rooms when an account ends.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_SUCCESSION_H
#define CHATD_CHAT_SUCCESSION_H

#include "chat/chat_state.h"

#include <stdint.h>

/* The account has ended: its roles, bans, mutes and invitations end in every room.  Of a room that has no other owner,
 * the operator becomes the owner who was made one first; if there is none, only administrators have rights there, and
 * the room is no longer persistent: it ends when nobody is in it, which may be at once. */
void succession_end_account(struct chat *chat, int64_t account);
/* The same for all accounts that rules are about and that do not exist: they have ended while nobody was told.  The
 * caller keeps the room from ending meanwhile (room->is_opening). */
void succession_check(struct chat *chat, struct room *room);

#endif

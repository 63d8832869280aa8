/* chat/rights.h: who may do what in a room: the only place that decides it.
 *
 * A person's rank in a room (chat/rank.h) is the role of the account that the person is logged in to, or RANK_ADMIN.
 * Rights come from the rank and from the room's rules (chat/rules.h).  A room without rules is open to everybody, and
 * only administrators have rights there.
 *
 * A function that refuses sets chat->refusal, which the caller reads before it calls the chat again.  Loop thread
 * only. */
#ifndef CHATD_CHAT_RIGHTS_H
#define CHATD_CHAT_RIGHTS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/modes.h"
#include "chat/person.h"
#include "chat/rank.h"
#include "chat/room.h"
#include "chat/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- ranks ---- */

/* The person's rank in the room, whether the person is in it or not. */
enum rank rights_rank(const struct room *room, const struct person *person);
/* The rank of an account, to which nobody need be logged in; 0: a guest. */
enum rank rights_rank_of_account(const struct room *room, int64_t account);

/* ---- acts ---- */

enum rights_act {
    RIGHTS_GIVE_OWNER,    /* /owner */
    RIGHTS_GIVE_OPERATOR, /* /op */
    RIGHTS_TAKE_OPERATOR, /* /deop */
    RIGHTS_GIVE_VOICE,    /* /voice */
    RIGHTS_TAKE_VOICE,    /* /devoice */
    RIGHTS_KICK,
    RIGHTS_BAN,
    RIGHTS_UNBAN,
    RIGHTS_MUTE,
    RIGHTS_UNMUTE,
    RIGHTS_INVITE,
    RIGHTS_UNINVITE,
    RIGHTS_DELETE,        /* another one's line; one's own needs no right */
    RIGHTS_LOOK,          /* to see bans, mutes and invitations */
    RIGHTS_ACTS
};

/* CHAT_OK; or CHAT_NO_RIGHT, with the rank that the act needs: the one of the table, or a higher one because the target
 * ranks too high (RANK_NOBODY if it is an administrator).  target is RANK_MEMBER if there is none. */
enum chat_result rights_may(const struct room *room, const struct person *by, enum rights_act act, enum rank target);
/* Likewise: to set or end a mode. */
enum chat_result rights_may_set(const struct room *room, const struct person *by, enum mode mode);

/* ---- what rules forbid ---- */

/* To enter the room, with a key or NULL: CHAT_OK, CHAT_BANNED, CHAT_NO_GUESTS, CHAT_INVITE_ONLY, CHAT_NEEDS_KEY or
 * CHAT_ROOM_FULL. */
enum chat_result rights_may_enter(const struct room *room, const struct person *person, const char *key);
/* The same when the join has come back: the key was compared before. */
enum chat_result rights_may_still_enter(const struct room *room, const struct person *person);
/* To say something in the room: as rights_may_enter(), if the person is not in it; CHAT_MUTED, CHAT_MODERATED,
 * CHAT_SETTLING; and CHAT_SLOW unless it is a further part of what was said before. */
enum chat_result rights_may_say(const struct room *room, const struct person *person, bool is_part);
/* To set the topic, as a member: as rights_may_say(), or CHAT_NO_RIGHT if it is locked. */
enum chat_result rights_may_set_topic(const struct room *room, const struct person *person);
/* Returns true if the person may know of the room and its members: it is not private, or the person is in it, or is one
 * of its operators, or invited, or an administrator.  Everything that lists rooms, members, or a person's rooms asks
 * this; so does what suggests a name. */
bool rights_sees(const struct room *room, const struct person *person);

/* ---- telling ---- */

/* Sends a notice of the server to the operators of the room who are in it, unless room is NULL, and to the
 * administrators who are here; in this process only.  Its room is that one, so that the notice shows it.  Returns the
 * number of people. */
uint32_t rights_tell(struct chat *chat, const struct room *room, const char *text, size_t len);

/* ---- for the files of chat ---- */

/* The person has entered the room, or has said something in it or set its topic: what slow and settle need is noted. */
void rights_note_entered(struct room *room, const struct person *person);
void rights_note_said(struct room *room, const struct person *person);
/* The person is logged in to another account than before, or to none any more; 0: was a guest before.  What was noted
 * stays true. */
void rights_note_account(const struct person *person, int64_t before);
/* The number of rooms of which the account is an owner. */
uint32_t rights_rooms_owned(const struct chat *chat, int64_t account);
/* Sets the rank in the person's membership of a room (member.role), or of all rooms. */
void rights_refresh_in(struct room *room, struct person *person);
void rights_refresh(struct person *person);
/* The ban that hits the person; NULL if there is none. */
const struct rule *rights_ban_on(const struct room *room, const struct person *person);

#endif

/* chat/others.h: the people of a room who are in it elsewhere: in other processes; and those who have gone from here,
 * until the others know that too (chat/departed.h).
 *
 * They have no attachment here, so nothing is delivered to them; they count, and are listed.  A server that is alone
 * has none.  Loop thread only. */
#ifndef CHATD_CHAT_OTHERS_H
#define CHATD_CHAT_OTHERS_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

/* Which person it is; all of it is compared. */
struct other_key {
    uint64_t id; /* message.actor_id */
    uint64_t process;
};

/* Owned by the room. */
struct other {
    struct other_key key;
    struct name name;
    bool is_shown;     /* the room was told that the person joined */
    UT_hash_handle hh; /* by key, in room->others */
};

struct other *others_find(const struct room *room, uint32_t process, uint64_t id);
/* Adds one who is not there yet, and gives one who is the name. */
struct other *others_put(struct room *room, uint32_t process, uint64_t id, const char *shown, const char *folded);
void others_remove(struct room *room, struct other *other);
void others_clear(struct room *room);
uint32_t others_count(const struct room *room);
/* True when one of them has gone from here. */
bool others_has_own(const struct room *room);

#endif

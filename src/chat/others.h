/* chat/others.h: the members of a room who are not in this process: people in other processes, and people who have left
 * this process and whose quit has not come back (chat/departed.h).
 *
 * They have no attachment here, so nothing is delivered to them; they are counted and listed.  A single server has
 * none.  Loop thread only. */
#ifndef CHATD_CHAT_OTHERS_H
#define CHATD_CHAT_OTHERS_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

/* Identifies the person; compared as bytes. */
struct other_key {
    uint64_t id; /* message.actor_id */
    uint64_t process;
};

/* Owned by the room. */
struct other {
    struct other_key key;
    struct name name;
    int64_t account;   /* 0: a guest */
    bool is_shown;     /* the room was told that the person joined */
    bool is_again;     /* as MEMBER_AGAIN (chat/room.h): it is no member by the messages that have come back */
    UT_hash_handle hh; /* by key, in room->others */
};

struct other *others_find(const struct room *room, uint32_t process, uint64_t id);
/* The person with that id in any process, or with that folded name; NULL if there is none. */
struct other *others_find_id(const struct room *room, uint64_t id);
struct other *others_find_name(const struct room *room, const char *folded);
/* Adds a person, or, if the person is there already, sets the name. */
struct other *others_put(struct room *room, uint32_t process, uint64_t id, const char *shown, const char *folded);
void others_remove(struct room *room, struct other *other);
void others_clear(struct room *room);
uint32_t others_count(const struct room *room);
/* Returns true if one of them has left this process. */
bool others_has_own(const struct room *room);

#endif

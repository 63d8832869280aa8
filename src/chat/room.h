/* chat/room.h: a room and its members.
 *
 * chat/rooms.c makes a room when the first person enters, and ends it when the last one leaves, unless it is persistent
 * (chat/modes.h); permanent rooms exist as long as the settings name them.  Members are in one array, so that the
 * fan-out walks over memory in order.  A member knows its index there, so leaving is O(1).  Loop thread only. */
#ifndef CHATD_CHAT_ROOM_H
#define CHATD_CHAT_ROOM_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/port_bus.h"
#include "chat/port_store.h"

#include <stdbool.h>
#include <stdint.h>

struct attachment;
struct chat;
struct chat_op;
struct other;
struct person;
struct rules;

enum member_flag {
    MEMBER_SHOWN = 1, /* the room was told that the person has joined */
    MEMBER_AGAIN = 2, /* the other processes have taken the person for gone, and are told again (chat/gone.h) */
    MEMBER_APART = 4, /* of an attachment: what is collected is told to it apart (chat/folds.h) */
};

/* An attachment's membership of a room; owned by the room, listed by the attachment. */
struct member {
    struct room *room;
    struct member *next_of_attachment;
    uint32_t index; /* in room->members */
    /* The person's rank and state in the room, equal for all attachments of the person.  Operations of the chat set
     * them, never a command. */
    uint16_t role, flags; /* enum rank (chat/rank.h), enum member_flag */
};
_Static_assert(sizeof(struct member) <= 24 || sizeof(void *) != 8, "malloc() gives 24 bytes, then 40");

struct room_slot {
    struct attachment *attachment;
    struct member *member;
};

struct room {
    struct chat *chat;
    struct name name;
    struct room_slot *members;
    uint32_t count, space; /* entries of members: in use, allocated */
    uint32_t people;       /* people with attachments in members, and others */
    struct other *others;  /* members who are not in this process: a uthash table (chat/others.h) */
    uint32_t joins_under_way; /* joins published here that have not come back: the room does not end before that */
    uint64_t newest_id;    /* of the lines since the room was made; 0 if nothing was said (chat/marks.h) */
    uint32_t rank;         /* during a delivery to several rooms: from 1 on in their order; otherwise 0 */
    struct rules *rules;   /* chat/rules.h; NULL if there are none */
    bool is_open;          /* the bus has answered */
    bool is_folding;       /* comings and goings are collected (chat/folds.h) */
    bool is_opening;       /* the operations that have waited are being ended: the room does not end before that */
    char *topic;           /* NULL if there is none */
    char *topic_by;        /* the name of the person that has set it; NULL if there is none */
    int64_t topic_ms;      /* when it was set, since 1970 */
    int64_t topic_account; /* that of this person; 0: a guest's, or unknown */
    bool knows_topic;      /* the bus has told it, or it was set since: what the store has kept is older */
    bool awaits_state;     /* the store has not answered yet; nobody waits for it */
    struct store_state state;
    struct chat_op *waiting; /* joins that wait until the room is open */
    struct bus_enter enter;
    bool is_entering;        /* the bus has not answered */
    bool is_permanent;       /* it is in chat->permanent: it does not end with its last member */
    UT_hash_handle hh;       /* by name.folded */
};

/* Makes a closed, empty room, which takes over *name. */
struct room *room_new(struct chat *chat, struct name *name);
/* Frees an empty room. */
void room_free(struct room *room);
/* Adds and removes an attachment, without telling its sink.  The caller counts the people. */
void room_add(struct room *room, struct attachment *attachment);
void room_remove(struct room *room, struct attachment *attachment);
/* The person of member i, i < count, if it is the person's first attachment; otherwise NULL.  So each person is
 * returned once. */
struct person *room_person_at(const struct room *room, uint32_t i);
/* The person's membership of the room, by one attachment; NULL if there is none. */
struct member *room_find_member(const struct room *room, const struct person *person);
/* Sets the topic, or clears it if topic is NULL or "". by is the name of the person that sets it, at time_ms since
 * 1970. */
void room_set_topic(struct room *room, const char *topic, const char *by, int64_t account, int64_t time_ms);

#endif

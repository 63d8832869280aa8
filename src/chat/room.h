/* chat/room.h: a room and its members.
 *
 * Rooms are made and ended by chat/chat.c: made on the first entry, gone with the last leaver; permanent ones are
 * there as long as the settings name them.
 * Members stand in one array, so that the fan-out walks over memory in order; a member knows its
 * index there, so that leaving is O(1).  Loop thread only. */
#ifndef CHATD_CHAT_ROOM_H
#define CHATD_CHAT_ROOM_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/ports.h"

#include <stdbool.h>
#include <stdint.h>

struct attachment;
struct chat;
struct chat_op;
struct other;
struct person;

enum member_flag {
    MEMBER_SHOWN = 1, /* the room was told that the person joined */
};

/* An attachment's place in a room; owned by the room, listed by the attachment. */
struct member {
    struct room *room;
    struct member *next_of_attachment;
    uint32_t index; /* in room->members */
    /* What the person is in the room, and what holds for them there: the same in the places of all attachments of a
     * person.  An operation of the chat sets them, never a command.  Everybody is the same today: 0. */
    uint16_t role, flags; /* flags: enum member_flag */
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
    uint32_t count, space; /* of members: in use, allocated */
    uint32_t people;       /* whose attachments these are, and the others */
    struct other *others;  /* people who are in it elsewhere: a uthash table (chat/others.h) */
    uint32_t joins_under_way; /* published here, and not back yet: it does not end before that */
    uint32_t rank;         /* from 1 on, among the rooms that get a message at once; 0 else */
    bool is_open;          /* false while the bus has not answered */
    bool is_opening;       /* those who have waited are in, and are being told: it does not end until that is done */
    char *topic;           /* NULL: none */
    char *topic_by;        /* the name of who set it; NULL: there is none */
    int64_t topic_ms;      /* when, since 1970 */
    struct chat_op *waiting; /* for it to open, or to be told that it has */
    struct bus_enter enter;
    bool is_entering;        /* an answer is awaited */
    bool is_permanent;       /* one of chat->permanent: it does not end with its last member */
    UT_hash_handle hh;       /* by name.folded */
};

/* A closed, empty room that owns *name from here on. */
struct room *room_new(struct chat *chat, struct name *name);
/* Of an empty room. */
void room_free(struct room *room);
/* Gives an attachment a place, and takes it; it is told of neither.  The caller counts the people. */
void room_add(struct room *room, struct attachment *attachment);
void room_remove(struct room *room, struct attachment *attachment);
/* The person whose place the i-th one is, i < count: each person once, by the first attachment; NULL for others. */
struct person *room_person_at(const struct room *room, uint32_t i);
/* The place of the person in the room, that of one attachment; NULL: they are not there. */
struct member *room_find_member(const struct room *room, const struct person *person);
/* topic may be NULL or "": none; by is the name of who sets it, at time_ms since 1970. */
void room_set_topic(struct room *room, const char *topic, const char *by, int64_t time_ms);

#endif

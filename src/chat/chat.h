/* chat/chat.h: the domain: who is here, which rooms there are, who says what where.
 *
 * No I/O: people are reached through their sinks, everything else through the ports.  What needs the
 * directory or the store may finish later: such a function returns CHAT_LATER, and done is called
 * from the loop with the result, unless the person leaves first (chat_exit()).  A person waits for one
 * thing at a time.  Loop thread only. */
#ifndef CHATD_CHAT_CHAT_H
#define CHATD_CHAT_CHAT_H

#include "base/clock.h"
#include "base/name.h"
#include "base/rate.h"
#include "chat/history.h"
#include "chat/ports.h"
#include "chat/room.h"
#include "chat/person.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Its slice of the settings; a reload changes it in place, with chat_set_limits(). */
struct chat_limits {
    uint32_t rooms;
    uint32_t rooms_per_client;
    uint32_t announce_members; /* joins, leaves and quits are told in rooms up to this size */
    uint32_t history_lines;    /* per room */
    uint64_t history_bytes;    /* of all rooms */
};

struct chat_ports {
    struct bus *bus;
    struct directory *directory;
    struct store *store;
};

struct chat {
    struct clock *clock;     /* borrowed */
    struct chat_limits limits;
    struct chat_ports ports; /* owned */
    struct person_name *names; /* a uthash table */
    struct room *rooms;      /* a uthash table */
    struct name *permanent;  /* rooms that never end; permanent_count of them */
    size_t permanent_count;
    struct chat_walk *walks; /* that are under way over rooms */
    struct history_pool histories;
    uint64_t last_guest;
    uint32_t people;
    uint32_t last_serial;
    struct rate said;       /* lines of both kinds */
    uint64_t lines;         /* ever said in rooms by people of this process */
    uint64_t private_lines; /* ever told to one person */
    uint64_t deliveries;    /* ever made: a room's members at each of its messages, events too */
};

enum chat_result {
    CHAT_OK,
    CHAT_LATER,
    CHAT_NAME_TAKEN,
    CHAT_FULL,          /* there are as many rooms as there may be */
    CHAT_TOO_MANY,      /* the person is in as many rooms as one may be */
    CHAT_ALREADY,       /* in that room; has that name */
    CHAT_UNAVAILABLE,   /* the directory or the store did not answer */
    CHAT_NO_PLACE,      /* the receiver does not read: nothing more can wait for them */
};

/* room is the one joined, NULL otherwise. */
typedef void chat_done_fn(void *ctx, enum chat_result result, struct room *room);

/* Takes over the ports, each of which is freed by chat_fini(). */
void chat_init(struct chat *chat, struct clock *clock, const struct chat_limits *limits,
               const struct chat_ports *ports);
/* When nobody is here any more. */
void chat_fini(struct chat *chat);
void chat_set_limits(struct chat *chat, const struct chat_limits *limits);
/* Which rooms are there whether somebody is in them or not, from now on: count different names, on the heap, taken
 * over.  Those that are not there yet are made, whatever the limit of rooms; one that is not named any more ends with
 * its last member, or now. */
void chat_set_permanent(struct chat *chat, struct name *names, size_t count);

/* A new person, without a name and in no room: chat_name_guest() comes first. */
struct person *chat_enter(struct chat *chat, struct sink *sink);
/* The person goes: leaves all rooms, of which the sink is told, with text as the last word (may be "").  Each person
 * who is in any of them is told once.  chat_exit() follows. */
void chat_quit(struct person *person, const char *text);
/* The person is gone, out of all rooms as by chat_quit(). */
void chat_exit(struct person *person);
/* From here on the person's rooms are not told that it comes, goes or is renamed; it hears them, and is listed. */
void chat_defer(struct person *person);
/* Ends that: the rooms are told that the person has joined.  Harmless for one who is announced already. */
void chat_announce(struct person *person);

/* Gives the person the next free guest name. */
enum chat_result chat_name_guest(struct person *person, chat_done_fn *done, void *ctx);
/* Gives the person a name, which it takes over (and empties) in every case. */
enum chat_result chat_rename(struct person *person, struct name *name, chat_done_fn *done, void *ctx);
/* Brings the person into the room of that name, which is made if need be; takes name over.  *room is
 * set when the result is CHAT_OK or CHAT_ALREADY. */
enum chat_result chat_join(struct person *person, struct name *name, struct room **room, chat_done_fn *done, void *ctx);
/* Takes the person, who is in it, out of the room, with text as the last word (may be ""): on the person's own wish or
 * not.  The sink is told (sink_ops.left); the room may be gone then. */
void chat_leave(struct person *person, struct room *room, const char *text);

/* Says something in a room; who says it need not be there.  Done when it returns, for this process. */
void chat_say(struct person *person, struct room *room, enum message_kind kind, const char *text, size_t len);
void chat_set_topic(struct person *person, struct room *room, const char *topic);
/* A private line; shown to its writer too. */
enum chat_result chat_private(struct person *from, struct person *to, const char *text, size_t len);

/* The server says something, as nobody else can, in a room or, with NULL, to every person once. */
void chat_notice(struct chat *chat, struct room *room, const char *text, size_t len);

/* By folded name; NULL when there is none. */
struct person *chat_find_person(const struct chat *chat, const char *folded);
struct room *chat_find_room(const struct chat *chat, const char *folded);
/* The number of rooms. */
uint32_t chat_rooms(const struct chat *chat);

/* A walk over all open rooms, the oldest first, that may rest between steps while rooms come and go.  Embedded by
 * the walker. */
struct chat_walk {
    struct room *at; /* the next to be met */
    struct chat_walk *next;
};
void chat_walk_begin(struct chat *chat, struct chat_walk *walk);
/* NULL at the end; the room is to be looked at before anything can end it. */
struct room *chat_walk_next(struct chat_walk *walk);
/* To be called at the end, or before it. */
void chat_walk_end(struct chat *chat, struct chat_walk *walk);

#endif

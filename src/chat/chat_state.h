/* chat/chat_state.h: what a chat consists of, for the files that share it.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_CHAT_STATE_H
#define CHATD_CHAT_CHAT_STATE_H

#include "base/clock.h"
#include "base/name.h"
#include "base/rate.h"
#include "chat/keeping.h"
#include "chat/ports.h"
#include "chat/replays.h"
#include "chat/room.h"

#include <stddef.h>
#include <stdint.h>

struct chat_op;
struct departed;
struct naming;
struct rooms_walk;
struct person_name;

/* Its slice of the settings; a reload changes it in place, with chat_set_limits(). */
struct chat_limits {
    uint32_t rooms;
    uint32_t rooms_per_client;
    uint32_t announce_members; /* joins, leaves and quits are told in rooms up to this size */
};

struct chat_ports {
    struct bus *bus;             /* owned, as is the directory */
    struct directory *directory;
    struct store *store;         /* borrowed: it ends after the chat, when all that was said has come to it */
    struct accounts *accounts;   /* borrowed: they end after the chat too */
};

/* What must be published, once the bus takes it: that people have gone. */
struct chat_owed {
    struct chat_owed *next;
    struct message *m;
};

struct chat {
    struct clock *clock;     /* borrowed */
    struct chat_limits limits;
    struct chat_ports ports;
    struct person_name *names; /* a uthash table */
    struct room *rooms;      /* a uthash table */
    struct name *permanent;  /* rooms that never end; permanent_count of them */
    size_t permanent_count;
    struct rooms_walk *walks; /* that are under way over rooms */
    struct chat_op *ops;     /* what attachments wait for: a uthash table */
    struct keeping keeping;
    struct naming *namings;  /* names on their way to people (chat/ops.h) */
    struct departed *departed; /* who has gone, and not everybody knows (chat/departed.h): a uthash table */
    struct chat_owed *owed;  /* what the bus has not taken, the oldest first */
    struct replays replays;
    uint64_t last_guest;
    uint32_t people;
    uint32_t last_serial;     /* of a person */
    uint32_t last_attachment; /* its id */
    struct person *speaker;   /* while a line of theirs is published, which may come back at once; else NULL */
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
    CHAT_UNAVAILABLE,   /* the directory or the bus did not answer */
    CHAT_NO_PLACE,      /* the receiver does not read: nothing more can wait for them */
    CHAT_NOT_IN_ROOM,   /* the person is not in that room */
};

/* room is the one joined, or left, or whose topic was set, and may be gone after the call; NULL when that has failed,
 * and for a name. */
typedef void chat_done_fn(void *ctx, enum chat_result result, struct room *room);

#endif

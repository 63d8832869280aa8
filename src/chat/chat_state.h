/* chat/chat_state.h: struct chat, for the files in chat/.
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

struct bans;
struct chat_op;
struct departed;
struct graces;
struct marks;
struct naming;
struct rooms_walk;
struct owner;
struct person_name;
struct seen;
struct reserved;

/* Its slice of the settings; a reload changes it in place, with chat_set_limits(). */
struct chat_limits {
    uint32_t rooms;
    uint32_t rooms_per_client;
    uint32_t announce_members; /* joins, leaves and quits are shown in rooms of at most this size */
    uint32_t grace_s; /* the time to log in to the account whose name one has taken; 0: such a name is refused */
};

struct chat_ports {
    struct bus *bus;             /* owned, as is the directory */
    struct directory *directory;
    struct store *store;         /* borrowed: it ends after the chat, when all lines have been passed to it */
    struct accounts *accounts;   /* borrowed: they end after the chat too */
    struct profiles *profiles;   /* borrowed; NULL: nothing is kept with accounts */
    struct mail *mail;           /* borrowed likewise; NULL if there are no accounts */
    struct bans_store *bans;     /* the same; NULL: bans are in memory alone */
};

/* A message that must be published when the bus takes it: a person has quit or left. */
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
    struct owner *owners;    /* chat/owners.h: a uthash table */
    struct graces *graces;   /* chat/graces.h; owned */
    struct seen *seen;       /* chat/seen.h: a uthash table */
    struct owner *next_owner; /* of a walk over these; NULL at its end */
    struct bans *bans;       /* chat/bans.h */
    struct name *permanent;  /* the permanent_count names of rooms that do not end */
    size_t permanent_count;
    struct rooms_walk *walks; /* the walks over rooms that have begun and not ended */
    struct chat_op *ops;     /* the operations that attachments wait for: a uthash table */
    struct keeping keeping;
    struct marks *marks;     /* chat/marks.h */
    struct reserved *reserved; /* names that only an account can have; NULL if there are none */
    struct naming *namings;  /* renames that have begun and not ended (chat/ops.h) */
    struct departed *departed; /* people whose quit has not come back (chat/departed.h): a uthash table */
    struct chat_owed *owed;  /* messages that the bus has not taken, the oldest first */
    struct replays replays;
    uint64_t last_guest;
    uint32_t people;
    uint32_t last_serial;     /* of a person */
    uint32_t last_attachment; /* its id */
    struct person *speaker;   /* while a line of theirs is published, which may come back at once; else NULL */
    struct rate said;       /* lines of both kinds */
    uint64_t lines;         /* said in rooms by people of this process, since the start */
    uint64_t private_lines; /* private lines, since the start */
    uint64_t deliveries;    /* since the start: for each message, events included, the number of the room's members */
};

enum chat_result {
    CHAT_OK,
    CHAT_LATER,
    CHAT_NAME_TAKEN,
    CHAT_NAME_REGISTERED, /* the name has an account, to which the person is not logged in: it is not given, or nothing
                           * can be said by it, or to whoever has it */
    CHAT_NAME_ALIKE,    /* the name looks the same as that of another person, of an account, or of another room */
    CHAT_NAME_KEPT,     /* the name is reserved and has no account */
    CHAT_FULL,          /* there are as many rooms as the limit allows */
    CHAT_TOO_MANY,      /* the person is in as many rooms as the limit allows */
    CHAT_ALREADY,       /* the person is in that room already, or has that name already */
    CHAT_UNAVAILABLE,   /* the directory or the bus is not available */
    CHAT_NO_PLACE,      /* the receiver's queue is full */
    CHAT_NOT_IN_ROOM,   /* the person is not in that room */
    CHAT_NOT_YOURS,     /* the line was said by somebody else */
    /* Of the whole server (chat/bans.h). */
    CHAT_NAME_BANNED,   /* nobody can take that name */
    CHAT_SERVER_MUTED,  /* bans_on() tells by what */
    CHAT_LOCKDOWN,      /* only people who are logged in may do that now */
};

/* room is the room that was joined or left or whose topic was set; it may end after the call.  It is NULL if the
 * operation has failed or was a rename. */
typedef void chat_done_fn(void *ctx, enum chat_result result, struct room *room);

#endif

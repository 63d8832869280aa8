/* chat/chat_state.h: struct chat, for the files in chat/.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_CHAT_STATE_H
#define CHATD_CHAT_CHAT_STATE_H

#include "base/clock.h"
#include "base/heap.h"
#include "base/name.h"
#include "base/rate.h"
#include "base/timeq.h"
#include "chat/keeping.h"
#include "chat/port_store.h"
#include "chat/rank.h"
#include "chat/replays.h"
#include "chat/room.h"

#include <stdbool.h>
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
    uint32_t fold_above; /* so many a second are told one by one (chat/folds.h); 0: all */
    uint32_t announce_members; /* joins, leaves and quits are shown in rooms of at most this size */
    uint32_t grace_s; /* the time to log in to the account whose name one has taken; 0: such a name is refused */
    uint32_t rooms_per_account; /* an account gets no more rooms as its own; 0: nobody gets any */
    uint32_t rules_per_room;
};

/* What the chat needs of others (chat/port_*.h); beside this each attachment has a sink. */
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

/* What there is to tell beside some results (enum chat_result).  Valid until the chat is called again, or until done
 * returns. */
struct chat_refusal {
    enum rank needed;
    uint32_t wait_s; /* at least 1 */
    uint32_t limit;
    int64_t until_ms; /* since 1970; 0: no end */
    const char *why;  /* may be "" */
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
    char *common;            /* rooms_set_common(); NULL if there is none */
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
    struct heap due;          /* rules that end by themselves (chat/expiry.h) */
    struct fold *folds;       /* chat/folds.h: a uthash table */
    struct timeq folding;     /* of these */
    struct timeq expiry;
    struct timeq_node expiring;
    bool knows_rules;         /* the store has told the rules that it has kept: before that, no room gets an owner */
    bool awaits_rules;        /* it has not answered yet */
    bool has_lost_rules;      /* the bus did not take a persistent room: they are read again when it is joined */
    bool is_ending;           /* chat_fini() was called: rooms end, and their rules stay kept */
    struct store_rules rules_read;
    struct chat_refusal refusal;
    char *label;              /* acts_label() */
    int64_t until_ms;         /* acts_until() */
    struct rate said;       /* lines of both kinds */
    uint64_t lines;         /* said in rooms by people of this process, since the start */
    uint64_t private_lines; /* private lines, since the start */
    uint64_t deliveries;    /* since the start: of all messages, events included, to members of rooms */
};

/* The time since 1970. */
static inline int64_t chat_now_ms(const struct chat *chat)
{
    return clock_real_ms(chat->clock);
}

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
    /* By the rules of the room (chat/rights.h); the fields of struct chat_refusal are set. */
    CHAT_NO_RIGHT,      /* needed */
    CHAT_BANNED,        /* until_ms, why */
    CHAT_NO_GUESTS,     /* the room is only for people who are logged in */
    CHAT_INVITE_ONLY,
    CHAT_NEEDS_KEY,     /* none was given, or another one */
    CHAT_ROOM_FULL,     /* limit */
    CHAT_MUTED,         /* until_ms, why */
    CHAT_MODERATED,     /* only voiced members and operators may speak */
    CHAT_SLOW,          /* wait_s */
    CHAT_SETTLING,      /* wait_s: the person has just come */
    /* Of acts (chat/acts.h). */
    CHAT_ONESELF,       /* nobody does that to themselves */
    CHAT_NO_SUCH_PERSON, /* nobody here has that name, and no account */
    CHAT_NEEDS_ACCOUNT, /* the other person is a guest */
    CHAT_NOT_THERE,     /* the other person is not in that room */
    CHAT_NO_SUCH_RULE,  /* there is nothing to end */
    CHAT_NO_SUCH_MODE,
    CHAT_BAD_VALUE,
    CHAT_TOO_MANY_RULES, /* limit */
    CHAT_OWNS_TOO_MANY, /* the other person; limit */
};

/* room is the room that was joined or left or whose topic was set; it may end after the call.  It is NULL if the
 * operation has failed or was a rename. */
typedef void chat_done_fn(void *ctx, enum chat_result result, struct room *room);

#endif

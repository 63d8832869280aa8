/* chat/user.h: a person who is here.
 *
 * Made and ended by who owns the sink (a session), through chat_enter() and chat_exit().  Whatever refers to a person
 * for longer than a call does so by a handle, or by the id, and never by the name: it follows a change of name, and
 * does not hit another person who takes the name later.  Loop thread only. */
#ifndef CHATD_CHAT_USER_H
#define CHATD_CHAT_USER_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/ports.h"

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct chat_op;
struct member;

/* A name in the chat's table: in use, then it is a user's; or asked for, then it is a pending operation's. */
struct user_name {
    struct name name;
    bool is_pending;   /* the directory has not granted it yet */
    UT_hash_handle hh; /* by name.folded */
};

/* What others hold on to, and what only few people have; made when it is first needed. */
struct user_handle {
    uint32_t refs;     /* the person's own, as long as the person is here, and others' */
    uint32_t ignorers; /* sessions that ignore the person */
    uint64_t id;       /* user_id() */
    struct user *user; /* NULL: the person has left */
    char *name;        /* the last one, once the person has left */
    char *away;        /* NULL: here */
};

struct user {
    struct chat *chat;
    struct sink *sink;      /* borrowed */
    struct user_name name;  /* zero until has_name */
    struct member *rooms;   /* last joined first, through next_of_user */
    struct chat_op *op;     /* what the person waits for; NULL: nothing */
    struct user_handle *handle; /* NULL: not needed yet */
    uint32_t since_s;       /* when the person came, since 1970 */
    uint32_t active_s;      /* when the person last did something, by the clock that does not jump */
    uint32_t serial;        /* which of all people it is, to tell apart those of one second */
    uint16_t room_count;
    bool has_name;
    bool is_unannounced;    /* nobody is told what the person does: chat_defer() */
};

/* The name as shown; "" before the first is granted. */
const char *user_shown_name(const struct user *user);
/* A number that no other person has or will have; never 0. */
uint64_t user_id(const struct user *user);

/* NULL: here. */
const char *user_away(const struct user *user);
/* text may be NULL: back. */
void user_set_away(struct user *user, const char *text);

/* A reference to the person, to be given back; it stays valid after they have left. */
struct user_handle *user_handle_ref(struct user *user);
void user_handle_unref(struct user_handle *handle);
/* The name as shown, or the last one of a person who has left. */
const char *user_handle_name(const struct user_handle *handle);
/* The person leaves: what refers to them learns it. */
void user_leave_handle(struct user *user);
/* True when somebody ignores the person. */
static inline bool user_is_ignored(const struct user *user)
{
    return user->handle != NULL && user->handle->ignorers > 0;
}

#endif

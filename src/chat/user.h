/* chat/user.h: a person who is here.
 *
 * Made and ended by who owns the sink (a session), through chat_enter() and chat_exit().  Loop thread
 * only. */
#ifndef CHATD_CHAT_USER_H
#define CHATD_CHAT_USER_H

#include "base/hash.h"
#include "base/name.h"
#include "chat/ports.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

struct chat;
struct chat_op;

/* A name in the chat's table: in use, then it is a user's; or asked for, then it is a pending operation's. */
struct user_name {
    struct name name;
    bool is_pending;   /* the directory has not granted it yet */
    UT_hash_handle hh; /* by name.folded */
};

struct user {
    struct chat *chat;
    struct sink *sink;      /* borrowed */
    struct user_name name;  /* zero until has_name */
    struct member *rooms;   /* last joined first, through next_of_user */
    struct chat_op *op;     /* what the person waits for; NULL: nothing */
    char *away;             /* NULL: here */
    uint32_t since_s;       /* when the person came, since 1970 */
    uint32_t active_s;      /* when the person last did something, by the clock that does not jump */
    uint16_t room_count;
    bool has_name;
    bool is_unannounced;    /* nobody is told what the person does: chat_defer() */
};

/* The name as shown; "" before the first is granted. */
const char *user_shown_name(const struct user *user);
/* text may be NULL: back. */
void user_set_away(struct user *user, const char *text);

#endif

/* session/refusal.c: from a result of the chat to the error that tells it. */
#include "config.h"

#include "session/refusal.h"

#include "base/name.h"
#include "chat/rank.h"
#include "chat/rooms.h"
#include "chat/rules.h"
#include "session/sanction.h"

#include <stdlib.h>
#include <string.h>

/* Who has at least this rank. */
static const char *holders(enum rank rank)
{
    return rank <= RANK_VOICED     ? "voiced members, operators and the owner"
           : rank == RANK_OPERATOR ? "operators and the owner"
                                   : "the owner";
}

/* False for a room that nobody has made with an account, or whose owner's account has ended. */
static bool has_owner(const struct session *s, const char *name)
{
    char *folded = name_fold(name, strlen(name));
    const struct room *room = folded != NULL ? rooms_find(s->env->chat, folded) : NULL;

    free(folded);
    return room != NULL && rules_next_owner(room->rules, NULL) != NULL;
}

static void tell_no_right(struct session *s, enum rank needed, const char *room)
{
    if (needed < RANK_ADMIN && !has_owner(s, room)) {
        session_reply(s, REPLY(REPLY_NO_RIGHT_NO_OWNER, .room = room, .needed = rank_name(needed)));
    } else if (needed == RANK_NOBODY) {
        session_reply(s, REPLY(REPLY_NO_RIGHT_ON_ADMIN, .room = room, .needed = rank_name(needed)));
    } else if (needed == RANK_ADMIN) {
        session_reply(s, REPLY(REPLY_NO_RIGHT_ADMIN, .room = room, .needed = rank_name(needed)));
    } else {
        session_reply(s, REPLY(REPLY_NO_RIGHT, .room = room, .needed = rank_name(needed), .why = holders(needed)));
    }
}

bool refusal_tell(struct session *s, enum chat_result result, const char *room)
{
    const struct chat_refusal *refusal = &s->env->chat->refusal;
    const char *why = reply_or_none(refusal->why);

    switch (result) {
    case CHAT_NO_RIGHT:
        tell_no_right(s, refusal->needed, room);
        break;
    case CHAT_NAME_REGISTERED:
        session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        break;
    case CHAT_BANNED:
        session_reply(s, REPLY(REPLY_BANNED, .room = room, .until = refusal->until_ms, .reason = why));
        break;
    case CHAT_MUTED:
        session_reply(s, REPLY(REPLY_MUTED, .room = room, .until = refusal->until_ms, .reason = why));
        break;
    case CHAT_NO_GUESTS:
        session_reply(s, REPLY(REPLY_NO_GUESTS, .room = room));
        break;
    case CHAT_INVITE_ONLY:
        session_reply(s, REPLY(REPLY_INVITE_ONLY, .room = room));
        break;
    case CHAT_NEEDS_KEY:
        session_reply(s, REPLY(REPLY_NEEDS_KEY, .room = room));
        break;
    case CHAT_ROOM_FULL:
        session_reply(s, REPLY(REPLY_ROOM_FULL, .room = room, .limit = refusal->limit));
        break;
    case CHAT_MODERATED:
        session_reply(s, REPLY(REPLY_MODERATED, .room = room));
        break;
    case CHAT_SLOW:
        session_reply(s, REPLY(REPLY_SLOW, .room = room, .remaining = refusal->wait_s));
        break;
    case CHAT_SETTLING:
        session_reply(s, REPLY(REPLY_SETTLING, .room = room, .remaining = refusal->wait_s));
        break;
    default:
        return sanction_tell(s, result);
    }
    return true;
}

/* session/order.h: what an act in a room is about, as one string that outlives the wait for its result
 * (session/await.h).
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_ORDER_H
#define CHATD_SESSION_ORDER_H

#include "chat/chat_state.h"
#include "chat/room.h"
#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

struct order {
    char *what, *room; /* the name of a person, an account, a network or a mode; the room's name */
    int64_t until_ms;  /* since 1970; 0 if there is no end */
    bool by_network;   /* an address or a network could be named too: a ban or a mute */
    bool is_role;
};

/* The string, which the caller frees.  what holds no blank. */
char *order_text(const char *what, const struct room *room, int64_t until_ms);
/* The reverse, which changes text; the strings are in it.  by_network and is_role are false. */
struct order order_read(char *text);
/* Moves *text behind the time at its beginning, as in "2h spam", and sets *span_ms to it, 0 if there is none.  Returns
 * false, after the error was sent, if what is there is meant as a time and is none. */
bool order_take_span(struct session *s, const char **text, int64_t *span_ms);
/* Tells why an act has failed. */
void order_tell_failed(struct session *s, enum chat_result result, const struct order *order);

#endif

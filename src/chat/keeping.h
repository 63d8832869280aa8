/* chat/keeping.h: what the chat hands to its store, and what the store tells of itself.
 *
 * The chat goes on whatever becomes of the store: a failure is logged once, and what is lost by it is counted.  Loop
 * thread only. */
#ifndef CHATD_CHAT_KEEPING_H
#define CHATD_CHAT_KEEPING_H

#include "chat/ports.h"

#include <stdbool.h>
#include <stdint.h>

/* Embedded by the chat. */
struct keeping {
    struct store *store; /* borrowed */
    uint64_t safe_id;    /* the last that the store has told of: each line up to it is safe or lost */
    uint64_t lost_lines; /* ever: that were refused, or told as lost */
    bool is_failing;     /* the store has told so */
    bool is_refused;     /* the last line was */
};

/* The store tells keeping from here on, until keeping_fini(). */
void keeping_init(struct keeping *keeping, struct store *store);
void keeping_fini(struct keeping *keeping);
/* A line that was said in a room. */
void keeping_add(struct keeping *keeping, const char *room_folded, struct message *m);

#endif

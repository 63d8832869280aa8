/* chat/history.h: the last lines of each room, in memory.
 *
 *            oldest                    newest
 *              |                          |
 *     slots: [ m ][ m ][ m ] ... [ m ][ m ][   ][   ]     room: a power of two; count <= lines
 *              ^ first
 *
 * A room's ring grows as lines come, to history.lines.  All rings together hold at most
 * history.bytes: past that, the oldest line anywhere gives way, which is the oldest of its own ring.
 * So no number of rooms that people make can bloat the process.  Loop thread only. */
#ifndef CHATD_CHAT_HISTORY_H
#define CHATD_CHAT_HISTORY_H

#include "chat/message.h"

#include <stdint.h>

/* What all histories share; embedded by the chat. */
struct history_pool {
    uint32_t max_lines; /* per room; 0: none are kept */
    uint64_t max_bytes; /* of all rooms */
    uint64_t bytes;     /* in use: messages, without the rings */
    struct message *oldest, *newest;
};

/* One room's; zeroed but for pool at first. */
struct history {
    struct history_pool *pool;
    struct message **slots;
    uint32_t room, first, count;
};

/* After a change of the limits: lets go what is too much of all, and of a room with its next line. */
void history_pool_trim(struct history_pool *pool);

/* Adds m, taking a reference. */
void history_add(struct history *h, struct message *m);
void history_fini(struct history *h);
/* The i-th line, counted from the oldest, i < count; borrowed. */
struct message *history_at(const struct history *h, uint32_t i);
/* The index of the first line with an id greater than id; count when there is none. */
uint32_t history_after(const struct history *h, uint64_t id);

#endif

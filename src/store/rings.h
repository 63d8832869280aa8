/* store/rings.h: the last lines of each room, under one common bound.
 *
 *            oldest                    newest
 *              |                          |
 *     slots: [ m ][ m ][ m ] ... [ m ][ m ][   ][   ]     space: a power of two; count <= limits.lines
 *              ^ first
 *
 * A ring grows as lines come.  All rings together have a bound: past that, the oldest line anywhere gives way, so no
 * number of rooms that people make can bloat the process.  Loop thread only. */
#ifndef CHATD_STORE_RINGS_H
#define CHATD_STORE_RINGS_H

#include "base/hash.h"
#include "chat/message.h"

#include <stdbool.h>
#include <stdint.h>

struct rings_limits {
    uint32_t lines; /* of a room; 0: none are kept */
    uint64_t bytes; /* of all rooms: messages, without the rings */
};

/* A room's lines, at least one. */
struct ring {
    char *room_folded;
    struct message **slots; /* references */
    uint32_t space, first, count;
    uint32_t place; /* in rings->heap */
    UT_hash_handle hh; /* by room_folded */
};

/* Zeroed at first. */
struct rings {
    struct rings_limits limits;
    uint64_t bytes;    /* in use, as in the limits */
    struct ring *list; /* a uthash table */
    struct ring **heap; /* the ring with the oldest line of all first; as many as the table has */
    uint32_t heap_space;
};

void rings_fini(struct rings *rings);
/* Lets go what is too much of all at once, and what is too much of a room with its next line. */
void rings_set_limits(struct rings *rings, const struct rings_limits *limits);
/* Adds a line to a room, taking a reference.  False: its id is not greater than that of the line before. */
bool rings_add(struct rings *rings, const char *room_folded, struct message *m);
/* The lines of a room; NULL when there is none. */
struct ring *rings_find(const struct rings *rings, const char *room_folded);
/* Lets go all lines of a room. */
void rings_forget(struct rings *rings, const char *room_folded);
/* Lets go what an account has said; 0 is none.  Looks at every line. */
void rings_erase(struct rings *rings, int64_t account);
/* Recounts what is kept count of; ends the process when something is wrong. */
void rings_check(const struct rings *rings);

/* The i-th line, counted from the oldest, i < count; borrowed. */
static inline struct message *rings_at(const struct ring *ring, uint32_t i)
{
    return ring->slots[(ring->first + i) & (ring->space - 1)];
}
/* The index of the first line with an id greater than id; count when there is none. */
uint32_t rings_after(const struct ring *ring, uint64_t id);

#endif

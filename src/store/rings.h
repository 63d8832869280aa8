/* store/rings.h: the newest lines of each room, in memory, with a bound for all rooms together.
 *
 *            oldest                    newest
 *              |                          |
 *     slots: [ m ][ m ][ m ] ... [ m ][ m ][   ][   ]     space: a power of two; count <= limits.lines
 *              ^ first
 *
 * A ring grows as lines are added.  All rings together have a bound of bytes: beyond it, the oldest line of all rooms
 * is dropped, so that the process does not grow with the number of rooms.  Loop thread only. */
#ifndef CHATD_STORE_RINGS_H
#define CHATD_STORE_RINGS_H

#include "base/hash.h"
#include "chat/message.h"

#include <stdbool.h>
#include <stdint.h>

struct rings_limits {
    uint32_t lines; /* of a room; 0 to keep no lines */
    uint64_t bytes; /* of the messages of all rooms, without the rings themselves */
};

/* The lines of a room.  A ring has at least one line. */
struct ring {
    char *room_folded;
    struct message **slots; /* references */
    uint32_t space, first, count;
    uint32_t place; /* its index in rings->heap */
    UT_hash_handle hh; /* by room_folded */
};

/* Zeroed at first. */
struct rings {
    struct rings_limits limits;
    uint64_t bytes;    /* in use, counted as in the limits */
    struct ring *list; /* a uthash table */
    struct ring **heap; /* all rings of the table; the ring with the oldest line of all is the first */
    uint32_t heap_space;
};

void rings_fini(struct rings *rings);
/* Sets new limits.  Lines beyond limits->bytes are dropped at once, those beyond limits->lines of a room when a line is
 * added to it. */
void rings_set_limits(struct rings *rings, const struct rings_limits *limits);
/* Adds a line to a room, and takes a reference.  Does nothing if limits.lines is 0.  Returns false, and adds nothing,
 * if the line's id is not greater than that of the room's newest line. */
bool rings_add(struct rings *rings, const char *room_folded, struct message *m);
/* The lines of a room; NULL if there are none. */
struct ring *rings_find(const struct rings *rings, const char *room_folded);
/* Drops all lines of a room. */
void rings_forget(struct rings *rings, const char *room_folded);
/* Drops the lines of an account; does nothing if account is 0.  Looks at every line. */
void rings_erase(struct rings *rings, int64_t account);
/* Drops one line of a room; returns false if there is no such line. */
bool rings_erase_line(struct rings *rings, const char *room_folded, uint64_t id);
/* Recounts all counts, and ends the process if one is wrong. */
void rings_check(const struct rings *rings);

/* Line i, counted from the oldest one, which is 0; i < count.  Borrowed. */
static inline struct message *rings_at(const struct ring *ring, uint32_t i)
{
    return ring->slots[(ring->first + i) & (ring->space - 1)];
}
/* The index of the first line with an id greater than id; count if there is none. */
uint32_t rings_after(const struct ring *ring, uint64_t id);
/* The line of a room with that id, borrowed; NULL if there is none. */
struct message *rings_line(const struct rings *rings, const char *room_folded, uint64_t id);

#endif

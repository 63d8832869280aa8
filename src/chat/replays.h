/* chat/replays.h: the encodings of old lines that were shown last, for the next newcomer.
 *
 * Newcomers of one room are shown the same lines, in few forms: each is encoded for the first of them, and its payload
 * shared by the others.  An encoding is found by the message's id, which is one message's alone, so it does not matter
 * where the message was read from, and whether it was there in between.
 *
 * An old line's time depends on the day on which it is shown: what is kept is of one local day, and goes with it.
 * There are REPLAYS_KEPT places, and a payload may be replaced at any time by another one: 1.3 MB at most, some 50 KB
 * with lines as people write them.  Loop thread only. */
#ifndef CHATD_CHAT_REPLAYS_H
#define CHATD_CHAT_REPLAYS_H

#include "base/payload.h"

#include <stdint.h>

enum {
    REPLAYS_KEPT = 512,
    REPLAYS_MOST_BYTES = 2560, /* of a payload that is kept: a whole line of text, at the default's line_bytes */
};

struct replay {
    uint64_t id;  /* the message's; 0: the place is empty */
    uint32_t form; /* the caller's: which of the message's encodings it is */
    struct payload *payload;
};

/* Embedded by the chat; zeroed at first. */
struct replays {
    int64_t day_begin_ms, day_end_ms; /* the local day that the encodings are of, since 1970 */
    struct replay *places;            /* REPLAYS_KEPT of them; NULL: nothing was replayed yet */
};

/* The encoding of the message with that id, as it is at now_ms; NULL when it is not kept.  Borrowed, until the next
 * call. */
struct payload *replays_find(struct replays *replays, uint64_t id, uint32_t form, int64_t now_ms);
/* Keeps one that was not found, unless it is too long; takes a reference. */
void replays_keep(struct replays *replays, uint64_t id, uint32_t form, struct payload *payload);
void replays_fini(struct replays *replays);

#endif

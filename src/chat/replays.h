/* chat/replays.h: a cache of the encodings of old lines that were replayed.
 *
 * The newcomers of a room are shown the same lines, in few forms: each line is encoded for the first of them, and the
 * others share its payload.  An encoding is found by the message's id, which is unique, so it does not matter from
 * where the message was read.
 *
 * The time before an old line depends on the day on which it is shown, so the cache is valid for one local day.  It has
 * REPLAYS_KEPT entries, and an entry may be replaced at any time.  It takes 1.3 MB at most, and about 50 KB for lines
 * as people write them.  Loop thread only. */
#ifndef CHATD_CHAT_REPLAYS_H
#define CHATD_CHAT_REPLAYS_H

#include "base/payload.h"

#include <stdint.h>

enum {
    REPLAYS_KEPT = 512,
    REPLAYS_MOST_BYTES = 2560, /* of a payload that is kept: a whole line of text with the default line_bytes */
};

struct replay {
    uint64_t id;  /* the message's; 0 if the entry is empty */
    uint32_t form; /* chosen by the caller: identifies one of the message's encodings */
    struct payload *payload;
};

/* Embedded by the chat; zeroed at first. */
struct replays {
    int64_t day_begin_ms, day_end_ms; /* the local day for which the encodings are valid, since 1970 */
    struct replay *places;            /* REPLAYS_KEPT entries; NULL until something is replayed */
};

/* The encoding of the message with that id, valid at now_ms; NULL if it is not kept.  Borrowed until the next call. */
struct payload *replays_find(struct replays *replays, uint64_t id, uint32_t form, int64_t now_ms);
/* Keeps an encoding that was not found, unless it is too long; takes a reference. */
void replays_keep(struct replays *replays, uint64_t id, uint32_t form, struct payload *payload);
/* The message is gone: drops all its encodings. */
void replays_forget(struct replays *replays, uint64_t id);
void replays_fini(struct replays *replays);

#endif

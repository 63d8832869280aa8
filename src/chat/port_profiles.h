/* chat/port_profiles.h: the port that keeps what belongs to an account beside the account: settings, each a word with a
 * value, and for each room a read mark, which is the id of a line: the owner has received the room's lines up to it.
 * These are the rules:
 *
 *   1. What is noted takes its place among the lines that the store is given: it is safe when a line that is appended
 *      after it is.  Noting never waits; it is refused when too much waits to be written.
 *   2. A recall has all that was noted before the call, unless that cannot be written.  Its lines are counted as of the
 *      call, or of a moment since.
 *   3. All of it ends with the account.  A note about an account that has ended changes nothing.
 *   4. An account has a bounded number of marks: beyond it, those of the rooms left longest ago go.
 *
 * A recall may be answered later: recall() then returns STORE_LATER and calls the request's done function from the
 * loop.  Loop thread only. */
#ifndef CHATD_CHAT_PORT_PROFILES_H
#define CHATD_CHAT_PORT_PROFILES_H

#include "chat/port_store.h"

#include <stdint.h>

struct profiles;

/* A room with lines that were kept after the account's mark.  Borrowed for the call. */
struct profiles_room {
    const char *room, *room_folded; /* the room's name, as shown and folded */
    uint64_t mark;   /* an id; the line itself may be gone */
    int64_t time_ms; /* of that line, since 1970 (UTC) */
    uint64_t lines;  /* those after it; counting may stop at PROFILES_MOST_COUNTED */
};
enum { PROFILES_MOST_COUNTED = 10000 };

/* Owned by the caller, which does not change it and room_folded until the answer or until cancel() has returned. */
struct profiles_recall {
    int64_t account;
    const char *room_folded; /* recalls the mark of this room alone, and no settings; NULL for all */
    uint32_t most_rooms;     /* room() is called for so many at most, those with the newest marks first */
    /* Called before the answer.  If the answer is STORE_FAILED, neither was called. */
    void (*setting)(struct profiles_recall *req, const char *setting, const char *value);
    void (*room)(struct profiles_recall *req, const struct profiles_room *room);
    /* The answer, if recall() has returned STORE_LATER: STORE_DONE or STORE_FAILED.  May free req. */
    void (*done)(struct profiles_recall *req, enum store_answer answer);
    uint32_t rest;       /* set if the answer is STORE_DONE: further rooms with lines after their marks */
    void *profiles_data; /* the port's own */
};

struct profiles_ops {
    /* A setting of the account from now on; value NULL: it has none. */
    enum store_fate (*set)(struct profiles *profiles, int64_t account, const char *setting, const char *value);
    /* The account's owner has received the lines of the room with ids up to this one; with 0, all lines for which the
     * store's append() was called before. */
    enum store_fate (*mark)(struct profiles *profiles, int64_t account, const char *room, const char *room_folded,
                            uint64_t upto);
    enum store_answer (*recall)(struct profiles *profiles, struct profiles_recall *req);
    /* Forgets a recall that was answered STORE_LATER: nothing is called for it any more. */
    void (*cancel)(struct profiles *profiles, struct profiles_recall *req);
};

/* Ends with the store. */
struct profiles {
    const struct profiles_ops *ops;
};

#endif

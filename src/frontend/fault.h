/* frontend/fault.h: what an error line can say: the one table of codes.
 *
 * A code is stable: programs act on it.  The sentence behind it is for people and may change. */
#ifndef CHATD_FRONTEND_FAULT_H
#define CHATD_FRONTEND_FAULT_H

#define FAULT_TABLE(X)                      \
    X(UNKNOWN_COMMAND, "unknown-command")   \
    X(USAGE, "usage")                       \
    X(BAD_VALUE, "bad-value")               \
    X(BAD_NAME, "bad-name")                 \
    X(NAME_TAKEN, "name-taken")             \
    X(NAME_RESERVED, "name-reserved")       \
    X(NO_SUCH_NAME, "no-such-name")         \
    X(NO_SUCH_ROOM, "no-such-room")         \
    X(NO_ROOM, "no-room")                   \
    X(NOT_IN_ROOM, "not-in-room")           \
    X(TOO_MANY_ROOMS, "too-many-rooms")     \
    X(ROOMS_FULL, "rooms-full")             \
    X(TOPIC_TOO_LONG, "topic-too-long")     \
    X(TEXT_TOO_LONG, "text-too-long")       \
    X(LINE_TOO_LONG, "line-too-long")       \
    X(NOBODY_TO_REPLY, "nobody-to-reply")   \
    X(NOT_READING, "not-reading")           \
    X(TOO_MANY_IGNORED, "too-many-ignored") \
    X(UNAVAILABLE, "unavailable")

enum fault {
#define FAULT_SYMBOL(symbol, code) FAULT_##symbol,
    FAULT_TABLE(FAULT_SYMBOL)
#undef FAULT_SYMBOL
    FAULT_COUNT
};

/* "no-such-room"; static. */
const char *fault_code(enum fault fault);

#endif

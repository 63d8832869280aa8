/* chat/modes.h: the modes of rooms: the one table of them, and those of one room as values.
 *
 * Pure functions. */
#ifndef CHATD_CHAT_MODES_H
#define CHATD_CHAT_MODES_H

#include "chat/rank.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mode {
    MODE_INVITE_ONLY,
    MODE_MODERATED,
    MODE_KEY,
    MODE_PRIVATE,
    MODE_PERSISTENT,
    MODE_TOPIC_LOCK,
    MODE_SLOW,
    MODE_LIMIT,
    MODE_NOLOG,
    MODE_NO_GUESTS,
    MODE_SETTLE,
    MODES
};

enum mode_type { MODE_FLAG, MODE_NUMBER, MODE_TEXT };

struct mode_row {
    const char *name; /* "invite-only", and so on: of the rule, in commands and in json */
    enum mode_type type;
    enum rank needs;  /* the least rank that may set and end it */
    uint32_t min, max; /* number: its bounds; text: those of its length in bytes */
    const char *unit; /* number: "seconds", "members"; otherwise NULL */
    bool is_secret;   /* the value is shown only to those who may set it */
    const char *help; /* what it does while it is on, as a part of a sentence without a full stop: "only voiced members
                       * and operators may speak" */
    const char *entering; /* a sentence told to people who enter, without a full stop; NULL if there is none */
};

/* mode < MODES. */
const struct mode_row *modes_row(enum mode mode);
/* The mode of that name, in any case; MODES if there is none. */
enum mode modes_find(const char *name);
/* The mode whose name is nearest to what was typed; NULL if none is near. */
const char *modes_nearest(const char *name);

enum modes_answer {
    MODES_ON,  /* *value is what the rule has */
    MODES_OFF, /* "off"; for a number also 0; for a flag also "no" */
    MODES_BAD, /* not a value of this mode */
};
enum { MODES_VALUE_SIZE = 80, MODES_KEY_BYTES = 64 };
/* Reads a value as a person types it: a flag: "on", "off" or ""; a number with or without its unit; a text without
 * blanks.  value has MODES_VALUE_SIZE bytes. */
enum modes_answer modes_parse(enum mode mode, const char *typed, char *value);

/* The modes of a room, as numbers. */
struct modes {
    uint32_t on; /* 1 << mode, for each that is on */
    uint32_t number[MODES]; /* of those that are numbers; 0 if it is off */
};

static inline bool modes_has(const struct modes *modes, enum mode mode)
{
    return (modes->on & 1u << mode) != 0;
}
/* value NULL: off. */
void modes_set(struct modes *modes, enum mode mode, const char *value);

#endif

/* chat/modes.c: the table of modes.
 *
 * A new mode needs a row here, and the place in chat/rights.c or chat/receive.c that obeys it. */
#include "config.h"

#include "chat/modes.h"

#include "base/check.h"
#include "base/nearest.h"
#include "base/span.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MS_PER_S = 1000 };

static const struct mode_row rows[MODES] = {
    [MODE_INVITE_ONLY] = {.name = "invite-only",
                          .needs = RANK_OPERATOR,
                          .help = "only people with an invitation may enter"},
    [MODE_MODERATED] = {.name = "moderated",
                        .needs = RANK_OPERATOR,
                        .help = "only voiced members and operators may speak",
                        .entering = "this room is moderated: only voiced members and operators may speak"},
    [MODE_KEY] = {.name = "key",
                  .type = MODE_TEXT,
                  .needs = RANK_OPERATOR,
                  .min = 1,
                  .max = MODES_KEY_BYTES,
                  .is_secret = true,
                  .help = "only people who give the key may enter"},
    [MODE_PRIVATE] = {.name = "private",
                      .needs = RANK_OWNER,
                      .help = "the room is not listed, and its members are not shown to others"},
    [MODE_PERSISTENT] = {.name = "persistent",
                         .needs = RANK_OWNER,
                         .help = "the room and its rules stay when nobody is in it"},
    [MODE_TOPIC_LOCK] = {.name = "topic-lock", .needs = RANK_OPERATOR, .help = "only operators may set the topic"},
    [MODE_SLOW] = {.name = "slow",
                   .type = MODE_NUMBER,
                   .needs = RANK_OPERATOR,
                   .min = 1,
                   .max = 3600,
                   .unit = "seconds",
                   .help = "each person may say one line in this time"},
    [MODE_LIMIT] = {.name = "limit",
                    .type = MODE_NUMBER,
                    .needs = RANK_OPERATOR,
                    .min = 1,
                    .max = 1000000,
                    .unit = "members",
                    .help = "nobody may enter while the room has so many members"},
    [MODE_NOLOG] = {.name = "nolog",
                    .needs = RANK_OWNER,
                    .help = "nothing that is said is kept",
                    .entering = "nothing that is said in this room is kept"},
    [MODE_NO_GUESTS] = {.name = "no-guests",
                        .needs = RANK_OPERATOR,
                        .help = "only people who are logged in may enter"},
    [MODE_SETTLE] = {.name = "settle",
                     .type = MODE_NUMBER,
                     .needs = RANK_OPERATOR,
                     .min = 1,
                     .max = 86400,
                     .unit = "seconds",
                     .help = "people who have just come may not speak for this time"},
};

const struct mode_row *modes_row(enum mode mode)
{
    CHECK(mode < MODES);
    return &rows[mode];
}

enum mode modes_find(const char *name)
{
    enum mode mode = 0;

    while (mode < MODES && strcasecmp(rows[mode].name, name) != 0) {
        mode++;
    }
    return mode;
}

const char *modes_nearest(const char *name)
{
    struct nearest near = {.wanted = name};

    for (enum mode mode = 0; mode < MODES; mode++) {
        nearest_try(&near, rows[mode].name);
    }
    return near.best;
}

/* ---- values ---- */

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcasecmp(*words, word) != 0) {
        words++;
    }
    return *words != NULL;
}

static enum modes_answer parse_flag(const char *typed, char *value)
{
    static const char *const on[] = {"on", "yes", "", NULL};

    snprintf(value, MODES_VALUE_SIZE, "on");
    return is_one_of(typed, on) ? MODES_ON : MODES_BAD;
}

static enum modes_answer parse_number(const struct mode_row *row, const char *typed, char *value)
{
    bool is_plain = typed[0] != '\0' && strspn(typed, "0123456789") == strlen(typed);
    int64_t ms, number = -1;

    if (is_plain && strlen(typed) < 10) {
        number = strtoll(typed, NULL, 10);
    } else if (strcmp(row->unit, "seconds") == 0 && span_parse(typed, &ms) == SPAN_OK) {
        number = ms / MS_PER_S;
    }
    if (number == 0) {
        return MODES_OFF;
    }
    if (number < (int64_t)row->min || number > (int64_t)row->max) {
        return MODES_BAD;
    }
    snprintf(value, MODES_VALUE_SIZE, "%lld", (long long)number);
    return MODES_ON;
}

enum modes_answer modes_parse(enum mode mode, const char *typed, char *value)
{
    static const char *const off[] = {"off", "no", NULL};
    const struct mode_row *row = modes_row(mode);
    size_t len = strlen(typed);

    if (is_one_of(typed, off)) {
        return MODES_OFF;
    }
    switch (row->type) {
    case MODE_NUMBER:
        return parse_number(row, typed, value);
    case MODE_TEXT:
        if (len < row->min || len > row->max || strchr(typed, ' ') != NULL) {
            return MODES_BAD;
        }
        snprintf(value, MODES_VALUE_SIZE, "%s", typed);
        return MODES_ON;
    default:
        return strcmp(typed, "0") == 0 ? MODES_OFF : parse_flag(typed, value);
    }
}

void modes_set(struct modes *modes, enum mode mode, const char *value)
{
    CHECK(mode < MODES);
    if (value != NULL) {
        modes->on |= 1u << mode;
    } else {
        modes->on &= ~(1u << mode);
    }
    modes->number[mode] =
        value != NULL && rows[mode].type == MODE_NUMBER ? (uint32_t)strtoul(value, NULL, 10) : 0;
}

/* frontend/reply.h: what a session answers: a kind out of one table, and its fields.
 *
 * A command, or the session, says what there is to tell, and no more:
 *
 *     session_reply(s, REPLY(REPLY_NAMED, .name = person_shown_name(s->person)));
 *
 * and the form makes of it what its reader wants: text a sentence (reply_text.c), json an object with the fields
 * (reply_json.c).  The kinds, their fields and their sentences are in reply_table.h, and nowhere else.
 *
 * A reply lives for one call: whatever it points to is borrowed, and nothing is copied.  Loop thread only. */
#ifndef CHATD_FRONTEND_REPLY_H
#define CHATD_FRONTEND_REPLY_H

#include "base/strbuf.h"
#include "frontend/fault.h"
#include "frontend/reply_table.h"
#include "net/reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a field holds, and how a form shows it. */
enum reply_value {
    REPLY_VALUE_STRING,
    REPLY_VALUE_ROOM,   /* a room's name without its '#', which is shown */
    REPLY_VALUE_USAGE,  /* of a command, as in its entry */
    REPLY_VALUE_LINES,  /* sentences separated by '\n': text shows a line for each, json joins them */
    REPLY_VALUE_ALIASES, /* of a command, separated by blanks: text puts a '/' before each, json has strings */
    REPLY_VALUE_WORDS,  /* a piece of the sentence: of no use to a program, json leaves it out */
    REPLY_VALUE_NUMBER,
    REPLY_VALUE_SPAN,   /* seconds, which text shows as "2 h 5 min" */
    REPLY_VALUE_BOOL,
    REPLY_VALUE_TIME,   /* milliseconds since 1970 */
    /* Lists of struct reply_item: */
    REPLY_VALUE_ROOMS,    /* strings, with the '#' */
    REPLY_VALUE_PEOPLE,   /* objects with "name", and "away" or "left" when true */
    REPLY_VALUE_COMMANDS, /* objects with "name" and "usage" */
};

struct reply_item {
    const char *name;
    const char *usage; /* of a command, "" for none */
    bool is_away, has_left;
};

struct reply_list {
    const struct reply_item *items;
    size_t count;
};

#define REPLY_C_STRING const char *
#define REPLY_C_ROOM const char *
#define REPLY_C_USAGE const char *
#define REPLY_C_LINES const char *
#define REPLY_C_ALIASES const char *
#define REPLY_C_WORDS const char *
#define REPLY_C_NUMBER int64_t
#define REPLY_C_SPAN int64_t
#define REPLY_C_BOOL bool
#define REPLY_C_TIME int64_t
#define REPLY_C_ROOMS struct reply_list
#define REPLY_C_PEOPLE struct reply_list
#define REPLY_C_COMMANDS struct reply_list

enum reply_kind {
#define REPLY_ANSWER(symbol, type, needs, may, text) REPLY_##symbol,
#define REPLY_ERROR(symbol, fault, needs, may, text) REPLY_##symbol,
    REPLY_TABLE(REPLY_ANSWER, REPLY_ANSWER, REPLY_ERROR)
#undef REPLY_ANSWER
#undef REPLY_ERROR
    REPLY_KINDS
};

/* The fields, each a member; what is NULL, 0 or false is not there, unless the kind needs it. */
struct reply {
    enum reply_kind kind;
    enum reason ending; /* of REPLY_ENDED */
#define REPLY_MEMBER(symbol, member, json, type) REPLY_C_##type member;
    REPLY_FIELDS(REPLY_MEMBER)
#undef REPLY_MEMBER
};

/* A reply for one call: REPLY(REPLY_NAMED, .name = "alice"). */
#define REPLY(...) (&(const struct reply){.kind = __VA_ARGS__})

/* What a form knows beside the reply. */
struct reply_context {
    const char *command; /* that is answered; NULL: none */
    int64_t now_ms;      /* since 1970 */
    unsigned columns;    /* of the reader's window; 0: not known */
};

enum reply_field {
#define REPLY_FIELD_SYMBOL(symbol, member, json, type) REPLY_FIELD_##symbol,
    REPLY_FIELDS(REPLY_FIELD_SYMBOL)
#undef REPLY_FIELD_SYMBOL
    REPLY_FIELD_END
};

/* ---- the table, for the forms, the tests and the lint ---- */

/* "welcome", "error", ...; NULL: json has nothing of this kind.  Static, as all of these. */
const char *reply_type(enum reply_kind kind);
/* The sentence, with its fields in braces; NULL: text has nothing of this kind, or composes it.
 *
 *   {name}              the field, by its name as a member
 *   {count:line|lines}  by a number (1, or any other) or a bool (true, false); a third piece is for 0
 *   {time:short}        a time as clock_short() has it, or clock_zoned() for "zoned"
 *   {room:plain}        a room without its '#'
 *   {usage:all}         a usage as it is spoken of: "a room and a text"; "missing": what is needed and not given
 *   [, or {near}]       nothing at all when a field in it is not there
 *
 * A '\n' begins another line. */
const char *reply_sentence(const struct reply *r);
/* Whether the kind answers the command that runs; a notice comes of itself. */
bool reply_is_notice(enum reply_kind kind);
/* Whether it is an error; *fault gets which, FAULT_COUNT for REPLY_ENDED. */
bool reply_is_error(enum reply_kind kind, enum fault *fault);
/* An error's code; NULL: it is none. */
const char *reply_code(const struct reply *r);
/* Whether the kind can have the field, and whether it needs it. */
bool reply_may_have(enum reply_kind kind, enum reply_field field);
bool reply_needs(enum reply_kind kind, enum reply_field field);
/* Whether the reply has each field that its kind needs, and none that it cannot have: else it is a bug. */
bool reply_is_whole(const struct reply *r);

/* A field's name in json, NULL for words, and as a member; what it holds; and where it is in r. */
const char *reply_field_name(enum reply_field field);
const char *reply_field_member(enum reply_field field);
enum reply_value reply_field_value(enum reply_field field);
const void *reply_field_at(const struct reply *r, enum reply_field field);
/* Whether r has the field: its kind needs it, or it is neither NULL nor 0, false or an empty list. */
bool reply_has(const struct reply *r, enum reply_field field);

#endif

/* frontend/reply.h: a reply: what a session sends to its client, as a kind from one table and its fields.
 *
 * A command, or the session, passes the facts and no text:
 *
 *     session_reply(s, REPLY(REPLY_NAMED, .name = person_shown_name(s->person)));
 *
 * and the form encodes it: text as a sentence (reply_text.c), json as an object with the fields (reply_json.c).  The
 * kinds, their fields and their sentences are in reply_table.h, and nowhere else.
 *
 * A reply is used for one call: all that it points to is borrowed, and nothing is copied.  Loop thread only. */
#ifndef CHATD_FRONTEND_REPLY_H
#define CHATD_FRONTEND_REPLY_H

#include "base/strbuf.h"
#include "frontend/fault.h"
#include "frontend/look.h"
#include "frontend/reply_table.h"
#include "net/reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The type of a field's value, and how the forms show it. */
enum reply_value {
    REPLY_VALUE_STRING,
    REPLY_VALUE_ROOM,   /* a room's name without its '#'; it is shown with it */
    REPLY_VALUE_USAGE,  /* of a command, as in struct cmd */
    REPLY_VALUE_LINES,  /* sentences separated by '\n': text shows a line for each, json joins them */
    REPLY_VALUE_ALIASES, /* of a command, separated by blanks: text puts a '/' before each, json has strings */
    REPLY_VALUE_WORDS,  /* a piece of the sentence; json leaves it out, since it is of no use to a program */
    REPLY_VALUE_NUMBER,
    REPLY_VALUE_SPAN,   /* seconds; text shows them as "2 h 5 min" */
    REPLY_VALUE_BOOL,
    REPLY_VALUE_TIME,   /* milliseconds since 1970 */
    /* Lists of struct reply_item: */
    REPLY_VALUE_ROOMS,    /* strings, with the '#' */
    REPLY_VALUE_PEOPLE,   /* objects with "name", "rank" if there is one, and "away" or "left" when true */
    REPLY_VALUE_COMMANDS, /* objects with "name" and "usage" */
};

struct reply_item {
    const char *name;
    const char *usage; /* of a command; "" if there is none */
    const char *rank;  /* of a member who is more than that: "operator"; otherwise NULL */
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

/* The columns of a list's cells, by which its rows are aligned. */
struct reply_cells {
    unsigned name;   /* a name, with what stands beside it, and the gap behind it */
    unsigned number;
};

/* A reply.  Each field is a member; a field that is NULL, 0, false or an empty list is missing, unless the kind needs
 * it. */
struct reply {
    enum reply_kind kind;
    enum reason ending; /* of REPLY_ENDED */
    struct reply_cells cells; /* of lists of people and rooms, as text; 0: they are sentences */
#define REPLY_MEMBER(symbol, member, json, type) REPLY_C_##type member;
    REPLY_FIELDS(REPLY_MEMBER)
#undef REPLY_MEMBER
};

/* A field that is missing if text is ""; text may be NULL. */
static inline const char *reply_or_none(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* A reply for one call: REPLY(REPLY_NAMED, .name = "alice"). */
#define REPLY(...) (&(const struct reply){.kind = __VA_ARGS__})

/* What a form needs besides the reply. */
struct reply_context {
    const char *command; /* the command that is answered; NULL if there is none */
    int64_t now_ms;      /* since 1970 */
    unsigned columns;    /* of the client's window; 0 if they are not known */
    bool has_pages;      /* the client is shown long lists in pages, and told to type /more */
    const struct look *look; /* the reader's, or NULL */
};

enum reply_field {
#define REPLY_FIELD_SYMBOL(symbol, member, json, type) REPLY_FIELD_##symbol,
    REPLY_FIELDS(REPLY_FIELD_SYMBOL)
#undef REPLY_FIELD_SYMBOL
    REPLY_FIELD_END
};

/* Appends an item of a list of people as text shows it: "alice (operator) (away)". */
void reply_item_show(struct strbuf *out, const struct reply_item *item);

/* ---- the table, for the forms, the tests and the lint ---- */

/* The json type, "welcome", "error", ...; NULL if json does not show the kind.  Static, as all strings that these
 * functions return. */
const char *reply_type(enum reply_kind kind);
/* The sentence, with its fields in braces; NULL if text does not show the kind, or composes its lines.
 *
 *   {name}              the field, by the name of its member
 *   {count:line|lines}  by a number (1, or any other) or a bool (true, false); a third piece is for 0
 *   {time:short}        a time as clock_short() has it, or clock_recent() for "recent", clock_zoned() for "zoned", and
 *                       clock_date() for "date"
 *   {room:plain}        a room without its '#'
 *   {next:more}         the command; "/more" if the client is shown pages, in which the last one is what /more runs
 *   {usage:all}         a usage in words: "a room and a text"; with "missing", the arguments needed and not given
 *   [, or {near}]       left out if a field in it is missing
 *
 * A '\n' begins a new line. */
const char *reply_sentence(const struct reply *r);
/* Returns true if the kind is a notice, which is sent unasked; otherwise it answers the command that runs. */
bool reply_is_notice(enum reply_kind kind);
/* Returns true if the kind is an error, and sets *fault to which one, or FAULT_COUNT for REPLY_ENDED. */
bool reply_is_error(enum reply_kind kind, enum fault *fault);
/* An error's code; NULL if the reply is no error. */
const char *reply_code(const struct reply *r);
/* Return true if the kind can have the field, and if it needs it. */
bool reply_may_have(enum reply_kind kind, enum reply_field field);
bool reply_needs(enum reply_kind kind, enum reply_field field);
/* Returns true if the reply has all fields that its kind needs, and none that it cannot have; otherwise it is a bug. */
bool reply_is_whole(const struct reply *r);

/* A field's name in json, which is NULL for words; the name of its member; its type; and its address in r. */
const char *reply_field_name(enum reply_field field);
const char *reply_field_member(enum reply_field field);
enum reply_value reply_field_value(enum reply_field field);
const void *reply_field_at(const struct reply *r, enum reply_field field);
/* Returns true if r has the field: its kind needs it, or it is not NULL, 0, false or an empty list. */
bool reply_has(const struct reply *r, enum reply_field field);

#endif

/* session/cmd.h: commands: what one is, and how a line becomes one.
 *
 * A command is one const entry beside its handler, in a file cmd_*.c, named in cmd_list.h; everything
 * else about it (/help, aliases, suggestions, usage errors) is made from the entry.  Loop thread only. */
#ifndef CHATD_SESSION_CMD_H
#define CHATD_SESSION_CMD_H

#include "session/session.h"
#include "session/verbs.h"

#include <stdbool.h>
#include <stddef.h>

/* The persons that may use a command. */
enum cmd_who {
    CMD_ANYONE,
    CMD_IN_ROOM, /* a person with a current room */
    CMD_NAMES_ROOM, /* a person who names a room or has a current one */
    CMD_HASH_ROOM, /* the same; the room is written with its # before the other arguments (struct cmd_args) */
    CMD_ADMIN, /* an administrator of the server, as the chat decides; /help does not show it to others */
};

/* The groups of /help, in its order: symbol, heading, name. */
#define CMD_GROUPS(X)                   \
    X(TALK, "Talking", "talk")          \
    X(ROOMS, "Rooms", "rooms")          \
    X(PEOPLE, "People", "people")       \
    X(ORDER, "Order", "order")          \
    X(ACCOUNTS, "Accounts", "accounts") \
    X(VIEW, "What you see", "view")     \
    X(SERVER, "Server", "server")       \
    X(ADMIN, "Administrators", "admin")

enum cmd_group {
#define CMD_GROUP_SYMBOL(symbol, heading, name) CMD_GROUP_##symbol,
    CMD_GROUPS(CMD_GROUP_SYMBOL)
#undef CMD_GROUP_SYMBOL
    CMD_GROUP_COUNT
};

/* The work that a command may take in the loop's turn (session/crowd.h). */
enum cmd_work {
    CMD_LITTLE, /* some microseconds, however many people and rooms there are */
    CMD_ROOM,   /* a line to the current room */
    CMD_MUCH,   /* more: lines to several rooms or another one, a walk over many things */
};

enum {
    CMD_WORDS = 3,
    CMD_WORD_BYTES = 512, /* a longer word names nothing, and is not repeated in errors */
};

struct cmd_args {
    const char *room; /* CMD_HASH_ROOM: the first word if it begins with #, which is none of the words then; or NULL */
    int words;
    char *word[CMD_WORDS]; /* NUL-terminated, 1 to CMD_WORD_BYTES bytes; NULL past words */
    char *text;            /* the text behind the words; "" if there is none */
    size_t text_len;
};

/* A command comes to what a verb comes to (session/verbs.h); lines_complete() follows VERB_PENDING.  What it costs
 * beyond its entry's cost is charged to the session. */
typedef enum verb_result cmd_exec_fn(struct session *s, struct cmd_args *args);

struct cmd {
    const char *name;
    const char *aliases;  /* separated by spaces; NULL if there are none */
    const char *usage;    /* the arguments, as people read them: "NAME|ROOM TEXT", "[N | since ID]" */
    uint8_t min_words;    /* the least number of words */
    uint8_t max_words;    /* the greatest number of words before the text, at most CMD_WORDS */
    bool takes_text;
    bool needs_text;
    uint8_t who;          /* enum cmd_who */
    uint8_t cost;         /* in lines of flood control, at least 1 */
    uint8_t work;         /* enum cmd_work */
    uint8_t group;        /* enum cmd_group */
    const char *help;     /* what it does; with name and usage not more than a row of a terminal */
    const char *args;     /* what its arguments are and what holds without them, sentences in lines separated by
                           * '\n'; NULL: usage is "" */
    const char *example;  /* a whole line that uses it, without the '/'; NULL: usage is "" */
    cmd_exec_fn *exec;
};

/* Runs the line behind the '/'.  lost is the room that was the current one when the line was typed, if the person has
 * been taken out of it since, or NULL: what is for the current room is refused then.  What it costs beyond one line is
 * charged. */
enum verb_result cmd_run(struct session *s, char *line, const char *lost);
/* An error: a line for the current room has come to nothing, for the person is no longer in the room lost. */
void cmd_tell_lost(struct session *s, const char *lost);
/* What the line behind the '/' may take of a turn. */
enum cmd_work cmd_work(const char *line);
/* The command with that name or alias; ASCII case is ignored.  NULL if there is none. */
const struct cmd *cmd_find(const char *name);
/* Command i, in the order of cmd_list.h; NULL if i is past the last one. */
const struct cmd *cmd_at(size_t i);
/* What is typed for a group of commands, beside its heading: "talk". */
const char *cmd_group_name(enum cmd_group group);
/* Returns true if the command, or the group, is listed and suggested: not to people who may not use it. */
bool cmd_is_shown(const struct session *s, const struct cmd *cmd);
bool cmd_is_shown_group(const struct session *s, enum cmd_group group);
/* An error: the command does not have these arguments. */
void cmd_tell_misuse(struct session *s, const struct cmd *cmd, const struct cmd_args *has);
/* An error: there is no command of that name; perhaps another is meant. */
void cmd_tell_unknown(struct session *s, const char *name);

/* What /edit does with the word: on, off, or NULL. */
enum verb_result cmd_edit_set(struct session *s, const char *word);
/* What /set charset does with the name of a charset, or NULL. */
enum verb_result cmd_charset_set(struct session *s, const char *name);
/* Shows the message of the day, if there is one, a line each, as far as the person's queue has room. */
void cmd_tell_motd(struct session *s);

#endif

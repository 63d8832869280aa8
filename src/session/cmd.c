/* session/cmd.c: the table of commands, and from a line to a handler. */
#include "config.h"

#include "session/cmd.h"

#include "base/nearest.h"
#include "base/text.h"
#include "chat/owners.h"
#include "session/cmd_list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CMD_DECLARE(name) extern const struct cmd cmd_##name;
CMD_LIST(CMD_DECLARE)
#undef CMD_DECLARE

static const struct cmd *const table[] = {
#define CMD_ROW(name) &cmd_##name,
    CMD_LIST(CMD_ROW)
#undef CMD_ROW
};

const struct cmd *cmd_at(size_t i)
{
    return i < CMD_COUNT ? table[i] : NULL;
}

const char *cmd_group_name(enum cmd_group group)
{
    static const char *const names[] = {
#define GROUP_NAME(symbol, heading, name) name,
        CMD_GROUPS(GROUP_NAME)
#undef GROUP_NAME
    };

    return names[group];
}

bool cmd_is_shown(const struct session *s, const struct cmd *cmd)
{
    return cmd->who != CMD_ADMIN || owners_is_admin(s->self.person);
}

bool cmd_is_shown_group(const struct session *s, enum cmd_group group)
{
    return group != CMD_GROUP_ADMIN || owners_is_admin(s->self.person);
}

static bool has_alias(const struct cmd *cmd, const char *name)
{
    const char *s = cmd->aliases;
    size_t len = strlen(name);

    while (s != NULL && *s != '\0') {
        size_t word = strcspn(s, " ");

        if (word == len && strncasecmp(s, name, len) == 0) {
            return true;
        }
        s += word + (s[word] == ' ');
    }
    return false;
}

/* The place in the table; CMD_COUNT: there is none. */
static size_t find_index(const char *name)
{
    size_t i = 0;

    while (i < CMD_COUNT && strcasecmp(table[i]->name, name) != 0 && !has_alias(table[i], name)) {
        i++;
    }
    return i;
}

const struct cmd *cmd_find(const char *name)
{
    return cmd_at(find_index(name));
}

/* ---- from a line to a handler ---- */

enum cmd_work cmd_work(const char *line)
{
    char name[32]; /* no command's is longer */
    size_t len = strcspn(line, " ");
    const struct cmd *cmd = NULL;

    if (len < sizeof(name)) {
        memcpy(name, line, len);
        name[len] = '\0';
        cmd = cmd_find(name);
    }
    return cmd != NULL ? (enum cmd_work)cmd->work : CMD_LITTLE;
}

/* Cuts the first word off *rest; NULL when there is none. */
static char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " ");

    if (*word == '\0') {
        *rest = word;
        return NULL;
    }
    *rest = word + strcspn(word, " ");
    if (**rest != '\0') {
        *(*rest)++ = '\0';
    }
    return word;
}

void cmd_tell_unknown(struct session *s, const char *name)
{
    struct nearest near = {.wanted = name};

    for (size_t i = 0; i < CMD_COUNT; i++) {
        if (cmd_is_shown(s, table[i])) {
            nearest_try(&near, table[i]->name);
        }
    }
    session_reply(s, REPLY(REPLY_UNKNOWN_COMMAND, .name = name, .near = near.best));
}

void cmd_tell_misuse(struct session *s, const struct cmd *cmd, const struct cmd_args *has)
{
    const char *last = has->words > 0 ? has->word[has->words - 1] : has->room;

    if (last != NULL && strlen(last) > CMD_WORD_BYTES) {
        session_reply(s, REPLY(REPLY_WORD_TOO_LONG, .limit = CMD_WORD_BYTES));
    } else if (cmd->usage[0] == '\0') {
        session_reply(s, REPLY(REPLY_USAGE_NONE));
    } else if (has->words < cmd->min_words || (cmd->needs_text && has->text_len == 0)) {
        session_reply(s, REPLY(REPLY_USAGE_MISSING, .usage = cmd->usage, .given = has->words, .example = cmd->example));
    } else {
        session_reply(s, REPLY(REPLY_USAGE_TOO_MANY, .usage = cmd->usage, .example = cmd->example));
    }
}

/* The room that stands before the arguments; NULL if they begin with another word. */
static const char *take_room(char **rest)
{
    return (*rest)[strspn(*rest, " ")] == '#' ? next_word(rest) : NULL;
}

static bool parse_args(const struct cmd *cmd, char *rest, struct cmd_args *args)
{
    args->room = cmd->who == CMD_HASH_ROOM ? take_room(&rest) : NULL;
    if (args->room != NULL && strlen(args->room) > CMD_WORD_BYTES) {
        return false;
    }
    while (args->words < cmd->max_words && (args->word[args->words] = next_word(&rest)) != NULL) {
        if (strlen(args->word[args->words++]) > CMD_WORD_BYTES) {
            return false;
        }
    }
    rest += strspn(rest, " ");
    if (text_is_blank(rest, strlen(rest))) {
        *rest = '\0'; /* what shows nothing is no text */
    }
    args->text = rest;
    args->text_len = strlen(rest);
    return args->words >= cmd->min_words && (cmd->takes_text || args->text_len == 0) &&
           (!cmd->needs_text || args->text_len > 0);
}

void cmd_tell_lost(struct session *s, const char *lost)
{
    session_reply(s, REPLY(REPLY_ROOM_LOST, .room = lost));
}

static bool is_for_current_room(const struct cmd *cmd, const struct cmd_args *args)
{
    return cmd->who == CMD_IN_ROOM || (cmd->who == CMD_NAMES_ROOM && args->words == 0) ||
           (cmd->who == CMD_HASH_ROOM && args->room == NULL);
}

enum verb_result cmd_run(struct session *s, char *line, const char *lost)
{
    struct cmd_args args = {0};
    char *rest = line;
    char *name = line[0] == ' ' ? NULL : next_word(&rest);
    const struct cmd *cmd;
    size_t i;

    if (name == NULL || strlen(name) > CMD_WORD_BYTES) {
        session_reply(s, REPLY(REPLY_NO_COMMAND));
        return VERB_REFUSED;
    }
    i = find_index(name);
    if (i == CMD_COUNT) {
        cmd_tell_unknown(s, name);
        return VERB_REFUSED;
    }
    s->env->commands[i]++;
    cmd = table[i];
    session_charge(s, cmd->cost - 1u);
    s->command = cmd->name;
    if (!parse_args(cmd, rest, &args)) {
        cmd_tell_misuse(s, cmd, &args);
        return VERB_REFUSED;
    }
    if (lost != NULL && is_for_current_room(cmd, &args)) {
        cmd_tell_lost(s, lost);
        return VERB_REFUSED;
    }
    if (cmd->who == CMD_IN_ROOM && s->current == NULL) {
        session_reply(s, REPLY(REPLY_NO_ROOM_FOR_IT));
        return VERB_REFUSED;
    }
    return cmd->exec(s, &args);
}

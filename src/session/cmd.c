/* session/cmd.c: the table of commands, and from a line to a handler. */
#include "config.h"

#include "session/cmd.h"

#include "base/nearest.h"
#include "base/text.h"
#include "session/cmd_list.h"

#include <ctype.h>
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
        nearest_try(&near, table[i]->name);
    }
    if (near.best != NULL) {
        session_error(s, FAULT_UNKNOWN_COMMAND,
                      "there is no command /%s; did you mean /%s? /help lists all, // says a /", name, near.best);
    } else {
        session_error(s, FAULT_UNKNOWN_COMMAND, "there is no command /%s; /help lists all, // says a /", name);
    }
}

/* The length of an argument in a usage, with its alternatives: "NAME|ROOM", "[COMMAND | all]"; 0: there is none. */
static size_t argument_len(const char *usage)
{
    size_t len = strcspn(usage, " []");

    if (strncmp(usage + len, " | ", 3) == 0) {
        return len + 3 + argument_len(usage + len + 3);
    }
    return len;
}

/* An argument as it is spoken of: "a name or a room", "a command or all". */
static void add_argument(struct strbuf *out, const char *arg, size_t len)
{
    bool is_first = true;

    for (size_t i = 0, n; i < len; i += n + strspn(arg + i + n, " |")) {
        bool is_noun = arg[i] >= 'A' && arg[i] <= 'Z';

        n = strcspn(arg + i, " |[]");
        strbuf_addf(out, "%s%s", is_first ? "" : " or ", is_noun ? "a " : "");
        is_first = false;
        for (size_t k = i; k < i + n; k++) {
            strbuf_addc(out, is_noun ? (char)tolower((unsigned char)arg[k]) : arg[k]);
        }
    }
}

/* The next argument of a usage from *s on; NULL: there is none, or, for needed_only, none that must be given. */
static const char *next_argument(const char **s, bool needed_only, size_t *len)
{
    const char *arg;

    *s += strspn(*s, needed_only ? " " : " []");
    arg = *s;
    *len = argument_len(arg);
    *s += *len;
    return *len > 0 ? arg : NULL;
}

/* A usage as it is spoken of: "a room, a pattern and a place"; without its first arguments, so many of them. */
static void add_spoken(struct strbuf *out, const char *usage, bool needed_only, int without)
{
    const char *arg = NULL, *next;
    size_t len = 0, next_len;

    for (int i = 0; i < without; i++) {
        next_argument(&usage, needed_only, &len);
    }
    arg = next_argument(&usage, needed_only, &len);
    for (const char *joint = ""; arg != NULL; arg = next, len = next_len) {
        next = next_argument(&usage, needed_only, &next_len);
        strbuf_adds(out, joint[0] != '\0' && next == NULL ? " and " : joint);
        add_argument(out, arg, len);
        joint = ", ";
    }
}

/* has: the arguments that came. */
static void tell_misuse(struct session *s, const struct cmd *cmd, const struct cmd_args *has)
{
    bool needs_more = has->words < cmd->min_words || (cmd->needs_text && has->text_len == 0);
    struct strbuf spoken = {0};

    if (has->words > 0 && strlen(has->word[has->words - 1]) > CMD_WORD_BYTES) {
        session_error(s, FAULT_USAGE, "what follows /%s is longer than any name", cmd->name);
    } else if (cmd->usage[0] == '\0') {
        session_error(s, FAULT_USAGE, "nothing follows /%s: type just /%s", cmd->name, cmd->name);
    } else {
        add_spoken(&spoken, cmd->usage, needs_more, needs_more ? has->words : 0);
        session_error(s, FAULT_USAGE, "/%s %s %s%s, for example: /%s", cmd->name,
                      needs_more ? "needs" : "takes no more than", strbuf_str(&spoken),
                      needs_more && has->words > 0 ? " too" : "", cmd->example);
    }
    strbuf_fini(&spoken);
}

static bool parse_args(const struct cmd *cmd, char *rest, struct cmd_args *args)
{
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
    session_error(s, FAULT_NOT_IN_ROOM, "you are no longer in #%s, where you typed your line; it was left out", lost);
}

static bool is_for_current_room(const struct cmd *cmd, const struct cmd_args *args)
{
    return cmd->who == CMD_IN_ROOM || (cmd->who == CMD_NAMES_ROOM && args->words == 0);
}

enum cmd_result cmd_run(struct session *s, char *line, const char *lost, unsigned *cost)
{
    struct cmd_args args = {.cost = cost};
    char *rest = line;
    char *name = line[0] == ' ' ? NULL : next_word(&rest);
    const struct cmd *cmd;
    size_t i;

    if (name == NULL || strlen(name) > CMD_WORD_BYTES) {
        session_error(s, FAULT_UNKNOWN_COMMAND, "a command's name follows the /; /help lists all, // says a /");
        return CMD_FAILED;
    }
    i = find_index(name);
    if (i == CMD_COUNT) {
        cmd_tell_unknown(s, name);
        return CMD_FAILED;
    }
    s->env->commands[i]++;
    cmd = table[i];
    *cost = cmd->cost;
    s->command = cmd->name;
    if (!parse_args(cmd, rest, &args)) {
        tell_misuse(s, cmd, &args);
        return CMD_FAILED;
    }
    if (lost != NULL && is_for_current_room(cmd, &args)) {
        cmd_tell_lost(s, lost);
        return CMD_FAILED;
    }
    if (cmd->who == CMD_IN_ROOM && s->current == NULL) {
        session_error(s, FAULT_NO_ROOM, "/%s is for a room, and you are in none; /join ROOM enters one", cmd->name);
        return CMD_FAILED;
    }
    return cmd->exec(s, &args);
}

/* ---- what handlers share ---- */

enum cmd_result cmd_in_parts(struct session *s, char *text, size_t len, cmd_part_fn *part, void *to,
                             unsigned *cost)
{
    const struct frontend_limits *limits = &s->env->limits.lines;
    enum cmd_result result = CMD_OK;
    unsigned parts = 0;

    for (size_t at = 0; at < len; parts++) {
        at += text_cut(text + at, len - at, limits->line_bytes);
    }
    if (parts > limits->line_parts) {
        session_error(s, FAULT_TEXT_TOO_LONG, "that makes more than %u %s of %u bytes; nothing of it was sent",
                      limits->line_parts, text_plural(limits->line_parts, "line", "lines"), limits->line_bytes);
        return CMD_FAILED;
    }
    *cost += parts > 1 ? parts - 1 : 0;
    while (len > 0 && result == CMD_OK) {
        size_t n = text_cut(text, len, limits->line_bytes);

        result = text_is_blank(text, n) ? CMD_OK : part(s, to, text, n); /* the whole does show something */
        text += n;
        len -= n;
    }
    return result;
}

enum cmd_result cmd_say_part(struct session *s, void *to, const char *text, size_t len)
{
    return chat_say(&s->self, to, MESSAGE_SAY, text, len) == CHAT_OK ? CMD_OK : CMD_FAILED;
}

/* session/cmd_help.c: /help, made from the table of commands. */
#include "config.h"

#include "session/cmd.h"

#include "session/answer.h"
#include "session/pages.h"
#include "session/topics.h"

#include <string.h>
#include <strings.h>

static enum verb_result help_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_help = {
    .name = "help",
    .aliases = "h ? commands",
    .usage = "[COMMAND | TOPIC | all]",
    .max_words = 2,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "lists the commands, or explains one or a topic",
    .args = "COMMAND is one of the commands; without it, they are listed in groups.\n"
            "TOPIC is typing, lines, rooms, history, accounts or bots; or it is a group of\n"
            "commands, of which each has a line then, as in /help people.\n"
            "all lists all commands with a line about each; all 21 begins with the 21st.",
    .example = "help history",
    .exec = help_exec,
};

/* usage "": there are no arguments to speak of. */
static void show(struct session *s, const struct cmd *cmd)
{
    session_reply(s, REPLY(REPLY_HELP, .name = cmd->name, .usage = reply_or_none(cmd->usage), .help = cmd->help));
}

static void show_one(struct session *s, const struct cmd *cmd)
{
    session_reply(s, REPLY(REPLY_HELP, .name = cmd->name, .usage = reply_or_none(cmd->usage), .help = cmd->help,
                           .args = cmd->args, .example = cmd->example, .aliases = cmd->aliases));
}

static const char *const group_headings[] = {
#define GROUP_HEADING(symbol, heading, name) heading,
    CMD_GROUPS(GROUP_HEADING)
#undef GROUP_HEADING
};

static void list_group(struct session *s, enum cmd_group group)
{
    struct reply_item items[CMD_COUNT];
    const struct cmd *cmd;
    size_t count = 0;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd->group == group && cmd_is_shown(s, cmd)) {
            items[count++] = (struct reply_item){.name = cmd->name, .usage = cmd->usage};
        }
    }
    if (count > 0) {
        session_reply(s, REPLY(REPLY_HELP_GROUP, .group = group_headings[group], .commands = {items, count}));
    }
}

static void list_topics(struct session *s, struct strbuf *out)
{
    strbuf_adds(out, "/help GROUP tells of:");
    for (enum cmd_group group = 0; group < CMD_GROUP_COUNT; group++) {
        if (cmd_is_shown_group(s, group)) {
            strbuf_addf(out, " %s", cmd_group_name(group));
        }
    }
    strbuf_adds(out, "\n/help TOPIC tells of:");
    for (size_t i = 0; topics_at(i) != NULL; i++) {
        strbuf_addf(out, " %s", topics_at(i)->name);
    }
}

static void show_groups(struct session *s)
{
    struct strbuf topics = {0};

    list_topics(s, &topics);
    session_reply(s, REPLY(REPLY_HELP_BEGIN));
    for (enum cmd_group group = 0; group < CMD_GROUP_COUNT; group++) {
        list_group(s, group);
    }
    session_reply(s, REPLY(REPLY_HELP_END, .args = topics.data));
    strbuf_fini(&topics);
}

/* CMD_GROUP_COUNT: there is no such group, or none for the person. */
static enum cmd_group find_group(const struct session *s, const char *name)
{
    enum cmd_group group = 0;

    while (group < CMD_GROUP_COUNT && strcasecmp(cmd_group_name(group), name) != 0 &&
           strcasecmp(group_headings[group], name) != 0) {
        group++;
    }
    return cmd_is_shown_group(s, group) ? group : CMD_GROUP_COUNT;
}

/* The rows that show() takes in the person's window. */
static unsigned rows_of(const struct session *s, const struct cmd *cmd)
{
    struct strbuf line = {0};
    unsigned rows;

    strbuf_addf(&line, "-- /%s%s%s: %s", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage, cmd->help);
    rows = answer_line_rows(s, line.data);
    strbuf_fini(&line);
    return rows;
}

/* The commands of a group, or all if it is CMD_GROUP_COUNT, each with a line; from that place on, counted from 1.  All
 * of them come in pages. */
static void show_lines(struct session *s, enum cmd_group group, size_t from)
{
    unsigned rows = 0, most = group == CMD_GROUP_COUNT ? answer_page_rows(s) : 0;
    size_t count = 0, last = 0;
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (!cmd_is_shown(s, cmd) || (group != CMD_GROUP_COUNT && cmd->group != group)) {
            continue;
        }
        count++;
        rows += count >= from ? rows_of(s, cmd) : 0;
        if (count >= from && (most == 0 || rows <= most || last == 0)) {
            show(s, cmd);
            last = count;
        }
    }
    if (last > 0 && last < count) {
        struct strbuf next = {0};

        strbuf_addf(&next, "/help all %zu", last + 1);
        answer_page_end(s, from, last, count, next.data);
        strbuf_fini(&next);
    }
}

/* Everything of that name. */
static bool explain(struct session *s, const char *name)
{
    const struct cmd *cmd = cmd_find(name + (name[0] == '/'));
    const struct topic *topic = topics_find(name);
    enum cmd_group group = find_group(s, name);

    if (cmd != NULL) {
        show_one(s, cmd);
    }
    if (topic != NULL) {
        session_reply(s, REPLY(REPLY_HELP_TOPIC, .args = topic->text));
    }
    if (group != CMD_GROUP_COUNT) {
        show_lines(s, group, 1);
    }
    return cmd != NULL || topic != NULL || group != CMD_GROUP_COUNT;
}

static enum verb_result help_exec(struct session *s, struct cmd_args *args)
{
    const char *name = args->word[0];
    uint32_t from;

    if (name == NULL) {
        show_groups(s);
    } else if (strcasecmp(name, "all") == 0) {
        if (!pages_read_place(s, args->word[1], &from)) {
            return VERB_REFUSED;
        }
        show_lines(s, CMD_GROUP_COUNT, from);
    } else if (args->words == 2) {
        cmd_tell_misuse(s, &cmd_help, args);
        return VERB_REFUSED;
    } else if (!explain(s, name)) {
        cmd_tell_unknown(s, name + (name[0] == '/'));
        return VERB_REFUSED;
    }
    return VERB_DONE;
}

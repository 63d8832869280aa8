/* session/cmd_help.c: /help, made from the table of commands. */
#include "config.h"

#include "session/cmd.h"

#include "base/mem.h"
#include "session/pages.h"
#include "session/topics.h"

#include <stdlib.h>
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
            "all lists all commands with a line about each. What your window cannot show\n"
            "at once comes in pages: /more goes on. /help all 21 begins with the 21st.",
    .example = "help history",
    .exec = help_exec,
};

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

/* Shows it if it is wanted and the page has the rows for it. */
static void show_item(struct pages *pages, const char *key, const struct reply *r)
{
    if (pages_want(pages, key) && !session_reply_if_page_has_rows(pages->s, r)) {
        pages_fill(pages);
    }
}

/* The commands of a group, or all if it is CMD_GROUP_COUNT, each with a line. */
static void show_lines(struct pages *pages, enum cmd_group group)
{
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd_is_shown(pages->s, cmd) && (group == CMD_GROUP_COUNT || cmd->group == group)) {
            show_item(pages, cmd->name, REPLY(REPLY_HELP, .name = cmd->name, .usage = reply_or_none(cmd->usage),
                                              .help = cmd->help));
        }
    }
}

/* Line by line, so that pages can end anywhere. */
static void show_topic(struct pages *pages, const struct topic *topic)
{
    const char *text = topic->text;

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = mem_strndup(text, len);

        show_item(pages, line, REPLY(REPLY_HELP_TOPIC, .args = line));
        free(line);
        text += len + (text[len] == '\n');
    }
}

/* Everything of that name. */
static bool explain(struct pages *pages, const char *name)
{
    const struct cmd *cmd = cmd_find(name + (name[0] == '/'));
    const struct topic *topic = topics_find(name);
    enum cmd_group group = find_group(pages->s, name);

    if (cmd != NULL) {
        show_item(pages, "", REPLY(REPLY_HELP, .name = cmd->name, .usage = reply_or_none(cmd->usage), .help = cmd->help,
                                   .args = cmd->args, .example = cmd->example, .aliases = cmd->aliases));
    }
    if (topic != NULL) {
        show_topic(pages, topic);
    }
    if (group != CMD_GROUP_COUNT) {
        show_lines(pages, group);
    }
    return cmd != NULL || topic != NULL || group != CMD_GROUP_COUNT;
}

static enum verb_result show_pages(struct session *s, const char *name, uint32_t from)
{
    struct strbuf command = {0};
    struct pages pages;
    bool is_known = true;

    pages_begin(&pages, s, from, UINT32_MAX);
    pages.keeps_other = true;
    if (strcasecmp(name, "all") == 0) {
        show_lines(&pages, CMD_GROUP_COUNT);
    } else {
        is_known = explain(&pages, name);
    }
    strbuf_addf(&command, "/help %s", name);
    pages_end(&pages, command.data);
    strbuf_fini(&command);
    if (!is_known) {
        cmd_tell_unknown(s, name + (name[0] == '/'));
    }
    return is_known ? VERB_DONE : VERB_REFUSED;
}

static enum verb_result help_exec(struct session *s, struct cmd_args *args)
{
    const char *place = args->word[1];
    uint32_t from;

    if (args->words == 0) {
        show_groups(s);
        return VERB_DONE;
    }
    if (args->words == 2 && place[strspn(place, "0123456789")] != '\0') {
        cmd_tell_misuse(s, &cmd_help, args);
        return VERB_REFUSED;
    }
    return pages_read_place(s, place, &from) ? show_pages(s, args->word[0], from) : VERB_REFUSED;
}

/* session/cmd_help.c: /help, made from the table of commands. */
#include "config.h"

#include "session/cmd.h"

#include "chat/owners.h"

#include <strings.h>

static enum verb_result help_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_help = {
    .name = "help",
    .aliases = "h ? commands",
    .usage = "[COMMAND | typing | all]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "lists the commands, or explains one",
    .args = "COMMAND is one of the commands; without it, they are listed in groups.\n"
            "typing tells the keys, and what to do about lines that messages break.\n"
            "all lists them with a line about each.",
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

/* Returns true if the command is shown: not to people who may not use it. */
static bool is_shown(const struct session *s, const struct cmd *cmd)
{
    return cmd->who != CMD_ADMIN || owners_is_admin(s->self.person);
}

static void show_group(struct session *s, enum cmd_group group, const char *heading)
{
    struct reply_item items[CMD_COUNT];
    const struct cmd *cmd;
    size_t count = 0;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd->group == group && is_shown(s, cmd)) {
            items[count++] = (struct reply_item){.name = cmd->name, .usage = cmd->usage};
        }
    }
    if (count > 0) {
        session_reply(s, REPLY(REPLY_HELP_GROUP, .group = heading, .commands = {items, count}));
    }
}

static void show_groups(struct session *s)
{
    session_reply(s, REPLY(REPLY_HELP_BEGIN));
#define SHOW_GROUP(symbol, heading) show_group(s, CMD_GROUP_##symbol, heading);
    CMD_GROUPS(SHOW_GROUP)
#undef SHOW_GROUP
    session_reply(s, REPLY(REPLY_HELP_END));
}

static enum verb_result help_exec(struct session *s, struct cmd_args *args)
{
    const char *name = args->word[0];
    const struct cmd *cmd;

    if (name == NULL) {
        show_groups(s);
        return VERB_DONE;
    }
    if (strcasecmp(name, "all") == 0) {
        for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
            if (is_shown(s, cmd)) {
                show(s, cmd);
            }
        }
        return VERB_DONE;
    }
    if (strcasecmp(name, "typing") == 0) {
        session_reply(s, REPLY(REPLY_HELP_TYPING));
        return VERB_DONE;
    }
    name += name[0] == '/';
    cmd = cmd_find(name);
    if (cmd == NULL) {
        cmd_tell_unknown(s, name);
        return VERB_REFUSED;
    }
    show_one(s, cmd);
    return VERB_DONE;
}

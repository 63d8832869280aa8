/* session/cmd_help.c: /help, made from the table of commands. */
#include "config.h"

#include "session/cmd.h"

static enum cmd_result help_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_help = {
    .name = "help",
    .aliases = "h ? commands",
    .usage = "[COMMAND]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .help = "lists the commands, or explains one",
    .exec = help_exec,
};

static void show(struct session *s, const struct cmd *cmd)
{
    session_info(s, "/%s%s%s: %s", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage, cmd->help);
}

static void show_one(struct session *s, const struct cmd *cmd)
{
    show(s, cmd);
    if (cmd->aliases != NULL) {
        session_info(s, "also: %s", cmd->aliases);
    }
}

static enum cmd_result help_exec(struct session *s, struct cmd_args *args)
{
    const char *name = args->word[0];
    const struct cmd *cmd;

    if (name != NULL) {
        cmd = cmd_find(name[0] == '/' ? name + 1 : name);
        if (cmd == NULL) {
            session_error(s, FAULT_UNKNOWN_COMMAND, "there is no command /%s; /help lists all",
                          name[0] == '/' ? name + 1 : name);
            return CMD_FAILED;
        }
        show_one(s, cmd);
        return CMD_OK;
    }
    session_info(s, "What you type is said in your room. A line that begins with / is a command; // says a /.");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        show(s, cmd);
    }
    session_info(s, "If a message breaks the line you are typing, Ctrl-R shows it again; rlwrap nc does so by itself.");
    return CMD_OK;
}

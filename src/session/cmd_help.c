/* session/cmd_help.c: /help, made from the table of commands. */
#include "config.h"

#include "session/cmd.h"

#include "base/wrap.h"

#include <string.h>
#include <strings.h>

static enum cmd_result help_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_help = {
    .name = "help",
    .aliases = "h ? commands",
    .usage = "[COMMAND | all]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "lists the commands, or explains one",
    .args = "COMMAND is one of the commands; without it, they are listed in groups.\n"
            "all lists them with a line about each.",
    .example = "help history",
    .exec = help_exec,
};

enum { USUAL_COLUMNS = 80 }; /* of a window, when it is not known */

static void add_usage(struct strbuf *out, const struct cmd *cmd)
{
    strbuf_addf(out, "/%s%s%s", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage);
}

static void show(struct session *s, const struct cmd *cmd)
{
    session_info(s, "/%s%s%s: %s", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage, cmd->help);
}

static void show_aliases(struct session *s, const struct cmd *cmd)
{
    struct strbuf line = {0};

    for (const char *alias = cmd->aliases; *alias != '\0';) {
        size_t len = strcspn(alias, " ");

        strbuf_addf(&line, "%s/%.*s", line.len > 0 ? ", " : "Other names: ", (int)len, alias);
        alias += len + (alias[len] == ' ');
    }
    session_info(s, "%s", line.data);
    strbuf_fini(&line);
}

static void show_one(struct session *s, const struct cmd *cmd)
{
    show(s, cmd);
    if (cmd->args != NULL) {
        session_info_lines(s, cmd->args);
        session_info(s, "Example: /%s", cmd->example);
    }
    if (cmd->aliases != NULL) {
        show_aliases(s, cmd);
    }
}

/* How many columns text may have behind an answer's "-- ". */
static size_t row_columns(const struct session *s)
{
    unsigned columns = session_columns(s);

    columns = columns == 0 ? USUAL_COLUMNS : columns < WRAP_LEAST ? WRAP_LEAST : columns;
    return columns - strlen("-- ");
}

/* The commands of one group, in rows that a terminal does not break. */
static void show_group(struct session *s, enum cmd_group group, const char *heading)
{
    struct strbuf row = {0}, usage = {0};
    size_t columns = row_columns(s);
    const struct cmd *cmd;
    bool is_first = true;

    strbuf_addf(&row, "%s:", heading);
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd->group != group) {
            continue;
        }
        strbuf_reset(&usage);
        add_usage(&usage, cmd);
        strbuf_adds(&row, is_first ? "" : ",");
        if (row.len + 2 + usage.len > columns) { /* a space, and the comma that may follow */
            session_info(s, "%s", row.data);
            strbuf_reset(&row);
            strbuf_adds(&row, "   ");
        }
        strbuf_addf(&row, " %s", usage.data);
        is_first = false;
    }
    session_info(s, "%s", row.data);
    strbuf_fini(&row);
    strbuf_fini(&usage);
}

static void show_groups(struct session *s)
{
    session_info(s, "What you type is said in your room; / begins a command, // says a /.");
#define SHOW_GROUP(symbol, heading) show_group(s, CMD_GROUP_##symbol, heading);
    CMD_GROUPS(SHOW_GROUP)
#undef SHOW_GROUP
    session_info(s, "/help COMMAND explains one, /help all has a line about each.");
    session_info(s, "If a message breaks the line you are typing, Ctrl-R shows it again;");
    session_info(s, "rlwrap nc does so by itself.");
}

static enum cmd_result help_exec(struct session *s, struct cmd_args *args)
{
    const char *name = args->word[0];
    const struct cmd *cmd;

    if (name == NULL) {
        show_groups(s);
        return CMD_OK;
    }
    if (strcasecmp(name, "all") == 0) {
        for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
            show(s, cmd);
        }
        return CMD_OK;
    }
    name += name[0] == '/';
    cmd = cmd_find(name);
    if (cmd == NULL) {
        cmd_tell_unknown(s, name);
        return CMD_FAILED;
    }
    show_one(s, cmd);
    return CMD_OK;
}

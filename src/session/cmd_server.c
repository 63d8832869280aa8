/* session/cmd_server.c: /time, /motd, /version, /quit: the server itself. */
#include "config.h"

#include "session/cmd.h"

#include "base/text.h"

static enum cmd_result time_exec(struct session *s, struct cmd_args *args);
static enum cmd_result motd_exec(struct session *s, struct cmd_args *args);
static enum cmd_result version_exec(struct session *s, struct cmd_args *args);
static enum cmd_result quit_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_time = {
    .name = "time",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "tells the server's time and its time zone",
    .exec = time_exec,
};

const struct cmd cmd_motd = {
    .name = "motd",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "shows the message of the day again",
    .exec = motd_exec,
};

const struct cmd cmd_version = {
    .name = "version",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "tells what runs here",
    .exec = version_exec,
};

const struct cmd cmd_quit = {
    .name = "quit",
    .aliases = "exit bye",
    .usage = "[TEXT]",
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_SERVER,
    .help = "leaves, with a last word for your rooms",
    .args = "TEXT is a last word that your rooms read; without it, there is none.",
    .example = "quit see you tomorrow",
    .exec = quit_exec,
};

static enum cmd_result time_exec(struct session *s, struct cmd_args *args)
{
    char time[CLOCK_ZONED_SIZE];

    (void)args;
    session_info(s, "%s", clock_zoned(clock_real_ms(s->env->clock), time));
    return CMD_OK;
}

static enum cmd_result motd_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    if (s->env->limits.motd[0] == '\0') {
        session_info(s, "There is no message of the day.");
    }
    session_info_lines(s, s->env->limits.motd);
    return CMD_OK;
}

static enum cmd_result version_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    session_info(s, "chatd %s on %s", PACKAGE_VERSION, s->env->limits.server_name);
    return CMD_OK;
}

static enum cmd_result quit_exec(struct session *s, struct cmd_args *args)
{
    args->text[text_cut(args->text, args->text_len, s->env->limits.lines.line_bytes)] = '\0';
    session_leave_rooms(s, args->text);
    session_info(s, "Goodbye, %s.", person_shown_name(s->self.person));
    session_end(s, REASON_QUIT);
    return CMD_OK;
}

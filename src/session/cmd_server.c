/* session/cmd_server.c: /time, /motd, /version, /quit: the server itself. */
#include "config.h"

#include "session/cmd.h"

#include "base/text.h"
#include "session/verbs.h"

static enum verb_result time_exec(struct session *s, struct cmd_args *args);
static enum verb_result motd_exec(struct session *s, struct cmd_args *args);
static enum verb_result version_exec(struct session *s, struct cmd_args *args);
static enum verb_result quit_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_time = {
    .name = "time",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_SERVER,
    .help = "tells the time and the time zone",
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

static enum verb_result time_exec(struct session *s, struct cmd_args *args)
{
    int64_t now_ms = clock_real_ms(s->env->clock);
    char zone[CLOCK_ZONED_SIZE];

    (void)args;
    session_reply(s, REPLY(REPLY_TIME, .time = now_ms, .zone = clock_zone(look_zone(session_look(s)), now_ms, zone)));
    return VERB_DONE;
}

void cmd_tell_motd(struct session *s)
{
    const char *motd = s->env->limits.motd, *line;
    struct strbuf text = {0};
    int64_t left_out = 0;
    size_t len;

    while (text_next_line(&motd, &line, &len)) {
        strbuf_reset(&text);
        strbuf_add(&text, line, len);
        if (left_out > 0 || !session_reply_if_fits(s, REPLY(REPLY_MOTD, .line = text.data))) {
            left_out++;
        }
    }
    strbuf_fini(&text);
    if (left_out > 0) {
        session_reply(s, REPLY(REPLY_OMITTED_LINES, .count = left_out));
    }
}

static enum verb_result motd_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    if (s->env->limits.motd[0] == '\0') {
        session_reply(s, REPLY(REPLY_MOTD_NONE));
    }
    cmd_tell_motd(s);
    return VERB_DONE;
}

static enum verb_result version_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    session_reply(s, REPLY(REPLY_VERSION, .version = PACKAGE_VERSION, .server = s->env->limits.server_name));
    return VERB_DONE;
}

static enum verb_result quit_exec(struct session *s, struct cmd_args *args)
{
    return verbs_quit(s, args->text, args->text_len);
}

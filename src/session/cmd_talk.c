/* session/cmd_talk.c: /msg, /tell, /mail, /reply, /post, /me: other ways to say something. */
#include "config.h"

#include "session/cmd.h"

#include "session/lines.h"
#include "session/verbs.h"

static enum verb_result msg_exec(struct session *s, struct cmd_args *args);
static enum verb_result tell_exec(struct session *s, struct cmd_args *args);
static enum verb_result mail_exec(struct session *s, struct cmd_args *args);
static enum verb_result reply_exec(struct session *s, struct cmd_args *args);
static enum verb_result post_exec(struct session *s, struct cmd_args *args);
static enum verb_result me_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_msg = {
    .name = "msg",
    .aliases = "query privmsg whisper w",
    .usage = "NAME|ROOM TEXT",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .needs_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_TALK,
    .help = "says something to one person, or in a room",
    .args = "NAME is a person who is here; a ROOM begins with # here.\n"
            "TEXT is the rest of the line.",
    .example = "msg alice see you at noon",
    .exec = msg_exec,
};

const struct cmd cmd_tell = {
    .name = "tell",
    .usage = "NAME TEXT",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .needs_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_TALK,
    .help = "says something to one person, now or at their next log-in",
    .args = "NAME is a person who is here, or an account: the line is kept for an owner\n"
            "who is not. TEXT is the rest of the line.",
    .example = "tell alice the backup is done",
    .exec = tell_exec,
};

const struct cmd cmd_mail = {
    .name = "mail",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 2,
    .group = CMD_GROUP_TALK,
    .help = "shows what /tell kept for you",
    .exec = mail_exec,
};

const struct cmd cmd_reply = {
    .name = "reply",
    .aliases = "r",
    .usage = "TEXT",
    .takes_text = true,
    .needs_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_TALK,
    .help = "answers the last person who wrote to you in private",
    .args = "TEXT is the rest of the line.",
    .example = "reply see you then",
    .exec = reply_exec,
};

const struct cmd cmd_post = {
    .name = "post",
    .usage = "ROOM TEXT",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .needs_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_TALK,
    .help = "says something in a room without entering it",
    .args = "ROOM is any room, with or without its #.\n"
            "TEXT is the rest of the line.",
    .example = "post ops the backup is done",
    .exec = post_exec,
};

const struct cmd cmd_me = {
    .name = "me",
    .aliases = "action",
    .usage = "TEXT",
    .takes_text = true,
    .needs_text = true,
    .who = CMD_IN_ROOM,
    .cost = 1,
    .work = CMD_ROOM,
    .group = CMD_GROUP_TALK,
    .help = "tells the room what you do: /me waves",
    .args = "TEXT is what others read behind your name.",
    .example = "me waves",
    .exec = me_exec,
};

static enum verb_result msg_exec(struct session *s, struct cmd_args *args)
{
    const char *to = args->word[0];

    return to[0] == '#' ? verbs_say(s, to, args->text, args->text_len)
                        : verbs_tell(s, to, args->text, args->text_len);
}

static enum verb_result tell_exec(struct session *s, struct cmd_args *args)
{
    return verbs_write(s, args->word[0], args->text, args->text_len, lines_complete);
}

static enum verb_result mail_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    return verbs_show_letters(s, lines_complete);
}

static enum verb_result reply_exec(struct session *s, struct cmd_args *args)
{
    return verbs_reply(s, args->text, args->text_len);
}

static enum verb_result post_exec(struct session *s, struct cmd_args *args)
{
    return verbs_say(s, args->word[0], args->text, args->text_len);
}

static enum verb_result me_exec(struct session *s, struct cmd_args *args)
{
    return verbs_act(s, NULL, args->text, args->text_len);
}

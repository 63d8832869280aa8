/* session/cmd_talk.c: /msg, /reply, /post, /me: other ways to say something. */
#include "config.h"

#include "session/cmd.h"

#include "session/find.h"

static enum cmd_result msg_exec(struct session *s, struct cmd_args *args);
static enum cmd_result reply_exec(struct session *s, struct cmd_args *args);
static enum cmd_result post_exec(struct session *s, struct cmd_args *args);
static enum cmd_result me_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_msg = {
    .name = "msg",
    .aliases = "query privmsg tell whisper w",
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

/* ---- to a room ---- */

static enum cmd_result post_exec(struct session *s, struct cmd_args *args)
{
    struct room *room = find_room(s, args->word[0]);
    enum cmd_result result;

    if (room == NULL) {
        return CMD_FAILED;
    }
    result = cmd_in_parts(s, args->text, args->text_len, cmd_say_part, room, args->cost);
    /* Who is there hears it like any other line; who is not would see nothing. */
    if (result == CMD_OK && room_find_member(room, s->self.person) == NULL) {
        session_info(s, "said in #%s", room->name.shown);
    }
    return result;
}

static enum cmd_result act_part(struct session *s, void *to, const char *text, size_t len)
{
    return chat_say(&s->self, to, MESSAGE_ACTION, text, len) == CHAT_OK ? CMD_OK : CMD_FAILED;
}

static enum cmd_result me_exec(struct session *s, struct cmd_args *args)
{
    return cmd_in_parts(s, args->text, args->text_len, act_part, s->current, args->cost);
}

/* ---- to a person ---- */

static enum cmd_result private_part(struct session *s, void *to, const char *text, size_t len)
{
    struct person *person = to;

    if (chat_private(&s->self, person, text, len) != CHAT_OK) {
        session_error(s, FAULT_NOT_READING, "%s does not read what is waiting already; your line was not sent",
                      person_shown_name(person));
        return CMD_FAILED;
    }
    return CMD_OK;
}

static enum cmd_result send_private(struct session *s, struct person *to, struct cmd_args *args)
{
    enum cmd_result result = cmd_in_parts(s, args->text, args->text_len, private_part, to, args->cost);

    if (result == CMD_OK && person_away(to) != NULL && to != s->self.person) {
        session_info(s, "%s is away: %s", person_shown_name(to), person_away(to));
    }
    return result;
}

static enum cmd_result msg_exec(struct session *s, struct cmd_args *args)
{
    struct person *to;

    if (args->word[0][0] == '#') {
        return post_exec(s, args);
    }
    to = find_person(s, args->word[0]);
    return to != NULL ? send_private(s, to, args) : CMD_FAILED;
}

static enum cmd_result reply_exec(struct session *s, struct cmd_args *args)
{
    if (s->other == NULL) {
        session_error(s, FAULT_NOBODY_TO_REPLY, "nobody has written to you in private yet; /msg NAME TEXT does");
        return CMD_FAILED;
    }
    if (s->other->person == NULL) {
        session_error(s, FAULT_NOBODY_TO_REPLY, "%s, who wrote to you last, has left; your line was not sent",
                      person_handle_name(s->other));
        return CMD_FAILED;
    }
    return send_private(s, s->other->person, args);
}

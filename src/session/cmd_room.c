/* session/cmd_room.c: /join, /leave, /room, /topic: where a person is. */
#include "config.h"

#include "session/cmd.h"

#include "session/lines.h"
#include "session/verbs.h"

#include <string.h>

static enum verb_result join_exec(struct session *s, struct cmd_args *args);
static enum verb_result leave_exec(struct session *s, struct cmd_args *args);
static enum verb_result room_exec(struct session *s, struct cmd_args *args);
static enum verb_result topic_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_join = {
    .name = "join",
    .aliases = "j",
    .usage = "ROOM [KEY]",
    .min_words = 1,
    .max_words = 2,
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "enters a room, which becomes your current one",
    .args = "ROOM is a name, with or without its #; a room that does not exist is made.\n"
            "KEY is for a room that its owner has given one.\n"
            "It becomes your current room: what you type is said there.",
    .example = "join ops",
    .exec = join_exec,
};

const struct cmd cmd_leave = {
    .name = "leave",
    .aliases = "part",
    .usage = "[ROOM]",
    .max_words = 1,
    .who = CMD_NAMES_ROOM,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "leaves the current room, or another",
    .args = "ROOM is a room that you are in; without it, the current one.",
    .example = "leave ops",
    .exec = leave_exec,
};

const struct cmd cmd_room = {
    .name = "room",
    .aliases = "switch",
    .usage = "[ROOM]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_ROOMS,
    .help = "shows your rooms, or makes one of them the current one",
    .args = "ROOM is a room that you are in, and becomes the current one;\n"
            "without it, your rooms are shown.",
    .example = "room lobby",
    .exec = room_exec,
};

const struct cmd cmd_topic = {
    .name = "topic",
    .usage = "[TEXT]",
    .takes_text = true,
    .who = CMD_IN_ROOM,
    .cost = 1,
    .work = CMD_ROOM,
    .group = CMD_GROUP_ROOMS,
    .help = "shows or sets the current room's topic",
    .args = "TEXT is the new topic, and - clears it; without it, the topic is shown.",
    .example = "topic what runs, and what does not",
    .exec = topic_exec,
};

static enum verb_result join_exec(struct session *s, struct cmd_args *args)
{
    return verbs_join(s, args->word[0], args->word[1], lines_complete);
}

static enum verb_result leave_exec(struct session *s, struct cmd_args *args)
{
    return verbs_leave(s, args->word[0], lines_complete);
}

static enum verb_result room_exec(struct session *s, struct cmd_args *args)
{
    return args->words > 0 ? verbs_switch(s, args->word[0]) : verbs_show_rooms(s);
}

static enum verb_result topic_exec(struct session *s, struct cmd_args *args)
{
    if (args->text_len == 0) {
        return verbs_show_topic(s, NULL);
    }
    return verbs_set_topic(s, NULL, strcmp(args->text, "-") == 0 ? "" : args->text, lines_complete);
}

/* session/cmd_name.c: /nick: what a person is called. */
#include "config.h"

#include "session/cmd.h"

#include "session/lines.h"
#include "session/verbs.h"

static enum verb_result nick_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_nick = {
    .name = "nick",
    .aliases = "name",
    .usage = "NAME",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_PEOPLE,
    .help = "takes a name: letters, digits, - and _",
    .args = "NAME holds letters, digits, - and _, and begins with a letter or a digit.",
    .example = "nick alice",
    .exec = nick_exec,
};

static enum verb_result nick_exec(struct session *s, struct cmd_args *args)
{
    return verbs_rename(s, args->word[0], lines_complete);
}

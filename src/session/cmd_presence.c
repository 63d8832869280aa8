/* session/cmd_presence.c: /seen, /away, /back, /ignore, /unignore: being there for others, and not. */
#include "config.h"

#include "session/cmd.h"

#include "session/verbs.h"

static enum verb_result seen_exec(struct session *s, struct cmd_args *args);
static enum verb_result away_exec(struct session *s, struct cmd_args *args);
static enum verb_result back_exec(struct session *s, struct cmd_args *args);
static enum verb_result ignore_exec(struct session *s, struct cmd_args *args);
static enum verb_result unignore_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_seen = {
    .name = "seen",
    .usage = "NAME",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "tells when somebody was last here",
    .args = "NAME is an account, or the name of somebody who is here or has left lately.",
    .example = "seen alice",
    .exec = seen_exec,
};

const struct cmd cmd_away = {
    .name = "away",
    .usage = "[TEXT]",
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "tells those who write to you that you are away",
    .args = "TEXT is what they are told; without it, that you are not here just now.\n"
            "If you are logged in, it is kept with your account, until /back.",
    .example = "away back at two",
    .exec = away_exec,
};

const struct cmd cmd_back = {
    .name = "back",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "ends /away",
    .exec = back_exec,
};

const struct cmd cmd_ignore = {
    .name = "ignore",
    .usage = "[NAME]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "hides what a person says, or lists the people you ignore",
    .args = "NAME is the person, until they leave; without it, the list is shown.",
    .example = "ignore mallory",
    .exec = ignore_exec,
};

const struct cmd cmd_unignore = {
    .name = "unignore",
    .usage = "NAME",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "ends /ignore for a person",
    .args = "NAME is a person you ignore.",
    .example = "unignore mallory",
    .exec = unignore_exec,
};

static enum verb_result seen_exec(struct session *s, struct cmd_args *args)
{
    return verbs_show_seen(s, args->word[0]);
}

static enum verb_result away_exec(struct session *s, struct cmd_args *args)
{
    return verbs_set_away(s, args->text_len > 0 ? args->text : "not here just now");
}

static enum verb_result back_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    return verbs_come_back(s);
}

static enum verb_result ignore_exec(struct session *s, struct cmd_args *args)
{
    return args->words > 0 ? verbs_ignore(s, args->word[0]) : verbs_show_ignored(s);
}

static enum verb_result unignore_exec(struct session *s, struct cmd_args *args)
{
    return verbs_unignore(s, args->word[0]);
}

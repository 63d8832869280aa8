/* session/cmd_admin.c: /gban, /gunban, /gbans: bans from the whole server, for its administrators. */
#include "config.h"

#include "session/cmd.h"

#include "session/pages.h"

#include <stdlib.h>
#include <string.h>

static enum verb_result gban_exec(struct session *s, struct cmd_args *args);
static enum verb_result gunban_exec(struct session *s, struct cmd_args *args);
static enum verb_result gbans_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_gban = {
    .name = "gban",
    .usage = "WHAT [FOR] [WHY]",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .who = CMD_ADMIN,
    .cost = 2,
    .group = CMD_GROUP_ADMIN,
    .help = "bans from the whole server",
    .args = "WHAT is a person (of a guest it means the address), an address or network,\n"
            "account=NAME, or name=PATTERN: * is any text, ? is one character.\n"
            "FOR is a time such as 30m, 2h or 7d; without it, the ban does not end.\n"
            "WHY is told to those who are hit.",
    .example = "gban mallory 2h spam",
    .exec = gban_exec,
};

const struct cmd cmd_gunban = {
    .name = "gunban",
    .usage = "WHAT",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_ADMIN,
    .cost = 2,
    .group = CMD_GROUP_ADMIN,
    .help = "ends a ban from the whole server",
    .args = "WHAT is what /gbans shows, or the name of the person for whom it was made.",
    .example = "gunban mallory",
    .exec = gunban_exec,
};

const struct cmd cmd_gbans = {
    .name = "gbans",
    .usage = "[PLACE]",
    .max_words = 1,
    .who = CMD_ADMIN,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ADMIN,
    .help = "lists the bans from the whole server, the newest first",
    .args = "PLACE is one in the list: 51 shows the 51st ban and those that follow.",
    .example = "gbans 51",
    .exec = gbans_exec,
};

static enum verb_result gban_exec(struct session *s, struct cmd_args *args)
{
    return verbs_ban(s, args->word[0], args->text);
}

static enum verb_result gunban_exec(struct session *s, struct cmd_args *args)
{
    return verbs_unban(s, args->word[0]);
}

static enum verb_result gbans_exec(struct session *s, struct cmd_args *args)
{
    uint32_t from;

    return pages_read_place(s, args->word[0], &from) ? verbs_show_bans(s, from) : VERB_REFUSED;
}

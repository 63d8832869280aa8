/* session/cmd_order.c: /kick, /mute, /ban, /invite, /voice, /op, /owner and their reverse, /bans, /mode, /report: order
 * in rooms. */
#include "config.h"

#include "session/cmd.h"

#include "session/pages.h"

#include "session/lines.h"
#include "session/verbs.h"

/* Each of these has one handler, which is told what to do by the entry. */
#define ORDER_COMMANDS(X)                                                                                              \
    X(mute, verbs_set_rule(s, args->room, RULE_MUTE, args->word[0], args->text, lines_complete))                       \
    X(unmute, verbs_end_rule(s, args->room, RULE_MUTE, args->word[0], lines_complete))                                 \
    X(ban, verbs_set_rule(s, args->room, RULE_BAN, args->word[0], args->text, lines_complete))                         \
    X(unban, verbs_end_rule(s, args->room, RULE_BAN, args->word[0], lines_complete))                                   \
    X(bans, show_rules(s, args->room, args->word[0]))                                                                  \
    X(invite, verbs_set_rule(s, args->room, RULE_INVITE, args->word[0], args->text, lines_complete))                   \
    X(uninvite, verbs_end_rule(s, args->room, RULE_INVITE, args->word[0], lines_complete))                             \
    X(voice, verbs_give_role(s, args->room, args->word[0], RANK_VOICED, lines_complete))                               \
    X(devoice, verbs_take_role(s, args->room, args->word[0], RANK_VOICED, lines_complete))                             \
    X(op, verbs_give_role(s, args->room, args->word[0], RANK_OPERATOR, lines_complete))                                \
    X(deop, verbs_take_role(s, args->room, args->word[0], RANK_OPERATOR, lines_complete))                              \
    X(owner, verbs_give_role(s, args->room, args->word[0], RANK_OWNER, lines_complete))                                \
    X(kick, verbs_kick(s, args->room, args->word[0], args->text, lines_complete))                                      \
    X(mode, set_or_show_mode(s, args))                                                                                 \
    X(report, verbs_report(s, args->word[0], args->text))

static enum verb_result set_or_show_mode(struct session *s, struct cmd_args *args)
{
    if (args->words < 2) {
        return verbs_show_modes(s, args->room, args->word[0]);
    }
    return verbs_set_mode(s, args->room, args->word[0], args->word[1], lines_complete);
}

static enum verb_result show_rules(struct session *s, const char *room, const char *place)
{
    uint32_t from;

    return pages_read_place(s, place, &from) ? verbs_show_rules(s, room, from) : VERB_REFUSED;
}

#define ORDER_EXEC(name, call)                                                         \
    static enum verb_result name##_exec(struct session *s, struct cmd_args *args)      \
    {                                                                                  \
        return call;                                                                   \
    }
ORDER_COMMANDS(ORDER_EXEC)
#undef ORDER_EXEC

/* What the entries of most acts have in common. */
#define ON_SOMEBODY \
    .min_words = 1, .max_words = 1, .who = CMD_HASH_ROOM, .cost = 1, .work = CMD_ROOM, .group = CMD_GROUP_ORDER

#define IN_ANOTHER_ROOM "For a room other than the current one, write it first, with its #."

const struct cmd cmd_kick = {
    .name = "kick",
    .usage = "NAME [WHY]",
    ON_SOMEBODY,
    .takes_text = true,
    .help = "puts a person out of the room, for now",
    .args = "NAME may come back; /ban keeps a person out.  WHY is shown to the room.\n" IN_ANOTHER_ROOM,
    .example = "kick bob that is enough",
    .exec = kick_exec,
};

const struct cmd cmd_mute = {
    .name = "mute",
    .usage = "NAME|NETWORK [TIME] [WHY]",
    ON_SOMEBODY,
    .takes_text = true,
    .help = "lets a person read and not speak",
    .args = "TIME is how long, as in 10m, 2h or 7d; without it, until /unmute.\n"
            "NAME and NETWORK are as for /ban.  WHY is shown to the room.\n"
            "A guest is known again by the address, whatever name comes next.\n" IN_ANOTHER_ROOM,
    .example = "mute bob 10m calm down",
    .exec = mute_exec,
};

const struct cmd cmd_unmute = {
    .name = "unmute",
    .usage = "NAME|NETWORK",
    ON_SOMEBODY,
    .help = "lets a person speak again",
    .args = "NAME or NETWORK is as /bans lists it.\n" IN_ANOTHER_ROOM,
    .example = "unmute bob",
    .exec = unmute_exec,
};

const struct cmd cmd_ban = {
    .name = "ban",
    .usage = "NAME|NETWORK [TIME] [WHY]",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .who = CMD_HASH_ROOM,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ORDER,
    .help = "keeps a person out of the room",
    .args = "TIME is how long, as in 30m, 2h or 7d; without it, until /unban.\n"
            "WHY is shown to the room and to the person.\n"
            "NAME is a person who is here, or an account; a guest is known again by the\n"
            "address, whatever name comes next.  NETWORK is an address, or 192.0.2.0/24.\n" IN_ANOTHER_ROOM,
    .example = "ban bob 2h spam",
    .exec = ban_exec,
};

const struct cmd cmd_unban = {
    .name = "unban",
    .usage = "NAME|NETWORK",
    ON_SOMEBODY,
    .help = "ends a ban",
    .args = "NAME or NETWORK is as /bans lists it.\n" IN_ANOTHER_ROOM,
    .example = "unban bob",
    .exec = unban_exec,
};

const struct cmd cmd_bans = {
    .name = "bans",
    .usage = "[PLACE]",
    .max_words = 1,
    .who = CMD_HASH_ROOM,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ORDER,
    .help = "lists a room's bans, mutes and invitations",
    .args = "PLACE is one in the list: 21 shows the 21st entry and those that follow.\n" IN_ANOTHER_ROOM,
    .example = "bans 21",
    .exec = bans_exec,
};

const struct cmd cmd_invite = {
    .name = "invite",
    .usage = "NAME [TIME] [WHY]",
    ON_SOMEBODY,
    .takes_text = true,
    .help = "lets a person into a room that is closed to others",
    .args = "TIME is how long NAME may enter; without it, until /uninvite, or for a guest\n"
            "a day at most.  WHY is a word for them.\n" IN_ANOTHER_ROOM,
    .example = "invite bob",
    .exec = invite_exec,
};

const struct cmd cmd_uninvite = {
    .name = "uninvite",
    .usage = "NAME",
    ON_SOMEBODY,
    .help = "takes an invitation back",
    .args = "NAME stays in the room; /kick puts a person out.\n" IN_ANOTHER_ROOM,
    .example = "uninvite bob",
    .exec = uninvite_exec,
};

const struct cmd cmd_voice = {
    .name = "voice",
    .usage = "NAME",
    ON_SOMEBODY,
    .help = "lets a person speak while the room is moderated",
    .args = "NAME is an account's, or a person's who is logged in.\n" IN_ANOTHER_ROOM,
    .example = "voice bob",
    .exec = voice_exec,
};

const struct cmd cmd_devoice = {
    .name = "devoice",
    .usage = "NAME",
    ON_SOMEBODY,
    .help = "takes that back",
    .args = "NAME is an account's, or a person's who is logged in.\n" IN_ANOTHER_ROOM,
    .example = "devoice bob",
    .exec = devoice_exec,
};

const struct cmd cmd_op = {
    .name = "op",
    .usage = "NAME",
    ON_SOMEBODY,
    .help = "makes a person an operator of the room",
    .args = "Operators kick, mute, ban, invite and set most modes.\n"
            "NAME is an account's, or a person's who is logged in.\n" IN_ANOTHER_ROOM,
    .example = "op bob",
    .exec = op_exec,
};

const struct cmd cmd_deop = {
    .name = "deop",
    .usage = "NAME",
    ON_SOMEBODY,
    .help = "makes an operator a plain member",
    .args = "NAME is an account's, or a person's who is logged in, or your own.\n" IN_ANOTHER_ROOM,
    .example = "deop bob",
    .exec = deop_exec,
};

const struct cmd cmd_owner = {
    .name = "owner",
    .usage = "NAME",
    ON_SOMEBODY,
    .help = "hands your room on; you become an operator",
    .args = "NAME is an account's, or a person's who is logged in.\n" IN_ANOTHER_ROOM,
    .example = "owner bob",
    .exec = owner_exec,
};

const struct cmd cmd_mode = {
    .name = "mode",
    .usage = "[MODE] [VALUE]",
    .max_words = 2,
    .who = CMD_HASH_ROOM,
    .cost = 2,
    .work = CMD_ROOM,
    .group = CMD_GROUP_ORDER,
    .help = "shows the room's modes, or sets one",
    .args = "Without MODE, all modes are shown, and what they do.\n"
            "VALUE is on or off, or what the mode needs; off ends it.\n" IN_ANOTHER_ROOM,
    .example = "mode slow 5",
    .exec = mode_exec,
};

const struct cmd cmd_report = {
    .name = "report",
    .usage = "NAME WHY",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .needs_text = true,
    .who = CMD_ANYONE,
    .cost = 4, /* it may call people to their terminals */
    .work = CMD_MUCH,
    .group = CMD_GROUP_ORDER,
    .help = "tells the operators and administrators about a person",
    .args = "WHY goes to the operators of the current room and to the administrators who\n"
            "are here, with NAME and your own name; nobody else reads it.",
    .example = "report bob floods the room",
    .exec = report_exec,
};

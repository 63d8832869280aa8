/* session/cmd_name.c: /nick: what a person is called. */
#include "config.h"

#include "chat/names.h"
#include "session/cmd.h"

#include "session/lines.h"

#include <string.h>

static enum cmd_result nick_exec(struct session *s, struct cmd_args *args);

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

static enum cmd_result tell_nick(struct session *s, enum chat_result result)
{
    switch (result) {
    case CHAT_OK:
        session_note(s, "client named", NULL);
        session_info(s, "You are now %s.", person_shown_name(s->self.person));
        return CMD_OK;
    case CHAT_ALREADY:
        session_info(s, "You are %s already.", person_shown_name(s->self.person));
        return CMD_OK;
    case CHAT_NAME_TAKEN:
        session_error(s, FAULT_NAME_TAKEN, "somebody else has that name; you are still %s",
                      person_shown_name(s->self.person));
        return CMD_FAILED;
    default:
        session_error(s, FAULT_UNAVAILABLE, "names cannot be given just now; you are still %s",
                      person_shown_name(s->self.person));
        return CMD_FAILED;
    }
}

static void nick_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;

    (void)room;
    lines_complete(s, tell_nick(s, result) == CMD_OK);
}

static enum cmd_result nick_exec(struct session *s, struct cmd_args *args)
{
    const char *word = args->word[0];
    size_t max = s->env->limits.nick_chars;
    enum chat_result result;
    enum name_fault fault;
    struct name name;
    char why[128];

    fault = name_init(&name, word, strlen(word), max);
    if (fault != NAME_OK) {
        session_error(s, FAULT_BAD_NAME, "a name %s", name_fault_text(fault, max, why, sizeof(why)));
        return CMD_FAILED;
    }
    if (name_is_reserved(&name)) {
        session_error(s, FAULT_NAME_RESERVED, "%s is a name that nobody can take", name.shown);
        name_fini(&name);
        return CMD_FAILED;
    }
    result = names_rename(&s->self, &name, nick_done, s);
    if ((result == CHAT_OK || result == CHAT_LATER) && s->self.person->room_count > 1) {
        *args->cost = s->self.person->room_count; /* each of them is told */
    }
    return result == CHAT_LATER ? CMD_PENDING : tell_nick(s, result);
}

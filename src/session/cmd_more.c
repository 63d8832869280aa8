/* session/cmd_more.c: /more: the next part of what was shown in part. */
#include "config.h"

#include "session/cmd.h"

#include "session/more.h"

#include <string.h>

static enum verb_result more_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_more = {
    .name = "more",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_VIEW,
    .help = "shows the next part of a long list or of the history",
    .exec = more_exec,
};

/* Whether the line reads the current room, and that is another one now. */
static bool is_of_another_room(const struct session *s, const struct more *more)
{
    char name[32];
    size_t len = strcspn(more->next + 1, " ");
    const struct cmd *cmd = NULL;

    if (len < sizeof(name)) {
        memcpy(name, more->next + 1, len);
        name[len] = '\0';
        cmd = cmd_find(name);
    }
    return cmd != NULL && cmd->who == CMD_IN_ROOM && more->room != NULL && strstr(more->next, " #") == NULL &&
           (s->current == NULL || strcmp(s->current->name.folded, more->room) != 0);
}

static enum verb_result more_exec(struct session *s, struct cmd_args *args)
{
    struct more *more = more_find(s->env->mores, s);
    enum verb_result result;

    (void)args;
    if (more == NULL) {
        session_reply(s, REPLY(REPLY_NO_MORE));
        return VERB_REFUSED;
    }
    if (is_of_another_room(s, more)) {
        session_reply(s, REPLY(REPLY_MORE_ELSEWHERE, .room = more->room));
        return VERB_REFUSED;
    }
    more = more_take(&s->env->mores, s);
    s->env->going_on = more;
    result = cmd_run(s, more->next + 1, NULL);
    s->env->going_on = NULL;
    more_free(more);
    return result;
}

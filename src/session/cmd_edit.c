/* session/cmd_edit.c: /edit, /paste: the line being typed, edited by the server. */
#include "config.h"

#include "session/cmd.h"

#include <strings.h>

static enum verb_result edit_exec(struct session *s, struct cmd_args *args);
static enum verb_result paste_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_edit = {
    .name = "edit",
    .usage = "[on|off]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_VIEW,
    .help = "edits your line here, so that no message breaks it",
    .args = "on begins as soon as your client sends single keys: /help typing.\n"
            "off leaves the line to your client; without either, it is shown.",
    .example = "edit on",
    .exec = edit_exec,
};

const struct cmd cmd_paste = {
    .name = "paste",
    .usage = "[drop]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_TALK,
    .help = "says the many lines that you have pasted",
    .args = "drop forgets them instead.",
    .example = "paste drop",
    .exec = paste_exec,
};

/* Returns false if editing cannot begin, whatever the client agrees to. */
static bool can_edit(const struct session *s)
{
    return frontend_of_conn(s->conn)->ops->edit != NULL && s->env->limits.lines.edit != FRONTEND_EDIT_NEVER;
}

/* What is edited stays so when the settings have become stricter. */
static enum verb_result tell(struct session *s, bool on)
{
    if (!on && !can_edit(s)) {
        session_reply(s, REPLY(REPLY_EDIT_NONE));
    } else {
        session_reply(s, REPLY(REPLY_EDIT, .on = on));
    }
    return VERB_DONE;
}

enum verb_result cmd_edit_set(struct session *s, const char *word)
{
    struct frontend *fe = frontend_of_conn(s->conn);
    bool on = word != NULL && strcasecmp(word, "on") == 0;

    if (word == NULL) {
        return tell(s, session_edits(s));
    }
    if (!on && strcasecmp(word, "off") != 0) {
        session_reply(s, REPLY(REPLY_BAD_SETTING, .name = "edit", .value = word, .why = "can be on or off"));
        return VERB_REFUSED;
    }
    if (on && s->encoding == FRONTEND_JSON) {
        session_reply(s, REPLY(REPLY_SETTING_OF_TEXT, .name = "edit"));
        return VERB_REFUSED;
    }
    if (on && !can_edit(s)) {
        session_reply(s, REPLY(REPLY_EDIT_NEVER));
        return VERB_REFUSED;
    }
    if (fe->ops->edit != NULL && fe->ops->edit(fe, on) == FRONTEND_EDITS_SOON) {
        session_reply(s, REPLY(REPLY_EDIT_SOON));
        return VERB_DONE;
    }
    return tell(s, on);
}

static enum verb_result edit_exec(struct session *s, struct cmd_args *args)
{
    return cmd_edit_set(s, args->word[0]);
}

static enum verb_result paste_exec(struct session *s, struct cmd_args *args)
{
    struct frontend *fe = frontend_of_conn(s->conn);
    bool drops = args->words > 0;
    unsigned lines;

    if (drops && strcasecmp(args->word[0], "drop") != 0) {
        session_reply(s, REPLY(REPLY_BAD_PASTE));
        return VERB_REFUSED;
    }
    lines = fe->ops->paste != NULL ? fe->ops->paste(fe, !drops) : 0;
    if (lines == 0) {
        session_reply(s, REPLY(REPLY_NO_PASTE));
        return VERB_REFUSED;
    }
    if (drops) {
        session_reply(s, REPLY(REPLY_PASTE_DROPPED, .count = lines));
    } else {
        session_reply(s, REPLY(REPLY_PASTE_SAID, .count = lines));
    }
    return VERB_DONE;
}

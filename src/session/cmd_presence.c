/* session/cmd_presence.c: /away, /back, /ignore, /unignore: being there for others, and not. */
#include "config.h"

#include "session/cmd.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static enum cmd_result away_exec(struct session *s, struct cmd_args *args);
static enum cmd_result back_exec(struct session *s, struct cmd_args *args);
static enum cmd_result ignore_exec(struct session *s, struct cmd_args *args);
static enum cmd_result unignore_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_away = {
    .name = "away",
    .usage = "[TEXT]",
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "tells those who write to you that you are away",
    .args = "TEXT is what they are told; without it, that you are not here just now.",
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
    .args = "NAME is the person; without it, the people you ignore are listed.",
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

static enum cmd_result away_exec(struct session *s, struct cmd_args *args)
{
    uint32_t max = s->env->limits.topic_chars;

    if (text_chars(args->text, args->text_len) > max) {
        session_error(s, FAULT_TEXT_TOO_LONG, "it has at most %u characters", max);
        return CMD_FAILED;
    }
    user_set_away(s->user, args->text_len > 0 ? args->text : "not here just now");
    session_info(s, "You are away: %s", s->user->away);
    return CMD_OK;
}

static enum cmd_result back_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    session_info(s, s->user->away != NULL ? "You are back." : "You were not away.");
    user_set_away(s->user, NULL);
    return CMD_OK;
}

static void apply(struct session *s)
{
    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
}

static enum cmd_result list_ignored(struct session *s)
{
    struct strbuf line = {0};

    if (s->ignored == NULL) {
        session_info(s, "You ignore nobody.");
    }
    for (const struct ignore *i = s->ignored; i != NULL; i = i->next) {
        strbuf_addf(&line, "%s%s", line.len > 0 ? ", " : "", i->name.shown);
        if (line.len >= CMD_NAMES_LINE || i->next == NULL) {
            session_info(s, "You ignore %s.", line.data);
            strbuf_reset(&line);
        }
    }
    strbuf_fini(&line);
    return CMD_OK;
}

/* A name may be ignored while nobody bears it. */
static bool parse_name(struct session *s, const char *word, struct name *name)
{
    enum name_fault fault = name_init(name, word, strlen(word), 64);

    if (fault != NAME_OK) {
        session_error(s, FAULT_NO_SUCH_NAME, "nobody can be called %s", word);
    }
    return fault == NAME_OK;
}

static enum cmd_result ignore_exec(struct session *s, struct cmd_args *args)
{
    struct name name;

    if (args->words == 0) {
        return list_ignored(s);
    }
    if (!parse_name(s, args->word[0], &name)) {
        return CMD_FAILED;
    }
    if (strcmp(name.folded, s->user->name.name.folded) == 0) {
        name_fini(&name);
        session_error(s, FAULT_BAD_VALUE, "that is you");
        return CMD_FAILED;
    }
    if (!ignore_add(&s->ignored, &name)) {
        session_error(s, FAULT_TOO_MANY_IGNORED, "you ignore %d people, which is as many as one can", IGNORE_MAX);
        return CMD_FAILED;
    }
    apply(s);
    session_info(s, "You ignore %s now.", args->word[0]);
    return CMD_OK;
}

static enum cmd_result unignore_exec(struct session *s, struct cmd_args *args)
{
    struct name name;
    bool was_there;

    if (!parse_name(s, args->word[0], &name)) {
        return CMD_FAILED;
    }
    was_there = ignore_remove(&s->ignored, name.folded);
    name_fini(&name);
    apply(s);
    if (!was_there) {
        session_error(s, FAULT_NO_SUCH_NAME, "you do not ignore %s", args->word[0]);
        return CMD_FAILED;
    }
    session_info(s, "You hear %s again.", args->word[0]);
    return CMD_OK;
}

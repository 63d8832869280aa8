/* session/cmd_presence.c: /away, /back, /ignore, /unignore: being there for others, and not. */
#include "config.h"

#include "session/cmd.h"

#include "base/nearest.h"
#include "base/text.h"
#include "chat/ignore.h"
#include "session/answer.h"
#include "session/find.h"

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

static enum cmd_result away_exec(struct session *s, struct cmd_args *args)
{
    uint32_t max = s->env->limits.topic_chars;

    if (text_chars(args->text, args->text_len) > max) {
        session_error(s, FAULT_TEXT_TOO_LONG, "it has at most %u %s", max, text_plural(max, "character", "characters"));
        return CMD_FAILED;
    }
    person_set_away(s->self.person, args->text_len > 0 ? args->text : "not here just now");
    session_info(s, "You are away: %s", person_away(s->self.person));
    return CMD_OK;
}

static enum cmd_result back_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    session_info(s, person_away(s->self.person) != NULL ? "You are back." : "You were not away.");
    person_set_away(s->self.person, NULL);
    return CMD_OK;
}

static enum cmd_result list_ignored(struct session *s)
{
    size_t count = ignore_count(s->self.person);
    struct answer_names names = {.s = s, .begin = "You ignore ", .again = "You ignore ", .end = "."};

    if (count == 0) {
        session_info(s, "You ignore nobody.");
    }
    while (names.count < count) {
        const struct person_handle *who = ignore_at(s->self.person, names.count);

        if (!answer_names_add(&names, "", person_handle_name(who), who->person == NULL ? " (has left)" : "")) {
            break;
        }
    }
    answer_names_end(&names);
    if (names.count < count) {
        answer_tell_more(s, (unsigned)(count - names.count));
    }
    return CMD_OK;
}

static enum cmd_result ignore_exec(struct session *s, struct cmd_args *args)
{
    struct person *person;

    if (args->words == 0) {
        return list_ignored(s);
    }
    person = find_person(s, args->word[0]);
    if (person == NULL) {
        return CMD_FAILED;
    }
    if (person == s->self.person) {
        session_error(s, FAULT_BAD_VALUE, "that is you");
        return CMD_FAILED;
    }
    if (!ignore_add(s->self.person, person)) {
        session_error(s, FAULT_TOO_MANY_IGNORED, "you ignore %d people, which is as many as one can", IGNORE_MAX);
        return CMD_FAILED;
    }
    session_info(s, "You ignore %s now.", person_shown_name(person));
    return CMD_OK;
}

/* True when the person bears the name that is folded, or did when they left. */
static bool is_called(const struct person_handle *who, const char *folded)
{
    const char *name = person_handle_name(who);
    char *own = name_fold(name, strlen(name));
    bool is_same = own != NULL && strcmp(own, folded) == 0;

    free(own);
    return is_same;
}

/* The place in the list of somebody of a name: of one who is here, or else the last one of that name who has left; the
 * list's length when there is none. */
static size_t find_ignored(const struct session *s, const char *folded)
{
    size_t count = ignore_count(s->self.person), found = count;

    for (size_t i = count; i-- > 0;) {
        const struct person_handle *who = ignore_at(s->self.person, i);

        if ((found == count || who->person != NULL) && is_called(who, folded)) {
            found = i;
        }
    }
    return found;
}

static void tell_not_ignored(struct session *s, const char *word)
{
    struct nearest near = {.wanted = word};

    for (size_t i = 0; i < ignore_count(s->self.person); i++) {
        nearest_try(&near, person_handle_name(ignore_at(s->self.person, i)));
    }
    if (near.best != NULL) {
        session_error(s, FAULT_NO_SUCH_NAME, "you do not ignore %s; did you mean %s?", word, near.best);
    } else {
        session_error(s, FAULT_NO_SUCH_NAME, "you do not ignore %s; /ignore lists the people that you ignore", word);
    }
}

static enum cmd_result unignore_exec(struct session *s, struct cmd_args *args)
{
    const char *word = args->word[0];
    char *folded = name_fold(word, strlen(word));
    size_t count = ignore_count(s->self.person), i = folded != NULL ? find_ignored(s, folded) : count;

    free(folded);
    if (i == count) {
        tell_not_ignored(s, word);
        return CMD_FAILED;
    }
    session_info(s, "You hear %s again.", person_handle_name(ignore_at(s->self.person, i)));
    ignore_remove_at(s->self.person, i);
    return CMD_OK;
}

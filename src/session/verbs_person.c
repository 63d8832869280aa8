/* session/verbs_person.c: what a person is called, whether they are there for others, and whom they hear. */
#include "config.h"

#include "chat/port_accounts.h"
#include "session/verbs.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "chat/bans.h"
#include "chat/ignore.h"
#include "chat/logins.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "chat/seen.h"
#include "session/answer.h"
#include "session/await.h"
#include "session/filter.h"
#include "session/find.h"
#include "session/profile.h"
#include "session/sanction.h"

#include <stdlib.h>
#include <string.h>

/* ---- the name ---- */

/* about: the name that was asked for. */
static enum verb_result tell_rename(struct session *s, enum chat_result result, struct room *room, const char *about,
                                    session_then_fn *then)
{
    const char *name = person_shown_name(s->self.person); /* the new one, or the old */

    (void)room;
    (void)then;
    switch (result) {
    case CHAT_OK:
        session_note(s, "client named", NULL);
        session_reply(s, REPLY(REPLY_NAMED, .name = name));
        return VERB_DONE;
    case CHAT_ALREADY:
        session_reply(s, REPLY(REPLY_NAMED_ALREADY, .name = name));
        return VERB_DONE;
    case CHAT_NAME_TAKEN:
        session_reply(s, REPLY(REPLY_NAME_TAKEN, .own = name));
        return VERB_REFUSED;
    case CHAT_NAME_REGISTERED:
        session_reply(s, REPLY(REPLY_NAME_REGISTERED, .own = name));
        return VERB_REFUSED;
    case CHAT_NAME_ALIKE:
        session_reply(s, REPLY(REPLY_NAME_ALIKE, .name = about, .own = name));
        return VERB_REFUSED;
    case CHAT_NAME_KEPT:
        session_reply(s, REPLY(REPLY_NAME_KEPT, .name = about));
        return VERB_REFUSED;
    default:
        if (!sanction_tell(s, result)) {
            session_reply(s, REPLY(REPLY_NAME_UNAVAILABLE, .own = name));
        }
        return VERB_REFUSED;
    }
}

enum verb_result verbs_rename(struct session *s, const char *word, session_then_fn *then)
{
    size_t max = s->env->limits.nick_chars;
    enum chat_result result;
    enum name_fault fault;
    struct name name;
    char why[128];

    fault = name_init_person(&name, word, strlen(word), max);
    if (fault == NAME_RESERVED) {
        session_reply(s, REPLY(REPLY_NAME_RESERVED, .name = word));
        return VERB_REFUSED;
    }
    if (fault != NAME_OK) {
        session_reply(s, REPLY(REPLY_BAD_NAME, .name = word, .limit = (int64_t)max,
                               .problem = name_fault_code(fault),
                               .why = name_fault_text(fault, max, why, sizeof(why))));
        return VERB_REFUSED;
    }
    if (!filter_allows(s, NULL, name.shown, strlen(name.shown))) {
        name_fini(&name);
        return VERB_REFUSED;
    }
    result = logins_rename(&s->self, &name, await_done, s);
    if ((result == CHAT_OK || result == CHAT_LATER) && s->self.person->room_count > 1) {
        session_charge(s, s->self.person->room_count - 1u); /* each of them is told */
    }
    return await_result(s, result, NULL, word, tell_rename, then);
}

/* ---- away ---- */

enum verb_result verbs_set_away(struct session *s, const char *text)
{
    uint32_t max = s->env->limits.topic_chars;

    if (sanction_tell(s, bans_may_speak(&s->self, false))) { /* others read it */
        return VERB_REFUSED;
    }
    if (text_chars(text, strlen(text)) > max) {
        session_reply(s, REPLY(REPLY_AWAY_TOO_LONG, .limit = max));
        return VERB_REFUSED;
    }
    if (!filter_allows(s, NULL, text, strlen(text))) {
        return VERB_REFUSED;
    }
    person_set_away(s->self.person, text);
    profile_note_away(s);
    session_reply(s, REPLY(REPLY_AWAY_NOW, .name = person_shown_name(s->self.person), .reason = text));
    return VERB_DONE;
}

enum verb_result verbs_come_back(struct session *s)
{
    if (person_away(s->self.person) == NULL) {
        session_reply(s, REPLY(REPLY_BACK_ALREADY));
        return VERB_DONE;
    }
    person_set_away(s->self.person, NULL);
    profile_note_away(s);
    session_reply(s, REPLY(REPLY_BACK));
    return VERB_DONE;
}

/* ---- when they were here ---- */

static enum verb_result tell_here(struct session *s, const struct person *person)
{
    const struct account *account = owners_account(person);
    int64_t idle_s = (int64_t)(clock_ms(s->env->clock) / 1000) - person->active_s;

    session_reply(s, REPLY(REPLY_SEEN_HERE, .name = person_shown_name(person), .idle = idle_s > 0 ? idle_s : 0,
                           .account = account != NULL ? account->name : NULL));
    return VERB_DONE;
}

static enum verb_result tell_seen(struct session *s, const char *name, int64_t time_ms)
{
    session_reply(s, REPLY(REPLY_SEEN, .name = name, .time = time_ms));
    return VERB_DONE;
}

static enum verb_result tell_unseen(struct session *s, const char *name)
{
    session_reply(s, REPLY(REPLY_UNSEEN, .name = name));
    return VERB_DONE;
}

/* Whoever has an account's name without being logged in to it is not meant. */
enum verb_result verbs_show_seen(struct session *s, const char *name)
{
    const struct chat *chat = s->env->chat;
    const struct accounts *accounts = chat->ports.accounts;
    char *folded = name_fold(name, strlen(name));
    const struct account *account = folded != NULL && accounts != NULL ? accounts->ops->find(accounts, folded) : NULL;
    const struct person *person = folded != NULL ? names_find(chat, folded) : NULL;
    const struct seen *seen = folded != NULL ? seen_find(chat, folded) : NULL;

    free(folded);
    if (account != NULL) {
        person = owners_find(chat, account->id);
    }
    if (person != NULL) {
        return tell_here(s, person);
    }
    if (account != NULL) {
        return account->seen_ms != 0 ? tell_seen(s, account->name, account->seen_ms) : tell_unseen(s, account->name);
    }
    if (seen != NULL) {
        return tell_seen(s, seen->shown, seen->time_ms);
    }
    session_reply(s, REPLY(REPLY_NEVER_SEEN, .name = name));
    return VERB_REFUSED;
}

/* ---- ignoring ---- */

enum verb_result verbs_show_ignored(struct session *s)
{
    size_t count = ignore_count(s->self.person);
    struct answer_list list = {.s = s, .reply = {.kind = REPLY_IGNORED}};

    if (count == 0) {
        session_reply(s, REPLY(REPLY_IGNORED_NONE));
    }
    while (list.count < count) {
        const struct person_handle *who = ignore_at(s->self.person, list.count);
        struct reply_item item = {.name = person_handle_name(who), .has_left = who->person == NULL};

        if (!answer_list_add(&list, &item)) {
            break;
        }
    }
    answer_list_end(&list);
    if (list.count < count) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = (int64_t)(count - list.count)));
    }
    return VERB_DONE;
}

enum verb_result verbs_ignore(struct session *s, const char *name)
{
    struct person *person = find_person(s, name);

    if (person == NULL) {
        return VERB_REFUSED;
    }
    if (person == s->self.person) {
        session_reply(s, REPLY(REPLY_IGNORE_SELF, .name = person_shown_name(person)));
        return VERB_REFUSED;
    }
    if (!ignore_add(s->self.person, person)) {
        session_reply(s, REPLY(REPLY_TOO_MANY_IGNORED, .limit = IGNORE_MAX));
        return VERB_REFUSED;
    }
    session_reply(s, REPLY(REPLY_IGNORING, .name = person_shown_name(person), .on = true));
    return VERB_DONE;
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
        session_reply(s, REPLY(REPLY_NOT_IGNORED_NEAR, .name = word, .near = near.best));
    } else {
        session_reply(s, REPLY(REPLY_NOT_IGNORED, .name = word));
    }
}

enum verb_result verbs_unignore(struct session *s, const char *name)
{
    char *folded = name_fold(name, strlen(name));
    size_t count = ignore_count(s->self.person), i = folded != NULL ? find_ignored(s, folded) : count;

    free(folded);
    if (i == count) {
        tell_not_ignored(s, name);
        return VERB_REFUSED;
    }
    session_reply(s, REPLY(REPLY_HEARING, .name = person_handle_name(ignore_at(s->self.person, i))));
    ignore_remove_at(s->self.person, i);
    return VERB_DONE;
}

/* ---- going ---- */

enum verb_result verbs_quit(struct session *s, const char *text, size_t len)
{
    /* Who quits with a word that is refused quits without it. */
    bool is_heard = len == 0 || filter_allows(s, s->current, text, len);
    char *word = mem_strndup(text, is_heard ? text_cut(text, len, s->env->limits.lines.line_bytes) : 0);

    session_leave_rooms(s, word);
    free(word);
    session_reply(s, REPLY(REPLY_FAREWELL, .name = person_shown_name(s->self.person)));
    session_end(s, REASON_QUIT);
    return VERB_DONE;
}

/* session/profile.c: notes, and the job that waits at log-in. */
#include "config.h"

#include "session/profile.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_store.h"
#include "session/mailbag.h"
#include "session/recall.h"

#include <stdlib.h>

/* ---- notes ---- */

static void note(const struct session *s, const char *setting, const char *value)
{
    struct profiles *profiles = s->env->chat->ports.profiles;

    if (recall_is_possible(s)) {
        (void)profiles->ops->set(profiles, owners_account(s->self.person)->id, setting, value);
    }
}

void profile_note_choice(const struct session *s, const struct choice *choice)
{
    struct strbuf value = {0};

    if (s->encoding != FRONTEND_JSON && !choice->is_of_terminal) {
        choice->get(s, &value);
        note(s, choice->name, value.data);
        strbuf_fini(&value);
    }
}

void profile_note_away(const struct session *s)
{
    note(s, RECALL_AWAY, person_away(s->self.person));
}

static void note_all(const struct session *s)
{
    for (size_t i = 0; choices_at(i) != NULL; i++) {
        profile_note_choice(s, choices_at(i));
    }
    if (person_away(s->self.person) != NULL) {
        profile_note_away(s);
    }
}

/* ---- logging in ---- */

struct begin {
    struct session_job job;
    struct recall recall;
    bool has_recalled; /* and the letters come now */
    struct mailbag bag;
    enum profile_way way;
};

static void begin_free(struct session_job *job)
{
    struct begin *begin = CONTAINER_OF(job, struct begin, job);

    recall_fini(&begin->recall);
    mailbag_fini(&begin->bag);
    free(begin);
}

static void bring_choices(struct session *s, const struct recall *recall)
{
    for (size_t i = 0; choices_at(i) != NULL && s->encoding != FRONTEND_JSON; i++) {
        if (recall->chosen[i] != NULL) {
            (void)choices_at(i)->set(s, recall->chosen[i]);
        }
    }
}

/* A person who is away already says so now, and not what was kept. */
static void bring_away(struct session *s, const struct recall *recall)
{
    if (person_away(s->self.person) != NULL) {
        profile_note_away(s);
    } else if (recall->away != NULL) {
        person_set_away(s->self.person, recall->away);
        session_reply(s, REPLY(REPLY_AWAY_NOW, .name = person_shown_name(s->self.person), .reason = recall->away));
    }
}

/* In the time zone that the account has chosen. */
static void tell_last_seen(struct session *s)
{
    unsigned failures = s->extra != NULL ? s->extra->failures : 0;
    int64_t time_ms = s->extra != NULL ? s->extra->last_seen_ms : 0;

    if (failures > 0 && time_ms == 0) {
        session_reply(s, REPLY(REPLY_FAILED_BEFORE, .count = failures));
    } else if (failures > 0) {
        session_reply(s, REPLY(REPLY_FAILED_ATTEMPTS, .count = failures, .time = time_ms));
    } else if (time_ms != 0) {
        session_reply(s, REPLY(REPLY_LAST_SEEN, .time = time_ms));
    }
    if (s->extra != NULL) {
        s->extra->failures = 0;
        s->extra->last_seen_ms = 0;
    }
}

static void finish(struct begin *begin, enum store_answer answer)
{
    struct session *s = begin->recall.s;

    if (!recall_is_valid(&begin->recall)) {
        return;
    }
    if (answer != STORE_DONE) {
        tell_last_seen(s);
        session_reply(s, REPLY(REPLY_PROFILE_UNREAD));
        return;
    }
    bring_choices(s, &begin->recall);
    tell_last_seen(s);
    if (begin->way == PROFILE_LOGGED_IN) {
        bring_away(s, &begin->recall);
    }
    recall_tell(&begin->recall, begin->way == PROFILE_ATTACHED);
}

static enum session_step step(struct session *s, struct session_job *job)
{
    struct begin *begin = CONTAINER_OF(job, struct begin, job);

    if (begin->has_recalled) {
        (void)mailbag_end(&begin->bag);
        return SESSION_STEP_OK;
    }
    begin->has_recalled = true;
    finish(begin, recall_answer(&begin->recall));
    return mailbag_ask(&begin->bag, s, false) ? SESSION_STEP_WAIT : SESSION_STEP_OK;
}

/* Returns true if the job has to wait. */
static bool begin_it(struct begin *begin, struct session *s)
{
    enum store_answer answer = recall_ask(&begin->recall, s, NULL);

    if (answer == STORE_LATER) {
        return true;
    }
    begin->has_recalled = true;
    finish(begin, answer);
    return mailbag_ask(&begin->bag, s, false);
}

enum verb_result profile_begin(struct session *s, enum profile_way way, session_then_fn *then)
{
    struct begin *begin;

    session_end_silence(s);
    if (!recall_is_possible(s)) {
        tell_last_seen(s);
        return VERB_DONE;
    }
    if (way == PROFILE_NEW) {
        note_all(s);
        return VERB_DONE;
    }
    begin = mem_zalloc(sizeof(*begin));
    *begin = (struct begin){.job = {.step = step, .free = begin_free, .then = then}, .way = way};
    if (begin_it(begin, s)) {
        job_wait(s, &begin->job);
        return VERB_PENDING;
    }
    begin_free(&begin->job);
    return VERB_DONE;
}

/* session/lines.c: flood control, turns among those who do much, and what a line does. */
#include "config.h"

#include "session/lines.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/cmd.h"
#include "session/job.h"
#include "session/secret.h"
#include "session/verbs.h"

#include <stdlib.h>
#include <string.h>

enum { PAUSE_MS = 500 /* without a line, and a flood is over */ };

/* ---- what holds lines back ---- */

void lines_go_on(struct session *s)
{
    if (s->holds == 0 && conn_is_open(s->conn)) {
        struct frontend *fe = frontend_of_conn(s->conn);

        fe->ops->resume(fe);
    }
}

bool lines_may_go_on(struct session *s, unsigned cost)
{
    struct session_env *env = s->env;
    const struct bucket_rate *rate = &env->limits.flood;
    uint64_t now = clock_elapsed_ms(env->clock);

    session_charge(s, cost);
    /* A job is not over yet: it may cost more. */
    if ((s->holds & (SESSION_JOB | SESSION_FLOODED)) == 0 && !bucket_has(&s->flood, rate, now)) {
        s->holds |= SESSION_FLOODED;
        env->flood_stops++;
        chat_announce(&s->self); /* lines that show nothing come to this too, and would put it off for ever */
        timeq_push(&env->flooded, &s->wait, clock_ms(env->clock));
        if (!s->was_told_flood) {
            s->was_told_flood = true;
            session_note_address(s, "client held back", NULL, s->current != NULL ? s->current->name.shown : NULL);
            session_reply(s, REPLY(REPLY_FLOOD, .rate = (int64_t)rate->tokens));
        }
    }
    return s->holds == 0;
}

void lines_complete(struct session *s, bool worked)
{
    CHECK((s->holds & SESSION_PENDING) != 0);
    s->holds &= (uint8_t)~SESSION_PENDING;
    if (worked) {
        session_ok(s);
    }
    s->command = NULL;
    if (lines_may_go_on(s, 0)) {
        lines_go_on(s);
    }
}

/* What a command that ran, or one that has asked for the line that ran, comes to. */
static void conclude(struct session *s, enum verb_result result)
{
    switch (result) {
    case VERB_DONE:
        session_ok(s);
        s->command = NULL;
        break;
    case VERB_REFUSED:
        s->command = NULL;
        break;
    case VERB_ASKED:
        break;
    case VERB_PENDING:
        s->holds |= SESSION_PENDING;
        break;
    }
}

static void say(struct session *s, const char *text, size_t len, const char *lost)
{
    if (lost != NULL) {
        cmd_tell_lost(s, lost);
    } else {
        (void)verbs_say(s, NULL, text, len);
    }
}

static bool is_command(const char *text)
{
    return text[0] == '/' && text[1] != '/';
}

/* What a line takes of a turn, about, in crowd.h's units: known before it runs, for who asks for little must not wait
 * for who does not. */
static uint32_t work_of(const struct session *s, const char *text, size_t len)
{
    uint32_t members = s->current != NULL ? s->current->count : 0;
    uint32_t parts = 1 + (uint32_t)(len / s->env->limits.lines.line_bytes);

    if (is_command(text)) {
        switch (cmd_work(text + 1)) {
        case CMD_LITTLE:
            return CROWD_LINE;
        case CMD_MUCH:
            return CROWD_MUCH;
        case CMD_ROOM:
            break;
        }
    }
    return CROWD_LINE + (members < CROWD_MUCH ? members : CROWD_MUCH) * parts;
}

/* True when the next line may run.  lost is the room that was the current one when the line came, if the person has
 * been taken out of it since; NULL otherwise. */
static bool run_line(struct session *s, char *text, size_t len, const char *lost)
{
    if (is_command(text)) {
        s->guarded = 0;
        conclude(s, cmd_run(s, text + 1, lost));
    } else if (s->guarded > 0) {
        s->guarded--;
        session_reply(s, REPLY(REPLY_MAYBE_PASSWORD));
        mem_wipe(text, len);
    } else if (text[0] == '/') {
        say(s, text + 1, len - 1, lost);
    } else {
        say(s, text, len, lost);
    }
    return lines_may_go_on(s, 1);
}

/* ---- jobs ---- */

/* A line that waits for its turn; job.room is the room that it was typed in. */
struct line_job {
    struct session_job job;
    char *typed_in; /* that room's name; NULL: the person was in none */
    size_t len;
    char text[]; /* and a NUL */
};

static enum session_step line_step(struct session *s, struct session_job *job)
{
    struct line_job *line = CONTAINER_OF(job, struct line_job, job);

    (void)job_end(s);
    if (run_line(s, line->text, line->len, job->room == NULL ? line->typed_in : NULL)) {
        lines_go_on(s);
    }
    return SESSION_STEP_GONE;
}

static void line_free(struct session_job *job)
{
    struct line_job *line = CONTAINER_OF(job, struct line_job, job);

    free(line->typed_in);
    mem_wipe(line->text, line->len); /* a password may stand in it */
    free(line);
}

/* The line's text moves: what it leaves behind holds no password. */
static void wait_with_line(struct session *s, char *text, size_t len, uint32_t work)
{
    struct line_job *line = mem_alloc(sizeof(*line) + len + 1);

    *line = (struct line_job){
        .job = {.room = s->current, .work = work, .step = line_step, .free = line_free},
        .typed_in = s->current != NULL ? mem_strdup(s->current->name.shown) : NULL,
        .len = len,
    };
    memcpy(line->text, text, len + 1);
    mem_wipe(text, len);
    job_begin(s, &line->job);
}

void lines_begin_job(struct session *s, struct session_job *job)
{
    job->then = lines_complete;
    job_begin(s, job);
}

void lines_await_job(struct session *s, struct session_job *job)
{
    job->then = lines_complete;
    job_wait(s, job);
}

/* ---- the frontend's lines ---- */

/* Who is silent for a while, and not because lines are held back, is told anew of the next flood.  A full bucket alone
 * would not tell: one line may fill all of it, or the server may stand still while lines wait. */
static void note_pause(struct session *s)
{
    uint64_t silent_ms = clock_ms(s->env->clock) - s->wait.since_ms;

    if (s->was_told_flood && silent_ms >= PAUSE_MS &&
        bucket_is_full(&s->flood, &s->env->limits.flood, clock_elapsed_ms(s->env->clock))) {
        s->was_told_flood = false;
    }
}

bool lines_run(struct conn_owner *owner, char *text, size_t len, bool cut)
{
    struct session *s = session_of_owner(owner);
    struct session_env *env = s->env;
    uint32_t work;
    bool is_seen;

    note_pause(s);
    session_end_silence(s);
    s->lines_in++;
    s->self.person->active_s = (uint32_t)(clock_ms(env->clock) / 1000);
    while (len > 0 && text[len - 1] == ' ') {
        text[--len] = '\0';
    }
    is_seen = cut || !text_is_blank(text, len);
    env->lines += is_seen;
    if (is_seen) {
        chat_announce(&s->self); /* before what the line does */
    }
    if (!s->self.person->is_unannounced) {
        session_await_line(s); /* whereas an empty line does not put off that it is announced */
    }
    if (s->asks_secret) {
        conclude(s, secret_answer(s, text, len, cut));
        return lines_may_go_on(s, 1);
    }
    if (cut) {
        session_reply(s, REPLY(REPLY_LINE_TOO_LONG,
                               .limit = (int64_t)env->limits.lines.line_bytes * env->limits.lines.line_parts));
        return lines_may_go_on(s, 1);
    }
    if (len == 0) {
        return s->holds == 0; /* nothing, at no cost */
    }
    if (!is_seen) {
        return lines_may_go_on(s, 1); /* nothing either, but it had to be looked at */
    }
    work = work_of(s, text, len);
    if (!crowd_may_do(&env->crowd, s, work)) {
        wait_with_line(s, text, len, work);
        return false;
    }
    return run_line(s, text, len, NULL);
}

/* ---- what falls due ---- */

static void flooded_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);
    struct session_env *env = q->ctx;

    if (bucket_has(&s->flood, &env->limits.flood, clock_elapsed_ms(env->clock))) {
        s->holds &= (uint8_t)~SESSION_FLOODED;
        session_await_line(s);
        lines_go_on(s);
    } else {
        timeq_push(q, node, clock_ms(env->clock)); /* it has run something dear: another token's time */
    }
}

void lines_init(struct session_env *env)
{
    timeq_init(&env->flooded, 1, flooded_due, env);
}

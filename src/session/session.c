/* session/session.c: a person's connection to the chat.
 *
 * The order of a newcomer: a name is claimed (perhaps later), the default room is entered (perhaps later),
 * the greeting is sent, and only then lines are run. */
#include "config.h"

#include "session/session.h"

#include "base/check.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/cmd.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    INFO_OVERHEAD = 64, /* bytes of a line of information beside its text, in json, at most about */
    PAUSE_MS = 500,   /* without a line, and a flood is over */
    ARRIVE_MS = 2000, /* who stays so long without a word is announced */
    WARN_MS = 60000,  /* before somebody idle is closed, or half the time if that is less */
};

static const struct frontend_events events;
static const struct sink_ops sink_ops;

static void go_on(struct session *s);
static void crowd_due(struct timeq *q, struct timeq_node *node);

/* ---- what all share ---- */

/* Begins to wait for the person's next line. */
static void wait_for_line(struct session *s)
{
    struct session_env *env = s->env;

    timeq_push(s->user->is_unannounced ? &env->arriving : &env->idle, &s->wait, clock_ms(env->clock));
}

/* A check of health or a port scan has gone by now. */
static void arriving_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);

    (void)q;
    chat_announce(s->user);
    wait_for_line(s);
}

static void flooded_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);
    struct session_env *env = q->ctx;

    if (bucket_has(&s->flood, &env->limits.flood, clock_elapsed_ms(env->clock))) {
        s->holds &= (uint8_t)~SESSION_FLOODED;
        wait_for_line(s);
        go_on(s);
    } else {
        timeq_push(q, node, clock_ms(env->clock)); /* it has run something dear: another token's time */
    }
}

static uint64_t warn_ms(const struct session_env *env)
{
    return env->limits.idle_ms / 2 < WARN_MS ? env->limits.idle_ms / 2 : WARN_MS;
}

static void idle_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);
    struct session_env *env = q->ctx;

    session_info(s, "You have said nothing for %llu s; in %llu s the connection will be closed.",
                 (unsigned long long)(q->wait_ms / 1000), (unsigned long long)(warn_ms(env) / 1000));
    timeq_push(&env->warned, node, clock_ms(env->clock));
}

static void warned_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    session_end(CONTAINER_OF(node, struct session, wait), REASON_IDLE);
}

void session_env_init(struct session_env *env, const struct session_limits *limits)
{
    env->host = (struct frontend_host){.limits = &env->limits.lines, .events = &events};
    env->noted_log.phrase = "names, rooms and floods";
    timeq_init(&env->arriving, ARRIVE_MS, arriving_due, env);
    timeq_init(&env->flooded, 1, flooded_due, env);
    timeq_init(&env->idle, 1, idle_due, env);
    timeq_init(&env->warned, 1, warned_due, env);
    crowd_init(&env->crowd, env->clock, crowd_due, env);
    session_env_set_limits(env, limits);
}

void session_env_set_limits(struct session_env *env, const struct session_limits *limits)
{
    env->limits = *limits;
    env->flooded.wait_ms = bucket_token_ms(&limits->flood);
    env->warned.wait_ms = limits->idle_ms > 0 ? warn_ms(env) : TIMEQ_OFF;
    env->idle.wait_ms = limits->idle_ms > 0 ? limits->idle_ms - warn_ms(env) : TIMEQ_OFF;
}

/* ---- telling ---- */

unsigned session_columns(const struct session *s)
{
    return s->fe == NULL || s->encoding == FRONTEND_JSON ? 0 : s->fe->ops->columns(s->fe);
}

static void wrap(struct session *s, struct strbuf *out)
{
    unsigned columns = session_columns(s);

    if (columns > 0) {
        frontend_wrap(out, s->encoding, columns);
    }
}

static void send_buf(struct session *s, struct strbuf *out)
{
    wrap(s, out);
    conn_send_bytes(s->conn, out->data, out->len);
    strbuf_fini(out);
}

static const char *running(const struct session *s)
{
    const struct cmd *cmd = (s->holds & SESSION_JOB) != 0 ? s->job->cmd : s->cmd;

    return cmd != NULL ? cmd->name : "";
}

void session_info(struct session *s, const char *fmt, ...)
{
    struct strbuf text = {0}, out = {0};
    va_list ap;

    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    frontend_form(s->encoding)->info(&out, s->encoding, running(s), strbuf_str(&text));
    strbuf_fini(&text);
    send_buf(s, &out);
}

bool session_fits(const struct session *s, size_t len)
{
    /* json may escape every byte of a text */
    return (s->encoding == FRONTEND_JSON ? 2 : 1) * len + INFO_OVERHEAD <= conn_spare_bytes(s->conn);
}

void session_info_lines(struct session *s, const char *text)
{
    unsigned left_out = 0;
    const char *line;
    size_t len;

    while (text_next_line(&text, &line, &len)) {
        if (left_out > 0 || !session_fits(s, len)) {
            left_out++;
        } else {
            session_info(s, "%.*s", (int)len, line);
        }
    }
    if (left_out > 0) {
        session_info(s, "%u more %s left out: too much is waiting for you to read it", left_out,
                     text_plural(left_out, "line was", "lines were"));
    }
}

void session_error(struct session *s, enum fault fault, const char *fmt, ...)
{
    struct strbuf text = {0}, out = {0};
    va_list ap;

    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    s->env->faults[fault]++;
    frontend_form(s->encoding)->error(&out, s->encoding, fault_code(fault), strbuf_str(&text));
    strbuf_fini(&text);
    send_buf(s, &out);
}

static void tell_ok(struct session *s)
{
    struct strbuf out = {0};

    if (s->cmd != NULL && conn_is_open(s->conn)) {
        frontend_form(s->encoding)->ok(&out, s->encoding, s->cmd->name);
        send_buf(s, &out);
    }
}

void session_end(struct session *s, enum reason reason)
{
    struct strbuf out = {0};

    if (!conn_is_open(s->conn)) {
        return;
    }
    frontend_goodbye(&out, s->encoding, reason);
    send_buf(s, &out);
    conn_finish(s->conn, reason);
}

void session_end_saying(struct session *s, enum reason reason, const char *text)
{
    struct strbuf whole = {0}, out = {0};

    if (text[0] == '\0' || !conn_is_open(s->conn)) {
        session_end(s, reason);
        return;
    }
    strbuf_addf(&whole, "%s: %s", reason_goodbye(reason), text);
    frontend_form(s->encoding)->error(&out, s->encoding, reason_code(reason), whole.data);
    strbuf_fini(&whole);
    send_buf(s, &out);
    conn_finish(s->conn, reason);
}

void session_note(struct session *s, const char *phrase, const struct room *room)
{
    struct strbuf shown = {0};
    uint32_t unsaid;

    if (!log_has_level(LOG_LEVEL_DEBUG) ||
        !log_limit_allows(&s->env->noted_log, clock_ms(s->env->clock), &unsaid)) {
        return;
    }
    strbuf_addf(&shown, "#%s", room != NULL ? room->name.shown : "");
    log_debug(phrase, LOG_NUM("client", s->conn->id), LOG_STR("name", user_shown_name(s->user)),
              LOG_NUM("unsaid", unsaid), room != NULL ? LOG_STR("room", strbuf_str(&shown)) : LOG_END);
    strbuf_fini(&shown);
}

void session_replay(struct session *s, const struct message *m)
{
    deliver_replay(&s->sink, m, clock_real_ms(s->env->clock));
}

/* ---- delivery ---- */

/* In an encoding, in rows that fit into the person's window. */
static struct payload *encode(struct session *s, struct delivery *d, unsigned encoding)
{
    unsigned columns = d->topics & s->quiet & (DELIVER_LONG | DELIVER_ANY) ? session_columns(s) : 0;

    return columns > 0 ? frontend_encode_rows(d, encoding, columns) : frontend_encode(d, encoding);
}

/* The rare cases: somebody ignored, a coming or going that is not wanted, a private line. */
static bool is_unwanted(struct session *s, struct delivery *d)
{
    if (d->is_own_copy) {
        return false;
    }
    if ((d->topics & s->quiet & DELIVER_COMINGS) != 0) {
        return d->m->origin != s->user;
    }
    return (d->topics & s->quiet & DELIVER_IGNORABLE) != 0 && ignore_has(s->ignored, d->m->from_id);
}

/* NULL: nobody. */
static void set_other(struct session *s, struct user *other)
{
    struct user_handle *was = s->other;

    s->other = other != NULL ? user_handle_ref(other) : NULL;
    if (was != NULL) {
        user_handle_unref(was);
    }
}

static void hear_private(struct session *s, struct delivery *d)
{
    unsigned encoding = s->encoding;

    if (is_unwanted(s, d)) {
        return;
    }
    if (!d->is_own_copy && !s->has_left) {
        set_other(s, d->from);
    }
    if (s->wants_bell && encoding != FRONTEND_JSON) {
        encoding |= FRONTEND_BELL;
    }
    conn_send(s->conn, encode(s, d, encoding));
}

/* Out of line: so the many other deliveries save no registers for it. */
static __attribute__((noinline)) void deliver_the_long_way(struct session *s, struct delivery *d)
{
    if ((d->topics & DELIVER_PRIVATE) != 0) {
        hear_private(s, d);
    } else if (!is_unwanted(s, d)) {
        conn_send(s->conn, encode(s, d, s->encoding));
    }
}

/* The first one with this encoding. */
static __attribute__((noinline)) void deliver_encoded(struct session *s, struct delivery *d)
{
    conn_send(s->conn, frontend_encode(d, s->encoding));
}

/* Every call in here is the last thing that is done, so that nothing has to be put aside on the way. */
static void session_deliver(struct sink *sink, struct delivery *d)
{
    struct session *s = CONTAINER_OF(sink, struct session, sink);
    struct payload *p = d->encoded[s->encoding];

    if (d->m->origin == s->user && !s->hears_own) {
        return;
    }
    if (__builtin_expect((d->topics & s->quiet) != 0, 0)) {
        deliver_the_long_way(s, d);
    } else if (__builtin_expect(p == NULL, 0)) {
        deliver_encoded(s, d);
    } else {
        conn_send(s->conn, p);
    }
}

static struct user *session_user(struct sink *sink)
{
    return CONTAINER_OF(sink, struct session, sink)->user;
}

static bool session_has_place(struct sink *sink, size_t len)
{
    return !conn_is_full(CONTAINER_OF(sink, struct session, sink)->conn, len);
}

static const struct sink_ops sink_ops = {
    .deliver = session_deliver,
    .user = session_user,
    .has_place = session_has_place,
};

struct session *session_of_user(const struct user *user)
{
    return CONTAINER_OF(user->sink, struct session, sink);
}

struct session *session_of_conn(const struct conn *conn)
{
    struct session *s = conn_owner(conn);

    return s != NULL && s->user != NULL ? s : NULL;
}

/* ---- settings ---- */

bool session_wants_comings(const struct session *s)
{
    return (s->quiet & DELIVER_COMINGS) == 0;
}

/* The messages that may not fit into the person's window. */
static unsigned wide_topics(const struct session *s)
{
    unsigned columns = session_columns(s);

    return columns == 0 ? 0 : columns >= DELIVER_SHORT_COLUMNS ? DELIVER_LONG : DELIVER_ANY;
}

void session_apply_settings(struct session *s, unsigned encoding, bool wants_echo, bool wants_comings)
{
    s->encoding = (uint8_t)encoding;
    s->wants_echo = wants_echo;
    /* A program sees its own lines too: so it learns their ids. */
    s->hears_own = wants_echo || encoding == FRONTEND_JSON;
    s->quiet = (uint8_t)(DELIVER_PRIVATE | (wants_comings ? 0 : DELIVER_COMINGS) |
                         (s->ignored != NULL ? DELIVER_IGNORABLE : 0) | wide_topics(s));
}

static void on_resized(void *ctx)
{
    struct session *s = ctx;

    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
}

/* ---- coming ---- */

/* Below what the room was replayed: name and first steps stand last on a newcomer's screen, whatever its size. */
static void welcome(struct session *s)
{
    const struct session_limits *limits = &s->env->limits;

    session_info_lines(s, limits->motd);
    session_info(s, "Welcome to %s.", limits->server_name);
    session_info(s, "You are %s. /nick NAME changes that, /help lists the commands.", user_shown_name(s->user));
    if (s->current != NULL) {
        cmd_tell_room(s, s->current);
        session_info(s, "To talk, type a line and press Enter: everybody in the room reads it.");
        session_info(s, "/msg NAME TEXT is for one person alone, /join ROOM enters another room.");
        session_info(s, "/who lists the people in the room, /quit leaves.");
    } else {
        session_info(s, "To talk, enter a room first: /join ROOM enters one.");
        session_info(s, "/rooms lists the rooms, /msg NAME TEXT is for one person alone.");
        session_info(s, "/quit leaves.");
    }
}

static void begin_lines(struct session *s)
{
    welcome(s);
    s->is_greeted = true;
    s->holds &= (uint8_t)~SESSION_PENDING;
    go_on(s);
}

static void enter_default_room(struct session *s)
{
    const struct session_limits *limits = &s->env->limits;
    struct name name;

    if (limits->default_room[0] != '\0' &&
        name_init(&name, limits->default_room, strlen(limits->default_room), limits->room_chars) == NAME_OK &&
        cmd_enter_room(s, &name) == CMD_PENDING) {
        return; /* session_complete() goes on */
    }
    begin_lines(s);
}

static void named(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;

    (void)room;
    if (result == CHAT_OK) {
        enter_default_room(s);
    } else {
        session_end(s, REASON_LOGIN);
    }
}

void session_open(struct session_env *env, struct conn *conn)
{
    struct session *s = mem_zalloc(sizeof(*s));
    enum chat_result result;
    char address[ADDR_TEXT_SIZE];

    s->sink.ops = &sink_ops;
    s->env = env;
    s->conn = conn;
    s->holds = SESSION_PENDING;
    session_apply_settings(s, 0, false, true);
    bucket_init(&s->flood, &env->limits.flood, clock_elapsed_ms(env->clock));
    s->user = chat_enter(env->chat, &s->sink);
    chat_defer(s->user);
    s->fe = env->open_frontend(conn, &env->host, s);
    log_info("client connected", LOG_NUM("client", conn->id), LOG_STR("address", addr_text(&conn->peer, address)));
    wait_for_line(s);
    result = chat_name_guest(s->user, named, s);
    if (result != CHAT_LATER) {
        named(s, result, NULL);
    }
}

/* ---- lines ---- */

/* Nothing holds: the frontend may run lines again. */
static void go_on(struct session *s)
{
    if (s->holds == 0 && conn_is_open(s->conn)) {
        s->fe->ops->resume(s->fe);
    }
}

/* Takes the line's tokens out, and sees what holds the next line back. */
static bool may_go_on(struct session *s, unsigned cost)
{
    struct session_env *env = s->env;
    const struct bucket_rate *rate = &env->limits.flood;
    uint64_t now = clock_elapsed_ms(env->clock);

    /* Before the taking: what a pause has filled up counts up to the burst, and not one more. */
    (void)bucket_has(&s->flood, rate, now);
    bucket_take(&s->flood, rate, cost);
    /* A job is not over yet: it may cost more. */
    if ((s->holds & (SESSION_JOB | SESSION_FLOODED)) == 0 && !bucket_has(&s->flood, rate, now)) {
        s->holds |= SESSION_FLOODED;
        env->flood_stops++;
        chat_announce(s->user); /* lines that show nothing come to this too, and would put it off for ever */
        timeq_push(&env->flooded, &s->wait, clock_ms(env->clock));
        if (!s->was_told_flood) {
            s->was_told_flood = true;
            session_note(s, "client held back", s->current);
            session_info(s, "You send faster than %llu %s a second: what you send is taken more slowly "
                         "now, and nothing is lost.", (unsigned long long)rate->tokens,
                         text_plural(rate->tokens, "line", "lines"));
        }
    }
    return s->holds == 0;
}

void session_complete(struct session *s, bool worked)
{
    if (!s->is_greeted) {
        begin_lines(s); /* it was the default room */
        return;
    }
    CHECK((s->holds & SESSION_PENDING) != 0);
    s->holds &= (uint8_t)~SESSION_PENDING;
    if (worked) {
        tell_ok(s);
    }
    s->cmd = NULL;
    if (may_go_on(s, 0)) {
        go_on(s);
    }
}

void session_charge(struct session *s, unsigned cost)
{
    bucket_take(&s->flood, &s->env->limits.flood, cost);
}

static void run_command(struct session *s, char *line, unsigned *cost)
{
    switch (cmd_run(s, line, cost)) {
    case CMD_OK:
        tell_ok(s);
        s->cmd = NULL;
        break;
    case CMD_FAILED:
        s->cmd = NULL;
        break;
    case CMD_PENDING:
        s->holds |= SESSION_PENDING;
        break;
    }
}

static void say(struct session *s, char *text, size_t len, unsigned *cost)
{
    if (s->current == NULL) {
        session_error(s, FAULT_NO_ROOM, "you are in no room; /join ROOM enters one, /rooms lists them");
        return;
    }
    cmd_in_parts(s, text, len, cmd_say_part, s->current, cost);
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

/* True when the next line may run. */
static bool run_line(struct session *s, char *text, size_t len)
{
    unsigned cost = 1;

    if (is_command(text)) {
        run_command(s, text + 1, &cost);
    } else if (text[0] == '/') {
        say(s, text + 1, len - 1, &cost);
    } else {
        say(s, text, len, &cost);
    }
    return may_go_on(s, cost);
}

/* ---- jobs ---- */

/* A line that waits for its turn. */
struct line_job {
    struct session_job job;
    size_t len;
    char text[]; /* and a NUL */
};

static void begin_job(struct session *s, struct session_job *job)
{
    s->job = job;
    s->holds |= SESSION_JOB;
    crowd_wait(&s->env->crowd, &s->wait);
}

void session_begin_job(struct session *s, struct session_job *job)
{
    job->cmd = s->cmd;
    begin_job(s, job);
}

/* The job is the caller's, to be freed; the command is what runs again. */
static struct session_job *end_job(struct session *s)
{
    struct session_job *job = s->job;

    s->holds &= (uint8_t)~SESSION_JOB;
    s->cmd = job->cmd;
    wait_for_line(s);
    return job;
}

static enum session_step line_step(struct session *s, struct session_job *job)
{
    struct line_job *line = CONTAINER_OF(job, struct line_job, job);

    (void)end_job(s);
    if (run_line(s, line->text, line->len)) {
        go_on(s);
    }
    return SESSION_STEP_LINE;
}

static void line_free(struct session_job *job)
{
    free(CONTAINER_OF(job, struct line_job, job));
}

static void wait_with_line(struct session *s, const char *text, size_t len)
{
    struct line_job *line = mem_alloc(sizeof(*line) + len + 1);

    *line = (struct line_job){.job = {.step = line_step, .free = line_free}, .len = len};
    memcpy(line->text, text, len + 1);
    begin_job(s, &line->job);
}

/* What the job at hand takes of its session's share. */
static uint32_t work_of_job(const struct session *s)
{
    const struct line_job *line = CONTAINER_OF(s->job, const struct line_job, job);

    return s->job->step == line_step ? work_of(s, line->text, line->len) : CROWD_QUANTUM;
}

static void crowd_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);
    struct session_env *env = q->ctx;
    struct session_job *job = s->job;
    enum session_step step;

    if (!conn_is_open(s->conn)) {
        return; /* on_closed() frees the job */
    }
    crowd_serve(&env->crowd, s, work_of_job(s));
    step = job->step(s, job);
    switch (step) {
    case SESSION_STEP_MORE:
        crowd_wait(&env->crowd, node);
        return;
    case SESSION_STEP_OK:
    case SESSION_STEP_FAILED:
        (void)end_job(s);
        break;
    case SESSION_STEP_LINE:
        break; /* it may have another job by now */
    }
    job->free(job);
    if (step != SESSION_STEP_LINE) {
        session_complete(s, step == SESSION_STEP_OK);
    }
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

static bool on_line(void *ctx, char *text, size_t len, bool cut)
{
    struct session *s = ctx;
    struct session_env *env = s->env;
    bool is_seen;

    note_pause(s);
    s->lines_in++;
    s->user->active_s = (uint32_t)(clock_ms(env->clock) / 1000);
    while (len > 0 && text[len - 1] == ' ') {
        text[--len] = '\0';
    }
    is_seen = cut || !text_is_blank(text, len);
    env->lines += is_seen;
    if (is_seen) {
        chat_announce(s->user); /* before what the line does */
    }
    if (!s->user->is_unannounced) {
        wait_for_line(s); /* whereas an empty line does not put off that it is announced */
    }
    if (cut) {
        session_error(s, FAULT_LINE_TOO_LONG, "a line has at most %u bytes; nothing of it was sent",
                      env->limits.lines.line_bytes * env->limits.lines.line_parts);
        return may_go_on(s, 1);
    }
    if (len == 0) {
        return s->holds == 0; /* nothing, at no cost */
    }
    if (!is_seen) {
        return may_go_on(s, 1); /* nothing either, but it had to be looked at */
    }
    if (!crowd_may_do(&env->crowd, s, work_of(s, text, len))) {
        wait_with_line(s, text, len);
        return false;
    }
    return run_line(s, text, len);
}

static void on_notice(void *ctx, enum frontend_notice notice)
{
    static const char *const texts[] = {
        [FRONTEND_NOT_UTF8] =
            "Some of your letters are not UTF-8 and were left out: set your terminal or client to UTF-8.",
        [FRONTEND_HERE] = "yes, chatd is here",
    };
    struct session *s = ctx;
    struct strbuf out = {0};

    frontend_form(s->encoding)->info(&out, s->encoding, "", texts[notice]); /* no answer to a command that is pending */
    send_buf(s, &out);
}

static bool on_worked(void *ctx, unsigned lines)
{
    return may_go_on(ctx, lines);
}

static void on_ended(void *ctx)
{
    struct session *s = ctx;

    session_end(s, REASON_EOF);
}

static void on_ready(void *ctx)
{
    go_on(ctx);
}

static void on_end(void *ctx, enum reason reason)
{
    session_end(ctx, reason);
}

static struct payload *on_gap(void *ctx, uint32_t count)
{
    struct session *s = ctx;
    struct strbuf out = {0};
    struct payload *p;

    frontend_form(s->encoding)->gap(&out, s->encoding, count);
    wrap(s, &out);
    p = payload_new(out.data, out.len, PAYLOAD_KEPT);
    strbuf_fini(&out);
    return p;
}

/* ---- going ---- */

/* Who this was and where, for the last line of the log: both will be gone by then. */
static void remember(struct session *s)
{
    struct strbuf text = {0};

    if (s->has_left) {
        return;
    }
    strbuf_adds(&text, user_shown_name(s->user));
    strbuf_addc(&text, '\0');
    if (s->current != NULL) {
        strbuf_addf(&text, "#%s", s->current->name.shown);
    }
    set_other(s, NULL);
    s->was = strbuf_take(&text);
    s->has_left = true;
    s->current = NULL;
}

void session_leave_rooms(struct session *s, const char *text)
{
    remember(s);
    while (s->user->rooms != NULL) {
        chat_leave(s->user, s->user->rooms->room, text);
    }
}

static void on_closed(void *ctx, enum reason reason)
{
    struct session *s = ctx;

    (void)reason;
    remember(s);
    s->was_silent = s->user->is_unannounced;
    if ((s->holds & SESSION_JOB) != 0) {
        struct session_job *job = end_job(s);

        job->free(job);
    }
    chat_exit(s->user);
    s->user = NULL;
    timeq_remove(&s->wait);
}

static void on_freed(void *ctx)
{
    struct session *s = ctx;
    struct session_env *env = s->env;
    const struct conn *conn = s->conn;
    const char *room = s->was + strlen(s->was) + 1;
    char address[ADDR_TEXT_SIZE];

    log_info("client closed", LOG_NUM("client", conn->id), LOG_STR("reason", reason_code(conn->reason)),
             LOG_STR("address", addr_text(&conn->peer, address)), LOG_STR("name", s->was),
             LOG_NUM("bytes_in", conn->bytes_in), LOG_NUM("bytes_out", conn->bytes_out),
             room[0] != '\0' ? LOG_STR("room", room) : LOG_END);
    s->fe->ops->free(s->fe);
    ignore_free(&s->ignored);
    free(s->was);
    env->gone(env->gone_ctx, &conn->peer, s->was_silent);
    free(s);
}

static const struct frontend_events events = {
    .line = on_line,
    .notice = on_notice,
    .worked = on_worked,
    .resized = on_resized,
    .ended = on_ended,
    .ready = on_ready,
    .end = on_end,
    .gap = on_gap,
    .closed = on_closed,
    .freed = on_freed,
};

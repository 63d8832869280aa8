/* session/sessions.c: how a session comes and goes.
 *
 * A session is attached first: its objects are made, and it is silent.  A newcomer is then greeted: a name is claimed
 * (the answer may come later), the default room is entered (the same), the greeting is sent, and only then lines run.
 * A session that is restored gets its name and its rooms from the caller, and goes on without a word. */
#include "config.h"

#include "session/sessions.h"

#include "base/check.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "chat/bans.h"
#include "chat/marks.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "net/tls.h"
#include "session/await.h"
#include "session/cmd.h"
#include "session/desk.h"
#include "session/editing.h"
#include "session/hear.h"
#include "session/job.h"
#include "session/keepalive.h"
#include "session/lines.h"
#include "session/more.h"
#include "session/sanction.h"
#include "session/scroll.h"
#include "session/secret.h"
#include "session/verbs.h"
#include "session/view.h"

#include <stdlib.h>
#include <string.h>

enum {
    ARRIVE_MS = 2000, /* who stays so long without a word is announced */
    WARN_MS = 60000,  /* before somebody idle is closed, or half the time if that is less */
};

static const struct conn_owner_ops owner_ops;

/* ---- coming ---- */

/* Below what the room was replayed: name and first steps stand last on a newcomer's screen, whatever its size. */
static void welcome(struct session *s)
{
    const struct session_limits *limits = &s->env->limits;

    cmd_tell_motd(s);
    session_reply(s, REPLY(REPLY_WELCOME, .server = limits->server_name, .name = person_shown_name(s->self.person)));
    if (s->current != NULL) {
        verbs_show_room(s, s->current);
    }
    if (!limits->skips_first_steps && owners_account(s->self.person) == NULL) { /* an owner has been here before */
        session_reply(s, s->current != NULL ? REPLY(REPLY_FIRST_STEPS) : REPLY(REPLY_FIRST_STEPS_NO_ROOM));
    }
    if (bans_lockdown(s->env->chat) != NULL) {
        sanction_tell_lockdown(s);
    }
}

static void run_lines(struct session *s)
{
    s->is_greeted = true;
    s->holds &= (uint8_t)~SESSION_PENDING;
    lines_go_on(s);
}

static void begin_lines(struct session *s)
{
    welcome(s);
    run_lines(s);
}

/* The default room is entered, or cannot be, which the newcomer has been told. */
static void seated(struct session *s, bool worked)
{
    (void)worked;
    begin_lines(s);
}

static void enter_default_room(struct session *s)
{
    const char *room = s->env->limits.default_room;
    enum verb_result result = VERB_DONE;

    if (room[0] != '\0' && bans_may_enter(&s->self) == CHAT_OK) {
        result = verbs_join(s, room, NULL, seated);
    }
    if (result != VERB_PENDING) {
        seated(s, result == VERB_DONE);
    }
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

struct session *sessions_attach(struct session_env *env, struct conn *conn, frontend_attach_fn *attach_frontend)
{
    struct session *s = mem_zalloc(sizeof(*s));

    s->self.sink.ops = &hear_ops;
    s->owner.ops = &owner_ops;
    s->env = env;
    s->conn = conn;
    s->holds = SESSION_PENDING;
    bucket_init(&s->flood, &env->limits.flood, clock_elapsed_ms(env->clock));
    chat_enter(env->chat, &s->self);
    session_apply_settings(s, 0, false, true);
    chat_defer(s->self.person);
    conn_set_owner(conn, &s->owner);
    attach_frontend(conn, &env->host);
    return s;
}

/* A guest enters the room as any other, and so does an owner, who is not there yet by another session. */
static void logged_in(struct session *s, bool worked)
{
    (void)worked;
    if (!conn_is_open(s->conn)) {
        return;
    }
    if (s->self.rooms != NULL) {
        begin_lines(s);
    } else {
        enter_default_room(s);
    }
}

/* False: there is no guest's name left, and the session ends. */
static bool is_guest(struct session *s, enum chat_result result)
{
    if (result != CHAT_OK) {
        session_end(s, REASON_LOGIN);
    }
    return result == CHAT_OK;
}

static enum verb_result log_in_owner(struct session *s, enum chat_result result, struct room *room, const char *owner,
                                     session_then_fn *then)
{
    (void)room;
    return is_guest(s, result) ? verbs_login_trusted(s, owner, then) : VERB_REFUSED;
}

static enum verb_result log_in_by_cert(struct session *s, enum chat_result result, struct room *room,
                                       const char *fingerprint, session_then_fn *then)
{
    (void)room;
    return is_guest(s, result) ? verbs_login_cert(s, fingerprint, then) : VERB_REFUSED;
}

/* Before it is greeted, it is logged in as about tells. */
static void greet_owner(struct session *s, const char *about, await_tell_fn *log_in)
{
    enum chat_result named = names_rename_guest(&s->self, await_done, s);
    enum verb_result result = await_result(s, named, NULL, about, log_in, logged_in);

    if (result != VERB_PENDING) {
        logged_in(s, result == VERB_DONE);
    }
}

/* A proxy comes for itself every second or so, to see whether the server is well. */
static enum log_level level_of(const struct conn *conn, bool is_silent)
{
    return conn->peer.source == ADDR_OF_PROXY && is_silent ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

void sessions_greet(struct session *s, const char *came_by, const char *owner)
{
    const struct conn *conn = s->conn;
    struct frontend *fe = frontend_of_conn(conn);
    enum chat_result result;
    char address[ADDR_TEXT_SIZE], fingerprint[FINGERPRINT_SIZE];

    log_at(level_of(conn, true), "client connected", LOG_NUM("client", conn->id),
           LOG_STR("address", addr_text(&conn->peer, address)), came_by != NULL ? LOG_STR("for", came_by) : LOG_END);
    if (fe->ops->greet != NULL) {
        fe->ops->greet(fe);
    }
    session_await_line(s);
    if (owner != NULL) {
        greet_owner(s, owner, log_in_owner);
        return;
    }
    if (session_certificate(s, fingerprint)) {
        greet_owner(s, fingerprint, log_in_by_cert);
        return;
    }
    result = names_rename_guest(&s->self, named, s);
    if (result != CHAT_LATER) {
        named(s, result, NULL);
    }
}

void sessions_resume(struct session *s, bool is_announced)
{
    CHECK(s->self.person->has_name);
    if (is_announced) {
        chat_skip_announcement(s->self.person);
    }
    session_await_line(s);
    run_lines(s);
}

/* ---- the frontend's events ---- */

static void tell_not_utf8(struct session *s)
{
    const struct look *look = session_look(s);

    if (look_is_encoded(look)) {
        session_reply(s, REPLY(REPLY_NOT_IN_CHARSET, .charset = charset_name(look->is.charset)));
    } else {
        session_reply(s, REPLY(REPLY_NOT_UTF8));
    }
}

static void on_notice(struct conn_owner *owner, enum frontend_notice notice)
{
    static const enum reply_kind kinds[] = {
        [FRONTEND_HERE] = REPLY_HERE,
        [FRONTEND_EDIT_ON] = REPLY_EDIT_ON,
        [FRONTEND_EDIT_OFF] = REPLY_EDIT_OFF,
        [FRONTEND_EDIT_REFUSED] = REPLY_EDIT_REFUSED,
        [FRONTEND_EDIT_LINES] = REPLY_EDIT_LINES,
        [FRONTEND_LINE_FULL] = REPLY_LINE_FULL,
        [FRONTEND_PASTE_CUT] = REPLY_PASTE_CUT,
        [FRONTEND_CUT] = REPLY_CUT_OFF,
        [FRONTEND_LINES_DROPPED] = REPLY_LINES_DROPPED,
    };

    if (notice == FRONTEND_NOT_UTF8) {
        tell_not_utf8(session_of_owner(owner));
    } else {
        session_reply(session_of_owner(owner), REPLY(kinds[notice]));
    }
}

static void on_resized(struct conn_owner *owner)
{
    view_follow(session_of_owner(owner));
}

/* JSON is UTF-8 (RFC 8259, 8.1). */
static bool on_takes_charset(struct conn_owner *owner)
{
    return session_of_owner(owner)->encoding != FRONTEND_JSON;
}

static bool on_worked(struct conn_owner *owner, unsigned lines)
{
    return lines_may_go_on(session_of_owner(owner), lines);
}

static void on_ended(struct conn_owner *owner)
{
    struct session *s = session_of_owner(owner);

    session_end(s, REASON_EOF);
}

static void on_ready(struct conn_owner *owner)
{
    lines_go_on(session_of_owner(owner));
}

static void on_end(struct conn_owner *owner, enum reason reason)
{
    session_end(session_of_owner(owner), reason);
}

static struct payload *on_gap(struct conn_owner *owner, uint32_t count)
{
    return session_gap(session_of_owner(owner), count);
}

/* ---- going ---- */

/* The last lines may never have arrived. */
static bool is_lost(enum reason reason)
{
    return reason == REASON_RESET || reason == REASON_DEAD || reason == REASON_ERROR || reason == REASON_STALLED ||
           reason == REASON_QUEUE_FULL;
}

static void on_closed(struct conn_owner *owner, enum reason reason)
{
    struct session *s = session_of_owner(owner);
    struct frontend *fe = frontend_of_conn(s->conn);

    session_remember(s);
    if (is_lost(reason) && s->self.id != 0 && person_live_attachments(s->self.person) == 1) {
        marks_lose(s->self.person);
    }
    s->was_silent = s->self.person->is_unannounced;
    keepalive_end(s);
    scroll_leave(s);
    desk_close(s);
    more_drop(&s->env->mores, s);
    secret_drop(s);
    job_drop(s);
    chat_exit(&s->self);
    timeq_remove(&s->wait);
    fe->ops->free(fe);
}

static void on_freed(struct conn_owner *owner)
{
    struct session *s = session_of_owner(owner);
    struct session_env *env = s->env;
    const struct conn *conn = s->conn;
    const char *was = s->extra->was, *room = was + strlen(was) + 1;
    const char *fault = conn->reason == REASON_TLS_ERROR ? tls_fault(conn_transport(conn)) : NULL;
    struct log_field where = room[0] != '\0' ? LOG_STR("room", room) : LOG_END;
    int64_t duration_s = clock_real_ms(env->clock) / 1000 - (int64_t)s->self.since_s;
    char address[ADDR_TEXT_SIZE];

    log_at(level_of(conn, s->was_silent), "client closed", LOG_NUM("client", conn->id),
           LOG_STR("reason", reason_code(conn->reason)), LOG_STR("address", addr_text(&conn->peer, address)),
           LOG_STR("name", was),
           LOG_NUM("duration_s", duration_s > 0 ? duration_s : 0), /* the clock may have been put back */
           LOG_NUM("bytes_in", conn->bytes_in), LOG_NUM("bytes_out", conn->bytes_out),
           fault != NULL ? LOG_STR("error", fault) : where, fault != NULL ? where : LOG_END);
    extra_free(s->extra);
    session_end_silence(s);
    env->gone(env->gone_ctx, &conn->peer, s->was_silent);
    free(s);
}

static const struct frontend_events events = {
    .line = lines_run,
    .notice = on_notice,
    .worked = on_worked,
    .resized = on_resized,
    .takes_charset = on_takes_charset,
    .ended = on_ended,
    .ready = on_ready,
    .edits = editing_set,
    .prompt = editing_prompt,
    .complete = editing_complete,
    .may_keep = editing_may_keep,
    .pasted = editing_pasted,
};

static const struct conn_owner_ops owner_ops = {
    .gap = on_gap,
    .end = on_end,
    .closed = on_closed,
    .freed = on_freed,
};

struct session *sessions_of_conn(const struct conn *conn)
{
    struct session *s;

    if (conn->owner == NULL || conn->owner->ops != &owner_ops) {
        return NULL;
    }
    s = session_of_owner(conn->owner);
    return s->self.person != NULL ? s : NULL;
}

/* ---- what all share ---- */

/* A check of health or a port scan has gone by now. */
static void arriving_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);

    (void)q;
    chat_announce(&s->self);
    session_await_line(s);
}

static uint64_t warn_ms(const struct session_env *env)
{
    return env->limits.idle_ms / 2 < WARN_MS ? env->limits.idle_ms / 2 : WARN_MS;
}

static void idle_due(struct timeq *q, struct timeq_node *node)
{
    struct session *s = CONTAINER_OF(node, struct session, wait);
    struct session_env *env = q->ctx;

    session_reply(s, REPLY(REPLY_IDLE, .seconds = (int64_t)(q->wait_ms / 1000),
                           .remaining = (int64_t)(warn_ms(env) / 1000)));
    timeq_push(&env->warned, node, clock_ms(env->clock));
}

static void warned_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    session_end(CONTAINER_OF(node, struct session, wait), REASON_IDLE);
}

/* Goes through a queue of waiting sessions; returns how many may still be ended. */
static unsigned end_silent(struct timeq *q, unsigned most, bool (*gives_way)(void *ctx, const struct addr *peer),
                           void *ctx)
{
    struct timeq_node *node = q->ends.prev, *before;

    for (; node != &q->ends && most > 0; node = before) {
        struct session *s = CONTAINER_OF(node, struct session, wait);

        before = node->prev;
        if (s->is_silent && gives_way(ctx, &s->conn->peer)) {
            session_end_silence(s);
            session_end(s, REASON_SILENT_FULL);
            most--;
        }
    }
    return most;
}

void sessions_end_silent(struct session_env *env, unsigned most, bool (*gives_way)(void *ctx, const struct addr *peer),
                         void *ctx)
{
    most = end_silent(&env->arriving, most, gives_way, ctx);
    (void)end_silent(&env->silent, most, gives_way, ctx);
}

static bool put_out(struct conn *conn)
{
    struct session *s = sessions_of_conn(conn);

    return s != NULL && conn_is_open(conn) && sanction_put_out(s);
}

static bool tell_lockdown(struct conn *conn)
{
    struct session *s = sessions_of_conn(conn);

    if (s != NULL && conn_is_open(conn) && s->is_greeted) { /* others are told when they are greeted */
        sanction_tell_lockdown(s);
    }
    return false;
}

static void bans_changed(void *ctx, enum ban_act act)
{
    struct session_env *env = ctx;

    if (env->net != NULL && act != BAN_MUTE) {
        sweep_begin(act == BAN_BAN ? &env->putting_out : &env->telling);
    }
}

void sessions_init(struct session_env *env, const struct session_limits *limits)
{
    env->host = (struct frontend_host){
        .limits = &env->limits.lines, .events = &events, .drawn = &env->drawn, .charsets = env->charsets};
    env->noted_log.phrase = "names and rooms";
    env->address_log.phrase = "floods and refused log-ins";
    env->filter_log.phrase = "filtered words";
    timeq_init(&env->arriving, ARRIVE_MS, arriving_due, env);
    timeq_init(&env->silent, 1, idle_due, env);
    timeq_init(&env->idle, 1, idle_due, env);
    timeq_init(&env->warned, 1, warned_due, env);
    sweep_init(&env->putting_out, env->net, env->clock, put_out);
    sweep_init(&env->telling, env->net, env->clock, tell_lockdown);
    bans_listen(env->chat, bans_changed, env);
    keepalive_init(env);
    job_init(env);
    lines_init(env);
    sessions_set_limits(env, limits);
}

void sessions_fini(struct session_env *env)
{
    keepalive_fini(env);
}

void sessions_set_limits(struct session_env *env, const struct session_limits *limits)
{
    env->limits = *limits;
    env->flooded.wait_ms = bucket_token_ms(&limits->flood);
    env->warned.wait_ms = limits->idle_ms > 0 ? warn_ms(env) : TIMEQ_OFF;
    env->idle.wait_ms = env->silent.wait_ms = limits->idle_ms > 0 ? limits->idle_ms - warn_ms(env) : TIMEQ_OFF;
}

/* session/session.c: what a session tells its person, how that looks, and what is left of it at the end. */
#include "config.h"

#include "session/session.h"

#include "base/check.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "chat/folds.h"
#include "chat/ignore.h"
#include "net/tls.h"
#include "session/more.h"

#include <stdlib.h>
#include <string.h>

/* ---- how lines look ---- */

const struct look *session_look(const struct session *s)
{
    return s->extra != NULL && s->encoding != FRONTEND_JSON ? s->extra->look : NULL;
}

struct frontend_reader session_reader(const struct session *s)
{
    return (struct frontend_reader){.encoding = s->encoding, .look = session_look(s), .columns = session_columns(s)};
}

bool session_shows_times(const struct session *s)
{
    return s->encoding != FRONTEND_JSON && (s->encoding & FRONTEND_TIME) != 0;
}

bool session_seeks_mentions(const struct session *s)
{
    return s->encoding != FRONTEND_JSON && ((s->encoding & FRONTEND_COLOUR) != 0 ||
                                            (s->wants_bell && s->extra != NULL && s->extra->bells_mention));
}

/* Returns true if lines are made for this reader, or a few. */
static bool has_view(const struct session *s)
{
    return session_shows_times(s) || session_seeks_mentions(s) || session_look(s) != NULL;
}

void session_tell_day(struct session *s, int64_t time_ms)
{
    struct session_extra *extra = s->extra;

    if (session_shows_times(s) && extra != NULL && (time_ms < extra->day_begin_ms || time_ms >= extra->day_end_ms)) {
        clock_day(look_zone(session_look(s)), time_ms, &extra->day_begin_ms, &extra->day_end_ms);
        session_reply(s, REPLY(REPLY_DAY, .time = time_ms));
    }
}

/* ---- telling ---- */

unsigned session_columns(const struct session *s)
{
    const struct frontend *fe = frontend_of_conn(s->conn);

    return fe == NULL || s->encoding == FRONTEND_JSON ? 0 : fe->ops->columns(fe);
}

unsigned session_rows(const struct session *s)
{
    const struct frontend *fe = frontend_of_conn(s->conn);

    return fe == NULL || s->encoding == FRONTEND_JSON ? 0 : fe->ops->rows(fe);
}

static void wrap(const struct session *s, struct strbuf *out)
{
    struct frontend_reader reader = session_reader(s);

    frontend_wrap(out, &reader);
}

static void disturb(const struct session *s, bool is_last)
{
    struct frontend *fe = frontend_of_conn(s->conn);

    if (session_edits(s) && fe != NULL) {
        fe->ops->disturb(fe, is_last);
    }
}

void session_disturb(const struct session *s)
{
    disturb(s, false);
}

static void send_buf(struct session *s, struct strbuf *out)
{
    wrap(s, out);
    session_disturb(s);
    conn_send_bytes(s->conn, out->data, out->len);
    strbuf_fini(out);
}

/* The command that is answered; NULL: none. */
static const char *running(const struct session *s)
{
    return (s->holds & SESSION_JOB) != 0 ? s->job->command : s->asks_secret ? NULL : s->command;
}

/* Whole lines, each of which counts as one, whatever number of rows it has. */
static void send_lines(struct session *s, const struct strbuf *lines)
{
    for (size_t at = 0, len; at < lines->len; at += len) {
        struct strbuf out = {0};

        len = strcspn(lines->data + at, "\n") + 1;
        strbuf_add(&out, lines->data + at, len);
        send_buf(s, &out);
    }
}

static struct strbuf encode(const struct session *s, const struct reply *r)
{
    struct reply_context ctx = {
        .command = reply_is_notice(r->kind) ? NULL : running(s),
        .now_ms = clock_real_ms(s->env->clock),
        .columns = session_columns(s),
        .has_pages = session_rows(s) > 0,
        .look = session_look(s),
    };
    struct strbuf out = {0};

    CHECK(reply_is_whole(r));
    frontend_form(s->encoding)->reply(&out, s->encoding, r, &ctx);
    return out;
}

void session_reply(struct session *s, const struct reply *r)
{
    struct strbuf out = encode(s, r);
    enum fault fault;

    if (reply_is_error(r->kind, &fault)) {
        s->env->faults[fault]++;
    }
    if (r->next != NULL) {
        more_note(&s->env->mores, s, r->next, s->current != NULL ? s->current->name.folded : NULL);
    }
    send_lines(s, &out);
    strbuf_fini(&out);
}

/* Takes the rows of lines off the page that is being shown.  The first line has a page, however long it is. */
static bool take_rows(struct session *s, const struct strbuf *lines)
{
    unsigned columns = session_columns(s), rows;

    if (!s->env->page.is_bounded) {
        return true;
    }
    rows = wrap_rows(lines->data, lines->len, columns > 0 ? columns : UINT16_MAX) - 1; /* a line end is the last */
    if (rows > s->env->page.left && s->env->page.is_begun) {
        return false;
    }
    s->env->page.left -= rows < s->env->page.left ? rows : s->env->page.left;
    s->env->page.is_begun = true;
    return true;
}

static bool reply_if_fits(struct session *s, const struct reply *r, size_t most_bytes)
{
    struct strbuf out = encode(s, r);
    bool fits = out.len <= most_bytes && take_rows(s, &out);

    if (fits) {
        send_lines(s, &out);
    }
    strbuf_fini(&out);
    return fits;
}

bool session_reply_if_fits(struct session *s, const struct reply *r)
{
    return reply_if_fits(s, r, conn_spare_bytes(s->conn));
}

bool session_reply_if_page_has_rows(struct session *s, const struct reply *r)
{
    return reply_if_fits(s, r, SIZE_MAX);
}

void session_ok(struct session *s)
{
    if (s->command != NULL && conn_is_open(s->conn)) {
        session_reply(s, REPLY(REPLY_OK));
    }
}

struct payload *session_gap(struct session *s, uint32_t count)
{
    struct strbuf out = encode(s, REPLY(REPLY_SKIPPED, .count = count));
    struct payload *p;

    wrap(s, &out);
    p = payload_new(out.data, out.len, PAYLOAD_KEPT);
    strbuf_fini(&out);
    return p;
}

void session_end_saying(struct session *s, enum reason reason, const char *text)
{
    struct strbuf said = {0}, out = {0};

    if (!conn_is_open(s->conn)) {
        return;
    }
    session_release(s);
    strbuf_add(&said, text, text_cut(text, strlen(text), s->env->limits.lines.line_bytes));
    frontend_goodbye(&out, s->encoding, reason, said.data);
    strbuf_fini(&said);
    disturb(s, true);
    send_buf(s, &out);
    conn_finish(s->conn, reason);
}

void session_end(struct session *s, enum reason reason)
{
    session_end_saying(s, reason, "");
}

void session_note(struct session *s, const char *phrase, const char *room)
{
    struct strbuf shown = {0};
    uint32_t unsaid;

    if (!log_has_level(LOG_LEVEL_DEBUG) ||
        !log_limit_allows(&s->env->noted_log, clock_ms(s->env->clock), &unsaid)) {
        return;
    }
    strbuf_addf(&shown, "#%s", room != NULL ? room : "");
    log_debug(phrase, LOG_NUM("client", s->conn->id), LOG_STR("name", person_shown_name(s->self.person)),
              LOG_NUM("unsaid", unsaid), room != NULL ? LOG_STR("room", strbuf_str(&shown)) : LOG_END);
    strbuf_fini(&shown);
}

void session_note_address(struct session *s, const char *phrase, const char *reason, const char *room)
{
    struct strbuf shown = {0};
    char address[ADDR_TEXT_SIZE];
    struct log_field where = LOG_END;
    uint32_t unsaid;

    if (!log_limit_allows(&s->env->address_log, clock_ms(s->env->clock), &unsaid)) {
        return;
    }
    if (room != NULL) {
        strbuf_addf(&shown, "#%s", room);
        where = LOG_STR("room", strbuf_str(&shown));
    }
    /* The address stands before all that the peer has chosen. */
    if (reason != NULL) {
        log_info(phrase, LOG_NUM("client", s->conn->id), LOG_STR("reason", reason),
                 LOG_STR("address", addr_text(&s->conn->peer, address)),
                 LOG_STR("name", person_shown_name(s->self.person)), LOG_NUM("unsaid", unsaid), where);
    } else {
        log_info(phrase, LOG_NUM("client", s->conn->id), LOG_STR("address", addr_text(&s->conn->peer, address)),
                 LOG_STR("name", person_shown_name(s->self.person)), LOG_NUM("unsaid", unsaid), where);
    }
    strbuf_fini(&shown);
}

void session_replay(struct session *s, const struct message *m, bool with_id)
{
    int64_t now_ms = clock_real_ms(s->env->clock);

    if (with_id) {
        deliver_replay_with_id(&s->self.sink, m, now_ms);
    } else {
        deliver_replay(&s->env->chat->replays, &s->self.sink, m, now_ms);
    }
}

void session_await_line(struct session *s)
{
    struct session_env *env = s->env;
    struct timeq *q = s->self.person->is_unannounced ? &env->arriving : s->is_silent ? &env->silent : &env->idle;

    timeq_push(q, &s->wait, clock_ms(env->clock));
}

void session_end_silence(struct session *s)
{
    if (s->is_silent) {
        s->is_silent = false;
        s->env->heard(s->env->gone_ctx, &s->conn->peer);
    }
}

void session_charge(struct session *s, unsigned cost)
{
    const struct bucket_rate *rate = &s->env->limits.flood;

    /* Before the taking: what a pause has filled up counts up to the burst, and not one more. */
    (void)bucket_has(&s->flood, rate, clock_elapsed_ms(s->env->clock));
    bucket_take(&s->flood, rate, cost);
}

/* ---- settings ---- */

bool session_wants_comings(const struct session *s)
{
    return (s->quiet & DELIVER_COMINGS) == 0;
}

bool session_folds(const struct session *s)
{
    return s->encoding != FRONTEND_JSON && !s->hears_each && session_wants_comings(s);
}

static bool is_holding(const struct session *s)
{
    return (s->holds & SESSION_JOB) != 0 && s->job->held != NULL;
}

/* The messages that may not fit into the person's window. */
static unsigned wide_topics(const struct session *s)
{
    unsigned columns = session_columns(s);

    return columns == 0 ? 0 : columns >= DELIVER_SHORT_COLUMNS ? DELIVER_LONG : DELIVER_ANY;
}

/* Called before these change. */
static void catch_up(struct session *s, unsigned encoding, bool wants_comings, bool hears_each)
{
    bool will_fold = encoding != FRONTEND_JSON && wants_comings && !hears_each;

    if (will_fold != session_folds(s)) {
        folds_catch_up(&s->self, wants_comings && !will_fold);
    }
}

void session_set_each(struct session *s, bool on)
{
    catch_up(s, s->encoding, session_wants_comings(s), on);
    s->hears_each = on;
}

void session_apply_settings(struct session *s, unsigned encoding, bool wants_echo, bool wants_comings)
{
    catch_up(s, encoding, wants_comings, s->hears_each);
    s->encoding = (uint8_t)encoding;
    s->wants_echo = wants_echo;
    /* A program sees its own lines too: so it learns their ids. */
    s->hears_own = wants_echo || encoding == FRONTEND_JSON;
    s->quiet = (uint8_t)(DELIVER_PRIVATE | (wants_comings ? 0 : DELIVER_COMINGS) |
                         (ignore_count(s->self.person) > 0 ? DELIVER_IGNORABLE : 0) |
                         (is_holding(s) || has_view(s) ? DELIVER_ANY : 0) | wide_topics(s) |
                         (session_edits(s) ? SESSION_EDITS | DELIVER_ANY : 0));
}

void session_set_edits(struct session *s, bool on)
{
    s->quiet = (uint8_t)(on ? s->quiet | SESSION_EDITS : s->quiet & ~SESSION_EDITS);
    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
}

/* ---- holding back ---- */

/* When the room says more than there is room for, its past comes behind that, rather than that anything is lost. */
bool session_hold(struct session *s, const struct delivery *d, struct payload *p)
{
    if (!is_holding(s) || d->is_replay || s->job->room == NULL ||
        strcmp(d->m->room_folded, s->job->room->name.folded) != 0) {
        return false;
    }
    if (!held_add(s->job->held, p, conn_spare_bytes(s->conn))) {
        session_release(s);
        return false;
    }
    return true;
}

void session_release(struct session *s)
{
    struct held *held;

    if (is_holding(s)) {
        held = s->job->held;
        s->job->held = NULL;
        session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
        if (held_payloads(held) > 0) {
            session_tell_day(s, clock_real_ms(s->env->clock));
        }
        session_disturb(s);
        held_send(held, s->conn);
    }
}

/* ---- going ---- */

struct session_extra *session_get_extra(struct session *s)
{
    if (s->extra == NULL) {
        s->extra = extra_new();
    }
    return s->extra;
}

struct person_handle *session_other(const struct session *s)
{
    return s->extra != NULL ? s->extra->other : NULL;
}

void session_set_other(struct session *s, struct person *other)
{
    struct person_handle *was = session_other(s);

    if (other != NULL || was != NULL) {
        session_get_extra(s)->other = other != NULL ? person_handle_ref(other) : NULL;
    }
    if (was != NULL) {
        person_handle_unref(was);
    }
}

void session_remember(struct session *s)
{
    struct strbuf text = {0};

    if (s->has_left) {
        return;
    }
    strbuf_adds(&text, person_shown_name(s->self.person));
    strbuf_addc(&text, '\0');
    if (s->current != NULL) {
        strbuf_addf(&text, "#%s", s->current->name.shown);
    }
    session_set_other(s, NULL);
    session_get_extra(s)->was = strbuf_take(&text);
    s->has_left = true;
    s->current = NULL;
}

void session_leave_rooms(struct session *s, const char *text)
{
    session_remember(s);
    chat_quit(&s->self, text);
}

bool session_certificate(const struct session *s, char text[FINGERPRINT_SIZE])
{
    unsigned char fingerprint[FINGERPRINT_BYTES];

    if (!tls_client_fingerprint(conn_transport(s->conn), fingerprint)) {
        return false;
    }
    fingerprint_text(fingerprint, text);
    return true;
}

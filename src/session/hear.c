/* session/hear.c: from a delivery to a payload in the queue: the innermost part of the fan-out; and what a session
 * forgets with a room. */
#include "config.h"

#include "session/hear.h"

#include "base/wrap.h"
#include "chat/ignore.h"
#include "session/desk.h"
#include "session/job.h"
#include "session/mention.h"
#include "session/session.h"

/* In an encoding, as the person's lines look, in rows that fit into the window. */
static struct payload *encode(struct session *s, struct delivery *d, unsigned encoding)
{
    struct frontend_reader reader = {.encoding = encoding, .look = session_look(s)};

    if ((d->topics & s->quiet & (DELIVER_LONG | DELIVER_ANY)) != 0) {
        reader.columns = session_columns(s);
    }
    return frontend_encode_for(d, &reader);
}

/* The rare cases: somebody ignored, a coming or going that is not wanted, a private line. */
static bool is_unwanted(struct session *s, struct delivery *d)
{
    if (d->is_own_copy) {
        return false;
    }
    if ((d->topics & s->quiet & DELIVER_COMINGS) != 0) {
        return d->m->actor_id != person_id(s->self.person); /* where one is oneself is wanted */
    }
    if ((d->topics & s->quiet & DELIVER_IGNORED) != 0) {
        return true;
    }
    return (d->topics & s->quiet & DELIVER_IGNORABLE) != 0 && ignore_has(s->self.person, d->m->actor_id);
}

static void hear_private(struct session *s, struct delivery *d)
{
    unsigned encoding = s->encoding;
    struct payload *p;

    if (is_unwanted(s, d)) {
        return;
    }
    if (!d->is_own_copy && !d->is_replay && !s->has_left) {
        session_set_other(s, d->from);
    }
    if (s->wants_bell && encoding != FRONTEND_JSON) {
        encoding |= FRONTEND_BELL;
    }
    p = encode(s, d, encoding);
    session_tell_day(s, d->m->time_ms);
    session_disturb(s);
    conn_send(s->conn, p);
}

/* Out of line: so the many other deliveries save no registers for it. */
static __attribute__((noinline)) void deliver_the_long_way(struct session *s, struct delivery *d)
{
    if ((d->topics & DELIVER_PRIVATE) != 0) {
        hear_private(s, d);
    } else if (!is_unwanted(s, d)) {
        struct payload *p = encode(s, d, s->encoding | mention_bits(s, d));

        if (!session_hold(s, d, p)) {
            session_tell_day(s, d->m->time_ms);
            if (session_edits(s)) {
                desk_note(s, d);
                session_disturb(s);
            }
            conn_send(s->conn, p);
        }
    }
}

/* The first one with this encoding. */
static __attribute__((noinline)) void deliver_encoded(struct session *s, struct delivery *d)
{
    conn_send(s->conn, frontend_encode(d, s->encoding));
}

/* Every call in here is the last thing that is done, so that nothing has to be put aside on the way. */
static void hear_deliver(struct sink *sink, struct delivery *d)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));
    struct payload *p = d->encoded[s->encoding];

    if (d->own == s->self.id && !s->hears_own) {
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

/* Begins the spread of the line as this session is given it.  Returns the encoding, or DELIVER_ENCODINGS if there is
 * no spread: the line is not encoded, since the only receivers so far are left out, or it is no line for a spread. */
static unsigned begin_spread(struct conn_spread *spread, const struct session *s, const struct delivery *d)
{
    struct payload *p = d->encoded[s->encoding];

    return p != NULL && conn_spread_begin(spread, s->conn->net, p) ? s->encoding : (unsigned)DELIVER_ENCODINGS;
}

/* As hear_deliver() for each.  Sessions that share an encoding and need no more than a push are one spread; the others
 * interrupt it.  All sessions of a chat are on one net. */
static uint32_t hear_deliver_run(const struct room_slot *members, uint32_t count, struct delivery *d)
{
    const struct room_slot *at = members, *end = members + count;
    struct conn_spread spread = {0};
    unsigned encoding = DELIVER_ENCODINGS;

    for (; at < end && at->attachment->sink.ops == &hear_ops; at++) {
        struct session *s = session_of_attachment(at->attachment);

        if (s->encoding == encoding && (d->topics & s->quiet) == 0 && d->own != s->self.id &&
            conn_spread_to(&spread, s->conn)) {
            continue;
        }
        conn_spread_end(&spread);
        hear_deliver(&s->self.sink, d);
        if (s->encoding != encoding) {
            encoding = begin_spread(&spread, s, d);
        }
    }
    conn_spread_end(&spread);
    return (uint32_t)(at - members);
}

static void hear_entered(struct sink *sink, struct room *room)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    if (s->current == NULL) {
        s->current = room;
    }
}

/* The session has two pointers to rooms, and is in each of them: no other outlives a call. */
static void hear_left(struct sink *sink, const struct room *room)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    if (s->current == room) {
        s->current = s->self.rooms != NULL ? s->self.rooms->room : NULL;
    }
    if (session_edits(s)) {
        desk_forget(s, room);
    }
    if ((s->holds & SESSION_JOB) != 0 && s->job->room == room) {
        session_release(s);
        s->job->room = NULL;
        job_wake(s);
    }
}

static void hear_erased(struct sink *sink, const struct room *room, uint64_t id)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    if ((s->holds & SESSION_JOB) != 0 && s->job->room == room && s->job->erased != NULL) {
        s->job->erased(s->job, id);
    }
}

static void hear_changed(struct sink *sink)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
}

static void hear_news(struct sink *sink, enum sink_news news, const char *name)
{
    static const enum reply_kind kinds[] = {
        [SINK_NAME_LENT] = REPLY_NAME_LENT,
        [SINK_NAME_LAPSED] = REPLY_NAME_LAPSED,
        [SINK_NAME_CLAIMED] = REPLY_NAME_CLAIMED,
        [SINK_ACCOUNT_ENDED] = REPLY_ACCOUNT_ENDED,
        [SINK_ADMIN] = REPLY_ADMIN,
        [SINK_NO_ADMIN] = REPLY_NO_ADMIN,
    };
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    if (news == SINK_PUT_OUT) {
        session_reply(s, REPLY(REPLY_PUT_OUT, .room = name,
                               .current = s->current != NULL ? s->current->name.shown : NULL));
        return;
    }
    session_reply(s, REPLY(kinds[news], .name = name, .on = news == SINK_ADMIN,
                           .seconds = news == SINK_NAME_LENT ? s->env->chat->limits.grace_s : 0));
}

static void hear_shun(struct sink *sink, bool on)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    s->quiet = (uint8_t)(on ? s->quiet | DELIVER_IGNORED : s->quiet & ~DELIVER_IGNORED);
}

static bool hear_has_place(struct sink *sink, size_t len)
{
    struct session *s = session_of_attachment(attachment_of_sink(sink));

    return !conn_is_full(s->conn, session_columns(s) > 0 ? wrap_most_bytes(len) : len);
}

static bool hear_folds(struct sink *sink)
{
    return session_folds(session_of_attachment(attachment_of_sink(sink)));
}

static bool hear_address(struct sink *sink, struct cidr *out)
{
    return addr_cidr(&session_of_attachment(attachment_of_sink(sink))->conn->peer, out);
}

const struct sink_ops hear_ops = {
    .deliver = hear_deliver,
    .deliver_run = hear_deliver_run,
    .entered = hear_entered,
    .left = hear_left,
    .erased = hear_erased,
    .changed = hear_changed,
    .shun = hear_shun,
    .news = hear_news,
    .has_place = hear_has_place,
    .folds = hear_folds,
    .address = hear_address,
};

/* door.c: brings newcomers from a listener to a session, or refuses them. */
#include "config.h"

#include "door.h"

#include "admin/activation.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/unix_users.h"
#include "chat/bans.h"
#include "frontend/frontend.h"
#include "frontend/line.h"
#include "net/conn.h"
#include "net/net.h"
#include "net/proxy_header.h"
#include "net/reason.h"
#include "net/tls.h"
#include "net/tls_context.h"
#include "session/sessions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    REFUSED_AT_ONCE = 256,  /* newcomers without TLS whose connections end in order; those of more are closed at once */
    LEFT_DESCRIPTORS = 80,  /* that newcomers leave for control connections, scrapes, the log and the settings file */
    CATCH_UP_MS = 1000,     /* after a standstill, the time in which rates are higher */
    MOST_EXTRA_MS = 600000, /* the longest part of a standstill that raises the rates */
};

const struct door_profile door_lines = {.attach_frontend = line_attach};
const struct door_profile door_tls = {
    .listener = {.kind = LISTENER_TLS, .is_layered = true}, .attach_frontend = line_attach};
const struct door_profile door_proxied_lines = {
    .listener = {.kind = LISTENER_PROXIES}, .attach_frontend = line_attach, .is_proxied = true};
const struct door_profile door_proxied_tls = {
    .listener = {.kind = LISTENER_TLS_PROXIES, .is_layered = true}, .attach_frontend = line_attach, .is_proxied = true};

/* ---- one newcomer ---- */

/* The ban that hits an address; NULL if there is none. */
static const struct ban *ban_of(const struct door *door, const struct addr *peer)
{
    struct cidr address;

    return addr_cidr(peer, &address) ? bans_of_address(door->sessions->chat, BAN_BAN, &address) : NULL;
}

static bool is_banned(void *ctx, const struct addr *peer)
{
    return ban_of(ctx, peer) != NULL;
}

static void log_refused(struct door *door, const struct listener_profile *listener, const struct addr *peer,
                        enum reason reason)
{
    char address[ADDR_TEXT_SIZE], counted[CIDR_TEXT_SIZE];
    struct log_field purpose = listener_purpose(listener);
    bool is_network = strchr(admit_counted(reason, peer, counted), '/') != NULL;
    uint32_t unsaid;

    if (!log_limit_allows(&door->refused_log, clock_ms(door->net->clock), &unsaid)) {
        return;
    }
    if (reason == REASON_BANNED) {
        struct strbuf ban = {0};

        bans_show(&ban, ban_of(door, peer));
        log_info("client refused", LOG_STR("reason", reason_code(reason)), LOG_STR("address", addr_text(peer, address)),
                 LOG_STR("whom", strbuf_str(&ban)), LOG_NUM("unsaid", unsaid), purpose);
        strbuf_fini(&ban);
    } else if (admit_option(reason, peer) == NULL) {
        log_info("client refused", LOG_STR("reason", reason_code(reason)), LOG_STR("address", addr_text(peer, address)),
                 LOG_NUM("unsaid", unsaid), purpose);
    } else {
        log_info("client refused", LOG_STR("reason", reason_code(reason)), LOG_STR("address", addr_text(peer, address)),
                 LOG_STR("option", admit_option(reason, peer)), LOG_NUM("unsaid", unsaid),
                 is_network ? LOG_STR("network", counted) : purpose, is_network ? purpose : LOG_END);
    }
}

/* What tells a newcomer why it is refused: a line, with what counts as its address or network, and by which option; or,
 * before a TLS handshake, an alert of TLS.  Valid until the next call. */
static const struct strbuf *goodbye(struct door *door, const struct listener_profile *listener,
                                    const struct addr *peer, enum reason reason)
{
    char counted[CIDR_TEXT_SIZE];

    strbuf_reset(&door->line);
    strbuf_reset(&door->why);
    if (listener->is_layered) {
        strbuf_add(&door->line, tls_refusal, TLS_REFUSAL_BYTES);
        return &door->line;
    }
    if (reason == REASON_BANNED) {
        bans_explain(&door->why, door->sessions->chat, ban_of(door, peer));
    } else if (admit_counted(reason, peer, counted)[0] != '\0') {
        strbuf_addf(&door->why, "%s, %s", counted, admit_option(reason, peer));
    }
    frontend_goodbye(&door->line, 0, reason, strbuf_str(&door->why));
    return &door->line;
}

/* Returns true if the connection of one more newcomer who is not let in may end in order. */
static bool may_linger(const struct door *door)
{
    return door->net->count - door->admit.clients < REFUSED_AT_ONCE;
}

/* Allocates nothing. */
static void refuse(struct door *door, const struct listener_profile *listener, int fd, const struct addr *peer,
                   enum reason reason)
{
    const struct strbuf *line = goodbye(door, listener, peer, reason);

    door->listeners.refused[listener->kind]++;
    log_refused(door, listener, peer, reason);
    farewell_say(&door->farewell, fd, line->data, line->len);
}

struct giving_way {
    const struct admit *admit;
    uint32_t level;
};

static bool gives_way(void *ctx, const struct addr *peer)
{
    const struct giving_way *way = ctx;

    return admit_silent_of(way->admit, peer) > way->level;
}

/* The newcomer has said nothing yet; if there are too many such clients, those of the largest networks make space.
 * Returns false if there is no space any more for one whose handshake has taken a while. */
static bool count_silence(struct door *door, struct session *s)
{
    const struct addr *peer = &s->conn->peer;
    struct giving_way way = {.admit = &door->admit, .level = admit_silent_level(&door->admit, peer)};

    if (way.level == 0) {
        return false;
    }
    if (way.level != UINT32_MAX) {
        sessions_end_silent(door->sessions, silent_batch(&door->admit.silent), gives_way, &way);
    }
    s->is_silent = admit_begin_silence(&door->admit, peer);
    return true;
}

/* The account of a user of this machine; NULL: it is none, or has none.  Behind a proxy, the user at the other end of
 * the socket is the proxy's. */
static const char *owner_of(const struct door *door, const struct conn *conn)
{
    struct ucred user;
    socklen_t len = sizeof(user);

    return conn->peer.kind == ADDR_UNIX && conn->peer.source == ADDR_OF_SOCKET &&
                   getsockopt(conn_fd(conn), SOL_SOCKET, SO_PEERCRED, &user, &len) == 0
               ? unix_users_find(door->users, user.uid)
               : NULL;
}

static void open_session(struct door *door, const struct door_profile *profile, struct conn *conn)
{
    struct session *s = sessions_attach(door->sessions, conn, profile->attach_frontend);

    if (count_silence(door, s)) {
        sessions_greet(s, listener_log_name(&profile->listener), owner_of(door, conn));
    } else {
        session_end(s, REASON_SILENT_FULL);
    }
}

void door_set_users(struct door *door, struct unix_users *users)
{
    unix_users_free(door->users);
    door->users = users;
}

static const struct door_profile *profile_of(const struct listener_profile *listener)
{
    return CONTAINER_OF(listener, const struct door_profile, listener);
}

static void begin_handshake(struct door *door, const struct listener_profile *listener, int fd,
                            const struct addr *peer)
{
    if (door->tls != NULL) {
        handshake_begin(&door->handshakes, door->tls, listener, fd, peer);
    } else { /* the listener is about to be closed */
        close(fd);
        door_leave(door, peer, true);
    }
}

static void let_in(struct door *door, const struct listener_profile *listener, int fd, const struct addr *peer)
{
    enum reason reason = admit_enter(&door->admit, peer);

    if (reason != REASON_NONE) {
        refuse(door, listener, fd, peer, reason);
    } else if (listener->is_layered) {
        begin_handshake(door, listener, fd, peer);
    } else {
        struct conn *conn = conn_new(door->net, fd, peer);

        open_session(door, profile_of(listener), conn);
        conn_read_early(conn);
    }
}

/* ---- proxies ---- */

/* Returns true if PROXY headers are taken from the address. */
static bool is_proxy(const struct door *door, const struct addr *peer)
{
    struct cidr address;

    return addr_cidr(peer, &address) ? cidr_set_find(&door->proxies, &address) != NULL : door->has_unix_proxies;
}

static void accept_newcomer(void *ctx, const struct listener_profile *listener, int fd, const struct addr *peer)
{
    struct door *door = ctx;
    bool must_be = profile_of(listener)->is_proxied;

    if ((must_be || door->is_proxied_everywhere) && is_proxy(door, peer)) {
        preamble_begin(&door->preambles, &proxy_header_kind, listener, fd, peer);
    } else if (must_be) {
        refuse(door, listener, fd, peer, admit_refuse(&door->admit, REASON_PROXY_ONLY));
    } else {
        let_in(door, listener, fd, peer);
    }
}

static void header_passed(void *ctx, const struct listener_profile *listener, int fd,
                          const struct preamble_found *found)
{
    struct addr peer = found->peer;

    peer.source = found->is_own ? ADDR_OF_PROXY : ADDR_TOLD;
    let_in(ctx, listener, fd, &peer);
}

static void header_failed(void *ctx, const struct listener_profile *listener, int fd, const struct addr *peer,
                          enum preamble_failure failure)
{
    static const enum reason reasons[] = {[PREAMBLE_IS_CROWDED] = REASON_PROXY_FULL,
                                          [PREAMBLE_IS_MISSING] = REASON_PROXY_MISSING,
                                          [PREAMBLE_IS_LATE] = REASON_PROXY_LATE,
                                          [PREAMBLE_IS_LONG] = REASON_PROXY_LONG,
                                          [PREAMBLE_IS_WRONG] = REASON_PROXY_WRONG};
    struct door *door = ctx;

    refuse(door, listener, fd, peer, admit_refuse(&door->admit, reasons[failure]));
}

/* The settings have been checked: what is no network is left out. */
static void set_proxies(struct door *door, const struct door_proxies *proxies)
{
    const char *list = proxies->from, *item;
    size_t len;

    cidr_set_fini(&door->proxies);
    door->has_unix_proxies = false;
    while (list != NULL && text_next_item(&list, &item, &len)) {
        char *text = mem_strndup(item, len);
        struct cidr net;

        if (strcmp(text, "unix") == 0) {
            door->has_unix_proxies = true;
        } else if (cidr_parse(&net, text, NULL)) {
            (void)cidr_set_add(&door->proxies, &net, door); /* any value: it is only asked whether there is one */
        }
        free(text);
    }
    door->is_proxied_everywhere = proxies->is_everywhere;
    door->preambles.most = proxies->waiting;
    door->preambles.waiting.wait_ms = proxies->wait_ms;
}

/* ---- TLS handshakes ---- */

static void handshake_passed(void *ctx, const struct listener_profile *listener, struct conn *conn)
{
    open_session(ctx, profile_of(listener), conn);
}

static void log_handshake(struct door *door, const struct listener_profile *listener, const struct addr *peer,
                          enum reason reason, const char *fault)
{
    char address[ADDR_TEXT_SIZE];
    uint32_t unsaid;

    if (log_limit_allows(&door->refused_log, clock_ms(door->net->clock), &unsaid)) {
        log_info("client refused", LOG_STR("reason", reason_code(reason)), LOG_STR("address", addr_text(peer, address)),
                 LOG_NUM("unsaid", unsaid), listener_purpose(listener),
                 fault != NULL ? LOG_STR("error", fault) : LOG_END);
    }
}

/* It is told in clear what it is to speak. */
static void handshake_foreign(void *ctx, const struct listener_profile *listener, struct conn *conn)
{
    struct door *door = ctx;

    log_handshake(door, listener, &conn->peer, REASON_TLS_REQUIRED, NULL);
    door_leave(door, &conn->peer, true);
    if (may_linger(door)) {
        strbuf_reset(&door->line);
        frontend_goodbye(&door->line, 0, REASON_TLS_REQUIRED, NULL);
        conn_send_bytes(conn, door->line.data, door->line.len);
        conn_finish(conn, REASON_TLS_REQUIRED);
    } else {
        conn_close(conn, REASON_TLS_REQUIRED);
    }
}

/* A client that only comes and goes is a health check or a scan, and not worth a line in the log. */
static void handshake_ended(void *ctx, const struct listener_profile *listener, const struct conn *conn,
                            enum reason reason, const char *fault)
{
    struct door *door = ctx;

    if (reason == REASON_TLS_ERROR || reason == REASON_TLS_LATE || reason == REASON_TLS_FULL) {
        log_handshake(door, listener, &conn->peer, reason, fault);
    }
    door_leave(door, &conn->peer, true);
}

static const struct handshake_ops handshake_ops = {
    .passed = handshake_passed, .foreign = handshake_foreign, .ended = handshake_ended};

void door_set_tls(struct door *door, struct tls_context *tls, const char *path)
{
    if (tls != NULL && door->tls != NULL) {
        tls_context_keep_tickets(tls, door->tls);
    }
    tls_expiry_watch(&door->expiry, tls != NULL ? tls_context_certificate(tls) : NULL, path);
    tls_context_unref(door->tls);
    door->tls = tls;
}

void door_leave(void *ctx, const struct addr *peer, bool was_silent)
{
    struct door *door = ctx;

    admit_leave(&door->admit, peer, was_silent);
}

void door_heard(void *ctx, const struct addr *peer)
{
    struct door *door = ctx;

    admit_end_silence(&door->admit, peer);
}

bool door_is_exempt(void *ctx, const struct addr *peer)
{
    const struct door *door = ctx;

    return admit_is_exempt(&door->admit, peer);
}

/* ---- standstills ---- */

/* Raises the limits of rates by what they allow in ms. */
static void set_extra(struct door *door, uint64_t ms)
{
    admit_set_extra(&door->admit, ms);
    door->sessions->limits.flood.extra_ms = ms;
}

static void caught_up_due(struct timeq *q, struct timeq_node *node)
{
    (void)node;
    set_extra(q->ctx, 0);
}

void door_stood_still(struct door *door, uint64_t ms)
{
    set_extra(door, ms < MOST_EXTRA_MS ? ms : MOST_EXTRA_MS);
    timeq_push(&door->catching_up, &door->catch_up, clock_ms(door->net->clock));
}

/* ---- open, draining, closed ---- */

bool door_drain(struct door *door, bool is_on, struct strbuf *err)
{
    char why[512];

    if (door->is_closed) {
        strbuf_adds(err, "the server is stopping");
        return false;
    }
    if (is_on) {
        listener_pause_all(&door->listeners);
        log_info("draining", LOG_NUM("clients", door->admit.clients));
    } else if (listener_resume_all(&door->listeners, why, sizeof(why))) {
        log_info("taking newcomers again");
    } else {
        log_error("cannot take newcomers again", LOG_STR("error", why));
        strbuf_adds(err, why);
        return false;
    }
    return true;
}

void door_close(struct door *door)
{
    door->is_closed = true;
    listener_close_all(&door->listeners);
    preamble_close_all(&door->preambles);
}

const char *door_state(const struct door *door)
{
    return door->is_closed ? "stopping" : door->listeners.is_paused ? "draining" : "serving";
}

const char *door_why_not_ready(const struct door *door)
{
    if (door->is_closed || door->listeners.is_paused) {
        return door_state(door);
    }
    if (!listener_is_accepting(&door->listeners)) {
        return "no listening socket accepts newcomers";
    }
    return door->admit.clients >= door->admit.limits.clients ? reason_code(REASON_SERVER_FULL) : NULL;
}

void door_turn_away(const struct activation *activation)
{
    struct strbuf line = {0};

    frontend_goodbye(&line, 0, REASON_SERVER_FULL, NULL);
    activation_turn_away(activation, strbuf_str(&line));
    strbuf_fini(&line);
}

/* ---- the whole ---- */

void door_set_limits(struct door *door, const struct door_limits *limits)
{
    admit_set_limits(&door->admit, &limits->admit);
    set_proxies(door, &limits->proxies);
    door->handshakes.most = limits->handshakes;
    door->handshakes.waiting.wait_ms = limits->handshake_ms;
    if (limits->dead_s != door->listeners.dead_s) {
        listener_set_dead(&door->listeners, limits->dead_s);
    }
}

void door_init(struct door *door, const struct door_limits *limits, struct timeq *telling)
{
    admit_init(&door->admit, door->net->clock, &limits->admit);
    door->admit.is_banned = is_banned;
    door->admit.ctx = door;
    farewell_init(&door->farewell, door->net->clock);
    frontend_goodbye(&door->sorry, 0, REASON_SERVER_FULL, NULL);
    door->listeners = (struct listener_set){.base = door->net->base,
                                            .clock = door->net->clock,
                                            .turn = &door->net->turn,
                                            .accept = accept_newcomer,
                                            .ctx = door,
                                            .sorry = door->sorry.data,
                                            .dead_s = limits->dead_s,
                                            .left_fds = LEFT_DESCRIPTORS};
    listener_set_init(&door->listeners);
    door->preambles = (struct preamble_set){.net = door->net,
                                            .passed = header_passed,
                                            .failed = header_failed,
                                            .ctx = door};
    preamble_set_init(&door->preambles, limits->proxies.wait_ms);
    set_proxies(door, &limits->proxies);
    door->handshakes = (struct handshake_set){.net = door->net, .ops = &handshake_ops, .ctx = door};
    handshake_set_init(&door->handshakes, limits->handshake_ms);
    door->listeners.short_log.telling = telling;
    door->refused_log = (struct log_limit){.phrase = "client refused", .telling = telling};
    timeq_init(&door->catching_up, CATCH_UP_MS, caught_up_due, door);
    tls_expiry_init(&door->expiry, door->net->clock);
}

void door_fini(struct door *door)
{
    listener_set_fini(&door->listeners);
    farewell_fini(&door->farewell);
    admit_fini(&door->admit);
    cidr_set_fini(&door->proxies);
    unix_users_free(door->users);
    tls_context_unref(door->tls);
    tls_expiry_fini(&door->expiry);
    strbuf_fini(&door->sorry);
    strbuf_fini(&door->line);
    strbuf_fini(&door->why);
}

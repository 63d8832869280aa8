/* fakes.c: replacements for parts of the server in the unit tests. */
#include "config.h"

#include "fakes.h"

#include "base/container.h"
#include "base/log.h"
#include "base/log_stream.h"
#include "base/mem.h"
#include "bus/bus_local.h"
#include "bus/bus_local.h"
#include "chat/deliver.h"
#include "net/uring.h"
#include "store/store_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- the clock ---- */

static void stand_still(struct clock *clock)
{
    (void)clock;
}

void fake_clock_init(struct clock *clock)
{
    *clock = (struct clock){.mono_ms = FAKE_MONO_MS, .real_ms = FAKE_REAL_MS, .read = stand_still};
}

void fake_clock_advance(struct clock *clock, uint64_t ms)
{
    clock->mono_ms += ms;
    clock->real_ms += (int64_t)ms;
}

static uint64_t flown_ms; /* not in the clock: clock_now_ns() reads a copy */

static void fly(struct clock *clock)
{
    flown_ms += 1000;
    clock->mono_ms = flown_ms;
    clock->mono_ns = flown_ms * 1000000;
}

void fake_clock_fly(struct clock *clock)
{
    flown_ms = clock->mono_ms;
    clock->read = fly;
}

void fake_clock_stop(struct clock *clock)
{
    clock->read = stand_still;
}

/* ---- the log ---- */

void fake_log_init(struct fake_log *log)
{
    assert_int_equal(pipe2(log->ends, O_CLOEXEC | O_NONBLOCK), 0);
    log_use(log_stream_open(log->ends[1]));
}

void fake_log_fini(struct fake_log *log)
{
    log_close();
    close(log->ends[0]);
    close(log->ends[1]);
}

const char *fake_log_read(struct fake_log *log)
{
    static char buf[65536];
    ssize_t n = read(log->ends[0], buf, sizeof(buf) - 1);

    buf[n > 0 ? n : 0] = '\0';
    return buf;
}

int fake_log_count(struct fake_log *log, const char *text)
{
    int count = 0;

    for (const char *s = fake_log_read(log); (s = strstr(s, text)) != NULL; s++) {
        count++;
    }
    return count;
}

/* ---- a log daemon ---- */

void fake_logd_start(struct fake_logd *logd)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    snprintf(at.sun_path, sizeof(at.sun_path), "%s", logd->path);
    logd->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(logd->fd >= 0);
    assert_int_equal(bind(logd->fd, (struct sockaddr *)&at, sizeof(at)), 0);
}

void fake_logd_stop(struct fake_logd *logd)
{
    close(logd->fd);
    unlink(logd->path);
    logd->fd = -1;
}

void fake_logd_init(struct fake_logd *logd)
{
    strcpy(logd->dir, "/tmp/log_test.XXXXXX");
    assert_non_null(mkdtemp(logd->dir));
    snprintf(logd->path, sizeof(logd->path), "%s/log", logd->dir);
    fake_logd_start(logd);
}

void fake_logd_fini(struct fake_logd *logd)
{
    log_close();
    if (logd->fd >= 0) {
        fake_logd_stop(logd);
    }
    assert_int_equal(rmdir(logd->dir), 0);
}

/* ---- the loop ---- */

static void kick_cb(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

unsigned fake_writers;
bool fake_has_uring;

int fake_run_all_with_writers(const struct CMUnitTest *tests, size_t count, bool with_uring)
{
    static const struct {
        const char *name;
        unsigned writers;
        bool has_uring;
    } ways[] = {{"no shares", 0, false}, {"1 writer", 1, false},           {"2 writers", 2, false},
                {"4 writers", 4, false}, {"1 writer, io_uring", 1, true}, {"3 writers, io_uring", 3, true}};
    int failed = 0;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (!ways[i].has_uring || (with_uring && uring_is_usable())) {
            fake_writers = ways[i].writers;
            fake_has_uring = ways[i].has_uring;
            failed += _cmocka_run_group_tests(ways[i].name, tests, count, NULL, NULL);
        }
    }
    return failed;
}

static void share_writes(struct fake_loop *f)
{
    f->shares = NULL;
    if (fake_writers > 0) {
        f->shares = shares_new(&(struct shares_spec){.writers = fake_writers, .from = 1, .has_uring = fake_has_uring});
        assert_non_null(f->shares);
        shares_join(f->shares, &f->net);
    }
}

void fake_loop_init(struct fake_loop *f, const struct net_limits *limits)
{
    log_set_level(LOG_LEVEL_ERROR);
    f->base = event_base_new();
    assert_non_null(f->base);
    fake_clock_init(&f->clock);
    net_init(&f->net, f->base, &f->clock, limits);
    f->with_net = true;
    share_writes(f);
    loop_init(&f->loop, f->base, &f->net, &f->clock);
    loop_add_timeq(&f->loop, &f->net.stalled);
    loop_add_timeq(&f->loop, &f->net.lingering);
    event_assign(&f->kick, f->base, -1, 0, kick_cb, NULL);
}

void fake_loop_net_fini(struct fake_loop *f)
{
    assert_true(f->with_net);
    net_fini(&f->net);
    assert_int_equal(f->net.count, 0);
    assert_int_equal(f->net.queued_bytes, 0);
    f->with_net = false;
    if (f->shares != NULL) {
        shares_free(f->shares);
    }
}

void fake_loop_fini(struct fake_loop *f)
{
    if (f->with_net) {
        fake_loop_net_fini(f);
    }
    loop_fini(&f->loop);
    event_base_free(f->base);
}

void fake_loop_turn(struct fake_loop *f)
{
    uint64_t queued = 0, input = 0;

    event_active(&f->kick, EV_TIMEOUT, 1); /* with an active event the loop does not wait */
    loop_turn(&f->loop);
    for (struct conn *conn = f->net.all; conn != NULL; conn = conn->all_next) {
        queued += conn->q.bytes;
        input += conn_input_bytes(conn);
    }
    assert_true(queued == f->net.queued_bytes); /* the sums are checked after every turn of every test */
    assert_true(input == f->net.input_bytes);
}

void fake_loop_turns(struct fake_loop *f, int n)
{
    while (n-- > 0) {
        fake_loop_turn(f);
    }
}

void fake_loop_pass(struct fake_loop *f, uint64_t ms)
{
    fake_clock_advance(&f->clock, ms);
    fake_loop_turn(f);
}

struct net_limits fake_net_limits(void)
{
    return (struct net_limits){.queue_bytes = 1 << 20, .memory_bytes = 1 << 28, .stall_ms = 120000};
}

/* ---- the far end of a connection ---- */

int fake_pair(int *far, int buffer)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    if (buffer > 0) {
        assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer)), 0);
    }
    *far = ends[1];
    return ends[0];
}

void fake_write(int fd, const char *data, size_t len)
{
    assert_int_equal(send(fd, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

void fake_puts(int fd, const char *text)
{
    fake_write(fd, text, strlen(text));
}

bool fake_read(int fd, struct strbuf *got)
{
    char buf[65536];
    ssize_t n;

    while ((n = recv(fd, buf, sizeof(buf), 0)) > 0) {
        strbuf_add(got, buf, (size_t)n);
    }
    return n < 0 && errno == EAGAIN;
}

bool fake_is_quiet(int fd)
{
    struct strbuf got = {0};
    bool goes_on = fake_read(fd, &got);
    bool is_quiet = got.len == 0 && goes_on;

    strbuf_fini(&got);
    return is_quiet;
}

static void peer_input(struct conn_input *in, char *data, size_t len)
{
    struct fake_peer *peer = CONTAINER_OF(in, struct fake_peer, input);

    assert_true(len > 0);
    peer->inputs++;
    strbuf_add(&peer->in, data, len);
    memset(data, 0, len); /* the input side may change the bytes */
    if (peer->on_input != NULL) {
        peer->on_input(peer);
    }
}

static void peer_eof(struct conn_input *in)
{
    struct fake_peer *peer = CONTAINER_OF(in, struct fake_peer, input);

    assert_int_equal(++peer->eofs, 1);
    if (peer->on_eof != NULL) {
        peer->on_eof(peer);
    }
    if (!peer->stays_at_eof) {
        conn_finish(peer->conn, REASON_EOF);
    }
}

static void peer_ready(struct conn_input *in)
{
    struct fake_peer *peer = CONTAINER_OF(in, struct fake_peer, input);

    peer->readies++;
    if (peer->on_ready != NULL) {
        peer->on_ready(peer);
    }
}

static struct payload *peer_gap(struct conn_owner *owner, uint32_t count)
{
    struct fake_peer *peer = CONTAINER_OF(owner, struct fake_peer, owner);
    char text[16];

    assert_non_null(peer->conn);
    peer->gaps += count;
    snprintf(text, sizeof(text), "<%u>", count);
    return payload_new(text, strlen(text), PAYLOAD_KEPT);
}

static void peer_end(struct conn_owner *owner, enum reason reason)
{
    struct fake_peer *peer = CONTAINER_OF(owner, struct fake_peer, owner);

    peer->ends++;
    conn_send_bytes(peer->conn, "bye", 3);
    conn_finish(peer->conn, reason);
}

static void peer_closed(struct conn_owner *owner, enum reason reason)
{
    struct fake_peer *peer = CONTAINER_OF(owner, struct fake_peer, owner);

    assert_int_equal(++peer->closeds, 1);
    peer->reason = reason;
    if (peer->on_closed != NULL) {
        peer->on_closed(peer);
    }
    peer->conn = NULL;
}

static void peer_freed(struct conn_owner *owner)
{
    struct fake_peer *peer = CONTAINER_OF(owner, struct fake_peer, owner);

    assert_int_equal(peer->closeds, 1); /* closed was called before, once */
    assert_int_equal(++peer->freeds, 1);
}

static const struct conn_input_ops peer_input_ops = {
    .input = peer_input,
    .eof = peer_eof,
    .ready = peer_ready,
};

static const struct conn_owner_ops peer_owner_ops = {
    .gap = peer_gap,
    .end = peer_end,
    .closed = peer_closed,
    .freed = peer_freed,
};

void fake_peer_open(struct fake_peer *peer, struct fake_loop *f, int buffer)
{
    fake_peer_open_layered(peer, f, buffer, NULL);
}

void fake_peer_open_layered(struct fake_peer *peer, struct fake_loop *f, int buffer, struct transport *transport)
{
    static const struct addr nowhere = {.kind = ADDR_UNIX};
    int fd;

    *peer = (struct fake_peer){.input.ops = &peer_input_ops, .owner.ops = &peer_owner_ops, .f = f};
    fd = fake_pair(&peer->far, buffer);
    peer->conn = transport == NULL ? conn_new(&f->net, fd, &nowhere)
                                   : conn_new_layered(&f->net, fd, &nowhere, transport);
    conn_set_owner(peer->conn, &peer->owner);
    conn_set_input(peer->conn, &peer->input);
}

void fake_peer_hang_up(struct fake_peer *peer)
{
    close(peer->far);
    peer->far = -1;
}

void fake_peer_fini(struct fake_peer *peer)
{
    if (peer->far >= 0) {
        fake_peer_hang_up(peer);
    }
    strbuf_fini(&peer->in);
    strbuf_fini(&peer->got);
}

bool fake_peer_read(struct fake_peer *peer)
{
    return fake_read(peer->far, &peer->got);
}

void fake_peer_read_all(struct fake_peer *peer)
{
    size_t before;
    bool goes_on;

    do {
        before = peer->got.len;
        fake_loop_turns(peer->f, 2);
        goes_on = fake_peer_read(peer);
    } while (goes_on && peer->got.len > before);
}

const char *fake_peer_got(struct fake_peer *peer)
{
    static char *copy;

    free(copy);
    copy = strbuf_take(&peer->got);
    return copy;
}

void fake_peer_send(struct fake_peer *peer, char letter, size_t len, enum payload_class kind)
{
    char *data = mem_alloc(len);
    struct payload *p;

    memset(data, letter, len);
    p = payload_new(data, len, kind);
    conn_send(peer->conn, p);
    payload_unref(p);
    free(data);
}

struct fake_peer *fake_peers_open(struct fake_peers *peers, struct fake_loop *f, int buffer)
{
    struct fake_peer *peer = &peers->list[peers->count++];

    assert_true(peers->count <= FAKE_PEERS);
    fake_peer_open(peer, f, buffer);
    return peer;
}

struct fake_peer *fake_peers_open_blocked(struct fake_peers *peers, struct fake_loop *f)
{
    struct fake_peer *peer = fake_peers_open(peers, f, FAKE_SMALL_BUFFER);

    for (int i = 0; i < 100 && !peer->conn->is_blocked; i++) {
        fake_peer_send(peer, 'k', 1000, PAYLOAD_KEPT);
        fake_loop_turn(f);
    }
    assert_true(peer->conn->is_blocked);
    assert_true(conn_queued_bytes(peer->conn) < 2000);
    return peer;
}

struct fake_peer *fake_peers_open_stuck(struct fake_peers *peers, struct fake_loop *f)
{
    struct fake_peer *peer = fake_peers_open(peers, f, FAKE_SMALL_BUFFER);

    fake_peer_send(peer, 'k', 60000, PAYLOAD_KEPT);
    fake_loop_turn(f);
    assert_true(peer->conn->is_blocked);
    return peer;
}

void fake_peers_end(struct fake_peers *peers, struct fake_loop *f)
{
    if (f->with_net) {
        fake_loop_net_fini(f);
    }
    for (int i = 0; i < peers->count; i++) {
        assert_int_equal(peers->list[i].closeds, 1);
        fake_peer_fini(&peers->list[i]);
    }
    fake_loop_fini(f);
}

/* ---- the directory ---- */

static void hold(struct fake_directory *d, char kind, const char *folded)
{
    strbuf_addf(&d->held, " %c:%s", kind, folded);
}

static void let_go(struct fake_directory *d, char kind, const char *folded)
{
    struct strbuf what = {0};
    char *at;
    size_t len;

    strbuf_addf(&what, " %c:%s", kind, folded);
    len = what.len;
    at = d->held.data;
    while (at != NULL && (at = strstr(at, what.data)) != NULL && at[len] != ' ' && at[len] != '\0') {
        at++;
    }
    if (at == NULL) {
        fail_msg("released%s, which is not held: %s", what.data, strbuf_str(&d->held));
        return;
    }
    memmove(at, at + len, strlen(at + len) + 1);
    d->held.len -= len;
    d->releases++;
    strbuf_fini(&what);
}

/* Notes a request, with the answer. */
static enum directory_answer answer_now(struct fake_directory *d, struct fake_request request)
{
    if (d->answer == DIRECTORY_LATER) {
        assert_true(d->waiting_count < FAKE_REQUESTS);
        d->waiting[d->waiting_count++] = request;
    } else if (d->answer == DIRECTORY_GRANTED && request.name != NULL) {
        hold(d, 'n', request.name->folded);
    } else if (d->answer == DIRECTORY_GRANTED) {
        hold(d, 'r', request.room->folded);
    }
    return d->answer;
}

static void stop_waiting(struct fake_directory *d, int i)
{
    d->waiting_count--;
    memmove(&d->waiting[i], &d->waiting[i + 1], (size_t)(d->waiting_count - i) * sizeof(d->waiting[0]));
}

static void cancel(struct fake_directory *d, const void *request)
{
    for (int i = 0; i < d->waiting_count; i++) {
        if (d->waiting[i].name == request || d->waiting[i].room == request) {
            stop_waiting(d, i);
            d->cancels++;
            return;
        }
    }
    fail_msg("cancelled a request that does not wait");
}

static struct fake_directory *directory_of(struct directory *dir)
{
    return CONTAINER_OF(dir, struct fake_directory, dir);
}

static enum directory_answer directory_claim(struct directory *dir, struct directory_request *req)
{
    struct fake_directory *d = directory_of(dir);

    d->claims++;
    if (d->taken > 0) {
        d->taken--;
        return DIRECTORY_TAKEN;
    }
    return answer_now(d, (struct fake_request){.name = req});
}

static void directory_cancel(struct directory *dir, struct directory_request *req)
{
    cancel(directory_of(dir), req);
}

static void directory_release(struct directory *dir, const char *folded)
{
    let_go(directory_of(dir), 'n', folded);
}

static void directory_free(struct directory *dir)
{
    struct fake_directory *d = directory_of(dir);

    assert_string_equal(strbuf_str(&d->held), "");
    assert_int_equal(d->waiting_count, 0);
    strbuf_fini(&d->held);
    d->local->ops->free(d->local);
    free(d);
}

static const struct directory_ops directory_ops = {
    .claim = directory_claim,
    .cancel = directory_cancel,
    .release = directory_release,
    .free = directory_free,
};

static struct fake_directory *directory_of_bus(struct bus *bus)
{
    return CONTAINER_OF(bus, struct fake_directory, bus);
}

static enum bus_answer bus_publish(struct bus *bus, struct message *m)
{
    struct fake_directory *d = directory_of_bus(bus);

    if (d->is_slow) {
        assert_true(d->published_count < FAKE_REQUESTS);
        d->published[d->published_count++] = message_ref(m);
        return BUS_LATER;
    }
    d->local->events = bus->events;
    d->local->ctx = bus->ctx;
    return d->local->ops->publish(d->local, m);
}

void fake_directory_pass(struct fake_directory *d)
{
    for (int i = 0; i < d->published_count; i++) {
        (void)d->local->ops->publish(d->local, d->published[i]);
        message_unref(d->published[i]);
    }
    d->published_count = 0;
}

static enum bus_answer bus_answer_of(enum directory_answer answer)
{
    return answer == DIRECTORY_GRANTED ? BUS_DONE : answer == DIRECTORY_LATER ? BUS_LATER : BUS_FAILED;
}

static enum bus_answer bus_enter(struct bus *bus, struct bus_enter *req)
{
    return bus_answer_of(answer_now(directory_of_bus(bus), (struct fake_request){.room = req}));
}

static void bus_cancel(struct bus *bus, struct bus_enter *req)
{
    cancel(directory_of_bus(bus), req);
}

static void bus_leave(struct bus *bus, const char *folded)
{
    let_go(directory_of_bus(bus), 'r', folded);
}

static void bus_free(struct bus *bus)
{
    (void)bus; /* with the directory */
}

static const struct bus_ops bus_ops = {
    .publish = bus_publish,
    .enter = bus_enter,
    .cancel = bus_cancel,
    .leave = bus_leave,
    .free = bus_free,
};

struct fake_directory *fake_directory_new(void)
{
    struct fake_directory *d = mem_zalloc(sizeof(*d));

    d->dir.ops = &directory_ops;
    d->bus.ops = &bus_ops;
    d->local = bus_local_new();
    return d;
}

static const char *folded_of(const struct fake_request *request)
{
    return request->name != NULL ? request->name->folded : request->room->folded;
}

const char *fake_directory_waiting(const struct fake_directory *d, uint32_t i)
{
    assert_true((int)i < d->waiting_count);
    return folded_of(&d->waiting[i]);
}

bool fake_directory_waits(const struct fake_directory *d, const char *folded)
{
    for (int i = 0; i < d->waiting_count; i++) {
        if (strcmp(folded_of(&d->waiting[i]), folded) == 0) {
            return true;
        }
    }
    return false;
}

void fake_directory_reply(struct fake_directory *d, const char *folded, enum directory_answer answer)
{
    for (int i = 0; i < d->waiting_count; i++) {
        struct fake_request request = d->waiting[i];

        if (strcmp(folded_of(&request), folded) != 0) {
            continue;
        }
        stop_waiting(d, i);
        if (answer == DIRECTORY_GRANTED) {
            hold(d, request.name != NULL ? 'n' : 'r', folded);
        }
        if (request.name != NULL) {
            request.name->done(request.name, answer);
        } else {
            request.room->done(request.room, bus_answer_of(answer));
        }
        return;
    }
    fail_msg("nothing waits for %s", folded);
}

/* ---- a sink ---- */

static void sink_deliver(struct sink *sink, struct delivery *d)
{
    static const char *const kinds[MESSAGE_KINDS] = {
        [MESSAGE_SAY] = "says", [MESSAGE_ACTION] = "does", [MESSAGE_PRIVATE] = "private", [MESSAGE_NOTICE] = "notice",
        [MESSAGE_JOIN] = "join", [MESSAGE_LEAVE] = "leave", [MESSAGE_QUIT] = "quit", [MESSAGE_RENAME] = "rename",
        [MESSAGE_TOPIC] = "topic", [MESSAGE_DELETE] = "delete",
        [MESSAGE_KICK] = "kick", [MESSAGE_RULE] = "rule"};
    struct fake_sink *s = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at);
    bool is_about = d->m->kind == MESSAGE_RENAME || d->m->kind == MESSAGE_DELETE || d->m->kind == MESSAGE_KICK ||
                    d->m->kind == MESSAGE_RULE;
    const char *what = is_about ? d->m->target : d->m->text;

    if (s->shuns && (d->topics & DELIVER_IGNORED) != 0) {
        return;
    }
    if (d->m->actor[0] == '\0') {
        strbuf_addf(&s->got, "#%s %s %d: %s\n", d->m->room, kinds[d->m->kind], (int)d->m->about, what);
        return;
    }
    strbuf_addf(&s->got, "#%s %s %s%s%s%s%s\n", d->m->room, kinds[d->m->kind], d->m->actor,
                what[0] != '\0' ? ": " : "", what, d->is_own_copy ? " (own)" : "", d->is_replay ? " (old)" : "");
    s->owns += d->own == s->at.id;
    if (d->encoded[s->encoding] == NULL) {
        d->encoded[s->encoding] = payload_new("x", 1, PAYLOAD_DROPPABLE);
        s->made++;
    }
}

static void sink_entered(struct sink *sink, struct room *room)
{
    struct fake_sink *s = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at);

    assert_non_null(room_find_member(room, s->at.person));
    strbuf_addf(&s->entered, "#%s ", room->name.shown);
}

static void sink_left(struct sink *sink, const struct room *room)
{
    struct fake_sink *s = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at);

    for (const struct member *m = s->at.rooms; m != NULL; m = m->next_of_attachment) {
        assert_ptr_not_equal(m->room, room);
    }
    strbuf_addf(&s->left, "#%s ", room->name.shown); /* the room is still there */
}

static void sink_erased(struct sink *sink, const struct room *room, uint64_t id)
{
    struct fake_sink *s = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at);

    assert_non_null(room_find_member(room, s->at.person));
    s->erased = id;
}

static void sink_changed(struct sink *sink)
{
    CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at)->changes++;
}

static void sink_news(struct sink *sink, enum sink_news news, const char *name)
{
    static const char *const words[] = {[SINK_NAME_LENT] = "lent",
                                        [SINK_NAME_LAPSED] = "lapsed",
                                        [SINK_NAME_CLAIMED] = "claimed",
                                        [SINK_ACCOUNT_ENDED] = "ended",
                                        [SINK_ADMIN] = "admin",
                                        [SINK_NO_ADMIN] = "no-admin",
                                        [SINK_PUT_OUT] = "put-out"};
    struct fake_sink *s = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at);

    strbuf_addf(&s->news, "%s %s ", words[news], name);
}

static void sink_shun(struct sink *sink, bool on)
{
    struct fake_sink *s = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at);

    assert_int_not_equal(s->shuns, on);
    s->shuns = on;
}

static bool sink_has_place(struct sink *sink, size_t len)
{
    (void)len;
    return !CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at)->is_full;
}

static bool sink_address(struct sink *sink, struct cidr *out)
{
    const char *address = CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at)->address;

    return address != NULL && cidr_parse(out, address, NULL);
}

static uint32_t sink_deliver_run(const struct room_slot *members, uint32_t count, struct delivery *d)
{
    (void)count;
    sink_deliver(&members->attachment->sink, d);
    return 1;
}

static bool sink_folds(struct sink *sink)
{
    return CONTAINER_OF(attachment_of_sink(sink), struct fake_sink, at)->folds;
}

static const struct sink_ops fake_sink_ops = {
    .folds = sink_folds,
    .deliver = sink_deliver,
    .deliver_run = sink_deliver_run,
    .entered = sink_entered,
    .left = sink_left,
    .erased = sink_erased,
    .changed = sink_changed,
    .shun = sink_shun,
    .news = sink_news,
    .has_place = sink_has_place,
    .address = sink_address,
};

void fake_sink_init(struct fake_sink *s)
{
    *s = (struct fake_sink){.at = {.sink = {.ops = &fake_sink_ops}}};
}

void fake_sink_fini(struct fake_sink *s)
{
    strbuf_fini(&s->got);
    strbuf_fini(&s->entered);
    strbuf_fini(&s->left);
    strbuf_fini(&s->news);
}

/* What buf holds, which is empty then. */
static const char *take(struct strbuf *buf)
{
    static char copy[65536];

    assert_true(buf->len < sizeof(copy));
    strcpy(copy, strbuf_str(buf));
    strbuf_reset(buf);
    return copy;
}

const char *fake_sink_got(struct fake_sink *s)
{
    return take(&s->got);
}

const char *fake_sink_entered(struct fake_sink *s)
{
    return take(&s->entered);
}

const char *fake_sink_news(struct fake_sink *s)
{
    return take(&s->news);
}

const char *fake_sink_left(struct fake_sink *s)
{
    return take(&s->left);
}

/* ---- metrics ---- */

void fake_metrics_init(struct fake_metrics *fm)
{
    struct net_limits net = fake_net_limits();
    struct admit_limits who = {.clients = 500};
    struct chat_limits limits = {.rooms = 100, .rooms_per_client = 16};
    struct rings_limits history = {.lines = 10, .bytes = 4096};
    struct chat_ports ports = {.bus = bus_local_new(), .directory = &fake_directory_new()->dir};

    *fm = (struct fake_metrics){0};
    ports.store = fm->store = store_memory_new(&history);
    fake_loop_init(&fm->f, &net);
    admit_init(&fm->admit, &fm->f.clock, &who);
    chat_init(&fm->chat, &fm->f.clock, &limits, &ports);
    fm->sessions = (struct session_env){.chat = &fm->chat, .clock = &fm->f.clock};
    fm->certificate.until_ms = FAKE_REAL_MS + 5000;
    fm->m = (struct metrics){.admit = &fm->admit,
                             .chat = &fm->chat,
                             .listeners = &fm->listeners,
                             .certificate = &fm->certificate,
                             .handshakes = &fm->handshakes,
                             .net = &fm->f.net,
                             .sessions = &fm->sessions,
                             .turns = &fm->f.loop.turns,
                             .reloads = fm->reloads,
                             .is_reload_refused = &fm->is_refused,
                             .started_ms = FAKE_REAL_MS + 7};
}

void fake_metrics_fini(struct fake_metrics *fm)
{
    chat_fini(&fm->chat);
    fm->store->ops->end(fm->store, 0);
    admit_fini(&fm->admit);
    fake_loop_fini(&fm->f);
}

/* ---- hash tables ---- */

bool fake_collides(const void *key, size_t len)
{
    unsigned hash;

    HASH_JEN(key, len, hash);
    return hash % (1U << FAKE_COLLIDING_BITS) == 0;
}

unsigned fake_longest_chain(const struct UT_hash_table *table)
{
    unsigned longest = 0;

    for (unsigned i = 0; i < table->num_buckets; i++) {
        longest = table->buckets[i].count > longest ? table->buckets[i].count : longest;
    }
    return longest;
}

/* ---- chance ---- */

uint32_t fake_rnd(uint32_t below)
{
    static uint64_t state = 88172645463325252U;

    state ^= state << 13; /* xorshift64 */
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

/* ---- names ---- */

struct name fake_name(const char *shown)
{
    struct name name;

    assert_int_equal(name_init(&name, shown, strlen(shown), 100), NAME_OK);
    return name;
}

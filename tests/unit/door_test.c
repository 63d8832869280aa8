/* Tests of door.h, with real listening sockets in a folder: one for lines, one for a front end that is defined here,
 * and one for the same front end behind a proxy. */
#include "config.h"

#include "door.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "fake_store.h"
#include "fakes.h"
#include "session/sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- a second front end --------------------------------------------------------------------------- */

/* A frame is a byte with a length and then a line of that length, without a line end. */
struct frames {
    struct frontend fe;
    struct conn *conn;
    const struct frontend_events *events;
    struct strbuf in; /* frames that are incomplete or wait */
    bool may_run;
};

static int frames_made, frames_freed;

static struct frames *frames_of(struct frontend *fe)
{
    return CONTAINER_OF(fe, struct frames, fe);
}

static void run_frames(struct frames *fr)
{
    while (fr->may_run && fr->in.len > 0 && fr->in.len > (size_t)(unsigned char)fr->in.data[0]) {
        size_t len = (unsigned char)fr->in.data[0];
        char line[256];

        memcpy(line, fr->in.data + 1, len);
        line[len] = '\0';
        memmove(fr->in.data, fr->in.data + 1 + len, fr->in.len - 1 - len);
        fr->in.len -= 1 + len;
        fr->may_run = fr->events->line(fr->conn->owner, line, len, false);
    }
}

static void frames_input(struct conn_input *in, char *data, size_t len)
{
    struct frames *fr = CONTAINER_OF(in, struct frames, fe.input);

    strbuf_add(&fr->in, data, len);
    run_frames(fr);
}

static void frames_eof(struct conn_input *in)
{
    struct frames *fr = CONTAINER_OF(in, struct frames, fe.input);

    fr->events->ended(fr->conn->owner);
}

static void frames_ready(struct conn_input *in)
{
    struct frames *fr = CONTAINER_OF(in, struct frames, fe.input);

    fr->events->ready(fr->conn->owner);
}

static void frames_greet(struct frontend *fe)
{
    conn_send_bytes(frames_of(fe)->conn, "frames 1\r\n", 10);
}

static void frames_resume(struct frontend *fe)
{
    frames_of(fe)->may_run = true;
    run_frames(frames_of(fe));
}

static void frames_describe(const struct frontend *fe, struct reply *r)
{
    (void)fe;
    r->kind = REPLY_TERMINAL_PLAIN;
}

static unsigned frames_columns(const struct frontend *fe)
{
    (void)fe;
    return 0;
}

static void frames_free(struct frontend *fe)
{
    frames_freed++;
    strbuf_fini(&frames_of(fe)->in);
    free(frames_of(fe));
}

static void frames_attach(struct conn *conn, const struct frontend_host *host)
{
    static const struct conn_input_ops input_ops = {
        .input = frames_input, .eof = frames_eof, .ready = frames_ready};
    static const struct frontend_ops ops = {.greet = frames_greet,
                                            .resume = frames_resume,
                                            .describe = frames_describe,
                                            .columns = frames_columns,
                                            .rows = frames_columns,
                                            .free = frames_free};
    struct frames *fr = mem_zalloc(sizeof(*fr));

    frames_made++;
    fr->fe.input.ops = &input_ops;
    fr->fe.ops = &ops;
    fr->conn = conn;
    fr->events = host->events;
    conn_set_input(conn, &fr->fe.input);
}

static const struct door_profile door_frames = {.listener = {.kind = LISTENER_TLS}, .attach_frontend = frames_attach};

static const struct door_profile door_proxied_frames = {
    .listener = {.kind = LISTENER_PROXIES}, .attach_frontend = frames_attach, .is_proxied = true};

/* ---- memory --------------------------------------------------------------------------------------- */

static int allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    allocations++;
    return __real_realloc(old, size);
}

/* ---- the world ------------------------------------------------------------------------------------ */

static struct fake_loop f;
static struct fake_log the_log;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct session_env env;
static struct door door;
static struct timeq telling;
static char folder[] = "/tmp/chatd-door-XXXXXX";

static void listen_at(const char *name, const struct door_profile *profile)
{
    struct listener_place place = {.profile = &profile->listener};
    char path[64], err[256] = "";

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    assert_true(addr_listen_parse_path(&place.at, path, strlen(path), err, sizeof(err)));
    if (!listener_open(&door.listeners, &place, err, sizeof(err))) {
        fail_msg("%s", err);
    }
}

static void nothing_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    (void)node;
}

static const struct door_limits limits = {.admit = {.clients = 2, .per_address = 1},
                                          .proxies = {.from = "192.0.2.0/24, unix", .waiting = 3, .wait_ms = 5000}};

/* With other proxies than limits has. */
static void take_from(const char *from, bool is_everywhere)
{
    struct door_limits other = limits;

    other.proxies.from = from;
    other.proxies.is_everywhere = is_everywhere;
    door_set_limits(&door, &other);
}

static int begin(void **state)
{
    static const struct chat_limits chat_limits = {
        .rooms = 100, .rooms_per_client = 16, .announce_members = 100};
    static const struct session_limits session_limits = {.server_name = "chat.example",
                                                         .motd = "",
                                                         .default_room = "lobby",
                                                         .nick_chars = 24,
                                                         .room_chars = 32,
                                                         .topic_chars = 256,
                                                         .lines = {.line_bytes = 2048, .line_parts = 16},
                                                         .flood = {.period_ms = 1000, .burst = 20}};
    struct net_limits net = fake_net_limits();
    struct chat_ports ports;

    (void)state;
    strcpy(folder, "/tmp/chatd-door-XXXXXX");
    assert_non_null(mkdtemp(folder));
    fake_loop_init(&f, &net);
    fake_log_init(&the_log);
    log_set_level(LOG_LEVEL_INFO);
    dir = fake_directory_new();
    store = fake_store_new(50);
    ports = (struct chat_ports){.bus = &dir->bus, .directory = &dir->dir, .store = &store->store};
    chat_init(&chat, &f.clock, &chat_limits, &ports);
    env = (struct session_env){
        .chat = &chat, .clock = &f.clock, .gone = door_leave, .heard = door_heard, .gone_ctx = &door};
    sessions_init(&env, &session_limits);
    timeq_init(&telling, 1000, nothing_due, NULL);
    door = (struct door){.net = &f.net, .sessions = &env};
    door_init(&door, &limits, &telling);
    loop_add_timeq(&f.loop, &door.preambles.waiting);
    loop_add_timeq(&f.loop, &env.arriving);
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    loop_add_timeq(&f.loop, &env.reading);
    loop_add_timeq(&f.loop, &env.flooded);
    loop_add_timeq(&f.loop, &env.silent);
    loop_add_timeq(&f.loop, &env.idle);
    loop_add_timeq(&f.loop, &door.farewell.leaving);
    loop_add_timeq(&f.loop, &env.warned);
    frames_made = frames_freed = 0;
    listen_at("lines", &door_lines);
    listen_at("frames", &door_frames);
    listen_at("proxies", &door_proxied_frames);
    fake_log_read(&the_log);
    return 0;
}

static int end(void **state)
{
    (void)state;
    door_close(&door);
    fake_loop_net_fini(&f);
    door_fini(&door);
    chat_fini(&chat);
    fake_store_end(store);
    fake_loop_fini(&f);
    fake_log_fini(&the_log);
    assert_int_equal(frames_freed, frames_made);
    return rmdir(folder); /* the listeners' files have gone with them */
}

static int come_to(const char *name)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(un.sun_path, sizeof(un.sun_path), "%s/%s", folder, name);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&un, sizeof(un)), 0);
    fake_loop_turns(&f, 2);
    return fd;
}

/* The bytes that a client has received since the last call; valid until the next. */
static const char *heard(int fd)
{
    static char buf[16384];
    struct strbuf got = {0};

    fake_loop_turns(&f, 2);
    fake_read(fd, &got);
    snprintf(buf, sizeof(buf), "%s", strbuf_str(&got));
    strbuf_fini(&got);
    return buf;
}

/* ---- the tests ------------------------------------------------------------------------------------ */

static void listener_decides_on_the_front_end(void **state)
{
    const char *got;
    int raw, framed;

    (void)state;
    raw = come_to("lines");
    assert_int_equal(frames_made, 0);
    assert_int_equal(fake_log_count(&the_log, " client connected client=1 address=unix\n"), 1);
    framed = come_to("frames");
    assert_int_equal(frames_made, 1);
    assert_int_equal(fake_log_count(&the_log, " client connected client=2 address=unix for=tls\n"), 1);
    got = heard(framed);
    assert_ptr_equal(strstr(got, "frames 1\r\n"), got); /* its own greeting comes first, once */
    assert_null(strstr(got + 1, "frames 1"));
    assert_non_null(strstr(got, "-- Welcome to chat.example."));
    heard(raw);

    /* Both are in the same room, each with bytes of its own kind. */
    fake_write(framed, "\005hello\003h", 8);
    assert_string_equal(heard(raw), "[#lobby] -- guest2 joined\r\n[#lobby] guest2: hello\r\n");
    fake_write(framed, "o!", 2);
    assert_string_equal(heard(raw), "[#lobby] guest2: ho!\r\n");
    fake_puts(raw, "hi\n");
    assert_string_equal(heard(framed), "[#lobby] -- guest1 joined\r\n[#lobby] guest1: hi\r\n");
    close(framed);
    close(raw);
    fake_loop_turns(&f, 3);
    assert_int_equal(door.admit.clients, 0);
}

static void newcomers_of_all_listeners_count_together(void **state)
{
    const char *log_text;
    int fds[3];

    (void)state;
    fds[0] = come_to("lines");
    fds[1] = come_to("frames");
    fds[2] = come_to("frames");
    assert_int_equal(door.admit.clients, 2);
    assert_int_equal(frames_made, 1);
    assert_non_null(strstr(heard(fds[2]), "!! server-full: "));
    close(fds[2]);
    fds[2] = come_to("lines"); /* the ordinary listener has no name */
    assert_non_null(strstr(heard(fds[2]), "!! server-full: "));
    log_text = fake_log_read(&the_log);
    assert_non_null(strstr(log_text, "reason=server-full address=unix option=limits.clients unsaid=0 for=tls\n"));
    assert_non_null(strstr(log_text, "reason=server-full address=unix option=limits.clients unsaid=0\n"));
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
}

/* A crowd that comes again and again costs no memory; nor do its lines in the log. */
static void refusing_allocates_nothing(void **state)
{
    int in[2] = {come_to("lines"), come_to("lines")}, out[2 * FAREWELL_PLACES];
    int made;

    (void)state;
    close(come_to("lines")); /* the first one makes what is kept */
    made = allocations;
    for (int i = 0; i < 2 * FAREWELL_PLACES; i++) {
        out[i] = come_to("lines");
    }
    assert_int_equal(allocations, made);
    assert_int_equal(door.admit.refused[REASON_SERVER_FULL], 1 + 2 * FAREWELL_PLACES);
    assert_int_equal(f.net.count, 2);
    for (int i = 0; i < 2 * FAREWELL_PLACES; i++) {
        assert_non_null(strstr(heard(out[i]), "!! server-full: "));
        close(out[i]);
    }
    fake_loop_pass(&f, FAREWELL_MS);
    assert_true(timeq_is_empty(&door.farewell.leaving));
    close(in[0]);
    close(in[1]);
}

/* Bytes that the refused one sends do not make the system take back the line that it was told. */
static void refused_one_that_talks_gets_its_line(void **state)
{
    int in[2] = {come_to("lines"), come_to("lines")}, out = come_to("lines");

    (void)state;
    fake_puts(out, "hello\nis anybody there?\n");
    fake_loop_pass(&f, FAREWELL_MS);
    assert_non_null(strstr(heard(out), "!! server-full: "));
    close(out);
    close(in[0]);
    close(in[1]);
}

#define FROM(last) "PROXY TCP4 192.0.2." #last " 198.51.100.1 9 4000\r\n"

static void newcomer_is_admitted_by_the_address_that_its_proxy_tells(void **state)
{
    int fds[3];

    (void)state;
    fds[0] = come_to("proxies");
    assert_int_equal(door.preambles.count, 1);
    assert_int_equal(f.net.count, 0);
    assert_int_equal(door.admit.clients, 0); /* it is not a client yet, and gets nothing */
    assert_true(fake_is_quiet(fds[0]));
    assert_int_equal(fake_log_count(&the_log, "client"), 0);
    fake_puts(fds[0], FROM(7) "\002hi");
    assert_non_null(strstr(heard(fds[0]), "-- Welcome to chat.example."));
    assert_int_equal(
        fake_log_count(&the_log, " client connected client=1 address=192.0.2.7:9 for=proxies\n"), 1);
    assert_int_equal(env.lines, 1);

    fds[1] = come_to("proxies");
    fake_puts(fds[1], FROM(7));
    assert_non_null(strstr(heard(fds[1]), "!! too-many-from-address: "));
    assert_int_equal(
        fake_log_count(&the_log, " client refused reason=too-many-from-address address=192.0.2.7:9 "
                                 "option=limits.clients_per_address unsaid=0 for=proxies\n"), 1);
    fds[2] = come_to("proxies");
    fake_puts(fds[2], FROM(8));
    assert_non_null(strstr(heard(fds[2]), "-- You are guest2."));
    assert_int_equal(door.admit.clients, 2);
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
    fake_loop_turns(&f, 3);
    assert_int_equal(door.admit.clients, 0);
}

/* It comes and is told this error, and the log has this line. */
static void assert_refused(const char *name, const char *text, const char *code, const char *fields)
{
    int fd = come_to(name);
    char log_line[256];

    fake_puts(fd, text);
    if (text[0] == '\0') {
        fake_loop_pass(&f, 5000);
    }
    snprintf(log_line, sizeof(log_line), "!! %s: ", code);
    assert_non_null(strstr(heard(fd), log_line));
    snprintf(log_line, sizeof(log_line), " client refused reason=%s address=unix %sunsaid=0 for=%s\n", code, fields,
             name);
    assert_int_equal(fake_log_count(&the_log, log_line), 1);
    close(fd);
    fake_loop_turns(&f, 3);
}

static void one_without_its_header_never_was_a_client(void **state)
{
    int silent;

    (void)state;
    assert_refused("proxies", "hello\n", "proxy-missing", "option=proxy.from ");
    assert_refused("proxies", "PROXY TCP4\r\n", "proxy-malformed", "");
    assert_refused("proxies", "", "proxy-missing", "option=proxy.from ");
    silent = come_to("proxies");
    close(silent); /* as a health check does */
    fake_loop_turns(&f, 3);
    assert_int_equal(fake_log_count(&the_log, "client"), 0);
    assert_int_equal(f.net.count, 0);
    assert_int_equal(frames_made, 0);
    assert_int_equal(door.admit.clients, 0);
    assert_int_equal(door.preambles.count, 0);
    assert_int_equal(door.admit.refused[REASON_PROXY_MISSING], 2);
}

static void header_is_taken_from_proxies_alone(void **state)
{
    int fd;

    (void)state;
    take_from("192.0.2.1", false);
    assert_refused("proxies", FROM(7), "proxy-only", "option=proxy.from ");
    fd = come_to("frames");
    assert_non_null(strstr(heard(fd), "frames 1"));
    close(fd);
    fake_loop_turns(&f, 3);
    fake_log_read(&the_log);

    /* Without listeners of their own, proxies are at every listener. */
    take_from("unix", true);
    fd = come_to("frames");
    assert_true(fake_is_quiet(fd));
    fake_puts(fd, FROM(7));
    assert_non_null(strstr(heard(fd), "frames 1"));
    assert_int_equal(fake_log_count(&the_log, " address=192.0.2.7:9 for=tls\n"), 1);
    close(fd);
    take_from("", true);
    fd = come_to("frames");
    assert_non_null(strstr(heard(fd), "frames 1"));
    close(fd);
}

static void proxys_own_connections_have_the_limit_on_all_alone(void **state)
{
    int fds[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        fds[i] = come_to("proxies");
        fake_puts(fds[i], "PROXY UNKNOWN\r\n");
        assert_non_null(strstr(heard(fds[i]), i < 2 ? "frames 1" : "!! server-full"));
    }
    fake_puts(fds[0], "\002hi");
    fake_loop_turns(&f, 2);
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
    fake_loop_turns(&f, 3);
    /* That it is well is not worth a line; that one has said something is. */
    assert_int_equal(fake_log_count(&the_log, " client closed client=1 "), 1);
}

static void only_so_many_headers_are_waited_for(void **state)
{
    int fds[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        fds[i] = come_to("proxies");
    }
    assert_refused("proxies", FROM(7), "proxy-full", "option=proxy.waiting ");
    fake_puts(fds[0], FROM(7));
    assert_non_null(strstr(heard(fds[0]), "frames 1"));
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(listener_decides_on_the_front_end),
        TEST(newcomers_of_all_listeners_count_together),
        TEST(newcomer_is_admitted_by_the_address_that_its_proxy_tells),
        TEST(one_without_its_header_never_was_a_client),
        TEST(header_is_taken_from_proxies_alone),
        TEST(proxys_own_connections_have_the_limit_on_all_alone),
        TEST(only_so_many_headers_are_waited_for),
        TEST(refusing_allocates_nothing),
        TEST(refused_one_that_talks_gets_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

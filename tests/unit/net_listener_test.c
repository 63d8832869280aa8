/* Tests of net/listener.h, net/accept.h and net/listener_change.h, with real listening sockets on the loopback and in a
 * folder; accept4() and event_add() are wrapped, to fail for want of descriptors and memory on demand. */
#include "config.h"

#include "net/listener.h"

#include "base/log.h"
#include "fakes.h"
#include "net/listener_change.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- the system call ------------------------------------------------------------------------------ */

static int fail_with;  /* errno of accept4(); 0 if it does not fail */
static int fails_left; /* how often it fails */
static int accepts;

int __real_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags);

int __wrap_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
    accepts++;
    assert_int_equal(flags, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fails_left > 0) {
        fails_left--;
        errno = fail_with;
        return -1;
    }
    return __real_accept4(fd, sa, len, flags);
}

static int watch_fails_left; /* how often event_add() fails for an event that reads */

int __real_event_add(struct event *ev, const struct timeval *timeout);
int __wrap_event_add(struct event *ev, const struct timeval *timeout);

int __wrap_event_add(struct event *ev, const struct timeval *timeout)
{
    if (watch_fails_left > 0 && (event_get_events(ev) & EV_READ) != 0) {
        watch_fails_left--;
        return -1;
    }
    return __real_event_add(ev, timeout);
}

/* ---- the world ------------------------------------------------------------------------------------ */

enum { NEWCOMERS = 200 };

static struct fake_loop f;
static struct listener_set set;
static int newcomers[NEWCOMERS], newcomer_count;
static struct addr last_peer;
static const struct listener_profile ordinary, special = {.name = "special"};
static const struct listener_profile *asked_profile; /* of the listeners opened from now on */
static const struct listener_profile *last_profile;
static bool closes_all; /* the accept function closes the listeners */
static char folder[] = "/tmp/chatd-listener-XXXXXX";
static char path[64];
static struct fake_log the_log;

static void take(void *ctx, const struct listener_profile *profile, int fd, const struct addr *peer)
{
    assert_ptr_equal(ctx, &f);
    assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    assert_true(newcomer_count < NEWCOMERS);
    newcomers[newcomer_count++] = fd;
    last_peer = *peer;
    last_profile = profile;
    if (closes_all) {
        listener_close_all(&set);
    }
}

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    strcpy(folder, "/tmp/chatd-listener-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/sock", folder);
    fake_loop_init(&f, &limits);
    fake_log_init(&the_log);
    log_set_level(LOG_LEVEL_INFO);
    set = (struct listener_set){
        .base = f.base, .clock = &f.clock, .accept = take, .ctx = &f, .sorry = "sorry\r\n"};
    listener_set_init(&set);
    loop_add_timeq(&f.loop, &set.resting);
    asked_profile = &ordinary;
    newcomer_count = 0;
    fails_left = 0;
    watch_fails_left = 0;
    closes_all = false;
    return 0;
}

static int end(void **state)
{
    (void)state;
    listener_set_fini(&set);
    while (newcomer_count > 0) {
        close(newcomers[--newcomer_count]);
    }
    fake_loop_fini(&f);
    fake_log_fini(&the_log);
    unlink(path);
    return rmdir(folder);
}

/* The port of the last address logged; the log is read up to there. */
static uint16_t port_logged(void)
{
    char buf[65536];
    ssize_t n = read(the_log.ends[0], buf, sizeof(buf) - 1);
    const char *colon;

    buf[n > 0 ? n : 0] = '\0';
    colon = strstr(buf, "address=127.");
    assert_non_null(colon);
    return (uint16_t)atoi(strrchr(colon, ':') + 1);
}

static void parse(struct addr_listen *where, const char *text)
{
    char err[256];

    assert_true(addr_listen_parse(where, text, strlen(text), err, sizeof(err)));
}

static void parse_path(struct addr_listen *where)
{
    char text[128];

    snprintf(text, sizeof(text), "unix:%s", path);
    parse(where, text);
}

static bool open_place(const struct addr_listen *where, char *err, size_t err_size)
{
    struct listener_place place = {.at = *where, .profile = asked_profile};

    return listener_open(&set, &place, err, err_size);
}

static void listen_at_path(void)
{
    struct addr_listen where;
    char err[256] = "";

    parse_path(&where);
    if (!open_place(&where, err, sizeof(err))) {
        fail_msg("%s", err);
    }
}

static int connect_to_path(void)
{
    struct addr_listen where;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    parse_path(&where);
    assert_int_equal(connect(fd, (const struct sockaddr *)&where.addr, where.len), 0);
    return fd;
}

/* On TCP the kernel may make a connection ready for accept() a little after connect() has returned. */
static void turn_until_there_are(int count)
{
    do {
        fake_loop_turn(&f);
    } while (newcomer_count < count);
    assert_int_equal(newcomer_count, count);
}

/* ---- newcomers ------------------------------------------------------------------------------------ */

static void newcomer_is_handed_over_with_an_address(void **state)
{
    int fd;

    (void)state;
    listen_at_path();
    fd = connect_to_path();
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 1);
    assert_int_equal(last_peer.kind, ADDR_UNIX);
    close(fd);
}

/* The port that the system has chosen for "PLACE:0", out of the log. */
static uint16_t listen_at_tcp(const char *place)
{
    struct addr_listen where;
    char err[256] = "", buf[4096];
    ssize_t n;

    parse(&where, place);
    if (!open_place(&where, err, sizeof(err))) {
        fail_msg("%s", err);
    }
    n = read(the_log.ends[0], buf, sizeof(buf) - 1);
    assert_true(n > 0);
    buf[n] = '\0';
    assert_non_null(strstr(buf, "listening address="));
    return (uint16_t)strtoul(strrchr(buf, ':') + 1, NULL, 10);
}

static void tcp_newcomer_is_known_by_its_ipv4_address_on_any_socket(void **state)
{
    static const char *const places[] = {"127.0.0.1:0", "*:0"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        to.sin_port = htons(listen_at_tcp(places[i]));
        assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
        turn_until_there_are((int)i + 1);
        assert_int_equal(last_peer.kind, ADDR_IPV4);
        assert_int_equal(last_peer.ip[0], 127);
        close(fd);
    }
}

static int option_of(int fd, int level, int option)
{
    int value = -1;
    socklen_t len = sizeof(value);

    assert_int_equal(getsockopt(fd, level, option, &value, &len), 0);
    return value;
}

static void tcp_newcomer_has_the_options_of_the_listening_socket(void **state)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    to.sin_port = htons(listen_at_tcp("127.0.0.1:0"));
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    turn_until_there_are(1);
    assert_int_not_equal(option_of(newcomers[0], IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_not_equal(option_of(newcomers[0], SOL_SOCKET, SO_KEEPALIVE), 0);
    assert_int_equal(option_of(newcomers[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT), 65536);
    assert_int_not_equal(option_of(newcomers[0], SOL_SOCKET, SO_OOBINLINE), 0);
    close(fd);
}

/* The last probe falls due at the end of the time, for any time. */
static void dead_peers_are_given_up_in_the_time_that_is_set(void **state)
{
    static const int seconds[] = {120, 2, 3, 4, 7, 8, 100, 28800};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    (void)state;
    to.sin_port = htons(listen_at_tcp("127.0.0.1:0"));
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int newcomer;

        listener_set_dead(&set, (uint32_t)seconds[i]);
        assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
        turn_until_there_are((int)i + 1);
        newcomer = newcomers[i];
        assert_int_equal(option_of(newcomer, IPPROTO_TCP, TCP_USER_TIMEOUT), seconds[i] * 1000);
        assert_int_equal(option_of(newcomer, IPPROTO_TCP, TCP_KEEPIDLE) +
                             option_of(newcomer, IPPROTO_TCP, TCP_KEEPINTVL) *
                                 option_of(newcomer, IPPROTO_TCP, TCP_KEEPCNT),
                         seconds[i]);
        close(fd);
    }
}

static void newcomers_come_in_bounded_batches(void **state)
{
    int fds[LISTENER_BATCH + 10];

    (void)state;
    listen_at_path();
    for (int i = 0; i < LISTENER_BATCH + 10; i++) {
        fds[i] = connect_to_path();
    }
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, LISTENER_BATCH);
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, LISTENER_BATCH + 10);
    for (int i = 0; i < LISTENER_BATCH + 10; i++) {
        close(fds[i]);
    }
}

static void one_that_has_gone_again_does_not_keep_others_out(void **state)
{
    static const int errors[] = {ECONNABORTED, EINTR, EPROTO, EPERM};

    (void)state;
    listen_at_path();
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        int fd = connect_to_path();

        fail_with = errors[i];
        fails_left = 3;
        fake_loop_turn(&f);
        assert_int_equal(newcomer_count, (int)i + 1);
        close(fd);
    }
    assert_int_equal(set.accepted, 4);
    assert_int_equal(set.failures[LISTENER_GONE], 9); /* EINTR is not counted */
}

static void callee_may_close_the_listeners(void **state)
{
    int one, other;

    (void)state;
    listen_at_path();
    closes_all = true;
    one = connect_to_path();
    other = connect_to_path();
    fake_loop_turns(&f, 2);
    assert_int_equal(newcomer_count, 1);
    close(one);
    close(other);
}

/* ---- out of descriptors --------------------------------------------------------------------------- */

static void shortage_is_told_rested_from_and_recovered_from(void **state)
{
    static const int errors[] = {EMFILE, ENFILE, ENOMEM, ENOBUFS, ENOTSOCK};

    (void)state;
    listen_at_path();
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        struct strbuf got = {0};
        int told = connect_to_path(), waiting = connect_to_path();

        fake_puts(told, "hello"); /* unread bytes would cause a reset */
        fake_log_count(&the_log, "listening");
        newcomer_count = 0;
        fail_with = errors[i];
        fails_left = 1;
        fake_loop_turn(&f);
        assert_int_equal(newcomer_count, 0);
        assert_false(fake_read(told, &got));
        assert_string_equal(strbuf_str(&got), "sorry\r\n");
        assert_true(fake_is_quiet(waiting));
        assert_int_equal(fake_log_count(&the_log, "cannot accept newcomers"), 1);

        accepts = 0;
        fake_loop_pass(&f, LISTENER_REST_MS - 1); /* it rests and does not spin */
        assert_int_equal(accepts, 0);
        fake_loop_pass(&f, 1);
        fake_loop_turn(&f);
        assert_int_equal(newcomer_count, 1);
        assert_int_equal(fake_log_count(&the_log, "accepting newcomers again"), 1);
        close(newcomers[0]);
        close(told);
        close(waiting);
        strbuf_fini(&got);
    }
    newcomer_count = 0;
    assert_int_equal(set.failures[LISTENER_DESCRIPTORS], 2);
    assert_int_equal(set.failures[LISTENER_MEMORY], 2);
    assert_int_equal(set.failures[LISTENER_OTHER], 1);
    assert_int_equal(set.accepted, 5);
}

static void long_shortage_is_one_line_in_the_log(void **state)
{
    int fds[20];

    (void)state;
    listen_at_path();
    for (int i = 0; i < 20; i++) {
        fds[i] = connect_to_path();
    }
    fail_with = EMFILE;
    for (int i = 0; i < 20; i++) {
        struct strbuf got = {0};

        fails_left = 1;
        fake_loop_turn(&f);
        fake_loop_pass(&f, LISTENER_REST_MS);
        assert_false(fake_read(fds[i], &got)); /* each gets the line */
        assert_string_equal(strbuf_str(&got), "sorry\r\n");
        strbuf_fini(&got);
        close(fds[i]);
    }
    assert_int_equal(fake_log_count(&the_log, "cannot accept newcomers"), 1);
    assert_true(set.spare_fd >= 0);
}

static void shortage_without_a_newcomer_left_is_harmless(void **state)
{
    int fd;

    (void)state;
    listen_at_path();
    fd = connect_to_path();
    fail_with = EMFILE;
    fails_left = 2; /* also after the spare descriptor was closed */
    fake_loop_turn(&f);
    fake_loop_pass(&f, LISTENER_REST_MS);
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 1);
    close(fd);
}

static void resting_listener_can_be_closed(void **state)
{
    int fd;

    (void)state;
    listen_at_path();
    fd = connect_to_path();
    fail_with = EMFILE;
    fails_left = 1;
    fake_loop_turn(&f);
    listener_close_all(&set);
    fake_loop_pass(&f, LISTENER_REST_MS);
    close(fd);
}

static void descriptor_that_the_backend_cannot_watch_is_turned_away(void **state)
{
    struct strbuf got = {0};
    int fd;

    (void)state;
    listen_at_path();
    set.max_fd = 2;
    set.past_max = LISTENER_SELECT;
    fd = connect_to_path();
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 0);
    assert_false(fake_read(fd, &got));
    assert_string_equal(strbuf_str(&got), "sorry\r\n");
    assert_int_equal(set.failures[LISTENER_SELECT], 1);
    assert_int_equal(set.accepted, 0);
    strbuf_fini(&got);
    close(fd);
}

static void listener_that_cannot_be_watched_is_tried_again(void **state)
{
    int fd;

    (void)state;
    watch_fails_left = 3;
    listen_at_path();
    fd = connect_to_path();
    for (int i = 0; i < 3; i++) {
        fake_loop_turn(&f);
        assert_int_equal(newcomer_count, 0);
        fake_loop_pass(&f, LISTENER_REST_MS);
    }
    fake_loop_turns(&f, 2);
    assert_int_equal(newcomer_count, 1);
    close(fd);
}

static void people_at_the_edge_of_a_shortage_do_not_flood_the_log(void **state)
{
    int fd;

    (void)state;
    listen_at_path();
    set.past_max = LISTENER_SELECT;
    for (int i = 0; i < 200; i++) {
        set.max_fd = i % 2 == 0 ? 2 : FD_SETSIZE;
        fd = connect_to_path();
        fake_loop_turn(&f);
        close(fd);
        if (newcomer_count > 0) {
            close(newcomers[--newcomer_count]);
        }
    }
    assert_int_equal(set.failures[LISTENER_SELECT], 100);
    assert_int_equal(fake_log_count(&the_log, "newcomers"), 2 * LOG_LIMIT_BURST); /* each beginning and its end */
}

/* ---- unix sockets' files -------------------------------------------------------------------------- */

static void file_goes_with_the_listener(void **state)
{
    struct stat st;

    (void)state;
    listen_at_path();
    assert_int_equal(stat(path, &st), 0);
    listener_close_all(&set);
    assert_int_equal(stat(path, &st), -1);
}

static void leave_a_socket_behind(bool is_live, int *fd)
{
    struct addr_listen where;

    parse_path(&where);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd, (const struct sockaddr *)&where.addr, where.len), 0);
    if (is_live) {
        assert_int_equal(listen(*fd, 1), 0);
    } else {
        close(*fd); /* as for a process that was killed */
    }
}

static void file_has_the_mode_and_group_that_are_wanted(void **state)
{
    struct addr_listen where;
    char err[256] = "";
    struct stat st;
    mode_t mask = umask(0);

    (void)state;
    parse_path(&where);
    where.mode = 0620;
    where.group = getgid();
    assert_true(open_place(&where, err, sizeof(err)));
    umask(mask);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0620);
    assert_int_equal(st.st_gid, getgid());
    listener_close_all(&set);
    if (getuid() != 0) { /* a group of which the process is no member */
        where.group = 0;
        assert_false(open_place(&where, err, sizeof(err)));
        assert_non_null(strstr(err, "Operation not permitted"));
        assert_int_equal(stat(path, &st), -1);
    }
}

/* ---- pausing -------------------------------------------------------------------------------------- */

/* Listens on an address that no other process uses: the port is closed meanwhile, and must still be free after that.
 * *in gets the address for connecting. */
static void listen_at_own_address(struct sockaddr_in *in)
{
    unsigned pid = (unsigned)getpid();
    uint32_t own = 127u << 24 | 128u << 16 | (pid & 0xffff); /* all of 127.0.0.0/8 is the machine itself */
    struct addr_listen where;
    char err[256], text[32];

    snprintf(text, sizeof(text), "127.128.%u.%u:0", pid >> 8 & 255, pid & 255);
    parse(&where, text);
    assert_true(open_place(&where, err, sizeof(err)));
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(own)}};
    in->sin_port = htons(port_logged());
}

static int try_to_connect(const struct sockaddr_in *in)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = connect(fd, (const struct sockaddr *)in, sizeof(*in)) == 0 ? 0 : errno;

    close(fd);
    return error;
}

static void paused_listeners_refuse_until_they_are_resumed(void **state)
{
    struct sockaddr_in in;
    struct stat st;
    char err[256];

    (void)state;
    listen_at_own_address(&in);
    listen_at_path();
    listener_pause_all(&set);
    listener_pause_all(&set);
    assert_true(set.is_paused);
    assert_int_equal(try_to_connect(&in), ECONNREFUSED);
    assert_int_equal(stat(path, &st), -1);
    assert_true(listener_resume_all(&set, err, sizeof(err)));
    assert_true(listener_resume_all(&set, err, sizeof(err)));
    assert_false(set.is_paused);
    assert_int_equal(try_to_connect(&in), 0); /* on the same port as before */
    close(connect_to_path());
    turn_until_there_are(2);
    listener_pause_all(&set); /* it may also be closed while it is paused */
}

static void listener_whose_place_is_taken_leaves_all_paused(void **state)
{
    struct sockaddr_in in;
    char err[256] = "";
    int fd;

    (void)state;
    listen_at_path();
    listen_at_own_address(&in);
    listener_pause_all(&set);
    leave_a_socket_behind(true, &fd);
    assert_false(listener_resume_all(&set, err, sizeof(err)));
    assert_non_null(strstr(err, "Address already in use"));
    assert_true(set.is_paused);
    assert_int_equal(try_to_connect(&in), ECONNREFUSED);
    close(fd);
    assert_true(listener_resume_all(&set, err, sizeof(err))); /* the file that is left there is stale */
    assert_int_equal(try_to_connect(&in), 0);
}

static void newcomers_wait_at_an_adopted_socket_that_is_paused(void **state)
{
    char err[256];
    int fd, client;

    (void)state;
    leave_a_socket_behind(true, &fd);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    listener_adopt(&set, fd, "people", &ordinary);
    listener_pause_all(&set);
    client = connect_to_path();
    fake_loop_turns(&f, 2);
    assert_int_equal(newcomer_count, 0);
    assert_true(listener_resume_all(&set, err, sizeof(err)));
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 1);
    close(client);
}

static void resting_listener_that_is_paused_stays_so(void **state)
{
    char err[256];
    int client;

    (void)state;
    listen_at_path();
    client = connect_to_path();
    fail_with = ENOBUFS;
    fails_left = 2;
    fake_loop_turn(&f);
    listener_pause_all(&set);
    fake_loop_pass(&f, LISTENER_REST_MS);
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 0);
    close(client);
    fails_left = 0;
    assert_true(listener_resume_all(&set, err, sizeof(err)));
    client = connect_to_path();
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 1);
    close(client);
}

/* ---- other places --------------------------------------------------------------------------------- */

/* Changes to the addresses, or fails to, and changes back. */
static bool change(const struct addr_listen *next, size_t count)
{
    struct listener_place places[4];
    char err[256];
    bool is_open;

    assert_true(count <= sizeof(places) / sizeof(places[0]));
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct listener_place){.at = next[i], .profile = asked_profile};
    }
    listener_change_begin(&set, places, count);
    is_open = listener_change_open(&set, places, count, err, sizeof(err));
    (is_open ? listener_change_commit : listener_change_cancel)(&set);
    return is_open;
}

/* Listens on a port that no other process uses by chance on any address: the system chooses other ports for clients. */
static struct addr_listen place_at(const char *host, struct sockaddr_in *in)
{
    struct addr_listen where;
    char text[64];

    snprintf(text, sizeof(text), "%s:%u", host, 20000 + (unsigned)getpid() % 10000);
    parse(&where, text);
    if (in != NULL) {
        memcpy(in, &where.addr, sizeof(*in));
    }
    return where;
}

static void newcomers_at_a_place_that_is_left_are_taken_first(void **state)
{
    struct sockaddr_in in;
    struct stat st;
    int fds[LISTENER_BATCH];

    (void)state;
    listen_at_own_address(&in);
    listen_at_path();
    for (int i = 0; i < LISTENER_BATCH; i++) {
        fds[i] = connect_to_path();
    }
    assert_true(change(NULL, 0));
    assert_int_equal(newcomer_count, LISTENER_BATCH);
    assert_null(set.first);
    assert_null(set.leaving);
    assert_int_equal(stat(path, &st), -1);
    assert_int_equal(try_to_connect(&in), ECONNREFUSED);
    for (int i = 0; i < LISTENER_BATCH; i++) {
        close(fds[i]);
    }
}

static void newcomers_at_a_place_that_is_left_are_taken_in_as_many_turns_as_that_takes(void **state)
{
    struct turn over = {.clock = &f.clock, .since_ns = 1}; /* one newcomer a turn */
    struct addr_listen next;
    struct stat st;
    int fds[4];

    (void)state;
    listen_at_path();
    for (int i = 0; i < 4; i++) {
        fds[i] = connect_to_path();
    }
    set.turn = &over;
    parse(&next, "127.0.0.1:0");
    assert_true(change(&next, 1));
    assert_int_equal(newcomer_count, 1);
    assert_int_equal(stat(path, &st), -1); /* no client can connect any more */
    parse_path(&next);
    assert_true(change(&next, 1)); /* it is another profile by now */
    turn_until_there_are(4);
    fake_loop_turn(&f);
    assert_null(set.leaving);
    close(connect_to_path());
    turn_until_there_are(5);
    for (int i = 0; i < 4; i++) {
        close(fds[i]);
        fds[i] = connect_to_path();
    }
    assert_true(change(NULL, 0));
    assert_non_null(set.leaving);
    listener_pause_all(&set);
    assert_null(set.leaving); /* the close is for listeners that are leaving too */
    for (int i = 0; i < 4; i++) {
        close(fds[i]);
    }
}

static void place_that_stays_is_the_same_socket(void **state)
{
    struct addr_listen next[2];
    struct sockaddr_in in;
    struct stat before, after;

    (void)state;
    listen_at_path();
    listen_at_own_address(&in);
    assert_int_equal(stat(path, &before), 0);
    parse_path(&next[0]);
    parse(&next[1], "127.0.0.1:0");
    next[0].mode = 0602;
    next[0].group = (gid_t)-1;
    assert_true(change(next, 2));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    assert_int_equal(after.st_mode & 07777, 0602);
    assert_int_equal(try_to_connect(&in), ECONNREFUSED);
    close(connect_to_path());
    turn_until_there_are(1);
}

static void place_that_overlaps_with_the_one_before_takes_over(void **state)
{
    struct sockaddr_in in;
    struct addr_listen every = place_at("0.0.0.0", NULL), other = place_at("127.0.0.2", &in);
    struct addr_listen own = place_at("127.0.0.1", NULL);

    (void)state;
    assert_true(change(&other, 1));
    for (int i = 0; i < 3; i++) {
        assert_true(change(&every, 1));
        assert_int_equal(try_to_connect(&in), 0);
        assert_true(change(&own, 1));
        assert_int_equal(try_to_connect(&in), ECONNREFUSED);
    }
}

static void change_that_fails_leaves_all_as_it_was(void **state)
{
    struct addr_listen next[3];
    struct sockaddr_in in;
    struct stat before, after;

    (void)state;
    parse_path(&next[0]);
    next[0].mode = 0640;
    next[0].group = (gid_t)-1;
    next[1] = place_at("127.0.0.2", &in);
    assert_true(change(next, 2));
    assert_int_equal(stat(path, &before), 0);
    next[0].mode = 0602;
    next[1] = place_at("0.0.0.0", NULL);
    parse(&next[2], "192.0.2.1:0"); /* an address of another machine */
    for (int i = 0; i < 3; i++) {
        struct sockaddr_in other = in;

        assert_false(change(next, 3));
        assert_int_equal(stat(path, &after), 0);
        assert_int_equal(after.st_ino, before.st_ino);
        assert_int_equal(after.st_mode, before.st_mode);
        assert_int_equal(try_to_connect(&in), 0);
        other.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        assert_int_equal(try_to_connect(&other), ECONNREFUSED);
    }
    close(connect_to_path());
    turn_until_there_are(4);
}

static void places_change_while_they_are_paused(void **state)
{
    struct addr_listen next[2];
    struct sockaddr_in in;
    struct stat st;
    char err[256];

    (void)state;
    next[0] = place_at("127.0.0.2", &in);
    assert_true(change(next, 1));
    listener_pause_all(&set);
    parse_path(&next[0]);
    next[1] = place_at("0.0.0.0", NULL);
    assert_true(change(next, 2));
    assert_int_equal(stat(path, &st), -1);
    assert_int_equal(try_to_connect(&in), ECONNREFUSED);
    assert_true(listener_resume_all(&set, err, sizeof(err)));
    assert_int_equal(try_to_connect(&in), 0);
    close(connect_to_path());
    turn_until_there_are(2);
}

static void newcomer_comes_with_its_listeners_profile(void **state)
{
    struct addr_listen next[2];
    struct sockaddr_in in;

    (void)state;
    listen_at_own_address(&in);
    asked_profile = &special;
    listen_at_path();
    assert_int_equal(fake_log_count(&the_log, " for=special\n"), 1);
    assert_int_equal(try_to_connect(&in), 0);
    turn_until_there_are(1);
    assert_ptr_equal(last_profile, &ordinary);
    close(connect_to_path());
    turn_until_there_are(2);
    assert_ptr_equal(last_profile, &special);

    /* A listener that stays may get another profile. */
    parse_path(&next[0]);
    parse(&next[1], "192.0.2.1:0"); /* an address of another machine */
    asked_profile = &ordinary;
    assert_false(change(next, 2));
    close(connect_to_path());
    turn_until_there_are(3);
    assert_ptr_equal(last_profile, &special);
    fake_log_read(&the_log);
    assert_true(change(next, 1));
    assert_int_equal(fake_log_count(&the_log, " listening address=unix:"), 1);
    assert_true(change(next, 1));
    assert_int_equal(fake_log_count(&the_log, " listening address=unix:"), 0);
    close(connect_to_path());
    turn_until_there_are(4);
    assert_ptr_equal(last_profile, &ordinary);
}

static void resting_listener_can_be_left(void **state)
{
    int client;

    (void)state;
    listen_at_path();
    client = connect_to_path();
    fail_with = ENOBUFS;
    fails_left = 1000;
    fake_loop_turn(&f);
    assert_true(change(NULL, 0));
    fake_loop_pass(&f, LISTENER_REST_MS);
    fake_loop_turn(&f);
    close(client);
}

static void adopted_socket_is_served_and_its_file_stays(void **state)
{
    struct stat st;
    int fd, client;

    (void)state;
    leave_a_socket_behind(true, &fd);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    listener_adopt(&set, fd, "people", &ordinary);
    assert_int_equal(fake_log_count(&the_log, " socket=people\n"), 1);
    client = connect_to_path();
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 1);
    close(client);
    listener_close_all(&set);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    assert_int_equal(stat(path, &st), 0);
}

static void stale_socket_is_replaced(void **state)
{
    int fd;

    (void)state;
    leave_a_socket_behind(false, &fd);
    listen_at_path();
    fd = connect_to_path();
    fake_loop_turn(&f);
    assert_int_equal(newcomer_count, 1);
    close(fd);
}

static void assert_refused(void)
{
    struct addr_listen where;
    char err[256] = "", want[256];

    parse_path(&where);
    assert_false(open_place(&where, err, sizeof(err)));
    snprintf(want, sizeof(want), "cannot listen on unix:%s: Address already in use", path);
    assert_string_equal(err, want);
    assert_null(set.first);
}

static void live_socket_is_left_alone(void **state)
{
    int fd, client;

    (void)state;
    leave_a_socket_behind(true, &fd);
    assert_refused();
    client = connect_to_path(); /* the file still belongs to the other process */
    close(client);
    close(fd);
}

static void busy_socket_whose_backlog_is_full_is_left_alone(void **state)
{
    int fd, clients[8];
    struct addr_listen where;
    int count = 0;

    (void)state;
    leave_a_socket_behind(true, &fd);
    parse_path(&where);
    for (; count < 8; count++) {
        clients[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connect(clients[count], (const struct sockaddr *)&where.addr, where.len) != 0) {
            break;
        }
    }
    assert_true(count < 8);
    assert_refused();
    for (int i = 0; i <= count; i++) {
        close(clients[i]);
    }
    close(fd);
}

static void plain_file_is_left_alone(void **state)
{
    struct stat st;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    (void)state;
    assert_int_equal(write(fd, "mine", 4), 4);
    close(fd);
    assert_refused();
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 4);
}

static void place_in_use_is_told(void **state)
{
    struct addr_listen where;
    char err[256] = "", text[64];

    (void)state;
    snprintf(text, sizeof(text), "127.0.0.1:%u", listen_at_tcp("127.0.0.1:0"));
    parse(&where, text);
    assert_false(open_place(&where, err, sizeof(err)));
    assert_non_null(strstr(err, "Address already in use"));
    assert_non_null(strstr(err, text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(newcomer_is_handed_over_with_an_address),
        TEST(tcp_newcomer_is_known_by_its_ipv4_address_on_any_socket),
        TEST(tcp_newcomer_has_the_options_of_the_listening_socket),
        TEST(dead_peers_are_given_up_in_the_time_that_is_set),
        TEST(newcomers_come_in_bounded_batches),
        TEST(one_that_has_gone_again_does_not_keep_others_out),
        TEST(callee_may_close_the_listeners),
        TEST(shortage_is_told_rested_from_and_recovered_from),
        TEST(long_shortage_is_one_line_in_the_log),
        TEST(listener_that_cannot_be_watched_is_tried_again),
        TEST(people_at_the_edge_of_a_shortage_do_not_flood_the_log),
        TEST(shortage_without_a_newcomer_left_is_harmless),
        TEST(resting_listener_can_be_closed),
        TEST(descriptor_that_the_backend_cannot_watch_is_turned_away),
        TEST(file_goes_with_the_listener),
        TEST(file_has_the_mode_and_group_that_are_wanted),
        TEST(paused_listeners_refuse_until_they_are_resumed),
        TEST(listener_whose_place_is_taken_leaves_all_paused),
        TEST(newcomers_wait_at_an_adopted_socket_that_is_paused),
        TEST(resting_listener_that_is_paused_stays_so),
        TEST(newcomers_at_a_place_that_is_left_are_taken_first),
        TEST(newcomers_at_a_place_that_is_left_are_taken_in_as_many_turns_as_that_takes),
        TEST(place_that_stays_is_the_same_socket),
        TEST(place_that_overlaps_with_the_one_before_takes_over),
        TEST(change_that_fails_leaves_all_as_it_was),
        TEST(places_change_while_they_are_paused),
        TEST(newcomer_comes_with_its_listeners_profile),
        TEST(resting_listener_can_be_left),
        TEST(adopted_socket_is_served_and_its_file_stays),
        TEST(stale_socket_is_replaced),
        TEST(live_socket_is_left_alone),
        TEST(busy_socket_whose_backlog_is_full_is_left_alone),
        TEST(plain_file_is_left_alone),
        TEST(place_in_use_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

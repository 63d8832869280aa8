/* fake_listeners.c: a set of real listeners for the tests of what surrounds them. */
#include "config.h"

#include "fake_listeners.h"

#include "base/log.h"
#include "net/addr_listen.h"

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
#include <unistd.h>

/* ---- the system calls ---- */

int __real_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags);
int __wrap_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags);

int __wrap_accept4(int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
    world.accepts++;
    assert_int_equal(flags, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (world.fails_left > 0) {
        world.fails_left--;
        errno = world.fail_with;
        return -1;
    }
    return __real_accept4(fd, sa, len, flags);
}

int __real_event_add(struct event *ev, const struct timeval *timeout);
int __wrap_event_add(struct event *ev, const struct timeval *timeout);

int __wrap_event_add(struct event *ev, const struct timeval *timeout)
{
    if (world.watch_fails_left > 0 && (event_get_events(ev) & EV_READ) != 0) {
        world.watch_fails_left--;
        return -1;
    }
    return __real_event_add(ev, timeout);
}

/* ---- the world ---- */

struct fake_listeners world;
const struct listener_profile fake_listeners_ordinary, fake_listeners_special = {.kind = LISTENER_PROXIES};

static void take(void *ctx, const struct listener_profile *profile, int fd, const struct addr *peer)
{
    assert_ptr_equal(ctx, &world.f);
    assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    assert_true(world.count < FAKE_NEWCOMERS);
    world.newcomers[world.count++] = fd;
    world.last_peer = *peer;
    world.last_profile = profile;
    if (world.closes_all) {
        listener_close_all(&world.set);
    }
}

int fake_listeners_begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    strcpy(world.folder, "/tmp/chatd-listener-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    snprintf(world.path, sizeof(world.path), "%s/sock", world.folder);
    fake_loop_init(&world.f, &limits);
    fake_log_init(&world.log);
    log_set_level(LOG_LEVEL_INFO);
    world.set = (struct listener_set){
        .base = world.f.base, .clock = &world.f.clock, .accept = take, .ctx = &world.f, .sorry = "sorry\r\n"};
    listener_set_init(&world.set);
    loop_add_timeq(&world.f.loop, &world.set.resting);
    world.asked_profile = &fake_listeners_ordinary;
    world.count = 0;
    world.fails_left = 0;
    world.watch_fails_left = 0;
    world.closes_all = false;
    return 0;
}

int fake_listeners_end(void **state)
{
    (void)state;
    listener_set_fini(&world.set);
    while (world.count > 0) {
        close(world.newcomers[--world.count]);
    }
    fake_loop_fini(&world.f);
    fake_log_fini(&world.log);
    unlink(world.path);
    return rmdir(world.folder);
}

/* The port of the last address logged; the log is read up to there. */
static uint16_t port_logged(void)
{
    char buf[65536];
    ssize_t n = read(world.log.ends[0], buf, sizeof(buf) - 1);
    const char *colon;

    buf[n > 0 ? n : 0] = '\0';
    colon = strstr(buf, "address=127.");
    assert_non_null(colon);
    return (uint16_t)atoi(strrchr(colon, ':') + 1);
}

void fake_listeners_parse(struct addr_listen *where, const char *text)
{
    char err[256];

    assert_true(addr_listen_parse(where, text, strlen(text), err, sizeof(err)));
}

void fake_listeners_parse_path(struct addr_listen *where)
{
    char text[128];

    snprintf(text, sizeof(text), "unix:%s", world.path);
    fake_listeners_parse(where, text);
}

bool fake_listeners_open(const struct addr_listen *where, char *err, size_t err_size)
{
    struct listener_place place = {.at = *where, .profile = world.asked_profile};

    return listener_open(&world.set, &place, err, err_size);
}

void fake_listeners_open_path(void)
{
    struct addr_listen where;
    char err[256] = "";

    fake_listeners_parse_path(&where);
    if (!fake_listeners_open(&where, err, sizeof(err))) {
        fail_msg("%s", err);
    }
}

int fake_listeners_connect(void)
{
    struct addr_listen where;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    fake_listeners_parse_path(&where);
    assert_int_equal(connect(fd, (const struct sockaddr *)&where.addr, where.len), 0);
    return fd;
}

/* On TCP the kernel may make a connection ready for accept() a little after connect() has returned. */
void fake_listeners_turn_until(int count)
{
    do {
        fake_loop_turn(&world.f);
    } while (world.count < count);
    assert_int_equal(world.count, count);
}

/* The port that the system has chosen for "PLACE:0", out of the log. */
uint16_t fake_listeners_open_tcp(const char *place)
{
    struct addr_listen where;
    char err[256] = "", buf[4096];
    ssize_t n;

    fake_listeners_parse(&where, place);
    if (!fake_listeners_open(&where, err, sizeof(err))) {
        fail_msg("%s", err);
    }
    n = read(world.log.ends[0], buf, sizeof(buf) - 1);
    assert_true(n > 0);
    buf[n] = '\0';
    assert_non_null(strstr(buf, "listening address="));
    return (uint16_t)strtoul(strrchr(buf, ':') + 1, NULL, 10);
}

void fake_listeners_leave_socket(bool is_live, int *fd)
{
    struct addr_listen where;

    fake_listeners_parse_path(&where);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd, (const struct sockaddr *)&where.addr, where.len), 0);
    if (is_live) {
        assert_int_equal(listen(*fd, 1), 0);
    } else {
        close(*fd); /* as for a process that was killed */
    }
}

/* Listens on an address that no other process uses: the port is closed meanwhile, and must still be free after that.
 * *in gets the address for connecting. */
void fake_listeners_open_own(struct sockaddr_in *in)
{
    unsigned pid = (unsigned)getpid();
    uint32_t own = 127u << 24 | 128u << 16 | (pid & 0xffff); /* all of 127.0.0.0/8 is the machine itself */
    struct addr_listen where;
    char err[256], text[32];

    snprintf(text, sizeof(text), "127.128.%u.%u:0", pid >> 8 & 255, pid & 255);
    fake_listeners_parse(&where, text);
    assert_true(fake_listeners_open(&where, err, sizeof(err)));
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(own)}};
    in->sin_port = htons(port_logged());
}

int fake_listeners_try(const struct sockaddr_in *in)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int error = connect(fd, (const struct sockaddr *)in, sizeof(*in)) == 0 ? 0 : errno;

    close(fd);
    return error;
}

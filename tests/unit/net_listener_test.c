/* Tests of net/listener.h: real listening sockets on the loopback and in a folder. */
#include "config.h"

#include "net/listener.h"

#include "fake_listeners.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

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
    to.sin_port = htons(fake_listeners_open_tcp("127.0.0.1:0"));
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    fake_listeners_turn_until(1);
    assert_int_not_equal(option_of(world.newcomers[0], IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_not_equal(option_of(world.newcomers[0], SOL_SOCKET, SO_KEEPALIVE), 0);
    assert_int_equal(option_of(world.newcomers[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT), 65536);
    assert_int_not_equal(option_of(world.newcomers[0], SOL_SOCKET, SO_OOBINLINE), 0);
    close(fd);
}

/* The last probe falls due at the end of the time, for any time. */
static void dead_peers_are_given_up_in_the_time_that_is_set(void **state)
{
    static const int seconds[] = {120, 2, 3, 4, 7, 8, 100, 28800};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};

    (void)state;
    to.sin_port = htons(fake_listeners_open_tcp("127.0.0.1:0"));
    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int newcomer;

        listener_set_dead(&world.set, (uint32_t)seconds[i]);
        assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
        fake_listeners_turn_until((int)i + 1);
        newcomer = world.newcomers[i];
        assert_int_equal(option_of(newcomer, IPPROTO_TCP, TCP_USER_TIMEOUT), seconds[i] * 1000);
        assert_int_equal(option_of(newcomer, IPPROTO_TCP, TCP_KEEPIDLE) +
                             option_of(newcomer, IPPROTO_TCP, TCP_KEEPINTVL) *
                                 option_of(newcomer, IPPROTO_TCP, TCP_KEEPCNT),
                         seconds[i]);
        close(fd);
    }
}

static void file_goes_with_the_listener(void **state)
{
    struct stat st;

    (void)state;
    fake_listeners_open_path();
    assert_int_equal(stat(world.path, &st), 0);
    listener_close_all(&world.set);
    assert_int_equal(stat(world.path, &st), -1);
}

static void file_has_the_mode_and_group_that_are_wanted(void **state)
{
    struct addr_listen where;
    char err[256] = "";
    struct stat st;
    mode_t mask = umask(0);

    (void)state;
    fake_listeners_parse_path(&where);
    where.mode = 0620;
    where.group = getgid();
    assert_true(fake_listeners_open(&where, err, sizeof(err)));
    umask(mask);
    assert_int_equal(stat(world.path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0620);
    assert_int_equal(st.st_gid, getgid());
    listener_close_all(&world.set);
    if (getuid() != 0) { /* a group of which the process is no member */
        where.group = 0;
        assert_false(fake_listeners_open(&where, err, sizeof(err)));
        assert_non_null(strstr(err, "Operation not permitted"));
        assert_int_equal(stat(world.path, &st), -1);
    }
}

static void paused_listeners_refuse_until_they_are_resumed(void **state)
{
    struct sockaddr_in in;
    struct stat st;
    char err[256];

    (void)state;
    fake_listeners_open_own(&in);
    fake_listeners_open_path();
    listener_pause_all(&world.set);
    listener_pause_all(&world.set);
    assert_true(world.set.is_paused);
    assert_int_equal(fake_listeners_try(&in), ECONNREFUSED);
    assert_int_equal(stat(world.path, &st), -1);
    assert_true(listener_resume_all(&world.set, err, sizeof(err)));
    assert_true(listener_resume_all(&world.set, err, sizeof(err)));
    assert_false(world.set.is_paused);
    assert_int_equal(fake_listeners_try(&in), 0); /* on the same port as before */
    close(fake_listeners_connect());
    fake_listeners_turn_until(2);
    listener_pause_all(&world.set); /* it may also be closed while it is paused */
}

static void listener_whose_place_is_taken_leaves_all_paused(void **state)
{
    struct sockaddr_in in;
    char err[256] = "";
    int fd;

    (void)state;
    fake_listeners_open_path();
    fake_listeners_open_own(&in);
    listener_pause_all(&world.set);
    fake_listeners_leave_socket(true, &fd);
    assert_false(listener_resume_all(&world.set, err, sizeof(err)));
    assert_non_null(strstr(err, "Address already in use"));
    assert_true(world.set.is_paused);
    assert_int_equal(fake_listeners_try(&in), ECONNREFUSED);
    close(fd);
    assert_true(listener_resume_all(&world.set, err, sizeof(err))); /* the file that is left there is stale */
    assert_int_equal(fake_listeners_try(&in), 0);
}

static void newcomers_wait_at_an_adopted_socket_that_is_paused(void **state)
{
    char err[256];
    int fd, client;

    (void)state;
    fake_listeners_leave_socket(true, &fd);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    listener_adopt(&world.set, fd, "people", &fake_listeners_ordinary);
    listener_pause_all(&world.set);
    client = fake_listeners_connect();
    fake_loop_turns(&world.f, 2);
    assert_int_equal(world.count, 0);
    assert_true(listener_resume_all(&world.set, err, sizeof(err)));
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 1);
    close(client);
}

static void resting_listener_that_is_paused_stays_so(void **state)
{
    char err[256];
    int client;

    (void)state;
    fake_listeners_open_path();
    client = fake_listeners_connect();
    world.fail_with = ENOBUFS;
    world.fails_left = 2;
    fake_loop_turn(&world.f);
    listener_pause_all(&world.set);
    fake_loop_pass(&world.f, LISTENER_REST_MS);
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 0);
    close(client);
    world.fails_left = 0;
    assert_true(listener_resume_all(&world.set, err, sizeof(err)));
    client = fake_listeners_connect();
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 1);
    close(client);
}

static void adopted_socket_is_served_and_its_file_stays(void **state)
{
    struct stat st;
    int fd, client;

    (void)state;
    fake_listeners_leave_socket(true, &fd);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    listener_adopt(&world.set, fd, "people", &fake_listeners_ordinary);
    assert_int_equal(fake_log_count(&world.log, " socket=people\n"), 1);
    client = fake_listeners_connect();
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 1);
    close(client);
    listener_close_all(&world.set);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    assert_int_equal(stat(world.path, &st), 0);
}

static void stale_socket_is_replaced(void **state)
{
    int fd;

    (void)state;
    fake_listeners_leave_socket(false, &fd);
    fake_listeners_open_path();
    fd = fake_listeners_connect();
    fake_loop_turn(&world.f);
    assert_int_equal(world.count, 1);
    close(fd);
}

static void assert_refused(void)
{
    struct addr_listen where;
    char err[256] = "", want[256];

    fake_listeners_parse_path(&where);
    assert_false(fake_listeners_open(&where, err, sizeof(err)));
    snprintf(want, sizeof(want), "cannot listen on unix:%s: Address already in use", world.path);
    assert_string_equal(err, want);
    assert_null(world.set.first);
}

static void live_socket_is_left_alone(void **state)
{
    int fd, client;

    (void)state;
    fake_listeners_leave_socket(true, &fd);
    assert_refused();
    client = fake_listeners_connect(); /* the file still belongs to the other process */
    close(client);
    close(fd);
}

static void busy_socket_whose_backlog_is_full_is_left_alone(void **state)
{
    int fd, clients[8];
    struct addr_listen where;
    int count = 0;

    (void)state;
    fake_listeners_leave_socket(true, &fd);
    fake_listeners_parse_path(&where);
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
    int fd = open(world.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    (void)state;
    assert_int_equal(write(fd, "mine", 4), 4);
    close(fd);
    assert_refused();
    assert_int_equal(stat(world.path, &st), 0);
    assert_int_equal(st.st_size, 4);
}

static void place_in_use_is_told(void **state)
{
    struct addr_listen where;
    char err[256] = "", text[64];

    (void)state;
    snprintf(text, sizeof(text), "127.0.0.1:%u", fake_listeners_open_tcp("127.0.0.1:0"));
    fake_listeners_parse(&where, text);
    assert_false(fake_listeners_open(&where, err, sizeof(err)));
    assert_non_null(strstr(err, "Address already in use"));
    assert_non_null(strstr(err, text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_listeners_begin, fake_listeners_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tcp_newcomer_has_the_options_of_the_listening_socket),
        TEST(dead_peers_are_given_up_in_the_time_that_is_set),
        TEST(file_goes_with_the_listener),
        TEST(file_has_the_mode_and_group_that_are_wanted),
        TEST(paused_listeners_refuse_until_they_are_resumed),
        TEST(listener_whose_place_is_taken_leaves_all_paused),
        TEST(newcomers_wait_at_an_adopted_socket_that_is_paused),
        TEST(resting_listener_that_is_paused_stays_so),
        TEST(adopted_socket_is_served_and_its_file_stays),
        TEST(stale_socket_is_replaced),
        TEST(live_socket_is_left_alone),
        TEST(busy_socket_whose_backlog_is_full_is_left_alone),
        TEST(plain_file_is_left_alone),
        TEST(place_in_use_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

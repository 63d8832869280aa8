/* Tests of sockets that a service manager has opened and passes to chatd. */
#include "config.h"

#include "harness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char *file(const char *name)
{
    return harness_text("%s/%s", harness_dir(), name);
}

static bool is_there(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

static void every_socket_for_people_is_served_in_place_of_server_listen(void)
{
    const char *own = file("own"), *second = harness_has_ipv6() ? "[::1]" : "127.0.0.1";
    struct daemon *d;

    harness_needs_systemd();
    daemon_hand_over(
        (const int[]){manager_listen("127.0.0.1"), manager_listen(second), manager_listen(file("sock"))}, 3,
        "chatd.socket:people:local");
    d = daemon_start("-o", harness_text("server.listen=unix:%s", own));
    assert_int_equal(daemon_count_log(d, " listening address="), 3);
    daemon_wait_log(d, harness_text("server.listen gives way to the service manager's sockets listen=unix:%s", own));
    daemon_wait_log(d, " socket=chatd.socket\n");
    assert_false(is_there(own));
    for (unsigned i = 0; i < 3; i++) {
        client_take_name(client_open_at(daemon_address(d, i)), harness_text("client%u", i));
    }
    assert_string_equal(daemon_address(d, 2), harness_text("unix:%s", file("sock")));
}

static void socket_file_of_the_manager_outlives_the_daemon(void)
{
    const char *address = harness_text("unix:%s", file("sock"));
    struct client *alice;
    struct daemon *d;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(file("sock"))}, 1, "people");
    d = daemon_start();
    client_sync(client_open_at(address));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_true(is_there(file("sock")));
    alice = client_open_at(address); /* before a daemon accepts */
    client_send(alice, "/nick alice\n");
    daemon_start();
    client_expect(alice, "You are now alice");
}

static void descriptors_survive_a_closed_standard_input(void)
{
    const char *address = harness_text("unix:%s", file("sock"));

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(file("sock")), manager_listen(file("other"))}, 2, "a:b");
    daemon_wrap("exec <&-");
    daemon_start();
    client_sync(client_open_at(address));
    client_sync(client_open_at(harness_text("unix:%s", file("other"))));
}

static void control_and_metrics_go_to_those_whose_they_are_and_people_to_server_listen(void)
{
    const char *own = file("own");
    struct client *c;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(file("metrics")), manager_listen(file("control"))}, 2,
                     "metrics:control");
    daemon_start("-o", harness_text("server.listen=unix:%s", own), "-o",
                 harness_text("control.socket=%s", file("other")), "-o",
                 harness_text("metrics.listen=unix:%s", file("another")));
    client_sync(client_open_at(harness_text("unix:%s", own)));
    c = client_open_at(harness_text("unix:%s", file("control")));
    client_send(c, "status\n");
    client_expect(c, "clients");
    client_close(c);
    c = client_open_at(harness_text("unix:%s", file("metrics")));
    client_send(c, "GET /metrics HTTP/1.0\r\n\r\n");
    client_expect(c, "200 OK");
    client_close(c);
    assert_false(is_there(file("other")));
    assert_false(is_there(file("another")));
}

/* The service manager has the same socket and may change its flags: that must not block the loop. */
static void giver_that_makes_a_socket_blocking_stops_nothing(void)
{
    int fds[] = {manager_listen(file("people")), manager_listen(file("metrics")), manager_listen(file("control"))};
    struct client *alice;

    harness_needs_systemd();
    daemon_hand_over(fds, 3, "people:metrics:control");
    daemon_start();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fcntl(fds[i], F_SETFL, fcntl(fds[i], F_GETFL) & ~O_NONBLOCK), 0);
    }
    alice = client_open_at(harness_text("unix:%s", file("people")));
    client_sync(alice);
    for (int i = 0; i < 3; i++) {
        struct client *c = client_open_at(harness_text("unix:%s", file("metrics")));

        assert_int_equal(fcntl(fds[1], F_SETFL, fcntl(fds[1], F_GETFL) & ~O_NONBLOCK), 0);
        client_send(c, "GET /metrics HTTP/1.0\r\n\r\n");
        client_expect(c, "200 OK");
        client_close(c);
        client_sync(alice);
        c = client_open_at(harness_text("unix:%s", file("control")));
        client_send(c, "status\n");
        client_expect(c, "clients");
        client_close(c);
        client_sync(alice);
    }
}

static void control_over_tcp_is_refused(void)
{
    struct daemon *d;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen("127.0.0.1")}, 1, "control");
    d = daemon_launch();
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "chatd: the service manager's socket \"control\" has to be a unix socket"));
    assert_int_equal(daemon_count_log(d, " ready version="), 0);
}

static void expect_turned_away(struct client *c)
{
    client_expect(c, "!! server-full: ");
    client_expect_eof(c);
    client_close(c);
}

static void newcomers_are_turned_away_when_the_settings_are_wrong(void)
{
    const char *const wrong[] = {"limits.clients=many", "log.target=file"};
    struct client *waiting[3];
    struct daemon *d;

    harness_needs_systemd();
    for (int i = 0; i < 2; i++) {
        daemon_hand_over((const int[]){manager_listen("127.0.0.1"), manager_listen(file("sock"))}, 2, "people:local");
        for (int n = 0; n < 3; n++) { /* before a daemon accepts */
            waiting[n] = client_open_at(harness_text("unix:%s", file("sock")));
        }
        client_send(waiting[1], "/nick bob\n");
        d = daemon_launch("-o", wrong[i], "-o", harness_text("log.file=%s", harness_dir()));
        assert_int_equal(daemon_wait(d), EX_CONFIG);
        for (int n = 0; n < 3; n++) {
            expect_turned_away(waiting[n]);
        }
        unlink(file("sock"));
    }
}

static void what_nobody_wants_is_told(void)
{
    struct daemon *d;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(file("one")), manager_listen(file("two"))}, 2, "control:control");
    d = daemon_start();
    daemon_wait_log(d, "socket of the service manager is not used socket=control");
}

static void what_a_start_that_fails_did_not_come_to_is_not_told(void)
{
    struct daemon *d;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(file("one")), manager_listen(file("two"))}, 2, "people:control");
    d = daemon_launch("-o", "log.target=file", "-o", harness_text("log.file=%s", harness_dir()));
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "chatd: log.file: "));
    assert_int_equal(daemon_count_log(d, "not used"), 0);
    unlink(file("one"));
    unlink(file("two"));
    /* If the start fails, sockets that were not used are not reported. */
    daemon_hand_over((const int[]){manager_listen("127.0.0.1"), manager_listen(file("two"))}, 2, "control:control");
    d = daemon_launch();
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "chatd: the service manager's socket \"control\" has to be a unix socket"));
    assert_int_equal(daemon_count_log(d, "not used"), 0);
}

static void expect_refusal(int fd, const char *error)
{
    struct daemon *d;

    daemon_hand_over((const int[]){manager_listen(file("good")), manager_keep(fd)}, 2, "good:bad");
    d = daemon_launch();
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), error));
    assert_int_equal(daemon_count_log(d, " ready version="), 0);
    unlink(file("good"));
}

static void what_is_no_listening_stream_socket_is_refused(void)
{
    static const char error[] = "chatd: descriptor 4 of the service manager, \"bad\", is no listening stream socket";
    int pair[2];

    harness_needs_systemd();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    manager_keep(pair[1]);
    expect_refusal(pair[0], error);
    expect_refusal(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error);
    expect_refusal(open("/dev/null", O_RDONLY | O_CLOEXEC), error);
}

static void promise_that_is_not_kept_is_refused(void)
{
    struct daemon *d;

    harness_needs_systemd();
    daemon_wrap("export LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=a:b");
    d = daemon_launch();
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "chatd: LISTEN_FDS and LISTEN_FDNAMES promise descriptors "));
}

static void what_is_meant_for_another_process_is_not_taken(void)
{
    struct daemon *d;

    daemon_hand_over((const int[]){manager_listen(file("sock"))}, 1, "people");
    daemon_wrap("export LISTEN_PID=1");
    d = daemon_start();
    client_sync(client_open(d));
    assert_int_equal(daemon_count_log(d, "gives way"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(every_socket_for_people_is_served_in_place_of_server_listen),
        HARNESS_TEST_ONCE(socket_file_of_the_manager_outlives_the_daemon),
        HARNESS_TEST_ONCE(descriptors_survive_a_closed_standard_input),
        HARNESS_TEST_ONCE(control_and_metrics_go_to_those_whose_they_are_and_people_to_server_listen),
        HARNESS_TEST(giver_that_makes_a_socket_blocking_stops_nothing),
        HARNESS_TEST_ONCE(control_over_tcp_is_refused),
        HARNESS_TEST_ONCE(newcomers_are_turned_away_when_the_settings_are_wrong),
        HARNESS_TEST_ONCE(what_nobody_wants_is_told),
        HARNESS_TEST_ONCE(what_a_start_that_fails_did_not_come_to_is_not_told),
        HARNESS_TEST_ONCE(what_is_no_listening_stream_socket_is_refused),
        HARNESS_TEST_ONCE(promise_that_is_not_kept_is_refused),
        HARNESS_TEST_ONCE(what_is_meant_for_another_process_is_not_taken),
    };

    return harness_main(tests);
}

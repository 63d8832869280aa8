/* Tests of the messages to a service manager, with a socket in place of the manager's. */
#include "config.h"

#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Sets the manager for the daemons from here on; also holds further shell commands. */
static struct manager *open_manager(const char *also)
{
    struct manager *m;

    harness_needs_systemd();
    m = manager_open();
    daemon_wrap(harness_text("export NOTIFY_SOCKET=%s; %s", manager_path(m), also));
    return m;
}

static unsigned long long now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
}

static void ready_is_told_once_a_connection_works(void)
{
    struct manager *m = open_manager(":");
    const char *listen = harness_text("unix:%s/sock", harness_dir());

    daemon_launch("-o", harness_text("server.listen=%s", listen));
    assert_string_equal(manager_next(m), "READY=1\nSTATUS=0 clients, 0 rooms, 0.0 lines/s");
    client_sync(client_open_at(listen));
}

static void who_cannot_start_says_why_and_never_that_it_is_ready(void)
{
    struct manager *m = open_manager(":");
    struct daemon *first = daemon_start(), *second;
    const char *address = daemon_address(first, 0), *got;

    assert_non_null(manager_next(m));
    second = daemon_launch("-o", harness_text("server.listen=%s", address));
    got = manager_next(m);
    assert_string_equal(got, harness_text("STATUS=server.listen: cannot listen on %s: %s\nERRNO=%d", address,
                                          strerror(EADDRINUSE), EADDRINUSE));
    assert_int_equal(daemon_wait(second), 1);
    assert_null(manager_poll(m));
}

/* The next message that is no status, which may come at any time. */
static const char *next_but_statuses(struct manager *m)
{
    const char *got;

    do {
        got = manager_next(m);
    } while (strncmp(got, "STATUS=", 7) == 0);
    return got;
}

/* The time stamp lies between the signal and the answer.  The end is reported whether the reload was applied or
 * refused. */
static void expect_reload(struct manager *m, struct daemon *d)
{
    unsigned long long before = now_us(), stamp;
    const char *got;

    daemon_signal(d, SIGHUP);
    got = manager_expect(m, "RELOADING=1\nMONOTONIC_USEC=");
    stamp = strtoull(strrchr(got, '=') + 1, NULL, 10);
    assert_true(stamp >= before && stamp <= now_us());
    assert_string_equal(next_but_statuses(m), "READY=1");
}

static const char *write_conf(const char *limits)
{
    return harness_file("chatd.ini", harness_text("[limits]\n%s", limits));
}

static void reload_is_told_applied_or_refused_and_drops_nobody(void)
{
    struct manager *m = open_manager(":");
    struct daemon *d = daemon_start("-c", write_conf("rooms = 5\n"));
    struct client *alice = client_join(d, "alice");

    write_conf("rooms = 6\n");
    expect_reload(m, d);
    daemon_wait_log(d, "option changed option=limits.rooms was=5 is=6");
    write_conf("rooms = many\n");
    expect_reload(m, d);
    daemon_wait_log(d, "reload refused");
    manager_expect(m, "STATUS=1 client, 1 room, 0.0 lines/s; the last reload was refused");
    write_conf("rooms = 6\n");
    expect_reload(m, d);
    assert_string_equal(manager_expect(m, "STATUS="), "STATUS=1 client, 1 room, 0.0 lines/s");
    client_sync(alice);
}

/* At any rate, which depends on the time of the lines. */
static const char *expect_lines_told(struct manager *m)
{
    const char *got;

    do {
        got = manager_expect(m, "STATUS=");
    } while (strstr(got, ", 0.0 lines/s") != NULL);
    return got;
}

static void reload_that_hangs_is_over_when_it_is_and_not_before(void)
{
    struct manager *m = open_manager("export WATCHDOG_USEC=200000");
    struct daemon *d = daemon_start("-c", write_conf("rooms = 5\n"));
    struct client *alice = client_join(d, "alice");
    int fifo = harness_fifo("chatd.ini");
    const char *got;

    daemon_signal(d, SIGHUP);
    manager_expect(m, "RELOADING=1\n");
    client_await_reader(alice, fifo);
    assert_int_equal(unlink(harness_text("%s/chatd.ini", harness_dir())), 0);
    write_conf("rooms = 6\n");
    daemon_signal(d, SIGHUP); /* another reload, which has to wait */
    for (int i = 0; i < 3; i++) { /* the loop still runs */
        assert_string_equal(next_but_statuses(m), "WATCHDOG=1");
    }
    close(fifo);
    while (strcmp(got = next_but_statuses(m), "READY=1") != 0) {
        assert_string_equal(got, "WATCHDOG=1");
    }
    manager_expect(m, "RELOADING=1\n");
    manager_expect(m, "READY=1");
    daemon_wait_log(d, "option changed option=limits.rooms was=10000 is=6\n");
}

static void status_counts_people_rooms_and_lines(void)
{
    struct manager *m = open_manager(":");
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    const char *got;

    client_send(alice, "/join #ops\n/join #more\n");
    client_send(alice, harness_repeat("said\n", 600));
    client_join(d, "bob");
    client_sync(alice);
    got = expect_lines_told(m);
    if (strncmp(got, "STATUS=2 clients, 3 rooms, ", 27) != 0) {
        manager_expect(m, "STATUS=2 clients, 3 rooms, ");
    }
    client_close(alice);
    manager_expect(m, "STATUS=1 client, 1 room, ");
}

static void stop_is_told_at_once(void)
{
    struct manager *m = open_manager(":");
    struct daemon *d = daemon_start();

    client_join(d, "alice");
    daemon_signal(d, SIGTERM);
    assert_memory_equal(manager_expect(m, "STOPPING=1"), "STOPPING=1\nSTATUS=stopping: 1 client, ", 37);
    assert_int_equal(daemon_wait(d), 0);
    manager_expect(m, "STATUS=stopped");
}

static void more_time_is_asked_for_while_somebody_does_not_read(void)
{
    struct manager *m = open_manager(":");
    struct daemon *d = daemon_start("-o", harness_text("server.listen=unix:%s/sock", harness_dir()), "-o",
                                    "limits.queue_bytes=8M", "-o", "server.drain_seconds=3600");
    struct client *alice = client_join(d, "alice");
    struct client *sleeper = client_join(d, "sleeper");

    client_expect(alice, "is now sleeper");
    for (int i = 0; i < 1000; i++) {
        client_sendf(alice, "%s\n", harness_repeat("x", 1000));
        if (i % 20 == 19) {
            client_sync(alice);
        }
    }
    client_close(alice);
    daemon_signal(d, SIGTERM);
    manager_expect(m, "STOPPING=1\n");
    for (int i = 0; i < 2; i++) {
        const char *got = manager_expect(m, "EXTEND_TIMEOUT_USEC=");

        assert_memory_equal(got, "EXTEND_TIMEOUT_USEC=10000000\nSTATUS=stopping: 1 client, ", 56);
        assert_null(strstr(got, ", 0 bytes"));
    }
    client_expect(sleeper, "!! shutdown: ");
    client_expect_eof(sleeper);
    client_close(sleeper);
    assert_int_equal(daemon_wait(d), 0);
}

static void signs_of_life_come_from_a_process_that_runs_and_not_from_a_stopped_one(void)
{
    struct manager *m = open_manager("export WATCHDOG_USEC=100000");
    struct daemon *d = daemon_start();
    struct manager *other;

    manager_expect(m, "WATCHDOG=1");
    manager_expect(m, "WATCHDOG=1");
    daemon_signal(d, SIGSTOP);
    daemon_wait_stopped(d);
    while (manager_poll(m) != NULL) {
    }
    /* The signs of life of another daemon measure the time; they come half as often. */
    other = open_manager("export WATCHDOG_USEC=200000");
    daemon_start();
    for (int i = 0; i < 3; i++) {
        manager_expect(other, "WATCHDOG=1");
    }
    assert_null(manager_poll(m));
    daemon_signal(d, SIGCONT);
    manager_expect(m, "WATCHDOG=1");
}

static void nothing_but_the_watchdog_wakes_an_idle_process(void)
{
    struct manager *m = open_manager(":");
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct manager *other;
    long wakes;
    int tries = 0;

    client_send(alice, harness_repeat("said\n", 100));
    client_sync(alice);
    expect_lines_told(m);
    manager_expect(m, "STATUS=1 client, 1 room, 0.0 lines/s");
    other = open_manager("export WATCHDOG_USEC=200000");
    daemon_start();
    /* On a busy machine it may not have begun to wait yet, but not each time. */
    do {
        assert_true(tries++ < 12);
        wakes = daemon_wakes(d);
        for (int i = 0; i < 40; i++) { /* 4 s: longer than between two statuses */
            manager_expect(other, "WATCHDOG=1");
        }
    } while (daemon_wakes(d) != wakes);
    assert_null(manager_poll(m));
}

static void manager_that_does_not_listen_holds_nobody_up(void)
{
    struct manager *m = open_manager("export WATCHDOG_USEC=2000");
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    daemon_wait_log(d, "cannot tell the service manager error=");
    client_sync(alice);
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, " reloaded changes=0");
    client_sync(alice);
    manager_expect(m, "RELOADING=1"); /* after the messages that filled the queue */
    manager_expect(m, "READY=1");
}

static void without_a_manager_it_runs_as_ever(void)
{
    struct daemon *d;

    daemon_wrap(harness_text("export NOTIFY_SOCKET=%s/nobody WATCHDOG_USEC=1000", harness_dir()));
    d = daemon_start();
    client_sync(client_join(d, "alice"));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(ready_is_told_once_a_connection_works),
        HARNESS_TEST_ONCE(who_cannot_start_says_why_and_never_that_it_is_ready),
        HARNESS_TEST_ONCE(reload_is_told_applied_or_refused_and_drops_nobody),
        HARNESS_TEST_ONCE(reload_that_hangs_is_over_when_it_is_and_not_before),
        HARNESS_TEST_ONCE(status_counts_people_rooms_and_lines),
        HARNESS_TEST(stop_is_told_at_once),
        HARNESS_TEST(more_time_is_asked_for_while_somebody_does_not_read),
        HARNESS_TEST(signs_of_life_come_from_a_process_that_runs_and_not_from_a_stopped_one),
        HARNESS_TEST_ONCE(nothing_but_the_watchdog_wakes_an_idle_process),
        HARNESS_TEST_ONCE(manager_that_does_not_listen_holds_nobody_up),
        HARNESS_TEST_ONCE(without_a_manager_it_runs_as_ever),
    };

    return harness_main(tests);
}

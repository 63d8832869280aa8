/* Tests of how chatd stops: people get a goodbye line, the queues are written, and no client can delay the stop for
 * long. */
#include "config.h"

#include "harness.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

static void people_are_told_and_it_ends_well(int sig)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    struct client *nobody = client_open(d);

    client_send(bob, "/format json\n");
    client_expect(bob, "{\"type\":\"ok\"");
    client_expect(nobody, "You are in #lobby");
    daemon_signal(d, sig);
    client_expect(alice, "!! shutdown: ");
    client_expect_eof(alice);
    client_expect(bob, "{\"type\":\"error\",\"code\":\"shutdown\",");
    client_expect_eof(bob);
    client_expect(nobody, "!! shutdown: ");
    client_expect_eof(nobody);
    client_close(alice);
    client_close(bob);
    client_close(nobody);
    assert_int_equal(daemon_wait(d), 0);
    daemon_wait_log(d, " stopping clients=3");
    daemon_wait_log(d, " stopped");
    assert_int_equal(daemon_count_log(d, " reason=shutdown "), 3);
}

static void sigterm_tells_people_and_ends_well(void)
{
    people_are_told_and_it_ends_well(SIGTERM);
}

static void sigint_tells_people_and_ends_well(void)
{
    people_are_told_and_it_ends_well(SIGINT);
}

static void with_nobody_there_it_ends_at_once(void)
{
    struct daemon *d = daemon_start("-o", "server.drain_seconds=3600");

    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(daemon_count_log(d, "clients cut off"), 0);
}

/* Clients that have read everything and do nothing do not delay the stop. */
static void who_does_not_close_does_not_hold_it_up(void)
{
    struct daemon *d = daemon_start("-o", "server.drain_seconds=3600");

    client_join(d, "alice");
    client_join(d, "bob");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

static void newcomers_are_refused_once_it_stops(void)
{
    const char *path = harness_text("unix:%s/sock", harness_dir());
    struct daemon *d =
        daemon_start("-o", harness_text("server.listen=%s", path), "-o", "server.drain_seconds=3600");
    struct client *asker = client_open(d);

    client_send(asker, harness_repeat("/help all\n", 1000));
    client_expect(asker, "/away");
    daemon_signal(d, SIGTERM);
    daemon_wait_log(d, " stopping ");
    client_expect(asker, "!! shutdown: "); /* by then it no longer listens, and the file is removed */
    daemon_wait(d);
    daemon_start("-o", harness_text("server.listen=%s", path));
}

/* Queues lines of about so many bytes for a reader; most of them wait in the daemon. */
static void fill_queue(struct daemon *d, struct client *alice, int lines)
{
    struct client *bob = client_join(d, "bob");

    for (int i = 0; i < lines; i++) {
        client_sendf(alice, "%d:%s\n", i, harness_repeat("x", 1000));
        if (i % 20 == 19) {
            client_expect(bob, harness_text("alice: %d:", i));
        }
    }
    client_sync(alice);
    client_close(bob);
}

/* On a unix socket, for which the system buffers few unread bytes. */
static struct daemon *start_on_unix(const char *drain)
{
    return daemon_start("-o", harness_text("server.listen=unix:%s/sock", harness_dir()), "-o",
                        "limits.queue_bytes=8M", "-o", harness_text("server.drain_seconds=%s", drain));
}

/* The server sends the goodbye to all of them before the first one leaves. */
static void the_goodbye_is_the_last_line(void)
{
    struct daemon *d = start_on_unix("3600");
    struct client *slow = client_join(d, "slow");
    struct client *alice = client_join(d, "alice");
    const char *end;

    client_expect(slow, "is now alice");
    fill_queue(d, alice, 1000);
    daemon_signal(d, SIGTERM);
    client_expect(alice, "!! shutdown: ");
    client_expect_eof(alice);
    client_close(alice);
    daemon_wait_log(d, " name=alice ");
    end = strstr(client_rest(slow), "!! shutdown: ");
    assert_non_null(end);
    assert_string_equal(strchr(end, '\n'), "\n");
    assert_int_equal(daemon_wait(d), 0);
}

static void a_slow_reader_gets_everything_first(void)
{
    enum { LINES = 2000 };
    struct daemon *d = start_on_unix("3600");
    struct client *slow = client_join(d, "slow");
    struct client *alice = client_join(d, "alice");
    char part[4096];
    size_t got = 0;
    ssize_t n;

    client_expect(slow, "is now alice");
    fill_queue(d, alice, LINES);
    daemon_signal(d, SIGTERM);
    daemon_wait_log(d, " stopping ");
    for (int i = 0; i < 100; i++) { /* a little at a time: the daemon waits for each of them */
        struct pollfd readable = {.fd = client_fd(slow), .events = POLLIN};

        assert_int_equal(poll(&readable, 1, harness_deadline_ms()), 1);
        n = recv(client_fd(slow), part, sizeof(part), 0);
        assert_true(n > 0);
        got += (size_t)n;
    }
    assert_true(got < (size_t)LINES * 1000 / 2);
    client_expect(slow, harness_text("alice: %d:", LINES - 1));
    client_expect(slow, "!! shutdown: ");
    client_expect_eof(slow);
    client_close(slow);
    client_close(alice);
    assert_int_equal(daemon_wait(d), 0);
    assert_int_equal(daemon_count_log(d, "clients cut off"), 0);
}

static void a_reader_that_takes_nothing_is_cut_when_the_time_is_over(void)
{
    struct daemon *d = start_on_unix("1");
    struct client *alice = client_join(d, "alice");
    int64_t since;

    client_join(d, "sleeper");
    client_expect(alice, "is now sleeper");
    fill_queue(d, alice, 1000);
    client_close(alice);
    since = harness_now_ms();
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_true(harness_now_ms() - since >= 1000);
    daemon_wait_log(d, "clients cut off clients=1");
    daemon_wait_log(d, " reason=shutdown ");
}

static void with_no_time_to_drain_it_ends_at_once(void)
{
    struct daemon *d = start_on_unix("0");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_join(d, "sleeper");
    client_expect(alice, "is now sleeper");
    client_close(bob);
    client_expect(alice, "-- bob quit"); /* another bob comes */
    fill_queue(d, alice, 1000);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    client_expect(alice, "!! shutdown: "); /* a client that reads gets the line nevertheless */
}

static void a_second_signal_ends_it_at_once(void)
{
    struct daemon *d = start_on_unix("3600");
    struct client *alice = client_join(d, "alice");

    client_join(d, "sleeper");
    client_expect(alice, "is now sleeper");
    fill_queue(d, alice, 1000);
    daemon_signal(d, SIGTERM);
    daemon_wait_log(d, " stopping ");
    client_expect(alice, "!! shutdown: ");
    assert_int_equal(daemon_stop(d, SIGINT), 1);
    daemon_wait_log(d, "stopping at once");
    daemon_wait_log(d, " stopped");
}

static void lines_that_wait_for_their_turn_do_not_hold_it_up(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=1", "-o", "flood.burst=2", "-o",
                                    "server.drain_seconds=3600");
    struct client *alice = client_open(d);

    client_send(alice, harness_repeat("hello\n", 5000));
    client_expect(alice, "nothing is lost");
    daemon_signal(d, SIGTERM);
    client_expect(alice, "!! shutdown: ");
    client_expect_eof(alice); /* not a reset, although not all of its bytes were read */
    client_close(alice);
    assert_int_equal(daemon_wait(d), 0);
}

static void a_broken_pipe_is_no_reason_to_end(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    daemon_signal(d, SIGPIPE);
    for (int i = 0; i < 20; i++) {
        struct client *c = client_open(d);

        client_send(c, harness_repeat("/help\n", 100));
        client_reset(c); /* the answers are sent to a closed connection */
    }
    client_sync(alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(sigterm_tells_people_and_ends_well),
        HARNESS_TEST(sigint_tells_people_and_ends_well),
        HARNESS_TEST(the_goodbye_is_the_last_line),
        HARNESS_TEST_ONCE(with_nobody_there_it_ends_at_once),
        HARNESS_TEST_ONCE(who_does_not_close_does_not_hold_it_up),
        HARNESS_TEST_ONCE(newcomers_are_refused_once_it_stops),
        HARNESS_TEST(a_slow_reader_gets_everything_first),
        HARNESS_TEST(a_reader_that_takes_nothing_is_cut_when_the_time_is_over),
        HARNESS_TEST_ONCE(with_no_time_to_drain_it_ends_at_once),
        HARNESS_TEST(a_second_signal_ends_it_at_once),
        HARNESS_TEST_ONCE(lines_that_wait_for_their_turn_do_not_hold_it_up),
        HARNESS_TEST(a_broken_pipe_is_no_reason_to_end),
    };

    return harness_main(tests);
}

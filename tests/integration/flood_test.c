/* Tests that a client that sends too fast is read more slowly: no line is lost, and no other client waits. */
#include "config.h"

#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Sends "0:", "1:", ... as one paste. */
static void paste(struct client *c, int count)
{
    char text[16384];
    size_t len = 0;

    for (int i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%d:\n", i);
        assert_true(len < sizeof(text));
    }
    client_send_bytes(c, text, len);
}

static void expect_number(struct client *c, const char *from, int number)
{
    client_expect_next(c, harness_text("[#lobby] %s: %d:", from, number));
}

static unsigned times_told(struct client *c)
{
    return (unsigned)client_count_literal(c, "nothing is lost");
}

/* How long the daemon has not run, on a machine that is very busy.  After that the limits allow, for a moment, as many
 * lines more as they allow in that time: a flood is held back less, or not at all. */
static int64_t stood_still_ms(struct daemon *d)
{
    static const char before[] = " stood still paused_ms=";
    int64_t sum = 0;

    for (const char *at = daemon_log(d); (at = strstr(at, before)) != NULL;) {
        at += strlen(before);
        sum += atol(at);
    }
    return sum;
}

static void expect_told_once(struct daemon *d, struct client *c)
{
    unsigned told = times_told(c);

    if (told != 1 && (told > 1 || stood_still_ms(d) == 0)) {
        harness_fail("it was told %u times that it is held back", told);
    }
}

static void expect_taken_slowly(struct daemon *d, int64_t since_ms, int64_t least_ms)
{
    int64_t taken_ms = harness_now_ms() - since_ms + stood_still_ms(d);

    if (taken_ms < least_ms) {
        harness_fail("the lines were taken in %d ms, and not in %d", (int)taken_ms, (int)least_ms);
    }
}

/* Pastes lines, and returns as soon as the client is told that they are held back. */
static void paste_and_be_held_back(struct daemon *d, struct client *c, int count, struct client *listener)
{
    const char *last = harness_text(": %d:", count - 1);
    unsigned before = times_told(c);
    size_t heard;

    do {
        heard = client_count_bytes(listener, last, strlen(last));
        paste(c, count);
        while (times_told(c) == before && client_count_bytes(listener, last, strlen(last)) == heard) {
            struct pollfd p[] = {{.fd = client_fd(c), .events = POLLIN}, {.fd = client_fd(listener), .events = POLLIN}};

            assert_true(poll(p, 2, harness_deadline_ms()) > 0);
            client_poll(c);
            client_poll(listener);
        }
    } while (times_told(c) == before && stood_still_ms(d) > 0);
    assert_int_equal(times_told(c), before + 1);
}

/* With the default settings. */
static void sixty_pasted_lines_all_arrive_in_order(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=5");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);
    int64_t since;

    client_expect(bob, "guest2 joined");
    since = harness_now_ms();
    paste(alice, 60);
    for (int i = 0; i < 60; i++) {
        expect_number(bob, "guest2", i);
    }
    expect_taken_slowly(d, since, 39 * 200); /* less one, for the clock's resolution */
    client_sync(alice);
    expect_told_once(d, alice);
    assert_int_equal(times_told(bob), 0);
}

/* At this rate, alice's lines would take hours. */
static void who_waits_delays_nobody(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=1", "-o", "flood.burst=5");
    struct client *bob = client_join(d, "bob");
    struct client *carol = client_join(d, "carol");
    struct client *alice = client_open(d);

    paste(alice, 2000);
    client_expect(alice, "nothing is lost");
    client_expect(bob, "[#lobby] guest3: 0:");
    client_send(carol, "what a lot\n");
    client_expect_none(bob, ": 1999:", "[#lobby] carol: what a lot");
}

static void lines_come_at_the_rate_after_the_burst(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=50", "-o", "flood.burst=10");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);
    struct client *carol = client_open(d);
    int64_t since;

    client_expect(bob, "guest3 joined");
    since = harness_now_ms();
    paste(alice, 60);
    for (int i = 0; i < 60; i++) {
        expect_number(bob, "guest2", i);
        if (i == 10) {
            /* Others are answered between two lines of hers. */
            client_sync(carol);
        }
    }
    expect_taken_slowly(d, since, 49 * 20);
    client_sync(alice);
    expect_told_once(d, alice);
    assert_int_equal(times_told(carol), 0);
}

static void who_has_slowed_down_is_told_again_the_next_time(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=100", "-o", "flood.burst=3");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);
    int64_t until = harness_now_ms() + harness_deadline_ms();

    for (int round = 0; round < 3 && harness_now_ms() < until;) {
        int64_t since = harness_now_ms();
        unsigned before, told;

        /* Only time fills the bucket, and only a pause ends the flood. */
        while (harness_now_ms() - since < 600) {
            poll(NULL, 0, 10);
            client_poll(alice);
        }
        client_sync(bob);
        before = times_told(alice);
        paste(alice, 10);
        client_expect(bob, ": 9:");
        client_sync(alice);
        told = times_told(alice) - before;
        assert_true(told == 1 || (told == 0 && stood_still_ms(d) > 0));
        round += (int)told; /* a standstill is no pause, and lets more lines pass: then it is tried again */
    }
    assert_true(harness_now_ms() < until);
}

/* A bucket of one token is empty after one line and full again after each stop. */
static void a_burst_is_told_once_however_small_the_bucket(void)
{
    static const char *const bursts[] = {"flood.burst=1", "flood.burst=2", "flood.burst=5"};

    for (size_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); i++) {
        struct daemon *d = daemon_start("-o", "flood.lines_per_second=100", "-o", bursts[i]);
        struct client *bob = client_join(d, "bob");
        struct client *alice = client_open(d);

        paste(alice, 60);
        client_expect(bob, ": 59:");
        client_send(alice, "/quit\n");
        client_expect_eof(alice);
        expect_told_once(d, alice);
        daemon_stop(d, SIGTERM);
    }
}

static void a_half_close_runs_all_that_waits(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=100", "-o", "flood.burst=5");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);

    client_expect(bob, "guest2 joined");
    paste(alice, 60);
    client_send(alice, "and a last one without an end");
    client_half_close(alice);
    for (int i = 0; i < 60; i++) {
        expect_number(bob, "guest2", i);
    }
    client_expect_next(bob, "[#lobby] guest2: and a last one without an end");
    client_expect_next(bob, "[#lobby] -- guest2 quit");
    client_expect_eof(alice);
    daemon_wait_log(d, " reason=eof ");
}

/* Sends lines and closes at once: the client reads no answer. */
static void a_close_runs_all_that_waits(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=100", "-o", "flood.burst=5");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);

    client_expect(bob, "guest2 joined");
    client_expect(alice, "You are in #lobby");
    paste(alice, 60);
    client_close(alice);
    for (int i = 0; i < 60; i++) {
        expect_number(bob, "guest2", i);
    }
    client_expect_next(bob, "[#lobby] -- guest2 quit");
}

/* The kernel reports a reset once: to the write while her lines wait, and not to the read after that. */
static void a_reset_that_a_write_meets_first_is_told_as_one(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=10", "-o", "flood.burst=2");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");

    client_expect(bob, "is now alice");
    paste_and_be_held_back(d, alice, 4, bob);
    client_reset(alice);
    client_send(bob, "hello\n");
    client_expect(bob, ": 3:");
    daemon_wait_log(d, "closed client=2 reason=reset ");
}

static void dear_commands_cost_more(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=20", "-o", "flood.burst=2");
    struct client *alice = client_open(d);
    int64_t since = harness_now_ms();

    for (int i = 0; i < 10; i++) {
        client_send(alice, "/who\n"); /* each costs as much as two lines */
    }
    for (int i = 0; i < 10; i++) {
        client_expect(alice, "-- #lobby: 1 person");
    }
    expect_taken_slowly(d, since, 8 * 2 * 50);
}

static void empty_lines_cost_nothing(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=1", "-o", "flood.burst=3");
    struct client *alice = client_open(d);

    client_send(alice, harness_repeat("\r\n", 2000));
    client_sync_without(alice, "nothing is lost");
}

static void lines_of_which_nothing_is_left_cost_as_others_do(void)
{
    static const char *const lines[] = {"erased\x15\n", "x\x08\n", "\xe4\xf6\r\n", "\x01\x02\n"};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct daemon *d = daemon_start("-o", "flood.lines_per_second=100", "-o", "flood.burst=3");
        struct client *alice = client_open(d);

        client_send(alice, harness_repeat(lines[i], 100));
        client_sync(alice);
        expect_told_once(d, alice);
        assert_int_equal(daemon_stop(d, SIGTERM), 0);
    }
}

static void zero_turns_it_off(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=0", "-o", "flood.burst=1");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);

    client_expect(bob, "guest2 joined");
    paste(alice, 1000);
    for (int i = 0; i < 1000; i++) {
        expect_number(bob, "guest2", i);
    }
    client_sync_without(alice, "nothing is lost");
}

/* Sends the line until the socket takes no more while others are answered: the daemon has then stopped reading it.
 * Returns the number of lines sent. */
static int send_until_it_is_full(struct client *c, const char *line, struct client *other)
{
    int sent = 0, refused = 0;

    while (refused < 20) {
        ssize_t n = send(client_fd(c), line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0) {
            assert_int_equal(errno, EAGAIN);
            refused++;
            client_sync(other);
            continue;
        }
        if (n < (ssize_t)strlen(line)) {
            client_send(c, line + n);
        }
        refused = 0;
        sent++;
    }
    return sent;
}

static void a_flood_by_who_reads_nothing_costs_no_memory(void)
{
    const char *path = harness_text("unix:%s/sock", harness_dir());
    struct daemon *d = daemon_start("-o", harness_text("server.listen=%s", path), "-o",
                                    "flood.lines_per_second=1000", "-o", "flood.burst=100000");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_open(d);
    long before = daemon_memory_kib(d);
    const char *lines = harness_repeat("/help all\n", 100);
    int sent;

    sent = send_until_it_is_full(alice, lines, bob);
    assert_true(daemon_memory_kib(d) - before < 2048);
    client_sync(bob);
    /* When it reads, it gets every answer. */
    client_expect_helps(alice, sent * 100);
    client_sync(alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(sixty_pasted_lines_all_arrive_in_order),
        HARNESS_TEST(who_waits_delays_nobody),
        HARNESS_TEST(lines_come_at_the_rate_after_the_burst),
        HARNESS_TEST_ONCE(who_has_slowed_down_is_told_again_the_next_time),
        HARNESS_TEST(a_burst_is_told_once_however_small_the_bucket),
        HARNESS_TEST(a_half_close_runs_all_that_waits),
        HARNESS_TEST_ONCE(a_close_runs_all_that_waits),
        HARNESS_TEST(a_reset_that_a_write_meets_first_is_told_as_one),
        HARNESS_TEST_ONCE(dear_commands_cost_more),
        HARNESS_TEST_ONCE(empty_lines_cost_nothing),
        HARNESS_TEST_ONCE(lines_of_which_nothing_is_left_cost_as_others_do),
        HARNESS_TEST_ONCE(zero_turns_it_off),
        HARNESS_TEST(a_flood_by_who_reads_nothing_costs_no_memory),
    };

    return harness_main(tests);
}

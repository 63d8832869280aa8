/* Tests of a standstill of the server, as in a frozen container: no client is disconnected for it. */
#include "config.h"

#include "ctl.h"
#include "harness.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

/* Stops the daemon, does what is to be done meanwhile, and waits until ms have passed since the stop. */
static int64_t pause_begins(struct daemon *d)
{
    daemon_signal(d, SIGSTOP);
    daemon_wait_stopped(d);
    return harness_now_ms();
}

static void pause_ends(struct daemon *d, int64_t since_ms, int64_t ms)
{
    while (harness_now_ms() < since_ms + ms) {
        poll(NULL, 0, (int)(since_ms + ms - harness_now_ms()) + 1);
    }
    daemon_signal(d, SIGCONT);
}

/* The reader reads all of the system's buffer while the server is stopped for longer than stall_seconds. */
static void reader_who_has_taken_everything_loses_nothing(void)
{
    enum { LINES = 500 };
    const char *listen = harness_text("server.listen=unix:%s/sock", harness_dir());
    struct daemon *d = daemon_start("-o", listen, "-o", "limits.stall_seconds=2", "-o", "limits.queue_bytes=1M");
    struct client *reader = client_open(d);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    const char *text = harness_repeat("x", 1000);
    int64_t since;

    for (int i = 0; i < LINES; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
        client_expect(bob, harness_text("alice: %d:", i));
    }
    since = pause_begins(d);
    client_poll(reader);
    pause_ends(d, since, 4500);
    for (int i = 0; i < LINES; i++) {
        client_expect(reader, harness_text("alice: %d:", i));
    }
    client_sync_without(reader, "skipped");
    daemon_wait_log(d, "stood still paused_ms=");
    assert_int_equal(daemon_count_log(d, "client closed"), 0);
}

/* idle_seconds makes the server read the clock every second. */
static void those_who_come_meanwhile_have_not_come_too_fast(void)
{
    enum { BURST = 60, MORE = 2 };
    struct daemon *d = daemon_start("-o", "limits.connections_per_minute=60", "-o", "limits.idle_seconds=2");
    struct client *first = client_open_from(daemon_address(d, 0), "127.0.0.2"), *others[BURST + MORE];
    int64_t since;

    client_expect(first, "You are in #lobby");
    since = pause_begins(d);
    for (int i = 0; i < BURST + MORE; i++) {
        others[i] = client_open_from(daemon_address(d, 0), "127.0.0.1");
    }
    pause_ends(d, since, 5500);
    for (int i = 0; i < BURST + MORE; i++) {
        client_expect(others[i], "Welcome to test.");
    }
}

static void those_who_talk_meanwhile_have_not_talked_too_fast(void)
{
    enum { LINES = 30 };
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=5", "-o", "flood.burst=20", "-o",
                                    "limits.idle_seconds=2");
    struct client *talker = client_open(d);
    int64_t since;

    client_expect(talker, "You are in #lobby");
    since = pause_begins(d);
    client_send(talker, harness_repeat("/version\n", LINES));
    pause_ends(d, since, 5500);
    for (int i = 0; i < LINES; i++) {
        client_expect_none(talker, "You send faster", "-- chatd ");
    }
}

/* An administrator who has read all answers in the system's buffer. */
static void control_client_who_has_taken_everything_is_not_stalled(void)
{
    enum { ASKED = 400 };
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", "limits.stall_seconds=2");
    struct client *alice = client_join(d, "alice"), *c = ctl_open();
    int64_t since;

    client_send(c, harness_repeat("config\n", ASKED));
    client_sync(alice);
    since = pause_begins(d);
    client_poll(c);
    pause_ends(d, since, 4500);
    for (int i = 0; i < ASKED; i++) {
        client_expect_line(c, ".0");
    }
    assert_int_equal(daemon_count_log(d, "control client stalled"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(reader_who_has_taken_everything_loses_nothing),
        HARNESS_TEST(control_client_who_has_taken_everything_is_not_stalled),
        HARNESS_TEST_ONCE(those_who_come_meanwhile_have_not_come_too_fast),
        HARNESS_TEST_ONCE(those_who_talk_meanwhile_have_not_talked_too_fast),
    };

    return harness_main(tests);
}

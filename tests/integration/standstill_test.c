/* Tests of a standstill of the server, as in a frozen container: no client is disconnected for it. */
#include "config.h"

#include "harness.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

enum { MOST_TRIES = 20 };

static int64_t pause_begins(struct daemon *d)
{
    daemon_freeze(d);
    return harness_now_ms();
}

/* Waits until ms have passed since the pause began. */
static void pause_ends(struct daemon *d, int64_t since_ms, int64_t ms)
{
    while (harness_now_ms() < since_ms + ms) {
        poll(NULL, 0, (int)(since_ms + ms - harness_now_ms()) + 1);
    }
    daemon_thaw(d);
}

/* ---- readers ---- */

enum { STALL_S = 2, PAUSE_MS = 4500 };

static const char *write_conf(unsigned stall_s)
{
    return harness_file("chatd.ini", harness_text("[limits]\nstall_seconds = %u\n", stall_s));
}

/* Whether the wait of a reader was short enough for it not to be taken for stalled before the pause.  Otherwise the
 * daemon goes on, and another one is tried. */
static bool is_in_time(struct daemon *d, int64_t begun, int64_t paused)
{
    if (paused - begun > STALL_S * 1000 - 500) {
        daemon_thaw(d);
        return false;
    }
    return true;
}

/* What the server does right after the pause, it does with the time of before.  Soon after that a reader may take as
 * long as it likes: this process may be slow. */
static void reload_in_the_pause(struct daemon *d)
{
    write_conf(3600);
    daemon_signal(d, SIGHUP);
}

/* The reader reads all of the system's buffer while the server is stopped for longer than stall_seconds. */
static void reader_who_has_taken_everything_loses_nothing(void)
{
    enum { LINES = 500, BATCH = 20 };
    struct client *reader, *bob, *alice;
    const char *text = harness_repeat("x", 1000);
    int64_t since, begun;
    struct daemon *d;
    int tries = 0;

    do {
        assert_true(tries++ < MOST_TRIES);
        d = daemon_start("-c", write_conf(STALL_S), "-o",
                         harness_text("server.listen=unix:%s/sock%d", harness_dir(), tries), "-o",
                         "limits.queue_bytes=1M");
        reader = client_open(d);
        bob = client_join(d, "bob");
        alice = client_join(d, "alice");
        begun = harness_now_ms();
        for (int i = 0; i < LINES; i++) {
            client_sendf(alice, "%d:%s\n", i, text);
            if (i % BATCH == BATCH - 1) {
                client_expect(bob, harness_text("alice: %d:", i));
            }
        }
        since = pause_begins(d);
    } while (!is_in_time(d, begun, since));
    reload_in_the_pause(d);
    client_poll(reader);
    pause_ends(d, since, PAUSE_MS);
    for (int i = 0; i < LINES; i++) {
        client_expect(reader, harness_text("alice: %d:", i));
    }
    client_sync_without(reader, "skipped");
    daemon_wait_log(d, "stood still paused_ms=");
    assert_int_equal(daemon_count_log(d, "client closed"), 0);
}

/* An administrator who has read all answers in the system's buffer. */
static void control_client_who_has_taken_everything_is_not_stalled(void)
{
    enum { ASKED = 400 };
    struct client *alice, *c;
    int64_t since, begun;
    struct daemon *d;
    int tries = 0;

    do {
        assert_true(tries++ < MOST_TRIES);
        d = daemon_start("-c", write_conf(STALL_S), "-o",
                         harness_text("control.socket=%s/control%d", harness_dir(), tries));
        alice = client_join(d, "alice");
        c = client_open_at(harness_text("unix:%s/control%d", harness_dir(), tries));
        begun = harness_now_ms();
        client_send(c, harness_repeat("config\n", ASKED));
        client_sync(alice);
        since = pause_begins(d);
    } while (!is_in_time(d, begun, since));
    reload_in_the_pause(d);
    client_poll(c);
    pause_ends(d, since, PAUSE_MS);
    for (int i = 0; i < ASKED; i++) {
        client_expect_line(c, ".0");
    }
    assert_int_equal(daemon_count_log(d, "control client stalled"), 0);
}

/* ---- writers ---- */

/* Somebody whose lines wait for their turn, so that the server reads the clock all the time. */
static void join_clockwork(struct daemon *d)
{
    struct client *c = client_open_from(daemon_address(d, 0), "127.0.0.2");

    client_send(c, harness_repeat("/version\n", 2000));
    client_expect(c, "nothing is lost");
}

static void those_who_come_meanwhile_have_not_come_too_fast(void)
{
    enum { BURST = 60, MORE = 2 };
    struct daemon *d = daemon_start("-o", "limits.connections_per_minute=60", "-o", "flood.lines_per_second=5", "-o",
                                    "flood.burst=20");
    struct client *others[BURST + MORE];
    int64_t since;

    join_clockwork(d);
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
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=5", "-o", "flood.burst=20");
    struct client *talker = client_open(d);
    int64_t since;

    client_expect(talker, "You are in #lobby");
    join_clockwork(d);
    since = pause_begins(d);
    client_send(talker, harness_repeat("/version\n", LINES));
    pause_ends(d, since, 5500);
    for (int i = 0; i < LINES; i++) {
        client_expect_none(talker, "You send faster", "-- chatd ");
    }
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

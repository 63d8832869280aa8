/* Tests that a client that asks for little is served while a crowd does much.
 *
 * The daemon is stopped while all clients send, the quiet one last, so it finds all lines at once when it goes on.  The
 * crowd's progress at the quiet one's answer is counted in lines, not in time. */
#include "config.h"

#include "harness.h"

#include <poll.h>
#include <signal.h>
#include <string.h>

enum { CROWD = 400 };

static struct client *crowd[CROWD];
static size_t seen_bytes[CROWD], seen_times[CROWD]; /* see times() */

/* All that the crowd sends is in a burst: the flood limits delay none of it. */
static struct daemon *start(void)
{
    return daemon_start("-o", "flood.lines_per_second=5", "-o", "flood.burst=10000", "-o", "limits.clients=1000", "-o",
                        "limits.queue_bytes=16M", "-o", "server.default_room=crowd", "-o", "rooms.announce_members=0");
}

static void gather(struct daemon *d, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        crowd[i] = client_open(d);
    }
    for (unsigned i = 0; i < count; i++) {
        client_expect(crowd[i], "You are ");
        client_sync(crowd[i]);
        seen_bytes[i] = seen_times[i] = 0;
    }
}

/* A member of another room. */
static struct client *open_quiet(struct daemon *d)
{
    struct client *quiet = client_join(d, "quiet");

    client_send(quiet, "/join quiet\n/leave crowd\n");
    client_sync(quiet);
    return quiet;
}

/* The number of times that crowd[i] has received the text so far, which is the same one in each call. */
static size_t times(unsigned i, const char *text)
{
    size_t len = strlen(text), end;
    const char *all, *found;

    client_poll(crowd[i]);
    all = client_seen(crowd[i]);
    end = client_seen_bytes(crowd[i]);
    while ((found = memmem(all + seen_bytes[i], end - seen_bytes[i], text, len)) != NULL) {
        seen_times[i]++;
        seen_bytes[i] = (size_t)(found - all) + len;
    }
    return seen_times[i];
}

/* The same of all members together. */
static size_t times_all(unsigned members, const char *text)
{
    size_t sum = 0;

    for (unsigned i = 0; i < members; i++) {
        sum += times(i, text);
    }
    return sum;
}

/* Waits until crowd[i] has received the text so many times. */
static void wait_times(unsigned i, const char *text, size_t wanted)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (times(i, text) < wanted) {
        struct pollfd p = {.fd = client_fd(crowd[i]), .events = POLLIN};

        if (harness_now_ms() > until) {
            harness_fail("%u of the crowd has received %zu of %zu: %s", i, times(i, text), wanted, text);
        }
        poll(&p, 1, 100);
    }
}

/* Each of the members sends text, and the quiet one a command after that.  Returns how many of the crowd's answers, of
 * which each has the marker, had come when the quiet one's came.  No line is lost: wanted is the number of markers that
 * each member has at the end. */
static size_t serve(struct daemon *d, struct client *quiet, unsigned members, const char *text, const char *marker,
                    size_t wanted)
{
    size_t before = times_all(members, marker), served;

    daemon_freeze(d);
    for (unsigned i = 0; i < members; i++) {
        client_send(crowd[i], text);
    }
    client_send(quiet, "/time\n");
    daemon_thaw(d);
    client_expect(quiet, "20"); /* the year */
    daemon_freeze(d);
    served = times_all(members, marker) - before;
    daemon_thaw(d);
    for (unsigned i = 0; i < members; i++) {
        wait_times(i, marker, wanted);
    }
    return served;
}

/* all is the number of answers that the crowd gets together, each member as many as the others. */
static void expect_quiet_first(struct daemon *d, unsigned members, const char *text, const char *marker, size_t all)
{
    struct client *quiet = open_quiet(d);
    int64_t until = harness_now_ms() + harness_deadline_ms();
    size_t served, tries = 0;

    do { /* on a busy machine the test may have looked late, when the daemon had gone on with the crowd's lines */
        tries++;
        served = serve(d, quiet, members, text, marker, tries * all / members);
    } while (served > all / 2 && harness_now_ms() < until);
    if (served > all / 2) {
        harness_fail("%zu of the crowd's %zu answers came before the quiet one's", served, all);
    }
}

static void paste_of_a_whole_room_holds_up_nobody_elsewhere(void)
{
    enum { LINES = 15 };
    struct daemon *d = start();

    gather(d, CROWD);
    expect_quiet_first(d, CROWD, harness_repeat("one of the lines that all of them paste\n", LINES),
                       ": one of the lines", (size_t)(CROWD - 1) * LINES * CROWD);
}

static void searches_of_many_hold_up_nobody(void)
{
    enum { SEARCHERS = 60, LINES = 16 };
    struct daemon *d = start();
    const char *line = harness_text("%s\n", harness_repeat("\xef\xb7\xba", 600)); /* U+FDFA folds to 18 characters */

    gather(d, SEARCHERS);
    for (unsigned i = 0; i < 10; i++) {
        client_send(crowd[i], harness_repeat(line, LINES));
    }
    for (unsigned i = 0; i < SEARCHERS; i++) {
        wait_times(i, "\xef\xb7\xba\r\n", (i < 10 ? 9 : 10) * LINES);
        seen_times[i] = 0; /* another text comes next */
    }
    expect_quiet_first(d, SEARCHERS, "/history \xef\xb7\xbax\n", "lines found among", SEARCHERS);
}

static void lists_of_many_rooms_hold_up_nobody(void)
{
    enum { ASKERS = 100, ROOMS = 5000, EACH = 500 };
    struct daemon *d = daemon_start("-o", "limits.rooms_per_client=1000", "-o", "flood.lines_per_second=0");
    struct client *makers[ROOMS / EACH];

    for (unsigned i = 0; i < ROOMS / EACH; i++) {
        makers[i] = client_open(d);
        for (unsigned k = 0; k < EACH; k++) {
            client_sendf(makers[i], "/join r%ux%u\n", i, k);
        }
        client_expect(makers[i], harness_text("#r%ux%u", i, EACH - 1));
    }
    gather(d, ASKERS);
    expect_quiet_first(d, ASKERS, "/rooms\n/rooms\n/rooms\n", " rooms:", ASKERS * 3);
}

static void stop_is_not_held_up_by_a_paste(void)
{
    struct daemon *d = start();
    const char *text = harness_repeat("one of the lines that all of them paste\n", 15);
    size_t served;

    gather(d, CROWD);
    daemon_freeze(d);
    for (unsigned i = 0; i < CROWD; i++) {
        client_send(crowd[i], text);
    }
    daemon_signal(d, SIGTERM);
    daemon_thaw(d);
    daemon_wait_log(d, "stopping");
    for (unsigned i = 0; i < CROWD; i++) {
        client_expect(crowd[i], "!! shutdown");
    }
    served = times_all(CROWD, ": one of the lines");
    assert_true(served < (size_t)(CROWD - 1) * 15 * CROWD / 2);
    assert_int_equal(daemon_wait(d), 0);
}

/* A session ends while a line or a search of it waits. */
static void who_goes_while_waiting_leaves_nothing(void)
{
    struct daemon *d = start();

    gather(d, CROWD);
    daemon_freeze(d);
    for (unsigned i = 0; i < CROWD; i++) {
        client_send(crowd[i], "/history something\n/history else\nsaid\n/who\n/rooms\n");
    }
    for (unsigned i = 0; i < CROWD; i += 2) {
        client_reset(crowd[i]);
    }
    daemon_thaw(d);
    for (unsigned i = 1; i < CROWD; i += 2) {
        client_expect(crowd[i], " found among");
        client_sync(crowd[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(paste_of_a_whole_room_holds_up_nobody_elsewhere),
        HARNESS_TEST(searches_of_many_hold_up_nobody),
        HARNESS_TEST_ONCE(lists_of_many_rooms_hold_up_nobody),
        HARNESS_TEST(stop_is_not_held_up_by_a_paste),
        HARNESS_TEST(who_goes_while_waiting_leaves_nothing),
    };

    return harness_main(tests);
}

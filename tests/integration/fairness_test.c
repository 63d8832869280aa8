/* Tests that a client that asks for little is served while a crowd does much.
 *
 * The daemon is stopped while all clients send, the quiet one last, so it finds all lines at once when it goes on.  The
 * crowd's progress at the quiet one's answer is counted in lines, not in time. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <string.h>

enum { CROWD = 400 };

static struct client *crowd[CROWD];

static struct daemon *start(void)
{
    return daemon_start("-o", "flood.lines_per_second=5", "-o", "limits.clients=1000", "-o", "limits.queue_bytes=16M",
                        "-o", "server.default_room=crowd", "-o", "rooms.announce_members=0");
}

static void gather(struct daemon *d, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        crowd[i] = client_open(d);
    }
    for (unsigned i = 0; i < count; i++) {
        client_expect(crowd[i], "You are ");
        client_sync(crowd[i]);
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

static void halt(struct daemon *d)
{
    daemon_signal(d, SIGSTOP);
    daemon_wait_stopped(d);
}

/* The number of times that a client has received the text so far. */
static size_t count(struct client *c, const char *text)
{
    client_poll(c);
    return client_count_bytes(c, text, strlen(text));
}

static size_t count_all(unsigned members, const char *text)
{
    size_t sum = 0;

    for (unsigned i = 0; i < members; i++) {
        sum += count(crowd[i], text);
    }
    return sum;
}

/* Each of count members sends text, and the quiet one a command. marker is in the result of each of the crowd's
 * lines. */
static void expect_quiet_first(struct daemon *d, unsigned members, const char *text, const char *marker, size_t all)
{
    struct client *quiet = open_quiet(d);
    size_t before = count_all(members, marker), served;

    halt(d);
    for (unsigned i = 0; i < members; i++) {
        client_send(crowd[i], text);
    }
    client_send(quiet, "/time\n");
    daemon_signal(d, SIGCONT);
    client_expect(quiet, "20"); /* the year */
    halt(d);
    served = count_all(members, marker) - before;
    if (served > all / 2) {
        harness_fail("%zu of the crowd's %zu answers came before the quiet one's", served, all);
    }
    daemon_signal(d, SIGCONT); /* no line is lost */
    for (unsigned i = 0; i < members; i++) {
        while (count(crowd[i], marker) * members < all) {
            client_line(crowd[i]);
        }
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
        while (count(crowd[i], "\xef\xb7\xba\r\n") < (i < 10 ? 9 : 10) * LINES) {
            client_line(crowd[i]);
        }
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
    halt(d);
    for (unsigned i = 0; i < CROWD; i++) {
        client_send(crowd[i], text);
    }
    daemon_signal(d, SIGTERM);
    daemon_signal(d, SIGCONT);
    daemon_wait_log(d, "stopping");
    for (unsigned i = 0; i < CROWD; i++) {
        client_expect(crowd[i], "!! shutdown");
    }
    served = count_all(CROWD, ": one of the lines");
    assert_true(served < (size_t)(CROWD - 1) * 15 * CROWD / 2);
    assert_int_equal(daemon_wait(d), 0);
}

/* A session ends while a line or a search of it waits. */
static void who_goes_while_waiting_leaves_nothing(void)
{
    struct daemon *d = start();

    gather(d, CROWD);
    halt(d);
    for (unsigned i = 0; i < CROWD; i++) {
        client_send(crowd[i], "/history something\n/history else\nsaid\n/who\n/rooms\n");
    }
    for (unsigned i = 0; i < CROWD; i += 2) {
        client_reset(crowd[i]);
    }
    daemon_signal(d, SIGCONT);
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

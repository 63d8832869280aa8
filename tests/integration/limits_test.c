/* Tests of each limit from outside: when it is reached, the help of its option is right, and no other client is
 * affected. */
#include "config.h"

#include "harness.h"

#include <poll.h>
#include <stdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

/* ---- who may connect ---- */

/* The newcomer gets the code, and the connection ends in order. */
static void expect_refused(struct client *c, const char *code)
{
    client_expect(c, harness_text("!! %s: ", code));
    client_expect_eof(c);
    client_close(c);
}

static void expect_welcome(struct client *c)
{
    client_expect(c, "-- You are guest");
}

static void one_client_more_than_there_may_be_is_told_server_full(void)
{
    struct daemon *d = daemon_start("-o", "limits.clients=3");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    struct client *carol = client_join(d, "carol");

    expect_refused(client_open(d), "server-full");
    expect_refused(client_open(d), "server-full");
    client_send(alice, "still here\n");
    client_expect_line(bob, "[#lobby] alice: still here");
    daemon_wait_log(d, "client refused reason=server-full address=127.0.0.1:");

    /* A newcomer is admitted again after a client has left. */
    client_send(carol, "/quit\n");
    client_expect_eof(carol);
    client_close(carol);
    client_expect(alice, "carol quit");
    daemon_wait_log(d, "client closed"); /* she is counted until her connection is closed */
    struct client *dave = client_join(d, "dave");

    client_sendf(dave, "good to be in\n");
    client_expect_line(bob, "[#lobby] dave: good to be in");
    client_sync_without(bob, "guest4");
    expect_refused(client_open(d), "server-full");
}

static void an_address_has_a_share_of_the_places(void)
{
    const char *path = harness_text("unix:%s/sock", harness_dir());
    struct daemon *d =
        daemon_start("-o", harness_text("server.listen=*:0,%s", path), "-o", "limits.clients_per_address=2");
    const char *port = strrchr(daemon_address(d, 0), ':');
    const char *v4 = harness_text("127.0.0.1%s", port);
    struct client *first = client_open_from(v4, "127.0.0.1");
    struct client *second = client_open_from(v4, "127.0.0.1");
    struct client *other;

    expect_welcome(first);
    expect_welcome(second);
    other = client_open_from(v4, "127.0.0.1");
    assert_non_null(strstr(client_line(other), "where an IPv6 /64, a NAT or a proxy counts as one; close one first"));
    client_expect_eof(other);
    client_close(other);
    daemon_wait_log_next(d, "client refused reason=too-many-from-address address=127.0.0.1:");
    daemon_wait_log_next(d, " option=limits.clients_per_address unsaid=0\n");
    if (harness_has_ipv6()) {
        const char *v6 = harness_text("[::1]%s", port);

        expect_welcome(client_open_at(v6));
        expect_welcome(client_open_at(v6));
        expect_refused(client_open_at(v6), "too-many-from-address");
        daemon_wait_log(d, " network=::/64\n");
    }

    /* Another address has a limit of its own; clients on a unix socket have none. */
    other = client_open_from(v4, "127.0.0.2");
    expect_welcome(other);
    for (int i = 0; i < 5; i++) {
        expect_welcome(client_open_at(path));
    }
    client_close(first);
    daemon_wait_log(d, "client closed");
    expect_welcome(client_open_from(v4, "127.0.0.1"));
    expect_refused(client_open_from(v4, "127.0.0.1"), "too-many-from-address");
    client_sync(second);
}

static void exempt_addresses_have_the_limit_on_all_alone(void)
{
    const char *file = harness_file("chatd.ini", "[limits]\nexempt = 127.0.0.0/8, ::1\n");
    struct daemon *d = daemon_start("-c", file, "-o", "limits.clients_per_address=2", "-o",
                                    "limits.connections_per_minute=3", "-o", "limits.clients=6");
    struct client *c[6];

    for (int i = 0; i < 6; i++) {
        c[i] = client_open(d);
        expect_welcome(c[i]);
    }
    expect_refused(client_open(d), "server-full");
    client_close(c[5]);
    daemon_wait_log(d, "client closed");
    harness_file("chatd.ini", "[limits]\nexempt = 192.0.2.0/24\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reloaded");
    expect_refused(client_open(d), "too-many-from-address");
}

/* The daemon listens on IPv6 too, so that the clients' addresses are IPv4 mapped into IPv6. */
static void a_network_has_a_share_of_the_places(void)
{
    struct daemon *d = daemon_start("-o", "server.listen=*:0", "-o", "limits.clients_per_address=2", "-o",
                                    "limits.network_v4=3");
    const char *at = harness_text("127.0.0.1%s", strrchr(daemon_address(d, 0), ':'));
    struct client *first = client_open_from(at, "127.0.7.1"), *refused;

    expect_welcome(first);
    expect_welcome(client_open_from(at, "127.0.7.1"));
    expect_refused(client_open_from(at, "127.0.7.1"), "too-many-from-address");
    expect_welcome(client_open_from(at, "127.0.7.2"));
    refused = client_open_from(at, "127.0.7.255");
    assert_non_null(strstr(client_line(refused), ": 127.0.7.0/24, limits.network_v4"));
    client_expect_eof(refused);
    client_close(refused);
    daemon_wait_log_next(d, "client refused reason=too-many-from-network address=127.0.7.255:");
    daemon_wait_log_next(d, " option=limits.network_v4 unsaid=0 network=127.0.7.0/24\n");
    expect_welcome(client_open_from(at, "127.0.8.1"));
    client_close(first);
    daemon_wait_log(d, "client closed");
    expect_welcome(client_open_from(at, "127.0.7.255"));
}

/* ---- silent clients ---- */

static void a_silent_crowd_makes_space_and_puts_out_nobody_else(void)
{
    struct daemon *d = daemon_start("-o", "limits.silent_clients=4");
    const char *at = daemon_address(d, 0);
    struct client *alice = client_join(d, "alice"); /* has sent a line */
    struct client *reader = client_open_from(at, "127.0.9.1");
    struct client *crowd[3];

    expect_welcome(reader);
    for (int i = 0; i < 3; i++) {
        crowd[i] = client_open_from(at, "127.0.8.1");
        expect_welcome(crowd[i]);
    }
    expect_refused(client_open_from(at, "127.0.8.2"), "silent-full");
    daemon_wait_log(d, "reason=silent-full address=127.0.8.2:");
    expect_welcome(client_open_from(at, "127.0.7.1"));
    client_expect(crowd[2], "!! silent-full: "); /* the newest of the largest crowd */
    client_expect_eof(crowd[2]);
    daemon_wait_log(d, "client closed client=5 reason=silent-full");
    expect_welcome(client_open_from(at, "127.0.6.1"));
    client_expect(crowd[1], "!! silent-full: ");
    client_expect_eof(crowd[1]);
    expect_refused(client_open_from(at, "127.0.5.1"), "silent-full"); /* no network has more than one */

    client_send(alice, "who reads this?\n");
    client_expect(reader, "[#lobby] alice: who reads this?");
    client_expect(crowd[0], "[#lobby] alice: who reads this?");
    client_send(crowd[0], "I do\n"); /* and does not count any more */
    client_expect(reader, ": I do");
    expect_welcome(client_open_from(at, "127.0.5.1"));
    expect_refused(client_open_from(at, "127.0.5.1"), "silent-full");
    client_sync(alice);
}

static void exempt_addresses_may_be_silent(void)
{
    struct daemon *d = daemon_start("-o", "limits.silent_clients=1", "-o", "limits.exempt=127.0.0.1");

    for (int i = 0; i < 3; i++) {
        expect_welcome(client_open(d));
    }
    expect_welcome(client_open_from(daemon_address(d, 0), "127.0.7.1"));
    expect_refused(client_open_from(daemon_address(d, 0), "127.0.7.1"), "silent-full");
}

/* Connects, says a word or not, and leaves.  Returns false if the answer is slow-down. */
static bool is_let_in(struct daemon *d, bool is_silent)
{
    struct client *c = client_open(d);
    const char *line = client_line(c);

    if (strcmp(line, "-- Welcome to test.") == 0) {
        if (!is_silent) {
            client_send(c, "/quit\n");
            client_expect_eof(c);
        }
        client_close(c);
        return true;
    }
    assert_memory_equal(line, "!! slow-down: ", 14);
    client_expect_eof(c);
    client_close(c);
    return false;
}

static void who_comes_too_often_is_told_to_slow_down(void)
{
    struct daemon *d = daemon_start("-o", "limits.connections_per_minute=60");
    const char *address = daemon_address(d, 0);
    int64_t since = harness_now_ms();
    int let_in = 0;

    /* 60 are admitted at once, and one more for each second that passes. */
    while (is_let_in(d, false)) {
        let_in++;
    }
    assert_in_range(let_in, 60, 61 + (harness_now_ms() - since) / 1000);
    expect_welcome(client_open_from(address, "127.0.0.2"));

    /* A client that tries again and again is admitted after a second. */
    while (!is_let_in(d, false)) {
    }
    assert_true(harness_now_ms() - since >= 900);
}

static void who_goes_without_a_word_leaves_the_allowance_to_others(void)
{
    struct daemon *d = daemon_start("-o", "limits.connections_per_minute=60");

    for (int i = 0; i < 200; i++) {
        assert_true(is_let_in(d, true));
    }
    for (int i = 0; i < 40; i++) {
        assert_true(is_let_in(d, false));
    }
}

static void who_goes_without_a_word_is_not_let_in_without_end(void)
{
    struct daemon *d = daemon_start("-o", "limits.connections_per_minute=60");
    int64_t since = harness_now_ms();
    int let_in = 0;

    while (is_let_in(d, true)) {
        let_in++;
    }
    assert_in_range(let_in, 300, 305 + 5 * (harness_now_ms() - since) / 1000);
}

/* ---- how long a line may be ---- */

/* Sends a line of so many words, and joins the parts that bob receives. */
static unsigned parts_heard(struct client *alice, struct client *bob, const char *text)
{
    static const char before[] = "[#lobby] alice: ";
    unsigned parts = 0;
    size_t at = 0;

    client_sendf(alice, "%s\nthe end\n", text);
    for (;;) {
        const char *line = client_line(bob);

        if (strncmp(line, before, strlen(before)) != 0) {
            harness_fail("expected a part, but it is: %s", line);
        }
        line += strlen(before);
        if (strcmp(line, "the end") == 0) {
            break;
        }
        if (strlen(line) > 256 || strncmp(text + at, line, strlen(line)) != 0) {
            harness_fail("part %u of %zu bytes is not what was said at %zu: %s", parts, strlen(line), at,
                         line);
        }
        at += strlen(line);
        parts++;
    }
    assert_int_equal(at, strlen(text));
    return parts;
}

static void a_long_line_is_heard_in_parts(void)
{
    struct daemon *d = daemon_start("-o", "limits.line_bytes=256");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_sync(bob);
    assert_int_equal(parts_heard(alice, bob, harness_repeat("x", 256)), 1);
    assert_int_equal(parts_heard(alice, bob, harness_repeat("x", 257)), 2);
    assert_true(parts_heard(alice, bob, harness_text("%sthat end", harness_repeat("many words ", 100))) > 4);
    assert_int_equal(parts_heard(alice, bob, harness_repeat("x", 16 * 256)), 16);
    assert_int_equal(parts_heard(alice, bob, harness_repeat("\xc3\xa4", 1000)), 8);
}

static void a_line_past_sixteen_parts_is_refused_whole(void)
{
    struct daemon *d = daemon_start("-o", "limits.line_bytes=256");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_sendf(alice, "%s\nafter it\n", harness_repeat("x", 16 * 256 + 1));
    client_expect(alice, "!! line-too-long: ");
    client_expect_none(bob, "xxx", "alice: after it");

    /* The line is short enough, but split between words it makes more parts. */
    client_sendf(alice, "%s\nafter that\n",
                 harness_repeat(harness_text("%s ", harness_repeat("x", 200)), 19));
    client_expect(alice, "!! text-too-long: ");
    client_expect_none(bob, "xxx", "alice: after that");
}

/* ---- how long names are ---- */

static void a_name_has_so_many_characters(void)
{
    struct daemon *d = daemon_start("-o", "limits.nick_chars=5");
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/nick alicia\n");
    client_expect(alice, "!! bad-name: ");
    client_take_name(alice, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6"); /* characters, not bytes */
    client_send(alice, "/nick \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\n");
    client_expect(alice, "!! bad-name: ");
}

static void a_rooms_name_has_so_many_characters(void)
{
    struct daemon *d = daemon_start("-o", "limits.room_chars=6");
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/join gardens\n");
    client_expect(alice, "!! bad-name: ");
    client_send(alice, "/join garden\n");
    client_expect(alice, "-- You are in #garden,");
    client_send(alice, "/join #\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\n");
    client_expect(alice, "-- You are in #\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc,");
}

static void a_topic_has_so_many_characters(void)
{
    struct daemon *d = daemon_start("-o", "limits.topic_chars=10");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_send(alice, "/topic 1234567890\n");
    client_expect(bob, "1234567890");
    client_send(alice, "/topic 12345678901\n");
    client_expect(alice, "!! topic-too-long: ");
    client_send(bob, "/topic\n");
    client_expect(bob, "-- The topic of #lobby, set by alice at ");
    client_send(alice,
                "/topic \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\n");
    client_expect(bob, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4");
}

static void with_no_characters_there_are_no_topics(void)
{
    struct daemon *d = daemon_start("-o", "limits.topic_chars=0");
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/topic x\n");
    client_expect(alice, "!! topic-too-long: ");
}

/* ---- rooms ---- */

static void one_room_more_than_there_may_be_is_not_made(void)
{
    struct daemon *d = daemon_start("-o", "limits.rooms=2");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_send(alice, "/join second\n");
    client_expect(alice, "-- You are in #second,");
    client_send(bob, "/join third\n");
    client_expect(bob, "!! rooms-full: ");
    client_send(bob, "/join second\n"); /* the room exists */
    client_expect(bob, "-- You are in #second with 1 other");

    /* A room ends with its last member, and another one can be made. */
    client_send(alice, "/leave second\n");
    client_expect(alice, "-- You have left #second");
    client_send(bob, "/leave second\n");
    client_expect(bob, "-- You have left #second");
    client_send(bob, "/join third\n");
    client_expect(bob, "-- You are in #third,");
}

static void one_person_is_in_so_many_rooms(void)
{
    struct daemon *d = daemon_start("-o", "limits.rooms_per_client=3");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_send(alice, "/join one\n/join two\n");
    client_expect(alice, "-- You are in #two,");
    client_send(alice, "/join three\n");
    client_expect(alice, "!! too-many-rooms: ");
    client_send(alice, "/join one\n"); /* she is a member already */
    client_expect(alice, "-- You are in #one already");
    client_send(bob, "/join three\n"); /* the limit holds for each client */
    client_expect(bob, "-- You are in #three,");
    client_send(alice, "/leave two\n/join three\n");
    client_expect(alice, "-- You are in #three with 1 other");
}

static void a_large_room_is_not_told_who_comes_and_goes(void)
{
    struct daemon *d = daemon_start("-o", "rooms.announce_members=3");
    struct client *alice = client_join(d, "alice");
    struct client *third, *fourth, *fifth;

    client_join(d, "bob");
    client_expect(alice, "-- guest2 joined");
    third = client_join(d, "carol");
    client_expect(alice, "-- guest3 joined");

    fourth = client_join(d, "dave");
    fifth = client_join(d, "erin");
    client_send(fifth, "/quit\n");
    client_expect_eof(fifth);
    client_send(fourth, "there are four of us\n");
    client_expect(alice, "guest4 is now dave"); /* a change of name is announced in rooms of any size */
    client_expect_none(alice, "joined", "there are four of us");
    client_send(third, "/who\n");
    client_expect(third, "#lobby: 4 people");
    client_sync_without(alice, " quit");
}

static void with_no_size_nobody_is_announced(void)
{
    struct daemon *d = daemon_start("-o", "rooms.announce_members=0");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_send(bob, "/quit\n");
    client_expect_eof(bob);
    client_sync_without(alice, " quit");
    assert_null(strstr(client_seen(alice), "joined"));
}

/* ---- what rooms remember ---- */

/* The number of lines "NUMBER:..." that a newcomer is shown; checks that they are the newest ones, in order. */
static int lines_shown(struct client *c, int said)
{
    const char *line;
    int first = -1, next = -1;

    while (strstr(line = client_line(c), "-- You are in #") == NULL) {
        int number;

        if (sscanf(line, "%*d:%*d [#lobby] alice: %d:", &number) == 1) {
            assert_true(next == -1 || number == next);
            first = first == -1 ? number : first;
            next = number + 1;
        }
    }
    assert_true(next == -1 || next == said);
    return first == -1 ? 0 : next - first;
}

static struct client *say_lines(struct daemon *d, int count, size_t bytes)
{
    struct client *alice = client_join(d, "alice");
    const char *text = harness_repeat("x", bytes);

    for (int i = 0; i < count; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
    }
    client_sync(alice);
    return alice;
}

static void a_newcomer_is_shown_so_many_lines(void)
{
    struct daemon *d = daemon_start("-o", "history.lines=7", "-o", "history.replay=3");
    struct client *alice = say_lines(d, 20, 1);

    assert_int_equal(lines_shown(client_open(d), 20), 3);
    client_send(alice, "/history 100\n");
    client_expect(alice, "13:x");
    client_expect(alice, "-- 7 of 7 lines");
    assert_null(strstr(client_seen(alice), "12:x"));
}

static void a_room_remembers_so_many_lines(void)
{
    struct daemon *d = daemon_start("-o", "history.lines=7", "-o", "history.replay=1000");

    say_lines(d, 20, 1);
    assert_int_equal(lines_shown(client_open(d), 20), 7);
}

static void rooms_remember_so_many_bytes(void)
{
    struct daemon *d = daemon_start("-o", "history.bytes=10000");
    struct client *alice = say_lines(d, 20, 1500);
    int shown = lines_shown(client_open(d), 20);

    if (shown < 4 || shown > 6) {
        harness_fail("expected about 6 lines of 1500 bytes in 10000, but there are %d", shown);
    }
    /* Lines in other rooms count too, and the oldest lines of all are dropped. */
    client_send(alice, "/join other\n");
    for (int i = 0; i < 7; i++) {
        client_sendf(alice, "%s\n", harness_repeat("y", 1500));
    }
    client_sync(alice);
    client_send(alice, "/room lobby\n");
    assert_int_equal(lines_shown(client_open(d), 20), 0);
}

static void nothing_is_remembered_when_there_is_no_place(void)
{
    struct daemon *no_lines = daemon_start("-o", "history.lines=0");
    struct daemon *no_bytes = daemon_start("-o", "history.bytes=0");
    struct daemon *no_replay = daemon_start("-o", "history.replay=0");

    say_lines(no_lines, 3, 1);
    assert_int_equal(lines_shown(client_open(no_lines), 3), 0);
    say_lines(no_bytes, 3, 1);
    assert_int_equal(lines_shown(client_open(no_bytes), 3), 0);
    say_lines(no_replay, 3, 1);
    assert_int_equal(lines_shown(client_open(no_replay), 3), 0);
}

/* ---- time ---- */

static void who_says_nothing_is_warned_and_then_closed(void)
{
    /* A client whose lines wait for flood control is not idle. */
    struct daemon *d = daemon_start("-o", "limits.idle_seconds=2", "-o", "flood.lines_per_second=4", "-o",
                                    "flood.burst=1");
    int64_t since = harness_now_ms();
    struct client *silent, *talker;

    daemon_freeze(d); /* so that the talker's lines are there when it comes */
    silent = client_open(d);
    talker = client_open(d);
    client_send(talker, harness_repeat("I am here\n", 1000));
    daemon_thaw(d);
    client_expect(silent, "-- You have said nothing for 1 s");
    assert_true(harness_now_ms() - since >= 900);
    client_expect(silent, "!! idle: ");
    assert_true(harness_now_ms() - since >= 1900);
    client_expect_eof(silent);
    client_close(silent);
    daemon_wait_log(d, " reason=idle ");
    client_expect(talker, "guest1 quit");
    assert_int_equal(daemon_count_log(d, "client closed"), 1);
}

static void who_takes_nothing_is_closed_as_stalled(void)
{
    struct daemon *d = daemon_start("-o", "limits.stall_seconds=1");
    struct client *sleeper = client_open_small(d, 4096);
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    int64_t since;

    const char *text = harness_repeat("x", 2000);

    client_take_name(sleeper, "sleeper");
    since = harness_now_ms();
    /* More than the system buffers for it, which is up to 4 MiB. */
    for (int i = 0; i < 3000; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
        client_expect(bob, harness_text("alice: %d:", i));
    }
    client_expect(alice, "sleeper quit");
    assert_true(harness_now_ms() - since >= 1000);
    daemon_wait_log(d, " reason=stalled ");
    client_send(alice, "go on\n");
    client_expect_none(bob, "skipped", "alice: go on");
    assert_int_equal(daemon_count_log(d, "client closed"), 1);
}

enum { STALL_S = 3 };

/* Has somebody take some KiB a second, for three times as long as one may take nothing: all that the small buffer of
 * this side holds, since the taking of a part would not be acknowledged.  Returns false if this process has left so
 * much time between two takings that it proves nothing, whatever the server did. */
static bool has_taken_steadily(struct daemon *d)
{
    struct client *reader = client_open_small(d, 4096);
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    const char *text = harness_repeat("x", 2000);
    int64_t now = harness_now_ms(), until = now + 3 * STALL_S * 1000, taken = now;
    char some[8192];

    for (int i = 0; now < until; now = harness_now_ms()) {
        if (now - taken > STALL_S * 1000 * 2 / 3) {
            return false;
        }
        if (i < 4000) { /* more than the system buffers */
            client_sendf(alice, "%d:%s\n", i, text);
            client_expect(bob, harness_text("alice: %d:", i++));
            until = harness_now_ms() + 3 * STALL_S * 1000;
        } else {
            poll(NULL, 0, 20);
        }
        if (now >= taken + 1000) {
            (void)!recv(client_fd(reader), some, sizeof(some), MSG_DONTWAIT);
            taken = now;
        }
    }
    client_send(alice, "go on\n");
    client_expect(bob, "alice: go on");
    return true;
}

/* The system's buffer holds megabytes, and the socket is writable again only when a third of it is free: until then a
 * reader can have taken bytes all the time. */
static void who_takes_steadily_is_not_stalled_however_slowly(void)
{
    struct daemon *d;
    int tries = 0;

    do {
        if (tries++ == 20) {
            print_message("# this machine is too busy for anybody to take steadily\n");
            skip();
        }
        d = daemon_start("-o", harness_text("limits.stall_seconds=%d", STALL_S), "-o", "limits.queue_bytes=16M");
    } while (!has_taken_steadily(d));
    assert_int_equal(daemon_count_log(d, "client closed"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(one_client_more_than_there_may_be_is_told_server_full),
        HARNESS_TEST(an_address_has_a_share_of_the_places),
        HARNESS_TEST_ONCE(exempt_addresses_have_the_limit_on_all_alone),
        HARNESS_TEST(a_network_has_a_share_of_the_places),
        HARNESS_TEST(a_silent_crowd_makes_space_and_puts_out_nobody_else),
        HARNESS_TEST_ONCE(exempt_addresses_may_be_silent),
        HARNESS_TEST_ONCE(who_comes_too_often_is_told_to_slow_down),
        HARNESS_TEST_ONCE(who_goes_without_a_word_leaves_the_allowance_to_others),
        HARNESS_TEST_ONCE(who_goes_without_a_word_is_not_let_in_without_end),
        HARNESS_TEST_ONCE(a_long_line_is_heard_in_parts),
        HARNESS_TEST_ONCE(a_line_past_sixteen_parts_is_refused_whole),
        HARNESS_TEST_ONCE(a_name_has_so_many_characters),
        HARNESS_TEST_ONCE(a_rooms_name_has_so_many_characters),
        HARNESS_TEST_ONCE(a_topic_has_so_many_characters),
        HARNESS_TEST_ONCE(with_no_characters_there_are_no_topics),
        HARNESS_TEST_ONCE(one_room_more_than_there_may_be_is_not_made),
        HARNESS_TEST_ONCE(one_person_is_in_so_many_rooms),
        HARNESS_TEST_ONCE(a_large_room_is_not_told_who_comes_and_goes),
        HARNESS_TEST_ONCE(with_no_size_nobody_is_announced),
        HARNESS_TEST_ONCE(a_newcomer_is_shown_so_many_lines),
        HARNESS_TEST_ONCE(a_room_remembers_so_many_lines),
        HARNESS_TEST_ONCE(rooms_remember_so_many_bytes),
        HARNESS_TEST_ONCE(nothing_is_remembered_when_there_is_no_place),
        HARNESS_TEST(who_says_nothing_is_warned_and_then_closed),
        HARNESS_TEST(who_takes_nothing_is_closed_as_stalled),
        HARNESS_TEST_ONCE(who_takes_steadily_is_not_stalled_however_slowly),
    };

    return harness_main(tests);
}

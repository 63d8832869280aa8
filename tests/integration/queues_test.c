/* Tests of the queue of a client that reads too slowly: it has a bound, other clients do not wait, and the number of
 * dropped lines is reported. */
#include "config.h"

#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The system buffers 90 to 200 KiB on a unix socket for a client that does not read, depending on the size of the
 * writes; on TCP up to 4 MiB. */
static struct daemon *start_on_unix(const char *option, const char *another)
{
    const char *listen = harness_text("server.listen=unix:%s/sock", harness_dir());

    return daemon_start("-o", listen, "-o", "limits.stall_seconds=3600", "-o", option, "-o", another);
}

/* Says lines "FIRST:xxx" and so on in the room, no faster than bob reads; checks that he gets them. */
static void say(struct client *alice, struct client *bob, int first, int count, size_t bytes)
{
    enum { BATCH = 20 };
    const char *text = harness_repeat("x", bytes);
    char line[64];

    for (int i = first; i < first + count; i += BATCH) {
        int end = i + BATCH < first + count ? i + BATCH : first + count;

        for (int k = i; k < end; k++) {
            client_sendf(alice, "%d:%s\n", k, text);
        }
        for (int k = i; k < end; k++) {
            snprintf(line, sizeof(line), "[#lobby] alice: %d:x", k);
            const char *heard = client_line(bob);

            if (strncmp(heard, line, strlen(line)) != 0) {
                harness_fail("expected %s, but it is %.100s", line, heard);
            }
        }
    }
}

struct tally {
    long lines, skipped, privates, gaps;
    int last; /* number of the newest line of the room */
};

/* Reads everything up to the line with the marker; checks that the room's lines are in order. */
static struct tally take_all(struct client *c, const char *marker)
{
    struct tally t = {.last = -1};
    const char *line, *at;

    while (strstr(line = client_line(c), marker) == NULL) {
        int number;
        long count;

        if (sscanf(line, "[#lobby] alice: %d:x", &number) == 1 ||
            ((at = strstr(line, "\"from\":\"alice\",\"text\":\"")) != NULL &&
             sscanf(at + 23, "%d:x", &number) == 1)) {
            assert_true(number > t.last);
            t.lines++;
            t.last = number;
        } else if (sscanf(line, "-- %ld line%*s", &count) == 1 ||
                   ((at = strstr(line, "\"skipped\",\"count\":")) != NULL && sscanf(at + 18, "%ld", &count) == 1)) {
            t.skipped += count;
            t.gaps++;
        } else if (sscanf(line, "[alice -> you] private %ld", &count) == 1) {
            assert_int_equal(count, t.privates);
            t.privates++;
        }
    }
    return t;
}

static void expect_nothing_untold(const struct tally *t, int said)
{
    if (t->lines + t->skipped != said || t->last != said - 1) {
        harness_fail("of %d lines %ld came, %ld were told as skipped, and the last to come is %d", said,
                     t->lines, t->skipped, t->last);
    }
}

/* On TCP, with the default settings, but for the time that a reader may take nothing. */
static void who_never_reads_delays_nobody_and_is_told_what_was_skipped(void)
{
    enum { ROUNDS = 20, LINES = 250, BYTES = 2000 }; /* 10 MB */
    struct daemon *d = daemon_start("-o", "limits.stall_seconds=3600");
    struct client *sleeper = client_open_small(d, 4096);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    struct tally t;
    long before;

    client_take_name(sleeper, "sleeper");
    client_expect(bob, "guest1 is now sleeper");
    before = daemon_memory_kib(d);
    for (int i = 0; i < ROUNDS; i++) {
        say(alice, bob, i * LINES, LINES, BYTES);
        client_sendf(alice, "/msg sleeper private %d\n", i);
        client_expect_line(alice, harness_text("[you -> sleeper] private %d", i));
        client_send(bob, "/who\n");
        client_expect(bob, "#lobby: 3 people");
        client_sync(bob);
    }
    if (daemon_memory_kib(d) - before > 3 * 1024) {
        harness_fail("the daemon has grown from %ld to %ld KiB", before, daemon_memory_kib(d));
    }
    client_send(alice, "/msg sleeper wake up\n");
    t = take_all(sleeper, "wake up");
    expect_nothing_untold(&t, ROUNDS * LINES);
    assert_int_equal(t.privates, ROUNDS);
    assert_true(t.skipped > 0);
    client_sync(sleeper);
    client_send(alice, "good morning\n");
    client_expect_next(sleeper, "[#lobby] alice: good morning");
}

static void a_program_is_told_the_number_of_skipped_lines(void)
{
    struct daemon *d = start_on_unix("limits.line_bytes=2048", "limits.queue_bytes=64K");
    struct client *sleeper = client_open(d);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    struct tally t;

    client_send(sleeper, "/format json\n");
    client_expect(sleeper, "{\"type\":\"ok\"");
    client_sync(bob);
    say(alice, bob, 0, 1000, 1500);
    client_send(alice, "/msg guest1 wake up\n");
    t = take_all(sleeper, "wake up");
    expect_nothing_untold(&t, 1000);
    assert_true(t.skipped > 0);
    assert_non_null(strstr(client_seen(sleeper), "{\"type\":\"skipped\",\"count\":"));
}

/* Private lines are not dropped; if there is no space for more, the sender gets an error. */
static void a_private_line_arrives_or_its_sender_is_told(void)
{
    struct daemon *d = start_on_unix("limits.line_bytes=2048", "limits.queue_bytes=64K");
    struct client *sleeper = client_open(d);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    const char *text = harness_repeat("y", 1000);
    int sent = 0, refused = 0;
    struct tally t;

    client_take_name(sleeper, "sleeper");
    client_expect(bob, "guest1 is now sleeper");
    say(alice, bob, 0, 300, 1000);
    while (refused < 10) {
        client_sendf(alice, "/msg sleeper private %d %s\n", sent, text);
        const char *answer = client_line(alice);

        while (strstr(answer, "private") == NULL && strstr(answer, "!! ") == NULL) {
            answer = client_line(alice);
        }
        if (strncmp(answer, "!! not-reading: ", 16) == 0) {
            refused++;
        } else {
            sent++;
        }
        assert_true(sent < 1000);
    }
    /* If nothing in the queue is droppable, the newest lines of the room are dropped. */
    say(alice, bob, 300, 100, 1000);
    client_send(sleeper, "/whois sleeper\n");
    t = take_all(sleeper, "sleeper came ");
    assert_int_equal(t.privates, sent);
    assert_int_equal(t.lines + t.skipped, 400);
    say(alice, bob, 400, 1, 1000);
    client_expect(sleeper, "alice: 400:x");
    client_sync_without(sleeper, "skipped");
}

static void who_hears_too_slowly_can_still_speak(void)
{
    struct daemon *d = start_on_unix("limits.line_bytes=2048", "limits.queue_bytes=64K");
    struct client *sleeper = client_open(d);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");

    client_take_name(sleeper, "sleeper");
    client_expect(bob, "guest1 is now sleeper");
    say(alice, bob, 0, 1000, 1000);
    for (int i = 0; i < 5; i++) {
        client_sendf(sleeper, "you are too fast for me: %d\n", i);
        client_expect_line(bob, harness_text("[#lobby] sleeper: you are too fast for me: %d", i));
    }
    client_send(sleeper, "/leave\n");
    client_expect_line(bob, "[#lobby] -- sleeper left");
}

static void disconnect_closes_who_is_too_slow(void)
{
    struct daemon *d = start_on_unix("limits.queue_policy=disconnect", "limits.queue_bytes=64K");
    struct client *sleeper = client_open(d);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");

    client_take_name(sleeper, "sleeper");
    client_expect(bob, "guest1 is now sleeper");
    for (int i = 0; i < 1000; i++) {
        client_sendf(alice, "%s\n", harness_repeat("z", 1000));
        if (strstr(client_line(bob), "sleeper quit") != NULL) {
            break;
        }
    }
    daemon_wait_log(d, " reason=queue-full ");
    client_expect(alice, "sleeper quit");
    assert_null(strstr(client_rest(sleeper), "skipped"));
    client_send(alice, "go on\n");
    client_expect(bob, "alice: go on");
    assert_int_equal(daemon_count_log(d, "client closed"), 1);
}

static void all_queues_together_have_a_bound(void)
{
    enum { SLEEPERS = 12, LINES = 1000, LATER = 120 }; /* 12 * 256 KiB would wait without it */
    /* They are not announced, since announcements would be lines too. */
    struct daemon *d = start_on_unix("limits.memory_bytes=1M", "rooms.announce_members=0");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    struct client *sleepers[SLEEPERS], *late;
    int64_t since = harness_now_ms();
    struct tally t;

    for (int i = 0; i < SLEEPERS; i++) {
        sleepers[i] = client_join(d, harness_text("s%d", i));
        client_expect(bob, harness_text("is now s%d", i));
    }
    say(alice, bob, 0, LINES, 1000);
    daemon_wait_log(d, "queues relieved ");
    /* One per second, except for the first ones. */
    assert_in_range(daemon_count_log(d, "queues relieved "), 1, 51 + (harness_now_ms() - since) / 1000);

    /* The longest queues lose lines; a client with a short queue loses nothing. */
    late = client_open(d);
    client_expect(late, "-- You are guest15.");
    client_expect(late, "-- You are in #lobby");
    say(alice, bob, LINES, LATER, 1000);
    client_send(alice, "/msg guest15 wake up\n");
    t = take_all(late, "wake up");
    assert_int_equal(t.skipped, 0);
    for (int i = 0; i < SLEEPERS; i++) {
        client_sendf(alice, "/msg s%d wake up\n", i);
        t = take_all(sleepers[i], "wake up");
        expect_nothing_untold(&t, LINES + LATER);
        assert_true(t.skipped > 0);
    }
    assert_int_equal(daemon_count_log(d, "client closed"), 0);
}

/* Private lines are not dropped.  If the unread private lines of some clients use nearly all of the limit, these
 * clients are disconnected, and clients that are only slow lose nothing. */
static void who_hoards_is_closed_and_the_slow_lose_nothing(void)
{
    enum { SLOW = 6, LINES = 20 };
    struct daemon *d = start_on_unix("limits.memory_bytes=1M", "limits.queue_bytes=480K");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    struct client *hoarders[2], *slow[SLOW];
    const char *text = harness_repeat("y", 1900);
    int said = 0;

    for (int i = 0; i < 2; i++) {
        hoarders[i] = client_join(d, harness_text("h%d", i));
        client_send(hoarders[i], "/leave\n");
        client_expect(bob, harness_text("h%d left", i));
        do {
            client_sendf(alice, "/msg h%d %s\n", i, text);
        } while (strncmp(client_expect(alice, i == 0 ? "h0" : "h1"), "!! not-reading", 14) != 0);
    }
    assert_int_equal(daemon_count_log(d, "queues relieved "), 0);
    for (int i = 0; i < SLOW; i++) {
        slow[i] = client_join(d, harness_text("s%d", i));
        client_expect(bob, harness_text("is now s%d", i));
    }
    for (; daemon_count_log(d, "queues relieved ") == 0; said += LINES) {
        say(alice, bob, said, LINES, 1000);
    }
    daemon_wait_log(d, " reason=queue-full ");
    for (int i = 0; i < SLOW; i++) {
        client_sendf(alice, "/msg s%d wake up\n", i);
        struct tally t = take_all(slow[i], "wake up");

        assert_int_equal(t.skipped, 0);
        expect_nothing_untold(&t, said);
    }
}

/* Unfinished lines count too. */
static void unfinished_lines_have_the_same_bound(void)
{
    enum { MANY = 50, BYTES = 30000 };
    struct daemon *d = start_on_unix("limits.memory_bytes=1M", "rooms.announce_members=0");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    const char *half = harness_repeat("x", BYTES);
    struct client *many[MANY];

    client_send(alice, "half a line, ");
    for (int i = 0; i < MANY; i++) {
        many[i] = client_open(d);
        client_send(many[i], "/leave\n"); /* so that the rest is not heard, which is run at the end of the input */
        client_pour(many[i], half, BYTES);
    }
    daemon_wait_log(d, "queues relieved ");
    daemon_wait_log(d, " reason=input-full ");
    for (int i = 0; i < MANY; i++) {
        client_close(many[i]);
    }
    client_send(alice, "and the other half\n");
    client_expect(bob, "alice: half a line, and the other half");
    assert_in_range(daemon_count_log(d, " reason=input-full "), 1, MANY / 2);
}

static void who_holds_too_much_input_is_told_why(void)
{
    struct daemon *d = start_on_unix("limits.memory_bytes=1M", "limits.line_bytes=16K");
    struct client *hoarders[6];
    const char *half = harness_repeat("x", 250000);

    for (int i = 0; i < 6; i++) {
        hoarders[i] = client_open(d);
        client_expect(hoarders[i], "You are in #lobby");
        client_pour(hoarders[i], half, 250000);
    }
    daemon_wait_log(d, " reason=input-full ");
    for (int i = 0, told = 0; i < 6 && told == 0; i++) {
        client_half_close(hoarders[i]);
        told += strstr(client_rest(hoarders[i]), "!! input-full: ") != NULL;
        assert_true(told > 0 || i < 5);
    }
}

/* The queue of a connection that is over loses no more lines: no owner could fill the gap. */
static void who_is_leaving_keeps_what_waits(void)
{
    enum { SLEEPERS = 12, LINES = 600 };
    struct daemon *d = start_on_unix("limits.memory_bytes=1M", "limits.queue_bytes=256K");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    struct client *leaving = client_join(d, "leaving");
    struct client *sleepers[SLEEPERS];

    client_expect(bob, "is now leaving");
    say(alice, bob, 0, 400, 1000);
    client_half_close(leaving);
    client_expect(bob, "leaving quit");
    for (int i = 0; i < SLEEPERS; i++) {
        sleepers[i] = client_join(d, harness_text("s%d", i));
        client_expect(bob, harness_text("is now s%d", i));
    }
    say(alice, bob, 400, LINES, 1000);
    daemon_wait_log(d, "queues relieved ");
    client_expect(leaving, "alice: 399:x");
    client_expect_eof(leaving);
    for (int i = 0; i < SLEEPERS; i++) {
        client_close(sleepers[i]);
        client_expect(bob, harness_text("s%d quit", i));
    }
}

/* Sends lines until the socket takes no more while others are answered: the daemon has then stopped reading it. */
static int send_until_full(struct client *c, const char *line, struct client *other)
{
    size_t len = strlen(line);
    int sent = 0;

    for (int refused = 0; refused < 20;) {
        ssize_t n = send(client_fd(c), line, len, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0) {
            assert_int_equal(errno, EAGAIN);
            refused++;
            client_sync(other);
        } else {
            if ((size_t)n < len) {
                client_send(c, line + n);
            }
            refused = 0;
            sent++;
        }
    }
    return sent;
}

/* Reads as many answers to "/help all", none of which ends early because others wait before it. */
static void expect_whole_helps(struct client *c, int count)
{
    for (int i = 0; i < count; i++) {
        client_expect(c, "-- /help [COMMAND");
        client_expect_none(c, "shows more", "-- /quit [TEXT]");
    }
}

static void who_does_not_read_answers_is_not_read(void)
{
    struct daemon *d = start_on_unix("limits.line_bytes=2048", "limits.queue_bytes=256K");
    struct client *bob = client_join(d, "bob");
    struct client *asker = client_open(d);
    long before = daemon_memory_kib(d);
    int asked;

    client_sync(bob);
    client_expect(asker, "You are in #lobby");
    asked = send_until_full(asker, "/help all\n", bob);
    assert_true(daemon_memory_kib(d) - before < 2048);
    expect_whole_helps(asker, asked);
    client_sync_without(asker, "skipped");
}

/* Reads a page of the history up to the marker; checks that it holds alice's lines in order, from *first to the one
 * before end.  Returns the id before which there are more lines; NULL if there are none. */
static const char *take_page(struct client *c, int end, const char *marker, int *first)
{
    const char *line, *at, *before = NULL;
    int number, next = -1;

    *first = end;
    while (strstr(line = client_line(c), marker) == NULL) {
        if ((at = strstr(line, "/history before ")) != NULL) {
            before = harness_text("%s", at + strlen("/history before "));
        } else if ((at = strstr(line, "alice: ")) != NULL && sscanf(at, "alice: %d:x", &number) == 1) {
            if (next < 0) {
                *first = number;
            } else {
                assert_int_equal(number, next);
            }
            next = number + 1;
        }
    }
    assert_true(next < 0 || next == end);
    return before;
}

static void who_enters_a_full_room_on_a_slow_line_is_not_closed_for_it(void)
{
    enum { LINES = 300 };
    const char *listen = harness_text("server.listen=unix:%s/sock", harness_dir()), *before;
    struct daemon *d = daemon_start("-o", listen, "-o", "limits.queue_bytes=64K", "-o",
                                    "limits.queue_policy=disconnect", "-o", "history.lines=300", "-o",
                                    "history.replay=300", "-o", "flood.lines_per_second=0", "-o",
                                    "server.motd=be kind");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *slow;
    int first, pages = 0;

    say(alice, bob, 0, LINES, 2000);
    slow = client_open(d);
    daemon_wait_log(d, "client=3 "); /* it was greeted, and has read nothing */
    client_sync(bob);
    before = take_page(slow, LINES, "-- be kind", &first);
    client_expect_line(slow, "-- Welcome to test.");
    client_expect(slow, "-- You are in #lobby with 2 others.");

    /* The rest can be asked for, and is complete. */
    while (before != NULL) {
        int end = first;

        client_sendf(slow, "/history before %s\n/version\n", before);
        before = take_page(slow, end, "-- chatd ", &first);
        assert_true(first < end);
        pages++;
    }
    assert_int_equal(first, 0);
    assert_true(pages > 1);
    assert_int_equal(daemon_count_log(d, "queue-full"), 0);
}

static void who_asks_for_lists_and_does_not_read_is_not_closed_for_it(void)
{
    const char *listen = harness_text("server.listen=unix:%s/sock", harness_dir());
    struct daemon *d = daemon_start("-o", listen, "-o", "limits.queue_bytes=64K", "-o",
                                    "limits.queue_policy=disconnect", "-o", "limits.rooms_per_client=1000", "-o",
                                    "flood.lines_per_second=0");
    struct client *alice = client_join(d, "alice"), *slow = client_join(d, "slow");
    const char *topic = harness_repeat("\xf0\x90\x80\x80", 256), *line;
    unsigned place = 0;

    for (int i = 0; i < 80; i++) {
        client_sendf(alice, "/join room-%s-%02d\n/topic %s\n", harness_repeat("x", 20), i, topic);
    }
    client_sync(alice);
    client_send(slow, harness_repeat("/rooms\n/whois alice\n", 20));
    client_send(slow, "/version\n");
    client_sync(alice);
    client_expect(slow, "-- 81 rooms:");
    line = client_expect(slow, "/rooms ");
    client_expect(slow, "-- chatd ");
    assert_int_equal(daemon_count_log(d, "queue-full"), 0);

    /* The lines that were left out come when they are asked for. */
    do {
        assert_int_equal(sscanf(strstr(line, "/rooms "), "/rooms %u", &place), 1);
        client_sendf(slow, "/rooms %u\n", place);
        client_expect(slow, "-- 81 rooms:");
        line = client_expect(slow, "-- "); /* a room, or the end of the rest */
        while (line[3] == '#') {
            place++;
            line = client_expect(slow, "-- ");
        }
    } while (strstr(line, "/rooms ") != NULL);
    assert_int_equal(place, 82);
}

/* Each is shorter than a quarter of the queue. */
static void lists_that_are_asked_for_before_reading_come_whole(void)
{
    enum { ASKED = 300 };
    struct daemon *d = start_on_unix("limits.rooms_per_client=1000", "limits.queue_bytes=64K");
    struct client *alice = client_join(d, "alice"), *asker = client_open(d);

    for (int i = 0; i < 80; i++) {
        client_sendf(alice, "/join room-%s-%02d\n", harness_repeat("x", 20), i);
    }
    client_sync(alice);
    client_send(asker, harness_repeat("/rooms\n", ASKED));
    client_half_close(asker);
    client_sync(alice);
    for (int i = 0; i < ASKED; i++) {
        client_expect(asker, "-- 81 rooms:");
        client_expect_none(asker, "/rooms ", "-79 ");
    }
    client_expect_eof(asker);
}

/* The same for a client that has ended its output: all lines are answered, and then the connection ends. */
static void a_half_close_before_reading_loses_no_answer(void)
{
    enum { ASKED = 2000 };
    struct daemon *d = start_on_unix("limits.line_bytes=2048", "limits.queue_bytes=256K");
    struct client *asker = client_open(d);

    client_send(asker, harness_repeat("/help all\n", ASKED));
    client_half_close(asker);
    expect_whole_helps(asker, ASKED);
    client_expect_eof(asker);
}

static void a_reset_by_who_never_read_frees_what_waited(void)
{
    struct daemon *d = start_on_unix("limits.line_bytes=2048", "limits.queue_bytes=1M");
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 3; i++) {
        struct client *sleeper = client_join(d, "sleeper");

        client_expect(bob, "is now sleeper");
        say(alice, bob, 0, 800, 1000);
        client_close(sleeper);
        client_expect(bob, "sleeper quit");
        client_sync(bob);
    }
    client_sync(alice);
    assert_int_equal(daemon_count_log(d, "client closed"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(who_never_reads_delays_nobody_and_is_told_what_was_skipped),
        HARNESS_TEST_ONCE(a_program_is_told_the_number_of_skipped_lines),
        HARNESS_TEST(a_private_line_arrives_or_its_sender_is_told),
        HARNESS_TEST(who_hears_too_slowly_can_still_speak),
        HARNESS_TEST(disconnect_closes_who_is_too_slow),
        HARNESS_TEST(all_queues_together_have_a_bound),
        HARNESS_TEST(who_hoards_is_closed_and_the_slow_lose_nothing),
        HARNESS_TEST(unfinished_lines_have_the_same_bound),
        HARNESS_TEST_ONCE(who_holds_too_much_input_is_told_why),
        HARNESS_TEST(who_is_leaving_keeps_what_waits),
        HARNESS_TEST(who_does_not_read_answers_is_not_read),
        HARNESS_TEST(who_enters_a_full_room_on_a_slow_line_is_not_closed_for_it),
        HARNESS_TEST(who_asks_for_lists_and_does_not_read_is_not_closed_for_it),
        HARNESS_TEST(lists_that_are_asked_for_before_reading_come_whole),
        HARNESS_TEST(a_half_close_before_reading_loses_no_answer),
        HARNESS_TEST_ONCE(a_reset_by_who_never_read_frees_what_waited),
    };

    return harness_main(tests);
}

/* Tests of programs that connect, send and leave: lines that have arrived are said, however the program ends the
 * connection. */
#include "config.h"

#include "harness.h"

#include <stdlib.h>
#include <string.h>

enum { TIMES = 100 };

/* A member of #ops, to which the programs post. */
static struct client *listener(struct daemon *d)
{
    struct client *c = client_join(d, "listener");

    client_send(c, "/leave lobby\n/join ops\n");
    client_expect(c, "-- You are in #ops");
    return c;
}

static void expect_all(struct client *c)
{
    for (int i = 0; i < TIMES; i++) {
        client_expect_next(c, harness_text("[#ops] cron%d: backup %d done", i, i));
    }
}

static const char *post(int i)
{
    return harness_text("/nick cron%d\n/post #ops backup %d done\n", i, i);
}

static void half_close_gets_its_answers_and_an_end(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d);

    for (int i = 0; i < TIMES; i++) {
        struct client *c = client_open(d);

        client_send(c, post(i));
        client_half_close(c);
        client_expect_line(c, harness_text("-- You are now cron%d.", i));
        client_expect_next(c, "-- said in #ops");
        client_expect_eof(c);
        client_close(c);
    }
    expect_all(ops);
}

static void full_close_at_once_loses_nothing(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d);

    /* Nothing is read: the daemon's first answers cause a reset, perhaps before it has read the line. */
    for (int i = 0; i < TIMES; i++) {
        struct client *c = client_open(d);

        client_send(c, post(i));
        client_close(c);
        client_expect_next(ops, harness_text("[#ops] cron%d: backup %d done", i, i));
    }
}

static void hundred_at_once_are_all_heard(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d), *c[TIMES];
    bool heard[TIMES] = {false};

    for (int i = 0; i < TIMES; i++) {
        c[i] = client_open(d);
    }
    for (int i = 0; i < TIMES; i++) {
        client_send(c[i], post(i));
        client_close(c[i]);
    }
    for (int i = 0; i < TIMES; i++) {
        const char *line = client_expect(ops, "[#ops] cron");

        heard[atoi(line + strlen("[#ops] cron"))] = true;
    }
    for (int i = 0; i < TIMES; i++) {
        assert_true(heard[i]);
    }
}

static void reset_right_behind_a_line_does_not_lose_the_line(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d);

    /* A reset drops the bytes in the kernel that the daemon has not read; no program can change that.  So the test
     * waits until the line is read, and does not wait for the answer. */
    for (int i = 0; i < TIMES; i++) {
        struct client *c = client_open(d);

        client_send(c, post(i));
        client_expect_next(ops, harness_text("[#ops] cron%d: backup %d done", i, i));
        client_reset(c);
    }
    client_sync(ops);
}

static void resets_at_any_moment_harm_nobody_else(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d);

    for (int i = 0; i < TIMES; i++) {
        struct client *c = client_open(d);

        if (i % 3 > 0) {
            client_send(c, post(i));
        }
        if (i % 3 > 1) {
            client_line(c);
        }
        client_reset(c);
    }
    client_sync(ops);
    client_send(ops, "/who lobby\n");
    for (;;) { /* the daemon may notice the last one a turn later */
        if (strstr(client_expect(ops, "lobby"), "there is no room") != NULL) {
            break;
        }
        client_send(ops, "/who lobby\n");
    }
}

static void line_without_an_end_is_posted_before_a_full_close(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d);

    for (int i = 0; i < TIMES; i++) {
        struct client *c = client_open(d);

        client_sendf(c, "/nick cron%d\n/post #ops backup %d done", i, i);
        client_close(c);
        client_expect_next(ops, harness_text("[#ops] cron%d: backup %d done", i, i));
    }
}

static void many_lines_and_a_full_close_are_all_said(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d);
    const char *text = "/nick cron\n";
    struct client *c = client_open(d);

    for (int i = 0; i < TIMES; i++) {
        text = harness_text("%s/post ops line %d\n", text, i);
    }
    client_send(c, text);
    client_close(c);
    for (int i = 0; i < TIMES; i++) {
        client_expect_next(ops, harness_text("[#ops] cron: line %d", i));
    }
}

static void many_lines_over_the_flood_limit_are_said_in_time(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=100", "-o", "flood.burst=5");
    struct client *ops = listener(d);
    const char *text = "";
    struct client *c = client_open(d);

    for (int i = 0; i < 40; i++) {
        text = harness_text("%s/post ops line %d\n", text, i);
    }
    client_send(c, text);
    client_half_close(c);
    for (int i = 0; i < 40; i++) {
        client_expect(ops, harness_text(": line %d", i));
    }
    client_expect_eof(c);
    assert_true(client_count_literal(c, "You send faster than 100 lines a second") >= 1);
}

static void quit_ends_and_drops_what_follows(void)
{
    struct daemon *d = daemon_start();
    struct client *ops = listener(d), *c = client_open(d);

    client_send(c, "/post ops one\n/quit\n/post ops two\n");
    client_expect(c, "-- Goodbye, guest2.");
    client_expect_eof(c);
    client_expect_next(ops, "[#ops] guest2: one");
    client_sync_without(ops, "two");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(half_close_gets_its_answers_and_an_end),
        HARNESS_TEST(full_close_at_once_loses_nothing),
        HARNESS_TEST(hundred_at_once_are_all_heard),
        HARNESS_TEST(reset_right_behind_a_line_does_not_lose_the_line),
        HARNESS_TEST(resets_at_any_moment_harm_nobody_else),
        HARNESS_TEST(line_without_an_end_is_posted_before_a_full_close),
        HARNESS_TEST(many_lines_and_a_full_close_are_all_said),
        HARNESS_TEST(many_lines_over_the_flood_limit_are_said_in_time),
        HARNESS_TEST(quit_ends_and_drops_what_follows),
    };

    return harness_main(tests);
}

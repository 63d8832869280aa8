/* Tests of session/lines.h: what holds lines back, and what a line is. */
#include "config.h"

#include "session/lines.h"

#include "chat/rooms.h"
#include "fake_sessions.h"
#include "session/cmd.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* ---- a command that finishes later -------------------------------------------------------------- */

static void lines_behind_a_pending_command_wait_in_order(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "before\n/nick amy\nafter\n/who\n");
    assert_nothing(0);
    assert_heard(1, "[#lobby] alice: before\r\n");
    type(1, "who else?\n"); /* others are not affected */
    assert_heard(0, "[#lobby] bob: who else?\r\n");
    type(0, "later still\n");
    assert_nothing(1);
    fake_directory_reply(dir, "amy", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 3);
    assert_heard(0, "-- You are now amy.\r\n-- #lobby: 2 people\r\n-- amy, bob\r\n");
    assert_heard(1, "[#lobby] -- alice is now amy\r\n[#lobby] amy: after\r\n[#lobby] amy: later still\r\n");
}

static void pending_command_that_fails_is_told_and_lines_go_on(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/nick amy\nafter\n");
    type(1, "/nick AMY\n"); /* two want the same */
    assert_heard_part(1, "!! name-taken: ");
    fake_directory_reply(dir, "amy", DIRECTORY_TAKEN);
    fake_loop_turns(&f, 2);
    assert_heard(0, "!! name-taken: somebody else has that name; you are still alice\r\n");
    assert_heard(1, "[#lobby] alice: after\r\n");
    type(0, "/join ops\nafter\n");
    fake_directory_reply(dir, "ops", DIRECTORY_FAILED);
    fake_loop_turns(&f, 2);
    assert_heard_part(0, "!! unavailable: ");
    assert_heard(1, "[#lobby] alice: after\r\n"); /* the current room is the old one */
}

static void one_who_waits_for_a_room_acts_at_once_when_it_opens(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/join ops\n/leave ops\nback\n/join ops\n");
    type(1, "/join ops\n/leave\n");
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 3);
    assert_heard_part(0, "-- You have left #ops; your current room is #lobby.\r\n");
    assert_heard_part(1, "-- You have left #ops; your current room is #lobby.\r\n");
    if (fake_directory_waits(dir, "ops")) { /* the last to leave had ended it */
        fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
        fake_loop_turns(&f, 3);
    }
    assert_int_equal(rooms_find(&chat, "ops")->count, 1);
}

static void who_goes_while_a_command_is_pending_leaves_nothing(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/nick amy\nafter\n");
    for (struct conn *conn = f.net.all; conn != NULL; conn = conn->all_next) {
        if (conn->all_next == NULL) { /* the first to have come */
            conn_close(conn, REASON_RESET);
        }
    }
    fake_loop_turns(&f, 2);
    assert_int_equal(gone, 1);
    assert_int_equal(dir->waiting_count, 0);
    assert_heard(1, "[#lobby] -- alice quit\r\n");
}

static void half_close_waits_for_the_pending_command_and_what_follows(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    fake_puts(people[0], "/nick cron\nbackup done");
    shutdown(people[0], SHUT_WR);
    fake_loop_turns(&f, 5);
    assert_int_equal(gone, 0);
    fake_directory_reply(dir, "cron", DIRECTORY_GRANTED);
    fake_loop_turns(&f, 3);
    assert_heard(0, "-- You are now cron.\r\n");
    assert_heard(1, "[#lobby] -- alice is now cron\r\n[#lobby] cron: backup done\r\n[#lobby] -- cron quit\r\n");
    assert_int_equal(gone, 1);
}

static void stop_of_the_server_reaches_who_is_pending(void **state)
{
    (void)state;
    come_both();
    dir->answer = DIRECTORY_LATER;
    type(0, "/nick amy\nafter\n");
    net_end_all(&f.net, REASON_SHUTDOWN);
    fake_loop_turns(&f, 2);
    assert_heard_part(0, "!! shutdown: the server is stopping; goodbye\r\n");
    assert_over(2);
}

/* ---- flood -------------------------------------------------------------------------------------- */

static void flood_is_slowed_down_told_once_and_loses_nothing(void **state)
{
    char line[16];
    int said = 0;

    (void)state;
    come_both();
    set_flood(5, 20);
    fake_loop_pass(&f, 100000);
    for (int i = 1; i <= 60; i++) {
        snprintf(line, sizeof(line), "%d\n", i);
        fake_puts(people[0], line);
    }
    fake_loop_turns(&f, 6);
    for (uint64_t ms = 0; said < 60; ms++) {
        const char *got = heard(1);

        for (const char *s = got; *s != '\0'; s = strchr(s, '\n') + 1) {
            int n = -1;

            sscanf(s, "[#lobby] alice: %d\r\n", &n);
            assert_int_equal(n, ++said); /* in order */
        }
        /* The burst at once, then each 200 ms one, to the millisecond. */
        assert_int_equal(said, 20 + ms / 200 < 60 ? 20 + ms / 200 : 60);
        assert_true(ms < 8001);
        fake_loop_pass(&f, 1);
    }
    assert_heard(0, "-- You send faster than 5 lines a second: what you send is taken more slowly now, and "
                    "nothing is lost.\r\n");
    assert_int_equal(env.flood_stops, 41); /* at the end of the burst, and at each line from there on */
    for (int i = 0; i < 100; i++) { /* all is well again, and it would be told again */
        fake_loop_pass(&f, 100);
    }
    for (int i = 0; i < 21; i++) {
        fake_puts(people[0], "again\n");
    }
    fake_loop_turns(&f, 3);
    assert_heard_part(0, "-- You send faster");
}

/* What is left of a full bucket of 20: so many lines that cost nothing more are run at once. */
static int lines_left(int who)
{
    int said = 0;

    for (int i = 0; i < 21; i++) {
        fake_puts(people[who], "/time\n");
    }
    fake_loop_turns(&f, 3);
    for (const char *s = heard(who); (s = strstr(s, "-- 2026-11-2")) != NULL; s++) {
        said++;
    }
    return said;
}

static void name_costs_as_much_as_the_rooms_that_are_told(void **state)
{
    (void)state;
    come_both();
    type(0, "/join a\n/join b\n/join c\n/join d\n");
    set_flood(1, 20);
    fake_loop_pass(&f, 100000);
    type(0, "/nick alicia\n");
    heard(0);
    assert_int_equal(lines_left(0), 20 - 5);
    fake_loop_pass(&f, 100000); /* for the rest of those */
    fake_loop_pass(&f, 100000);
    heard(0);
    type(0, "/nick bob\n"); /* which nobody is told of */
    heard(0);
    assert_int_equal(lines_left(0), 20 - 1);
}

/* A character of three bytes that folds to eighteen: the dearest there is. */
static void say_what_is_dear_to_fold(int who, int lines)
{
    struct strbuf line = {0};

    for (int i = 0; i < 600; i++) {
        strbuf_adds(&line, "\uFDFA");
    }
    strbuf_adds(&line, "\n");
    for (int i = 0; i < lines; i++) {
        type(who, line.data);
    }
    strbuf_fini(&line);
}

static void search_costs_as_much_as_it_looks_through(void **state)
{
    (void)state;
    come_both();
    set_flood(1, 20);
    fake_loop_pass(&f, 100000);
    type(0, "/history zebra\n");
    assert_heard(0, "-- 0 lines found among the last 0 in #lobby\r\n");
    assert_int_equal(lines_left(0), 20 - 2); /* there is nothing yet */
    set_flood(0, 20);
    say_what_is_dear_to_fold(1, 50);
    set_flood(1, 20);
    fake_loop_pass(&f, 100000);
    heard(0);
    type(0, "/history zebra\n");
    assert_heard_part(0, "-- 0 lines found among the last ");
    assert_in_range(lines_left(0), 0, 10);
}

static void search_for_what_no_line_is_is_refused(void **state)
{
    struct strbuf words = {0};

    (void)state;
    come_both();
    strbuf_adds(&words, "/history ");
    for (int i = 0; i < CMD_WORD_BYTES / 3; i++) {
        strbuf_adds(&words, "\uFDFA");
    }
    strbuf_adds(&words, "\n");
    type(0, words.data);
    assert_heard_part(0, "-- 0 lines found");
    words.len--;
    strbuf_adds(&words, "\uFDFA\n");
    type(0, words.data);
    assert_heard_part(0, "!! text-too-long: ");
    strbuf_fini(&words);
}

static void flooding_one_does_not_slow_the_others(void **state)
{
    (void)state;
    come_both();
    set_flood(5, 20);
    for (int i = 0; i < 100; i++) {
        fake_puts(people[0], "flood\n");
    }
    fake_loop_turns(&f, 4);
    heard(1);
    type(1, "still here\n");
    assert_heard_part(0, "[#lobby] bob: still here\r\n");
}

static void flood_control_switched_off_by_a_reload_lets_all_go_on(void **state)
{
    (void)state;
    come_both();
    set_flood(1, 1);
    for (int i = 0; i < 30; i++) {
        fake_puts(people[0], "x\n");
    }
    fake_loop_turns(&f, 4);
    heard(1);
    set_flood(0, 1);
    fake_loop_turns(&f, 4);
    fake_loop_pass(&f, 1);
    fake_loop_turns(&f, 4);
    assert_int_equal(store->appended, 30);
}

static void flooding_one_who_goes_is_heard_out(void **state)
{
    (void)state;
    come_both();
    set_flood(5, 2);
    for (int i = 0; i < 10; i++) {
        fake_puts(people[0], "x\n");
    }
    shutdown(people[0], SHUT_WR);
    fake_loop_turns(&f, 4);
    assert_int_equal(gone, 0);
    for (int i = 0; i < 20; i++) {
        fake_loop_pass(&f, 200);
        fake_loop_turn(&f);
    }
    assert_int_equal(store->appended, 10);
    assert_int_equal(gone, 1);
}

/* ---- lines -------------------------------------------------------------------------------------- */

static uint64_t called(const char *name)
{
    size_t i = 0;

    while (strcmp(cmd_at(i)->name, name) != 0) {
        i++;
    }
    return env.commands[i];
}

static void what_lines_are_is_counted(void **state)
{
    (void)state;
    come_both();
    memset(env.commands, 0, sizeof(env.commands));
    env.lines = 0;
    type(0, "hello\n\n   \n/join ops\n/j ops\n/nick\n/nosuch\n/whois nobody\n");
    assert_int_equal(env.lines, 6);
    assert_int_equal(called("join"), 2);
    assert_int_equal(called("nick"), 1);
    assert_int_equal(called("whois"), 1);
    assert_int_equal(called("who"), 0);
    assert_int_equal(env.faults[FAULT_USAGE], 1);
    assert_int_equal(env.faults[FAULT_UNKNOWN_COMMAND], 1);
    assert_int_equal(env.faults[FAULT_NO_SUCH_NAME], 1);
    assert_int_equal(env.faults[FAULT_NO_SUCH_ROOM], 0);
    assert_int_equal(chat.lines, 1);
}

/* As when the time comes from the network only after the start. */
static void idle_time_does_not_jump_with_the_clock(void **state)
{
    (void)state;
    come_both();
    type(1, "hello\n");
    fake_clock_advance(&f.clock, 5000);
    f.clock.real_ms += INT64_C(86400000);
    heard(0);
    type(0, "/whois bob\n");
    assert_heard_part(0, " and was last active 5 s ago.");
    f.clock.real_ms -= INT64_C(2 * 86400000);
    type(0, "/whois bob\n");
    assert_heard_part(0, " and was last active 5 s ago.");
}

static void double_slash_says_a_slash(void **state)
{
    (void)state;
    come_both();
    type(0, "//quit\n/\n / x\n/ nick x\n");
    assert_heard(1, "[#lobby] alice: /quit\r\n[#lobby] alice:  / x\r\n");
    assert_heard(0, "!! unknown-command: a command's name follows the /; /help lists all, // says a /\r\n"
                    "!! unknown-command: a command's name follows the /; /help lists all, // says a /\r\n");
}

static void long_line_is_said_in_parts_and_a_longer_one_not_at_all(void **state)
{
    struct session_limits limits = env.limits;

    (void)state;
    limits.lines = (struct frontend_limits){.line_bytes = 256, .line_parts = 2};
    sessions_set_limits(&env, &limits);
    come_both();
    for (int len = 500; len <= 540; len += 10) {
        char line[600];

        memset(line, 'x', sizeof(line));
        strcpy(line + len, "\n");
        type(0, line);
        if (len <= 512) {
            const char *got = heard(1);

            assert_int_equal(strlen(got), (size_t)len + 2 * strlen("[#lobby] alice: \r\n"));
            assert_nothing(0);
        } else {
            assert_heard(0, "!! line-too-long: a line has at most 512 bytes; nothing of it was sent\r\n");
            assert_nothing(1);
        }
    }
}

static void lines_are_counted_both_ways(void **state)
{
    struct session *s;

    (void)state;
    come_both();
    s = session_called("bob");
    assert_int_equal(s->lines_in, 1);
    assert_int_equal(s->conn->lines_out, 9); /* the greeting, the room, alice who comes, its own new name twice */
    type(0, "one\ntwo\n\n");
    type(1, "three\n");
    assert_int_equal(s->lines_in, 2);
    assert_int_equal(s->conn->lines_out, 11);
    assert_int_equal(session_called("alice")->lines_in, 4);
}

static void program_learns_what_worked(void **state)
{
    (void)state;
    come_both();
    type(0, "/format json\n/nick amy\n/nick bob\nhello\n/back\n");
    assert_heard_part(0, "{\"type\":\"ok\",\"command\":\"format\"}\n"
                         "{\"type\":\"event\",");
    dir->answer = DIRECTORY_LATER;
    type(0, "/join ops\n");
    assert_nothing(0);
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    fake_loop_turn(&f);
    assert_heard_part(0, "{\"type\":\"ok\",\"command\":\"join\"}\n"); /* once it has */
    type(0, "/nick bob\n");
    assert_heard_part(0, "{\"type\":\"error\",\"code\":\"name-taken\",");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_behind_a_pending_command_wait_in_order),
        TEST(pending_command_that_fails_is_told_and_lines_go_on),
        TEST(one_who_waits_for_a_room_acts_at_once_when_it_opens),
        TEST(who_goes_while_a_command_is_pending_leaves_nothing),
        TEST(half_close_waits_for_the_pending_command_and_what_follows),
        TEST(stop_of_the_server_reaches_who_is_pending),
        TEST(flood_is_slowed_down_told_once_and_loses_nothing),
        TEST(name_costs_as_much_as_the_rooms_that_are_told),
        TEST(search_costs_as_much_as_it_looks_through),
        TEST(search_for_what_no_line_is_is_refused),
        TEST(flooding_one_does_not_slow_the_others),
        TEST(flood_control_switched_off_by_a_reload_lets_all_go_on),
        TEST(flooding_one_who_goes_is_heard_out),
        TEST(what_lines_are_is_counted),
        TEST(idle_time_does_not_jump_with_the_clock),
        TEST(double_slash_says_a_slash),
        TEST(long_line_is_said_in_parts_and_a_longer_one_not_at_all),
        TEST(lines_are_counted_both_ways),
        TEST(program_learns_what_worked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

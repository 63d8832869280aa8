/* Tests of session/past.h and those who read with it: what happens to a session while a store answers late, fails, or
 * does not answer. */
#include "config.h"

#include "session/past.h"

#include "chat/names.h"
#include "chat/rooms.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void answer(enum store_answer answer)
{
    fake_store_done(store, answer);
    fake_loop_turns(&f, 3);
}

#define assert_begins(got, want) assert_memory_equal(got, want, strlen(want))

/* Alice is in the lobby, where three lines were said before; all that is read from now on comes late. */
static void alice_is_here(void)
{
    fake_store_fill(store, "lobby", 3);
    come(0, 0);
    type(0, "/nick alice\n");
    heard(0);
    store->answer = STORE_LATER;
}

#define OLD                                \
    "12:00 [#lobby] elder: old 1\r\n" \
    "12:00 [#lobby] elder: old 2\r\n" \
    "12:00 [#lobby] elder: old 3\r\n"

/* What a newcomer is told at last. */
#define WELCOME(name)                                                                                   \
    "-- Welcome to chat.example.\r\n"                                                                   \
    "-- You are " name ". /nick NAME changes that, /help lists the commands.\r\n"

/* ---- entering ------------------------------------------------------------------------------------- */

static void what_is_said_meanwhile_comes_behind_the_past(void **state)
{
    (void)state;
    alice_is_here();
    come(1, 0);
    type(1, "I am here\n"); /* which waits */
    type(0, "first\nsecond\n");
    assert_nothing(1);
    type(0, "/msg guest2 psst\n"); /* which is not of the room */
    assert_heard(1, "[alice -> you] psst\r\n");
    type(0, "/me waves\n");
    heard(0);
    answer(STORE_DONE);
    assert_begins(heard(1), OLD "[#lobby] alice: first\r\n[#lobby] alice: second\r\n[#lobby] * alice waves\r\n"
                                WELCOME("guest2"));
    assert_heard(0, "[#lobby] -- guest2 joined\r\n[#lobby] guest2: I am here\r\n");
    type(0, "third\n");
    assert_heard(1, "[#lobby] alice: third\r\n");
    assert_int_equal(store->reads, 2); /* one for each who came */
}

static void room_is_entered_though_its_past_cannot_be_read(void **state)
{
    (void)state;
    alice_is_here();
    come(1, 0);
    type(0, "hello\n");
    answer(STORE_FAILED); /* whose lines count for nothing */
    assert_begins(heard(1), "-- What was said in #lobby before cannot be read just now; /history tries again.\r\n"
                            "[#lobby] alice: hello\r\n" WELCOME("guest2"));
    store->answer = STORE_FAILED; /* at once */
    come(2, 0);
    assert_begins(heard(2), "-- What was said in #lobby before cannot be read just now; /history tries again.\r\n"
                            WELCOME("guest3"));
    type(2, "hi\n");
    assert_heard(1, "[#lobby] -- guest3 joined\r\n[#lobby] guest3: hi\r\n");
}

static void nobody_waits_for_ever(void **state)
{
    (void)state;
    alice_is_here();
    come(1, 0);
    type(0, "hello\n");
    fake_loop_pass(&f, 4000);
    assert_nothing(1);
    fake_loop_pass(&f, 2000);
    fake_loop_turns(&f, 3);
    assert_int_equal(store->cancels, 1);
    assert_begins(heard(1), "-- What was said in #lobby before cannot be read just now; /history tries again.\r\n"
                            "[#lobby] alice: hello\r\n" WELCOME("guest2"));
}

static void room_that_says_very_much_meanwhile_is_heard_at_once(void **state)
{
    struct strbuf line = {0};
    const char *got;
    int lines = 0;

    (void)state;
    alice_is_here();
    come(1, 0);
    for (int i = 0; i < 40; i++) {
        strbuf_addf(&line, "%02d-%01000d\n", i, 0);
        type(0, strbuf_str(&line));
        strbuf_reset(&line);
    }
    strbuf_fini(&line);
    got = heard(1);
    for (const char *at = got; (at = strstr(at, "[#lobby] alice: ")) != NULL; at++, lines++) {
        char want[32];

        snprintf(want, sizeof(want), "[#lobby] alice: %02d-", lines);
        assert_begins(at, want);
    }
    assert_int_equal(lines, 40); /* nothing is lost, */
    answer(STORE_DONE);
    assert_begins(heard(1), OLD WELCOME("guest2")); /* and the past comes later */
}

static void who_goes_while_the_past_is_read_leaves_nothing(void **state)
{
    (void)state;
    alice_is_here();
    come(1, 0);
    type(0, "hello\n");
    conn_close(session_called("guest2")->conn, REASON_RESET);
    fake_loop_turns(&f, 2);
    assert_int_equal(gone, 1);
    assert_int_equal(store->cancels, 1);
    assert_null(store->waiting);
}

static void who_is_taken_out_while_the_past_is_read_goes_on(void **state)
{
    const char *got;

    (void)state;
    alice_is_here();
    come(1, 0);
    type(0, "hello\n");
    take_out("guest2", "lobby");
    fake_loop_turns(&f, 3);
    got = heard(1);
    assert_begins(got, "[#lobby] alice: hello\r\n" WELCOME("guest2"));
    assert_non_null(strstr(got, "-- To talk, enter a room first: /join ROOM enters one.\r\n"));
    assert_int_equal(store->cancels, 1);
}

static void stop_of_the_server_loses_nothing_that_is_held_back(void **state)
{
    (void)state;
    alice_is_here();
    come(1, 0);
    type(0, "last words\n");
    net_end_all(&f.net, REASON_SHUTDOWN);
    fake_loop_turns(&f, 2);
    assert_heard(1, "[#lobby] alice: last words\r\n!! shutdown: the server is stopping; goodbye\r\n");
}

static void room_is_joined_when_its_past_has_been_shown(void **state)
{
    (void)state;
    alice_is_here();
    store->answer = STORE_DONE;
    come(1, 0);
    fake_store_fill(store, "ops", 1);
    type(0, "/join ops\n/format json\n");
    heard(0);
    store->answer = STORE_LATER;
    type(1, "/format json\n");
    heard(1);
    type(1, "/set comings off\n");
    heard(1);
    type(1, "/join ops\n/back\n");
    type(0, "/room lobby\nof the lobby\n/room ops\nof ops\n");
    assert_non_null(strstr(heard(1), "of the lobby")); /* which is heard as ever */
    answer(STORE_DONE);
    {
        const char *got = heard(1), *past = strstr(got, "old 1"), *live = strstr(got, "\"of ops\""),
                   *told = strstr(got, "\"type\":\"joined\""), *ok = strstr(got, "\"ok\",\"command\":\"join\"");

        assert_true(past != NULL && live != NULL && past < live);
        assert_true(told != NULL && live < told);
        assert_true(ok != NULL && told < ok);
        assert_non_null(strstr(ok, "back")); /* what waited runs */
    }
    come(2, 0);
    assert_null(strstr(heard(1), "guest3")); /* what is left out still is */
}

/* ---- asking --------------------------------------------------------------------------------------- */

static void lines_wait_in_order_while_the_past_is_read(void **state)
{
    (void)state;
    alice_is_here();
    store->answer = STORE_DONE;
    come(1, 0);
    heard(1);
    store->answer = STORE_LATER;
    type(0, "/history 2\nbehind it\n");
    type(1, "live\n");
    assert_heard(0, "[#lobby] -- guest2 joined\r\n[#lobby] guest2: live\r\n"); /* what others say does not wait */
    assert_nothing(1);
    answer(STORE_DONE);
    /* as of when it was asked for */
    assert_heard(0, "12:00 [#lobby] elder: old 2\r\n12:00 [#lobby] elder: old 3\r\n"
                    "-- 2 of 3 lines kept in #lobby\r\n");
    assert_heard(1, "[#lobby] alice: behind it\r\n");
}

static void each_way_of_asking_may_be_answered_late(void **state)
{
    (void)state;
    alice_is_here();
    type(0, "/history since 0000000000000001\n");
    assert_nothing(0);
    answer(STORE_DONE);
    assert_heard(0, "12:00 [#lobby] elder: old 2\r\n12:00 [#lobby] elder: old 3\r\n-- 2 lines\r\n");
    type(0, "/history before 0000000000000003\n");
    answer(STORE_DONE);
    assert_heard(0, "12:00 [#lobby] elder: old 1\r\n12:00 [#lobby] elder: old 2\r\n"
                    "-- 2 lines; there are no older ones\r\n");
    type(0, "/history ELDER\n");
    answer(STORE_DONE);
    assert_heard(0, OLD "-- 3 lines found among the last 3 in #lobby\r\n");
}

/* Which takes two reads.  What is said meanwhile is heard, and not shown again. */
static void lines_around_a_time_may_be_answered_late(void **state)
{
    (void)state;
    alice_is_here();
    come(1, 0);
    answer(STORE_DONE);
    heard(1);
    type(1, "now\n");
    heard(0);
    type(0, "/history around 12:00\n");
    type(1, "meanwhile\n");
    assert_heard(0, "[#lobby] guest2: meanwhile\r\n");
    answer(STORE_DONE);
    type(1, "later\n");
    assert_heard(0, "[#lobby] guest2: later\r\n");
    answer(STORE_DONE);
    assert_heard(0, OLD "12:00 [#lobby] guest2: now\r\n-- 4 lines around 12:00\r\n");
    type(0, "/history around 11:00\n");
    answer(STORE_DONE);
    answer(STORE_FAILED);
    assert_heard(0, "!! unavailable: what was said cannot be read just now; please try again\r\n");
    type(0, "/history around 11:00\n");
    answer(STORE_FAILED);
    assert_heard(0, "!! unavailable: what was said cannot be read just now; please try again\r\n");
    type(0, "/ignore elder\n/history around 12:00\n");
    heard(0);
    answer(STORE_DONE);
    take_out("alice", "lobby");
    fake_loop_turns(&f, 3);
    assert_heard(0, "!! not-in-room: you are no longer in that room; nothing of it is shown\r\n");
    assert_int_equal(store->cancels, 1);
}

static void search_goes_on_through_many_late_answers(void **state)
{
    int reads;

    (void)state;
    alice_is_here();
    fake_store_fill(store, "lobby", 997);
    for (int i = 0; i < 30; i++) {
        char line[1100];

        snprintf(line, sizeof(line), "%01000d%s\n", 0, i == 3 ? " needle" : "");
        type(0, line);
    }
    heard(0);
    reads = store->reads;
    type(0, "/history NEEDLE\n");
    while (store->waiting != NULL) {
        assert_nothing(0);
        answer(STORE_DONE);
    }
    assert_true(store->reads > reads + 1);
    assert_non_null(strstr(heard(0), " needle\r\n-- 1 line found among the last 1000 in #lobby\r\n"));
}

static void failure_is_told_and_lines_go_on(void **state)
{
    static const char *const asked[] = {"/history\n", "/history since 0000000000000001\n", "/history old\n"};

    (void)state;
    alice_is_here();
    for (int at_once = 0; at_once < 2; at_once++) {
        for (int i = 0; i < 3; i++) {
            store->answer = at_once ? STORE_FAILED : STORE_LATER;
            type(0, asked[i]);
            if (!at_once) {
                answer(STORE_FAILED);
            }
            type(0, "/room\n");
            assert_heard(0, "!! unavailable: what was said cannot be read just now; please try again\r\n"
                            "-- Your current room is #lobby.\r\n");
        }
    }
    assert_int_equal(env.faults[FAULT_UNAVAILABLE], 6);
}

static void silent_store_is_not_waited_for_for_ever(void **state)
{
    (void)state;
    alice_is_here();
    type(0, "/history old\n/room\n");
    fake_loop_pass(&f, 6000);
    fake_loop_turns(&f, 3);
    assert_heard(0, "!! unavailable: what was said cannot be read just now; please try again\r\n"
                    "-- Your current room is #lobby.\r\n");
    assert_int_equal(store->cancels, 1);
}

static void one_who_is_taken_out_is_shown_nothing_of_the_room(void **state)
{
    (void)state;
    alice_is_here();
    type(0, "/history\n/room\n");
    take_out("alice", "lobby"); /* which is gone */
    assert_null(rooms_find(&chat, "lobby"));
    fake_loop_turns(&f, 3);
    assert_heard(0, "!! not-in-room: you are no longer in that room; nothing of it is shown\r\n"
                    "-- You are in no room; /join ROOM enters one.\r\n");
    assert_int_equal(store->cancels, 1);
}

/* The reader's queue is full by the time of the answer. */
static void answer_is_bounded_by_what_the_reader_has_room_for_then(void **state)
{
    struct strbuf out = {0};
    const char *got;

    (void)state;
    alice_is_here();
    type(0, "/history\n");
    strbuf_addf(&out, "%0*d", LIMIT / 2, 0);
    conn_send_bytes(session_called("alice")->conn, out.data, out.len);
    fake_store_done(store, STORE_DONE);
    timeq_run_first(&env.crowd.waiting); /* before anything is written */
    strbuf_fini(&out);
    fake_loop_turns(&f, 3);
    got = strstr(heard(0), "-- ");
    assert_string_equal(got, "-- 0 of 3 lines kept in #lobby\r\n-- 3 lines were left out: too much is waiting for you "
                             "to read it; /history 3 asks again\r\n");
}

/* Of the lines around a time those nearest to it are shown, and how to go on in both directions is told. */
static void lines_around_a_time_are_those_nearest_that_fit(void **state)
{
    struct strbuf line = {0};
    const char *got;

    (void)state;
    alice_is_here();
    fake_store_fill(store, "lobby", 17); /* 20 before the time, */
    for (int i = 1; i <= 20; i++) { /* and 20 from it on */
        strbuf_reset(&line);
        strbuf_addf(&line, "%02d-%01000d\n", i, 0);
        type(0, strbuf_str(&line));
    }
    heard(0);
    store->answer = STORE_DONE;
    type(0, "/history around 12:00\n");
    got = heard(0);
    assert_begins(got, "12:00 [#lobby] elder: old 8\r\n");
    got = strstr(got, "elder: old 17\r\n12:00 [#lobby] alice: 01-0");
    assert_non_null(got);
    assert_non_null(strstr(got, "-- 20 lines around 12:00\r\n-- 10 older: /history before "));
    assert_non_null(strstr(got, "\r\n-- 10 more: /history since "));

    strbuf_reset(&line);
    strbuf_addf(&line, "%0*d", LIMIT / 2 - 2500, 0);
    store->answer = STORE_LATER;
    type(0, "/history around 12:00\n");
    answer(STORE_DONE);
    conn_send_bytes(session_called("alice")->conn, line.data, line.len);
    strbuf_fini(&line);
    fake_store_done(store, STORE_DONE);
    timeq_run_first(&env.crowd.waiting); /* before anything is written */
    fake_loop_turns(&f, 3);
    got = strstr(heard(0), "12:00 ");
    assert_non_null(got);
    assert_begins(got, "12:00 [#lobby] elder: old 14\r\n");
    got = strstr(got, "elder: old 17\r\n12:00 [#lobby] alice: 01-0");
    assert_non_null(got);
    assert_non_null(strstr(got, "-- 5 lines around 12:00\r\n-- 16 older: /history before "));
    assert_non_null(strstr(got, "\r\n-- 19 more: /history since "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_said_meanwhile_comes_behind_the_past),
        TEST(room_is_entered_though_its_past_cannot_be_read),
        TEST(nobody_waits_for_ever),
        TEST(room_that_says_very_much_meanwhile_is_heard_at_once),
        TEST(who_goes_while_the_past_is_read_leaves_nothing),
        TEST(who_is_taken_out_while_the_past_is_read_goes_on),
        TEST(stop_of_the_server_loses_nothing_that_is_held_back),
        TEST(room_is_joined_when_its_past_has_been_shown),
        TEST(lines_wait_in_order_while_the_past_is_read),
        TEST(each_way_of_asking_may_be_answered_late),
        TEST(lines_around_a_time_may_be_answered_late),
        TEST(search_goes_on_through_many_late_answers),
        TEST(failure_is_told_and_lines_go_on),
        TEST(silent_store_is_not_waited_for_for_ever),
        TEST(one_who_is_taken_out_is_shown_nothing_of_the_room),
        TEST(lines_around_a_time_are_those_nearest_that_fit),
        TEST(answer_is_bounded_by_what_the_reader_has_room_for_then),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

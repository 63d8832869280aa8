/* Tests of session/verbs_delete.c, and of what becomes of a deleted line where it was read already. */
#include "config.h"

#include "session/verbs.h"

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

static void answer(enum store_answer answer)
{
    fake_store_done(store, answer);
    fake_loop_turns(&f, 3);
}

static const char *newest_id(void)
{
    static char text[MESSAGE_ID_SIZE];

    return message_id_text(fake_store_newest(store, "lobby")->id, text);
}

static void type_delete(int who, const char *id)
{
    char line[64];

    snprintf(line, sizeof(line), "/delete %s\n", id);
    type(who, line);
}

static void line_is_deleted_by_its_id(void **state)
{
    (void)state;
    come_both();
    type(0, "one\ntwo\n");
    heard(1);
    type_delete(1, newest_id());
    assert_heard(1, "!! not-yours: that line is not yours: you can delete what you have said since you came, or with "
                    "your account; operators delete any\r\n");
    type_delete(0, newest_id());
    assert_heard(0, "-- The line is deleted.\r\n");
    assert_heard(1, "[#lobby] -- alice deleted a line of alice\r\n");
    type_delete(0, "0000000000000001");
    assert_heard(0, "!! no-such-line: no line of that id is kept in #lobby; /history ids shows the lines with their "
                    "ids\r\n");
    type(0, "/delete oops\n");
    assert_heard(0, "!! bad-value: /delete is followed by last, or by an id of 16 hexadecimal digits, as /history ids "
                    "shows it\r\n");
    type(1, "/history\n");
    assert_heard(1, "12:00 [#lobby] alice: one\r\n-- 1 of 1 line kept in #lobby\r\n");
}

static void last_line_is_ones_own(void **state)
{
    (void)state;
    fake_store_fill(store, "lobby", 10);
    come_both();
    type(0, "one\n/me waves\n");
    for (int i = 0; i < 150; i++) {
        type(1, "much\n");
        heard(0);
    }
    heard(1);
    type(0, "/delete last\n/Delete LAST\n");
    assert_heard(0, "-- The line is deleted.\r\n-- The line is deleted.\r\n");
    type(0, "/delete last\n");
    assert_heard(0, "!! no-such-line: none of the last lines kept in #lobby is yours\r\n");
    assert_int_equal(fake_store_count(store, "lobby"), 160);
    type(0, "/leave\n/delete last\n");
    assert_heard_part(0, "!! no-room: /delete is for a room");
}

static void late_answers_are_waited_for(void **state)
{
    (void)state;
    come_both();
    type(0, "one\n");
    heard(1);
    store->answer = STORE_LATER;
    type(0, "/delete last\n/room\n");
    assert_nothing(0);
    answer(STORE_DONE);
    assert_heard(0, "-- The line is deleted.\r\n-- Your current room is #lobby.\r\n");
    type_delete(0, "0000000000000001");
    answer(STORE_FAILED);
    assert_heard(0, "!! unavailable: what was said cannot be read just now; please try again\r\n");
    type(0, "/delete last\n");
    take_out("alice", "lobby");
    fake_loop_turns(&f, 3);
    assert_heard(0, "!! not-in-room: you are no longer in that room; nothing of it is shown\r\n");
    assert_int_equal(fake_store_count(store, "lobby"), 0);
}

/* Whoever has asked for the past before, and gets it later, is not shown the line. */
static void line_that_was_read_is_not_shown_any_more(void **state)
{
    static const char *const asked[] = {"/history\n", "/history since 0000000000000001\n", "/history around 11:59\n",
                                        "/history before ffffffffffffffff\n", "/history oops\n"};

    (void)state;
    come_both();
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        store->answer = STORE_DONE;
        type(0, "oops\nbetter\n");
        heard(1);
        store->answer = STORE_LATER;
        type(1, asked[i]);
        store->answer = STORE_DONE;
        type(0, "/delete last\n/delete last\n");
        assert_heard(0, "-- The line is deleted.\r\n-- The line is deleted.\r\n");
        while (store->waiting != NULL) {
            answer(STORE_DONE);
        }
        assert_null(strstr(heard(1), "alice: "));
    }
}

static void newcomer_is_not_shown_it_either(void **state)
{
    const char *got;

    (void)state;
    come_both();
    type(0, "oops\n");
    store->answer = STORE_LATER;
    come(2, 0);
    type(0, "then\n");
    store->answer = STORE_DONE;
    type(0, "/delete last\n/delete last\n");
    answer(STORE_DONE);
    got = heard(2);
    assert_null(strstr(got, "oops"));
    assert_non_null(strstr(got, "[#lobby] alice: then\r\n[#lobby] -- alice deleted a line of alice\r\n"
                                "[#lobby] -- alice deleted a line of alice\r\n"));
    come(3, 0); /* nor what was encoded for others */
    assert_null(strstr(heard(3), "alice: "));
}

static void ids_are_shown_when_asked_for(void **state)
{
    char want[200];

    (void)state;
    come_both();
    type(0, "one\n");
    heard(1);
    snprintf(want, sizeof(want), "12:00 %s [#lobby] alice: one\r\n-- 1 of 1 line kept in #lobby\r\n", newest_id());
    type(1, "/history ids\n");
    assert_heard(1, want);
    type(1, "/history ids 1\n");
    assert_heard(1, want);
    type(1, "/history IDS one\n");
    assert_heard_part(1, newest_id());
    type(1, "/history ids around 12:00\n");
    assert_heard_part(1, newest_id());
    type(1, "/history ids before ffffffffffffffff\n");
    assert_heard_part(1, newest_id());
    type(1, "/history ids since 0000000000000001\n");
    assert_heard_part(1, newest_id());
    type(1, "/history\n"); /* and not otherwise */
    assert_heard(1, "12:00 [#lobby] alice: one\r\n-- 1 of 1 line kept in #lobby\r\n");
    type(1, "/format json\n/history ids 1\n");
    assert_heard_part(1, "\"text\":\"one\",\"replay\":true}\n");
    type_delete(0, newest_id());
    assert_heard_part(1, "\"from\":\"alice\",\"event\":\"delete\",\"about\":\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(line_is_deleted_by_its_id),
        TEST(last_line_is_ones_own),
        TEST(late_answers_are_waited_for),
        TEST(line_that_was_read_is_not_shown_any_more),
        TEST(newcomer_is_not_shown_it_either),
        TEST(ids_are_shown_when_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of session/job.h: what becomes of what a person does, and of what waits for its turn, when somebody else takes
 * the person out of a room. */
#include "config.h"

#include "session/job.h"

#include "chat/rooms.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void one_who_is_taken_out_of_a_room_talks_in_another(void **state)
{
    (void)state;
    come_both();
    type(0, "/join ops\n");
    type(1, "/join ops\n");
    heard(0);
    heard(1);
    take_out("bob", "ops");
    type(1, "where am I\n/room\n/history\n");
    assert_heard(0, "[#ops] -- bob left\r\n[#lobby] bob: where am I\r\n");
    assert_heard(1, "-- Your current room is #lobby.\r\n12:00 [#lobby] bob: where am I\r\n"
                    "-- 1 of 1 line kept in #lobby\r\n");
    take_out("alice", "lobby"); /* not the current one */
    type(0, "still here\n/room\n");
    assert_heard(0, "-- Your current room is #ops.\r\n");
}

static void one_who_is_taken_out_of_the_last_room_is_in_none(void **state)
{
    (void)state;
    come_both();
    type(1, "/join ops\n/leave lobby\n");
    heard(0);
    heard(1);
    take_out("bob", "ops"); /* which is gone */
    assert_null(rooms_find(&chat, "ops"));
    type(1, "hello?\n/me waves\n/topic\n/history\n/room\n");
    assert_heard(1, "!! no-room: you are in no room; /join ROOM enters one, /rooms lists them\r\n"
                    "!! no-room: /me is for a room, and you are in none; /join ROOM enters one\r\n"
                    "!! no-room: /topic is for a room, and you are in none; /join ROOM enters one\r\n"
                    "!! no-room: /history is for a room, and you are in none; /join ROOM enters one\r\n"
                    "-- You are in no room; /join ROOM enters one.\r\n");
    assert_nothing(0);
}

/* Bob, in #ops, has asked for a search, whose first step is still to come. */
static void begin_search_in_ops(void)
{
    come_both();
    type(1, "/join ops\n");
    type(1, "a zebra\n");
    heard(1);
    f.loop.crowd = NULL;
    type(1, "/history zebra\n/room\n");
    assert_true((session_called("bob")->holds & SESSION_JOB) != 0);
    assert_nothing(1);
}

static void end_search(void)
{
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    fake_loop_turns(&f, 3);
}

static void search_ends_with_its_room(void **state)
{
    (void)state;
    begin_search_in_ops();
    take_out("bob", "ops"); /* which is gone */
    end_search();
    assert_heard(1, "!! not-in-room: you are no longer in the room that was searched; nothing of it is shown\r\n"
                    "-- Your current room is #lobby.\r\n");
}

static void search_goes_on_when_another_room_is_lost(void **state)
{
    (void)state;
    begin_search_in_ops();
    take_out("bob", "lobby");
    end_search();
    assert_heard_part(1, "-- 1 line found among the last 1 in #ops");
}

/* Bob, in #ops and the lobby, types more than a turn's share: the last line waits, and he is taken out of a room. */
static void line_waits_while_bob_loses(const char *line, const char *room)
{
    struct strbuf lines = {0};

    come_both();
    type(0, "/join ops\n");
    type(1, "/join ops\n");
    heard(0);
    heard(1);
    f.loop.crowd = NULL;
    f.clock.mono_ns++; /* another turn, with a share of its own */
    strbuf_addf(&lines, "1\n2\n3\n%s\n", line);
    type(1, lines.data);
    strbuf_fini(&lines);
    assert_true((session_called("bob")->holds & SESSION_JOB) != 0);
    assert_heard(0, "[#ops] bob: 1\r\n[#ops] bob: 2\r\n[#ops] bob: 3\r\n");
    take_out("bob", room);
    fake_loop_turn(&f);
    heard(0);
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    fake_loop_turns(&f, 3);
}

#define LEFT_OUT "!! not-in-room: you are no longer in #ops, where you typed your line; it was left out\r\n"

static void line_that_waits_is_said_in_no_other_room(void **state)
{
    (void)state;
    line_waits_while_bob_loses("just for you", "ops");
    assert_heard(1, LEFT_OUT);
    assert_nothing(0);
    type(1, "hello\n");
    assert_heard(0, "[#lobby] bob: hello\r\n");
}

static void command_for_the_room_that_waits_is_run_in_no_other_room(void **state)
{
    (void)state;
    line_waits_while_bob_loses("/leave", "ops"); /* which would take him out of the lobby */
    assert_heard(1, LEFT_OUT);
    type(1, "/room\n");
    assert_heard(1, "-- Your current room is #lobby.\r\n");
    assert_nothing(0);
}

static void command_that_waits_and_names_its_room_is_run(void **state)
{
    (void)state;
    line_waits_while_bob_loses("/post lobby hello", "ops");
    assert_nothing(1);
    assert_heard(0, "[#lobby] bob: hello\r\n");
}

static void line_that_waits_is_said_when_another_room_is_lost(void **state)
{
    (void)state;
    line_waits_while_bob_loses("just for you", "lobby");
    assert_nothing(1);
    assert_heard(0, "[#ops] bob: just for you\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_who_is_taken_out_of_a_room_talks_in_another),
        TEST(one_who_is_taken_out_of_the_last_room_is_in_none),
        TEST(search_ends_with_its_room),
        TEST(search_goes_on_when_another_room_is_lost),
        TEST(line_that_waits_is_said_in_no_other_room),
        TEST(command_for_the_room_that_waits_is_run_in_no_other_room),
        TEST(command_that_waits_and_names_its_room_is_run),
        TEST(line_that_waits_is_said_when_another_room_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

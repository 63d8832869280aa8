/* Tests of session/profile.h and session/recall.h: what is kept with an account comes back at log-in, and new lines are
 * told and shown. */
#include "config.h"

#include "chat/names.h"
#include "chat/owners.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { TIMEOUT_MS = 5000 };

#define SEEN "-- You were here last at 12:00.\r\n"
#define LOGIN "/login carol correct horse\n"
#define IN "-- You are logged in as carol.\r\n"

static int begin(void **state)
{
    fake_sessions_begin(state);
    fake_accounts_add(accounts, "carol", "carol", "correct horse"); /* 1 */
    come_both();
    return 0;
}

/* Lines are new in a room, behind that id. */
static void set_new(const char *room, uint64_t mark, uint64_t lines)
{
    profiles->rooms[profiles->room_count++] = (struct profiles_room){
        .room = room, .room_folded = room, .mark = mark, .lines = lines, .time_ms = FAKE_REAL_MS};
}

#define assert_noted(want) assert_string_equal(fake_profiles_notes(profiles), want)

static void a_new_account_is_given_what_its_owner_has_chosen(void **state)
{
    (void)state;
    type(0, "/set joins off\n/away at lunch\n");
    assert_noted("");
    type(0, "/register correct horse\n");
    assert_noted("2 time=off\n2 colour=off auto\n2 bell=off\n2 highlight=off\n2 joins=off\n2 echo=off\n"
                 "2 keepalive=off\n2 away=at lunch\n");
    type(0, "/set ECHO on\n/back\n/back\n/away\n/set echo\n");
    assert_noted("2 echo=on\n2 away\n2 away=not here just now\n");
}

static void choices_and_away_come_back_at_log_in(void **state)
{
    (void)state;
    type(0, LOGIN "/set joins off\n/set bell on\n/away at lunch\n/logout\n/set joins on\n/set bell off\n/back\n");
    assert_noted("1 joins=off\n1 bell=on\n1 away=at lunch\n1 #lobby\n");
    heard(0);
    type(0, LOGIN);
    assert_heard(0, IN SEEN "-- You are away: at lunch\r\n");
    type(0, "/set joins\n/set bell\n/set echo\n");
    assert_heard(0, "-- joins is off: people who join, leave and quit\r\n-- bell is on: a bell with each private line"
                    "\r\n-- echo is off: your own lines too\r\n");
    heard(1);
    type(1, "/msg carol hello\n");
    assert_heard_part(1, "-- carol is away: at lunch\r\n");
}

static void who_is_away_already_stays_so(void **state)
{
    (void)state;
    type(0, LOGIN "/away at lunch\n/logout\n/away asleep\n");
    fake_profiles_notes(profiles);
    heard(0);
    type(0, LOGIN);
    assert_noted("1 away=asleep\n");
    assert_string_equal(person_away(session_called("carol")->self.person), "asleep");
}

static void a_session_in_json_neither_gets_nor_changes_choices(void **state)
{
    (void)state;
    type(0, LOGIN "/set joins off\n/away at lunch\n/logout\n/set joins on\n/back\n/format json\n");
    fake_profiles_notes(profiles);
    type(0, LOGIN "/set echo on\n");
    assert_noted("");
    heard(0);
    type(0, "/set joins\n/whois carol\n");
    assert_heard_part(0, "\"name\":\"joins\",\"on\":true");
    assert_string_equal(person_away(session_called("carol")->self.person), "at lunch"); /* that is the person's */
}

static void a_session_that_is_attached_gets_the_choices_too(void **state)
{
    (void)state;
    type(0, LOGIN "/set time on\n");
    set_new("lobby", 1, 3); /* the first session has received these */
    set_new("ops", 1, 2);
    heard(1);
    type(1, LOGIN);
    assert_heard(1, IN "-- Your current room is #lobby.\r\n" SEEN
                         "-- #ops: 2 new lines since 12:00; /join #ops and /history new show them\r\n");
    type(1, "/set time\n/history new\n");
    assert_heard_part(1, "-- time is on: the time before each message\r\n-- nothing is new in #lobby\r\n");
}

static void what_was_told_and_not_shown_is_told_to_another_session(void **state)
{
    (void)state;
    set_new("lobby", 7, 3);
    type(0, LOGIN);
    assert_heard_part(0, "-- #lobby: 3 new lines since 12:00; /history new shows them\r\n");
    type(1, LOGIN);
    assert_heard_part(1, "-- #lobby: 3 new lines since 12:00; /history new shows them\r\n");
    type(1, "/history new\n");
    come(2, 0);
    heard(2);
    type(2, LOGIN);
    assert_null(strstr(heard(2), "new line"));
}

static void new_lines_are_told_and_shown_once(void **state)
{
    (void)state;
    fake_store_fill(store, "lobby", 4);
    type(0, "/join ops\n/room lobby\n");
    heard(0);
    set_new("lobby", 2, 2);
    set_new("ops", 1, 1);
    set_new("dev", 1, 1);
    type(0, LOGIN);
    assert_heard(0, IN SEEN "-- #lobby: 2 new lines since 12:00; /history new shows them\r\n"
                         "-- #ops: 1 new line since 12:00; /history new #ops shows it\r\n"
                         "-- #dev: 1 new line since 12:00; /join #dev and /history new show it\r\n");
    type(0, "/history new\n");
    assert_heard(0, "12:00 [#lobby] elder: old 3\r\n12:00 [#lobby] elder: old 4\r\n-- 2 lines\r\n");
    type(0, "/history NEW #lobby\n");
    assert_heard(0, "-- nothing is new in #lobby\r\n");
    type(0, "/history new #dev\n");
    assert_heard_part(0, "!! no-such-room: ");
    type(0, "/history new dev\n");
    assert_heard_part(0, "-- 0 lines found");
}

static void new_lines_are_told_in_a_room_that_is_entered(void **state)
{
    (void)state;
    type(0, LOGIN);
    set_new("ops", 1, 3);
    set_new("dev", 1, 3);
    heard(0);
    profiles->is_late = true;
    type(0, "/join ops\nhello\n");
    assert_heard(0, "-- You are in #ops, nobody else is.\r\n");
    assert_int_equal(fake_store_count(store, "ops"), 0); /* the line waits */
    fake_profiles_answer(profiles);
    fake_loop_turns(&f, 2);
    assert_heard(0, "-- #ops: 3 new lines since 12:00; /history new shows them\r\n");
    assert_int_equal(fake_store_count(store, "ops"), 1);
    type(1, "/join ops\n"); /* a guest: nothing is asked */
    assert_int_equal(profiles->recalls, 2);
}

static void lines_wait_for_the_answer_at_log_in(void **state)
{
    (void)state;
    profiles->is_late = true;
    set_new("lobby", 1, 3);
    type(0, LOGIN "hello\n");
    assert_heard(0, IN);
    heard(1);
    fake_profiles_answer(profiles);
    fake_loop_turns(&f, 2);
    assert_heard(0, SEEN "-- #lobby: 3 new lines since 12:00; /history new shows them\r\n");
    assert_heard(1, "[#lobby] carol: hello\r\n");
}

static void an_answer_that_does_not_come_is_not_waited_for(void **state)
{
    (void)state;
    profiles->is_late = true;
    type(0, LOGIN "hello\n");
    heard(0);
    fake_loop_pass(&f, TIMEOUT_MS);
    fake_loop_turns(&f, 2);
    assert_heard(0, SEEN "-- Your settings and what is new cannot be read just now.\r\n");
    assert_heard_part(1, "[#lobby] carol: hello\r\n");
    assert_int_equal(profiles->cancels, 1);
    profiles->is_late = false;
    profiles->fails = true;
    type(0, "/join ops\n");
    assert_heard(0, "-- You are in #ops, nobody else is.\r\n"
                    "-- Your settings and what is new cannot be read just now.\r\n");
}

static void who_goes_meanwhile_is_not_answered(void **state)
{
    (void)state;
    profiles->is_late = true;
    type(0, LOGIN);
    conn_close(session_called("carol")->conn, REASON_RESET);
    fake_loop_turns(&f, 2);
    assert_int_equal(profiles->cancels, 1);
    come(2, 0);
    profiles->is_late = false;
    type(2, LOGIN);
    profiles->is_late = true;
    type(2, "/join ops\n");
    heard(2);
    take_out("carol", "ops");
    fake_loop_turns(&f, 2);
    assert_int_equal(profiles->cancels, 2);
    assert_null(strstr(heard(2), "new"));
}

static void an_account_that_ends_meanwhile_brings_nothing(void **state)
{
    (void)state;
    set_new("lobby", 1, 3);
    profiles->is_late = true;
    type(0, LOGIN);
    fake_accounts_remove(accounts, "carol");
    fake_loop_turns(&f, 2);
    assert_heard(0, IN "-- The account carol has ended: you are logged in no longer.\r\n");
    fake_profiles_answer(profiles);
    fake_loop_turns(&f, 2);
    assert_nothing(0);
    fake_profiles_notes(profiles);
    type(0, "/set echo on\n/away\n/leave\n");
    assert_noted("");
}

static void more_rooms_than_are_told_are_counted(void **state)
{
    static char names[30][16];

    (void)state;
    for (int i = 0; i < 30; i++) {
        snprintf(names[i], sizeof(names[i]), "r%d", i);
        set_new(names[i], 1, 1);
    }
    type(0, LOGIN);
    assert_heard_part(0, "-- #r19: 1 new line since 12:00; /join #r19 and /history new show it\r\n"
                         "-- 10 more rooms have new lines\r\n");
}

static void without_profiles_logging_in_works(void **state)
{
    (void)state;
    chat.ports.profiles = NULL;
    type(0, LOGIN "/set echo on\n/join ops\n/history new\n");
    assert_heard_part(0, "-- nothing is new in #ops\r\n");
    chat.ports.profiles = &profiles->profiles;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_account_is_given_what_its_owner_has_chosen),
        TEST(choices_and_away_come_back_at_log_in),
        TEST(who_is_away_already_stays_so),
        TEST(a_session_in_json_neither_gets_nor_changes_choices),
        TEST(a_session_that_is_attached_gets_the_choices_too),
        TEST(what_was_told_and_not_shown_is_told_to_another_session),
        TEST(new_lines_are_told_and_shown_once),
        TEST(new_lines_are_told_in_a_room_that_is_entered),
        TEST(lines_wait_for_the_answer_at_log_in),
        TEST(an_answer_that_does_not_come_is_not_waited_for),
        TEST(who_goes_meanwhile_is_not_answered),
        TEST(an_account_that_ends_meanwhile_brings_nothing),
        TEST(more_rooms_than_are_told_are_counted),
        TEST(without_profiles_logging_in_works),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

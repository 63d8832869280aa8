/* Tests of session/verbs.h: what a person can do, asked for without a command line, as any front end may; and what
 * follows when the chat answers later. */
#include "config.h"

#include "session/verbs.h"

#include "chat/names.h"
#include "chat/rooms.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

static struct session *alice, *then_of;
static int done, refused; /* calls of then() */

static int begin(void **state)
{
    fake_sessions_begin(state);
    come_both();
    alice = session_called("alice");
    then_of = NULL;
    done = refused = 0;
    return 0;
}

/* As a front end goes on when a verb is over, whatever it came to. */
static void then(struct session *s, bool worked)
{
    then_of = s;
    done += worked;
    refused += !worked;
}

/* What was answered to Alice, now that the loop has turned. */
static const char *told(void)
{
    fake_loop_turns(&f, 2);
    return heard(0);
}

/* ---- at once -------------------------------------------------------------------------------------- */

static void verb_that_is_done_at_once_calls_nothing(void **state)
{
    (void)state;
    assert_int_equal(verbs_join(alice, "#Ops", NULL, then), VERB_DONE);
    assert_string_equal(told(), "-- You are in #Ops, nobody else is.\r\n");
    assert_string_equal(alice->current->name.shown, "Ops");
    assert_int_equal(verbs_set_topic(alice, NULL, "plans", then), VERB_DONE);
    assert_int_equal(verbs_rename(alice, "amy", then), VERB_DONE);
    assert_int_equal(verbs_leave(alice, "ops", then), VERB_DONE);
    assert_string_equal(told(), "-- The topic is set.\r\n-- You are now amy.\r\n"
                                "-- You have left #Ops; your current room is #lobby.\r\n");
    assert_int_equal(done + refused, 0);
    assert_int_equal(alice->holds, 0);
}

static void verb_that_is_refused_says_why(void **state)
{
    (void)state;
    assert_int_equal(verbs_join(alice, "a!b", NULL, then), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! bad-name: a room's name "));
    assert_int_equal(verbs_leave(alice, "ops", then), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! no-such-room: "));
    assert_int_equal(verbs_rename(alice, "bob", then), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! name-taken: "));
    assert_int_equal(verbs_rename(alice, "you", then), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! name-reserved: "));
    assert_int_equal(verbs_tell(alice, "nobody", "x", 1), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! no-such-name: "));
    assert_int_equal(verbs_reply(alice, "x", 1), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! nobody-to-reply: "));
    assert_int_equal(verbs_ignore(alice, "alice"), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! bad-value: "));
    assert_int_equal(verbs_unignore(alice, "bob"), VERB_REFUSED);
    assert_non_null(strstr(told(), "!! no-such-name: "));
    assert_int_equal(done + refused, 0);
}

static void topic_and_leaving_need_membership(void **state)
{
    (void)state;
    type(1, "/join ops\n");
    assert_int_equal(verbs_set_topic(alice, "ops", "mine", then), VERB_REFUSED);
    assert_string_equal(told(), "!! not-in-room: you are not in #ops; /join ops enters it\r\n");
    assert_int_equal(verbs_leave(alice, "ops", then), VERB_REFUSED);
    assert_string_equal(told(), "!! not-in-room: you are not in #ops; /join ops enters it\r\n");
    assert_int_equal(verbs_switch(alice, "ops"), VERB_REFUSED);
    assert_string_equal(told(), "!! not-in-room: you are not in #ops; /join ops enters it\r\n");
    assert_null(rooms_find(&chat, "ops")->topic);
    assert_string_equal(alice->current->name.shown, "lobby");
}

static void text_goes_to_the_room_that_is_named_or_the_current_one(void **state)
{
    (void)state;
    type(1, "/join ops\n");
    heard(0);
    heard(1);
    assert_int_equal(verbs_say(alice, NULL, "hello", 5), VERB_DONE);
    assert_int_equal(verbs_act(alice, "ops", "waves", 5), VERB_DONE);
    assert_int_equal(verbs_tell(alice, "BOB", "psst", 4), VERB_DONE);
    assert_string_equal(told(), "-- said in #ops\r\n[you -> bob] psst\r\n");
    assert_heard(1, "[#lobby] alice: hello\r\n[#ops] * alice waves\r\n[alice -> you] psst\r\n");
    assert_int_equal(verbs_leave(alice, NULL, then), VERB_DONE);
    heard(0);
    assert_int_equal(verbs_say(alice, NULL, "hello", 5), VERB_REFUSED);
    assert_string_equal(told(), "-- You have left #lobby and are in no room now; /join ROOM enters one.\r\n"
                                "!! no-room: you are in no room; /join ROOM enters one, /rooms lists them\r\n");
}

static void parts_of_a_long_text_cost_a_line_each(void **state)
{
    static char text[3 * 2048];
    struct session_limits limits = env.limits;
    struct session *bob = session_called("bob");

    (void)state;
    limits.flood = (struct bucket_rate){.tokens = 1, .period_ms = 1000, .burst = 20};
    sessions_set_limits(&env, &limits);
    bucket_init(&alice->flood, &limits.flood, clock_elapsed_ms(&f.clock));
    bucket_init(&bob->flood, &limits.flood, clock_elapsed_ms(&f.clock));
    session_charge(bob, 2);
    memset(text, 'x', sizeof(text));
    assert_int_equal(verbs_say(alice, NULL, text, sizeof(text)), VERB_DONE);
    assert_int_equal(alice->flood.level, bob->flood.level); /* the first is the line that asks for it */
}

/* ---- later ---------------------------------------------------------------------------------------- */

/* Nothing has come of a verb that is pending, and the session's lines are to wait. */
static void assert_waits(void)
{
    assert_string_equal(told(), "");
    assert_int_equal(done + refused, 0);
    assert_true((alice->holds & SESSION_JOB) != 0);
}

static void join_that_is_answered_later_goes_on_like_any_other(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(verbs_join(alice, "ops", NULL, then), VERB_PENDING);
    assert_waits();
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    assert_ptr_equal(then_of, alice);
    assert_int_equal(done, 1);
    assert_int_equal(refused, 0);
    assert_string_equal(told(), "-- You are in #ops, nobody else is.\r\n");
    assert_int_equal(alice->holds, 0);
}

static void join_that_is_refused_later_says_so(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(verbs_join(alice, "ops", NULL, then), VERB_PENDING);
    fake_directory_reply(dir, "ops", DIRECTORY_FAILED);
    assert_int_equal(refused, 1);
    assert_string_equal(told(), "!! unavailable: that room cannot be entered just now; please try again\r\n");
}

/* The room's answer, and then the store's: one verb, and one end. */
static void join_that_waits_for_the_past_too_ends_once(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    store->answer = STORE_LATER;
    assert_int_equal(verbs_join(alice, "ops", NULL, then), VERB_PENDING);
    fake_directory_reply(dir, "ops", DIRECTORY_GRANTED);
    assert_waits();
    fake_store_done(store, STORE_DONE);
    assert_string_equal(told(), "-- You are in #ops, nobody else is.\r\n");
    assert_int_equal(done, 1);
    assert_int_equal(refused, 0);
    store->answer = STORE_DONE;
}

static void name_that_is_granted_later_is_told_then(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(verbs_rename(alice, "amy", then), VERB_PENDING);
    assert_waits();
    fake_directory_reply(dir, "amy", DIRECTORY_GRANTED);
    assert_string_equal(told(), "-- You are now amy.\r\n");
    assert_int_equal(done, 1);
    assert_int_equal(verbs_rename(alice, "ann", then), VERB_PENDING);
    fake_directory_reply(dir, "ann", DIRECTORY_TAKEN);
    assert_string_equal(told(), "!! name-taken: somebody else has that name; you are still amy\r\n");
    assert_int_equal(refused, 1);
}

static void leave_and_topic_end_when_the_bus_has_passed_them_on(void **state)
{
    (void)state;
    dir->is_slow = true;
    assert_int_equal(verbs_set_topic(alice, NULL, "plans", then), VERB_PENDING);
    assert_waits();
    fake_directory_pass(dir);
    assert_string_equal(told(), "-- The topic is set.\r\n");
    assert_int_equal(done, 1);
    assert_int_equal(verbs_leave(alice, "lobby", then), VERB_PENDING);
    assert_string_equal(told(), "");
    fake_directory_pass(dir);
    assert_string_equal(told(), "-- You have left #lobby and are in no room now; /join ROOM enters one.\r\n");
    assert_int_equal(done, 2);
    assert_int_equal(refused, 0);
    dir->is_slow = false;
}

static void nothing_follows_when_the_session_ends_first(void **state)
{
    (void)state;
    dir->answer = DIRECTORY_LATER;
    assert_int_equal(verbs_join(alice, "ops", NULL, then), VERB_PENDING);
    close(people[0]);
    people[0] = -1;
    fake_loop_turns(&f, 3);
    assert_null(names_find(&chat, "alice"));
    assert_int_equal(done + refused, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(verb_that_is_done_at_once_calls_nothing),
        TEST(verb_that_is_refused_says_why),
        TEST(topic_and_leaving_need_membership),
        TEST(text_goes_to_the_room_that_is_named_or_the_current_one),
        TEST(parts_of_a_long_text_cost_a_line_each),
        TEST(join_that_is_answered_later_goes_on_like_any_other),
        TEST(join_that_is_refused_later_says_so),
        TEST(join_that_waits_for_the_past_too_ends_once),
        TEST(name_that_is_granted_later_is_told_then),
        TEST(leave_and_topic_end_when_the_bus_has_passed_them_on),
        TEST(nothing_follows_when_the_session_ends_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

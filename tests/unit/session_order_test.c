/* Tests of sessions of people who are put out of a room, or banned from it, in the middle of something. */
#include "config.h"

#include "chat/rooms.h"
#include "chat/rules_load.h"
#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void pass(void)
{
    fake_directory_pass(dir);
    fake_loop_turns(&f, 3);
}

/* Olga, who was alice before she logged in, owns #tea and is in it; Bob, a guest, is in the lobby. */
static void olga_has_a_room(void)
{
    struct chat_limits limits = chat.limits;

    limits.rooms_per_account = 10;
    limits.rules_per_room = 100;
    chat_set_limits(&chat, &limits);
    rules_load_begin(&chat);
    come_both();
    (void)fake_accounts_add(accounts, "olga", "olga", "correct horse");
    type(0, "/login olga correct horse\n/join tea\n");
    type(0, "say\n");
    heard(0);
    heard(1);
    assert_int_equal(rooms_find(&chat, "tea")->people, 1);
}

static void bob_is_there_too(void)
{
    olga_has_a_room();
    type(1, "/join tea\n");
    heard(0);
    heard(1);
    assert_int_equal(rooms_find(&chat, "tea")->people, 2);
}

static bool is_bob_in_tea(void)
{
    return room_find_member(rooms_find(&chat, "tea"), session_called("bob")->self.person) != NULL;
}

/* What Bob types next is said in the lobby, which he is still in, and the session goes on. */
static void bob_goes_on_in_the_lobby(void)
{
    heard(0);
    heard(1);
    type(1, "where am I\n");
    if (dir->is_slow) {
        pass();
    }
    assert_heard_part(0, "[#lobby] bob: where am I\r\n");
    assert_false(is_bob_in_tea());
}

static void who_is_kicked_while_the_past_is_read_is_shown_nothing_of_it(void **state)
{
    (void)state;
    olga_has_a_room();
    store->answer = STORE_LATER;
    type(1, "/join tea\n");
    assert_true(is_bob_in_tea());
    type(0, "/kick bob not now\n");
    assert_false(is_bob_in_tea());
    assert_int_equal(store->cancels, 1);
    assert_null(strstr(heard(1), "olga: say"));
    bob_goes_on_in_the_lobby();
}

static void who_is_kicked_while_history_is_read_is_shown_nothing_of_it(void **state)
{
    (void)state;
    bob_is_there_too();
    store->answer = STORE_LATER;
    type(1, "/history 5\n");
    type(0, "/kick bob\n");
    assert_int_equal(store->cancels, 1);
    assert_null(strstr(heard(1), "olga: say"));
    bob_goes_on_in_the_lobby();
}

/* Bob has typed a command whose message comes back behind the kick. */
static void kicked_while(const char *line)
{
    bob_is_there_too();
    dir->is_slow = true;
    type(0, "/kick bob\n");
    type(1, line);
    pass();
    pass();
    assert_false(is_bob_in_tea());
    bob_goes_on_in_the_lobby();
    dir->is_slow = false;
}

static void who_is_kicked_while_leaving_goes_on(void **state)
{
    (void)state;
    kicked_while("/leave\n");
}

static void who_is_kicked_while_setting_the_topic_goes_on(void **state)
{
    (void)state;
    kicked_while("/topic cake\n");
}

static void who_is_kicked_while_talking_goes_on(void **state)
{
    (void)state;
    kicked_while("one\ntwo\n");
}

static void who_is_kicked_while_taking_a_name_goes_on(void **state)
{
    (void)state;
    kicked_while("/nick robert\n/nick bob\n");
}

static void who_is_kicked_while_entering_another_room_goes_on(void **state)
{
    (void)state;
    bob_is_there_too();
    dir->is_slow = true;
    type(0, "/kick bob\n");
    type(1, "/join cake\nhello\n");
    pass();
    pass();
    assert_false(is_bob_in_tea());
    assert_non_null(rooms_find(&chat, "cake"));
    assert_string_equal(session_called("bob")->current->name.shown, "cake");
    pass();
    dir->is_slow = false;
}

static void who_is_kicked_while_a_password_is_checked_goes_on(void **state)
{
    (void)state;
    bob_is_there_too();
    (void)fake_accounts_add(accounts, "rob", "rob", "correct horse");
    accounts->is_late = true;
    type(1, "/login rob correct horse\n");
    type(0, "/kick bob\n");
    assert_false(is_bob_in_tea());
    fake_accounts_answer(accounts);
    fake_loop_turns(&f, 3);
    assert_heard_part(1, "rob");
}

static void who_is_banned_while_entering_is_told(void **state)
{
    (void)state;
    olga_has_a_room();
    dir->is_slow = true;
    type(0, "/ban bob 1h spam\n");
    type(1, "/join tea\nhello\n");
    pass();
    assert_heard_part(1, "!! banned: ");
    pass();
    pass();
    assert_false(is_bob_in_tea());
    assert_int_equal(rooms_find(&chat, "tea")->people, 1);
    bob_goes_on_in_the_lobby();
    dir->is_slow = false;
}

static void who_is_kicked_and_goes_leaves_nothing(void **state)
{
    (void)state;
    bob_is_there_too();
    dir->is_slow = true;
    type(0, "/kick bob\n");
    type(1, "/quit\n");
    while (dir->published_count > 0) {
        pass();
    }
    assert_int_equal(rooms_find(&chat, "tea")->people, 1);
    dir->is_slow = false;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_sessions_begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_kicked_while_the_past_is_read_is_shown_nothing_of_it),
        TEST(who_is_kicked_while_history_is_read_is_shown_nothing_of_it),
        TEST(who_is_kicked_while_leaving_goes_on),
        TEST(who_is_kicked_while_setting_the_topic_goes_on),
        TEST(who_is_kicked_while_talking_goes_on),
        TEST(who_is_kicked_while_taking_a_name_goes_on),
        TEST(who_is_kicked_while_entering_another_room_goes_on),
        TEST(who_is_kicked_while_a_password_is_checked_goes_on),
        TEST(who_is_banned_while_entering_is_told),
        TEST(who_is_kicked_and_goes_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

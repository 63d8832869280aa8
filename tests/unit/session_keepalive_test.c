/* Tests of session/keepalive.h: when a client is probed, by a clock that the test moves. */
#include "config.h"

#include "session/keepalive.h"

#include "fake_sessions.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define NOP "\xff\xf1"
#define NEGOTIATES "\xff\xfb\x1f" /* WILL NAWS */

enum { ALICE, BOB };

static int begin(void **state)
{
    int result = fake_sessions_begin(state);

    come_both();
    loop_add_timeq(&f.loop, &env.probing);
    return result;
}

/* Alice speaks telnet. */
static void negotiate(void)
{
    fake_write(people[ALICE], NEGOTIATES, sizeof(NEGOTIATES) - 1);
    fake_loop_turns(&f, 2);
    (void)heard(ALICE);
}

static void choose(int who, const char *value)
{
    char text[64];

    snprintf(text, sizeof(text), "/set keepalive %s\n", value);
    type(who, text);
    (void)heard(who);
}

/* The probes in the next so many seconds. */
static int probes(int who, int seconds)
{
    int count = 0;

    for (int i = 0; i < seconds; i++) {
        fake_loop_pass(&f, 1000);
        count += strcmp(heard(who), NOP) == 0;
    }
    return count;
}

static void client_that_speaks_telnet_is_probed_in_time(void **state)
{
    (void)state;
    negotiate();
    choose(ALICE, "20");
    for (int i = 0; i < 10; i++) {
        assert_in_range(probes(ALICE, 20), 1, 2);
    }
    choose(ALICE, "on");
    for (int i = 0; i < 3; i++) {
        assert_in_range(probes(ALICE, KEEPALIVE_USUAL_S), 1, 2);
    }
    choose(ALICE, "off");
    assert_int_equal(probes(ALICE, 1000), 0);
    assert_null(heap_first(&env.keepalives));
}

/* nc shows each byte. */
static void no_other_client_gets_a_byte(void **state)
{
    (void)state;
    choose(BOB, "10");
    for (int i = 0; i < 100; i++) {
        fake_loop_pass(&f, 1000);
        assert_nothing(BOB);
    }
}

static void who_hears_something_needs_no_probe(void **state)
{
    (void)state;
    negotiate();
    choose(ALICE, "20");
    for (int i = 0; i < 20; i++) {
        for (int s = 0; s < 9; s++) {
            fake_loop_pass(&f, 1000);
            assert_nothing(ALICE);
        }
        type(BOB, "hello\n");
        assert_heard(ALICE, "[#lobby] bob: hello\r\n");
    }
    assert_int_equal(probes(ALICE, 20), 1);
}

static void value_is_checked_and_shown(void **state)
{
    static const char *const wrong[] = {"9", "3601", "-20", "20s", "0", "99999999999999999999999", "yes"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char text[64];

        snprintf(text, sizeof(text), "/set keepalive %s\n", wrong[i]);
        type(ALICE, text);
        assert_heard(ALICE, "!! bad-value: keepalive can be on, off or a number of seconds from 10 to 3600\r\n");
    }
    type(ALICE, "/set keepalive 300\n");
    assert_heard_part(ALICE, "-- keepalive is on (300): a sign of life ");
    type(ALICE, "/set keepalive 60\n");
    assert_heard_part(ALICE, "-- keepalive is on: ");
    type(ALICE, "/set keepalive off\n");
    assert_heard_part(ALICE, "-- keepalive is off: ");
}

static void who_leaves_is_forgotten(void **state)
{
    (void)state;
    negotiate();
    choose(ALICE, "10");
    choose(BOB, "3600");
    type(ALICE, "/quit\n");
    assert_over(1);
    assert_int_equal(env.keepalives.count, 1);
    fake_loop_pass(&f, 100000);
    assert_ptr_equal(session_called("bob")->env, &env);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, fake_sessions_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(client_that_speaks_telnet_is_probed_in_time),
        TEST(no_other_client_gets_a_byte),
        TEST(who_hears_something_needs_no_probe),
        TEST(value_is_checked_and_shown),
        TEST(who_leaves_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

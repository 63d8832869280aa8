/* Tests of net/silent.h: silent clients, by network. */
#include "config.h"

#include "net/silent.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static struct silent silent;

static int begin(void **state)
{
    (void)state;
    silent = (struct silent){.limit = 10};
    return 0;
}

static int end(void **state)
{
    (void)state;
    silent_fini(&silent);
    return 0;
}

/* A network with n silent clients comes, or goes. */
static void come(uint32_t n)
{
    for (uint32_t had = 0; had < n; had++) {
        silent_add(&silent, had);
    }
}

static void go(uint32_t n)
{
    for (; n > 0; n--) {
        silent_remove(&silent, n);
    }
}

static void full_at_the_limit(void **state)
{
    (void)state;
    come(9);
    assert_false(silent_is_full(&silent));
    come(1);
    assert_true(silent_is_full(&silent));
    silent.limit = 0;
    assert_false(silent_is_full(&silent));
}

static void largest_network_gives_way(void **state)
{
    (void)state;
    come(7);
    come(2);
    come(1);
    assert_int_equal(silent.most, 7);
    assert_int_equal(silent_level(&silent, 0), 6);
    assert_int_equal(silent_level(&silent, 2), 6);
    assert_int_equal(silent_level(&silent, 5), 6);
    assert_int_equal(silent_level(&silent, 6), 0); /* the newcomer's would be as large */
    assert_int_equal(silent_level(&silent, 7), 0);
}

static void nobody_gives_way_who_is_alone(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        come(1);
    }
    assert_int_equal(silent_level(&silent, 0), 0);
}

static void few_give_way_at_a_time(void **state)
{
    (void)state;
    silent.limit = 1000;
    come(1000);
    assert_int_equal(silent_level(&silent, 0), 1000 - 8);
    assert_int_equal(silent_level(&silent, 995), 996); /* no further than to one more than the newcomer's */
    silent.limit = 64;
    assert_int_equal(silent_level(&silent, 0), 1000 - 4);
    for (int i = 0; i < 99; i++) {
        come(1000);
    }
    assert_int_equal(silent_level(&silent, 0), 999);
}

static void most_follows_those_who_leave(void **state)
{
    (void)state;
    come(3);
    come(100);
    come(3);
    assert_int_equal(silent.most, 100);
    go(100);
    assert_int_equal(silent.most, 3);
    go(3);
    go(3);
    assert_int_equal(silent.most, 0);
    assert_int_equal(silent.count, 0);
    come(2);
    assert_int_equal(silent.most, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(full_at_the_limit),
        TEST(largest_network_gives_way),
        TEST(nobody_gives_way_who_is_alone),
        TEST(few_give_way_at_a_time),
        TEST(most_follows_those_who_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of store/attempts.h. */
#include "config.h"

#include "store/attempts.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

enum { START_MS = 1000000 };

static const struct attempts_rule rule = {.free = 3, .first_s = 2, .most_s = 20, .forget_s = 100};

static void waits_grow_to_a_bound(void **state)
{
    static const unsigned waits[] = {0, 0, 0, 2, 4, 8, 16, 20, 20};
    struct attempts_count count = {0};
    uint64_t now_ms = START_MS;

    (void)state;
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        assert_int_equal(attempts_wait_s(&count, &rule, now_ms), waits[i]);
        now_ms += waits[i] * 1000;
        assert_int_equal(attempts_wait_s(&count, &rule, now_ms), 0);
        attempts_begin(&count, &rule, now_ms);
    }
    for (int i = 0; i < 100; i++) { /* far beyond what can be doubled */
        attempts_begin(&count, &rule, now_ms);
    }
    assert_int_equal(attempts_wait_s(&count, &rule, now_ms), 20);
    assert_int_equal(attempts_wait_s(&count, &rule, now_ms + 19001), 1); /* never less than it takes */
}

static void what_is_long_ago_is_forgotten(void **state)
{
    struct attempts_count count = {0};

    (void)state;
    for (int i = 0; i < 5; i++) {
        attempts_begin(&count, &rule, START_MS);
    }
    assert_int_equal(attempts_wait_s(&count, &rule, START_MS), 8);
    assert_int_equal(attempts_wait_s(&count, &rule, START_MS + 100000), 0);
    attempts_begin(&count, &rule, START_MS + 100000);
    assert_int_equal(count.count, 1);
}

static void one_that_was_right_is_taken_back(void **state)
{
    struct attempts_count count = {0};

    (void)state;
    for (int i = 0; i < 10; i++) {
        attempts_begin(&count, &rule, START_MS);
        attempts_take_back(&count);
    }
    assert_int_equal(attempts_wait_s(&count, &rule, START_MS), 0);
    attempts_take_back(&count);
    assert_int_equal(count.count, 0);
}

static void full_table_gives_up_what_was_used_longest_ago(void **state)
{
    struct attempts_table table = {.most = 3};

    (void)state;
    attempts_get(&table, "a")->count = 1;
    attempts_get(&table, "b")->count = 2;
    attempts_get(&table, "c")->count = 3;
    assert_int_equal(attempts_get(&table, "a")->count, 1);
    assert_int_equal(attempts_get(&table, "d")->count, 0);
    assert_null(attempts_find(&table, "b"));
    assert_int_equal(attempts_find(&table, "a")->count, 1);
    assert_int_equal(attempts_find(&table, "c")->count, 3);
    attempts_fini(&table);
}

static void an_ipv6_network_is_one_key(void **state)
{
    char key[ATTEMPTS_KEY_SIZE];

    (void)state;
    assert_string_equal(attempts_key("192.0.2.1", key), "192.0.2.1");
    assert_string_equal(attempts_key("2001:db8::1", key), "2001:db8::/64");
    assert_string_equal(attempts_key("2001:db8:0:0:ffff::9", key), "2001:db8::/64");
    assert_string_equal(attempts_key("2001:db8:0:1::9", key), "2001:db8:0:1::/64");
    assert_string_equal(attempts_key("fe80::1%eth0", key), "fe80::/64");
    assert_string_equal(attempts_key("::ffff:192.0.2.1", key), "192.0.2.1");
    assert_string_equal(attempts_key("unix", key), "unix");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_grow_to_a_bound),
        cmocka_unit_test(what_is_long_ago_is_forgotten),
        cmocka_unit_test(one_that_was_right_is_taken_back),
        cmocka_unit_test(full_table_gives_up_what_was_used_longest_ago),
        cmocka_unit_test(an_ipv6_network_is_one_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/access.h: modes and groups as settings name them. */
#include "config.h"

#include "base/access.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

static void mode_is_octal_and_lets_its_owner_write(void **state)
{
    static const char *const bad[] = {"", "0", "66", "0999", "0440", "00660", "06600", "1777", "0660 ", "-660", "rw"};
    mode_t mode;

    (void)state;
    assert_true(access_parse_mode("0660", &mode));
    assert_int_equal(mode, 0660);
    assert_true(access_parse_mode("600", &mode));
    assert_int_equal(mode, 0600);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (access_parse_mode(bad[i], &mode)) {
            fail_msg("'%s' is no mode", bad[i]);
        }
    }
}

static void group_is_a_name_or_a_number(void **state)
{
    gid_t group;

    (void)state;
    assert_true(access_find_group("", &group));
    assert_int_equal(group, (gid_t)-1);
    assert_true(access_find_group("root", &group));
    assert_int_equal(group, 0);
    assert_true(access_find_group("4711", &group));
    assert_int_equal(group, 4711);
    assert_false(access_find_group("no-such-group", &group));
    assert_false(access_find_group("4711x", &group));
    assert_false(access_find_group("-1", &group));
    assert_false(access_find_group("4294967295", &group)); /* (gid_t)-1 means none */
    assert_false(access_find_group("99999999999999999999", &group));
}

static void own_group_can_be_given_and_none_too(void **state)
{
    (void)state;
    assert_true(access_may_give((gid_t)-1));
    assert_true(access_may_give(getegid()));
    assert_int_equal(access_may_give(4711), geteuid() == 0); /* a group without members */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mode_is_octal_and_lets_its_owner_write),
        cmocka_unit_test(group_is_a_name_or_a_number),
        cmocka_unit_test(own_group_can_be_given_and_none_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

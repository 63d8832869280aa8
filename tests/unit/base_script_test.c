/* Tests of base/script.h: the scripts of characters. */
#include "config.h"

#include "base/script.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

static bool is_single(const int32_t *cps)
{
    struct script_set set = script_all();
    bool is_some = true;

    while (*cps != 0) {
        is_some = script_narrow(&set, *cps++) && is_some;
    }
    return is_some;
}
#define SINGLE(...) is_single((const int32_t[]){__VA_ARGS__, 0})

static void each_script_goes_with_itself_and_the_common_ones(void **state)
{
    (void)state;
    assert_true(SINGLE('a', 'Z', 0xe9, 0x1ef9));
    assert_true(SINGLE('a', '7', '-', '_', 0x301));
    assert_true(SINGLE(0x430, '7', 0x301));
    assert_true(SINGLE(0x3b1, 0x1f82));
    assert_true(SINGLE(0x5d0, 0x5b8));
    assert_true(SINGLE(0x627, 0x660, 0x6f0));
    assert_true(SINGLE(0x915, 0x94d, 0x966));
    assert_false(SINGLE('a', 0x430));
    assert_false(SINGLE(0x3b1, 0x430));
    assert_false(SINGLE('a', 0x3b1));
    assert_false(SINGLE(0x5d0, 0x627));
    assert_false(SINGLE(0x915, 0x995)); /* Devanagari and Bengali */
    assert_false(SINGLE('a', 0x660));   /* an Arabic digit */
}

static void east_asian_scripts_go_together_as_their_languages_are_written(void **state)
{
    (void)state;
    assert_true(SINGLE(0x6771, 0x30bf, 0x3042, 'x'));
    assert_true(SINGLE(0x6771, 0x3105, 'x'));
    assert_true(SINGLE(0x6771, 0xd55c, 'x'));
    assert_false(SINGLE(0x30bf, 0xd55c));
    assert_false(SINGLE(0x3105, 0x3042));
    assert_false(SINGLE(0x6771, 0x430));
    assert_false(SINGLE(0x3042, 'x', 0x3b1));
}

static void extensions_count_and_not_the_script_alone(void **state)
{
    (void)state;
    assert_true(SINGLE(0x30bf, 0x30fc)); /* the sign of long vowels, which two scripts share */
    assert_true(SINGLE(0x3042, 0x30fc));
    assert_false(SINGLE('a', 0x660));
    assert_false(SINGLE(0x430, 0x30fc));
    assert_true(SINGLE(0x627, 0x64e)); /* a vowel sign of Arabic and Syriac */
    assert_true(SINGLE(0x710, 0x64e));
    assert_false(SINGLE('a', 0x64e));
    assert_true(SINGLE(0x915, 0x964 + 2)); /* the first digit */
}

static void common_characters_are_told(void **state)
{
    (void)state;
    assert_true(script_is_common('0'));
    assert_true(script_is_common(0x301));
    assert_true(script_is_common(0x1d49c));
    assert_false(script_is_common('a'));
    assert_false(script_is_common(0x64e));
    assert_true(script_is_shared('a', '0'));
    assert_true(script_is_shared('a', 'b'));
    assert_true(script_is_shared(0x6771, 'b'));
    assert_false(script_is_shared('a', 0x430));
}

static void what_the_table_does_not_know_is_of_no_script(void **state)
{
    (void)state;
    assert_false(SINGLE(0x10ffff));
    assert_false(SINGLE(0xe000));
    assert_false(script_is_shared(0x10ffff, 'a'));
    for (int32_t cp = 0; cp < 0x110000; cp++) {
        assert_non_null(script_of(cp));
    }
}

static void zero_of_a_digit_is_that_of_its_system(void **state)
{
    (void)state;
    assert_int_equal(script_zero('0'), '0');
    assert_int_equal(script_zero('9'), '0');
    assert_int_equal(script_zero('a'), -1);
    assert_int_equal(script_zero('/'), -1);
    assert_int_equal(script_zero(':'), -1);
    assert_int_equal(script_zero(0x667), 0x660);
    assert_int_equal(script_zero(0x6f7), 0x6f0);
    assert_int_equal(script_zero(0x1d7ff), 0x1d7f6);
    assert_int_equal(script_zero(0x1d800), -1);
    assert_int_equal(script_zero(0x1fbf9), 0x1fbf0);
    assert_int_equal(script_zero(0x10ffff), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_script_goes_with_itself_and_the_common_ones),
        cmocka_unit_test(east_asian_scripts_go_together_as_their_languages_are_written),
        cmocka_unit_test(extensions_count_and_not_the_script_alone),
        cmocka_unit_test(common_characters_are_told),
        cmocka_unit_test(what_the_table_does_not_know_is_of_no_script),
        cmocka_unit_test(zero_of_a_digit_is_that_of_its_system),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of net/reason.h: the table of reasons. */
#include "config.h"

#include "net/reason.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const enum reason all[] = {
#define REASON_VALUE(symbol, code, goodbye) REASON_##symbol,
    REASON_TABLE(REASON_VALUE)
#undef REASON_VALUE
};

enum { REASONS = sizeof(all) / sizeof(all[0]) };

static void no_reason_is_the_first(void **state)
{
    (void)state;
    assert_int_equal(REASON_NONE, 0); /* the reason of a zeroed connection */
    assert_string_equal(reason_code(REASON_QUIT), "quit");
    assert_null(reason_goodbye(REASON_QUIT));
}

static void each_code_is_one_word_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < REASONS; i++) {
        const char *code = reason_code(all[i]);

        assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz-"), strlen(code));
        assert_true(strlen(code) > 0);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(code, reason_code(all[j]));
        }
    }
}

static void goodbye_is_one_line_for_people(void **state)
{
    (void)state;
    for (size_t i = 0; i < REASONS; i++) {
        const char *goodbye = reason_goodbye(all[i]);

        assert_true(goodbye == NULL || (strlen(goodbye) > 10 && strpbrk(goodbye, "\r\n") == NULL));
    }
}

static void refusals_are_told_to_who_is_refused(void **state)
{
    int refusals = 0;

    (void)state;
    for (size_t i = 0; i < REASONS; i++) {
        refusals += reason_is_refusal(all[i]);
        assert_true(!reason_is_refusal(all[i]) || reason_goodbye(all[i]) != NULL);
    }
    assert_int_equal(REASONS, REASON_COUNT);
    assert_int_equal(refusals, 13);
    assert_true(reason_is_refusal(REASON_BANNED) && reason_is_end(REASON_BANNED));
    assert_true(reason_is_refusal(REASON_SILENT_FULL) && reason_is_end(REASON_SILENT_FULL));
    assert_true(reason_is_end(REASON_QUIT));
    assert_false(reason_is_end(REASON_SLOW_DOWN));
    assert_false(reason_is_end(REASON_NONE));
    assert_false(reason_is_refusal(REASON_NONE));
    assert_false(reason_is_refusal(REASON_QUIT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_reason_is_the_first),
        cmocka_unit_test(each_code_is_one_word_of_its_own),
        cmocka_unit_test(goodbye_is_one_line_for_people),
        cmocka_unit_test(refusals_are_told_to_who_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/span.h: spans of time as people write them. */
#include "config.h"

#include "base/span.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_span(const char *text, int64_t want_s)
{
    int64_t ms = -1;

    assert_int_equal(span_parse(text, &ms), SPAN_OK);
    assert_int_equal(ms, want_s * 1000);
}

static void assert_none(const char *text, enum span_answer want)
{
    int64_t ms = -1;

    assert_int_equal(span_parse(text, &ms), want);
    assert_int_equal(ms, -1);
}

static void numbers_with_units_are_spans(void **state)
{
    (void)state;
    assert_span("45s", 45);
    assert_span("30m", 1800);
    assert_span("2h", 7200);
    assert_span("7d", 604800);
    assert_span("2w", 1209600);
    assert_span("1h30m", 5400);
    assert_span("1D12H", 129600);
    assert_span("007m", 420);
    assert_span("36500d", INT64_C(36500) * 86400);
}

static void other_words_are_none(void **state)
{
    (void)state;
    assert_none("", SPAN_NONE);
    assert_none("5", SPAN_NONE);
    assert_none("m", SPAN_NONE);
    assert_none("5x", SPAN_NONE);
    assert_none("5min", SPAN_NONE);
    assert_none("-5m", SPAN_NONE);
    assert_none("5.5h", SPAN_NONE);
    assert_none("1h30", SPAN_NONE);
    assert_none("5 m", SPAN_NONE);
    assert_none("2h spam", SPAN_NONE);
}

static void digit_at_the_beginning_means_a_span(void **state)
{
    (void)state;
    assert_true(span_is_meant("5"));
    assert_true(span_is_meant("-5m spam"));
    assert_true(span_is_meant("+1h"));
    assert_false(span_is_meant(""));
    assert_false(span_is_meant("-"));
    assert_false(span_is_meant("spam 5"));
    assert_false(span_is_meant("--5"));
}

static void span_is_neither_nothing_nor_endless(void **state)
{
    (void)state;
    assert_none("0m", SPAN_TOO_LONG);
    assert_none("36501d", SPAN_TOO_LONG);
    assert_none("36500d1s", SPAN_TOO_LONG);
    assert_none("99999999999999999999999999w", SPAN_TOO_LONG);
    assert_none("9999999w9999999w9999999w9999999w", SPAN_TOO_LONG);
}

static void first_word_is_taken_and_the_rest_left(void **state)
{
    const char *text = "2h  calls names 5m", *other = "twice 2h", *alone = "5m";
    int64_t ms = 0;

    (void)state;
    assert_int_equal(span_take(&text, &ms), SPAN_OK);
    assert_int_equal(ms, 7200000);
    assert_string_equal(text, "calls names 5m");
    assert_int_equal(span_take(&other, &ms), SPAN_NONE);
    assert_string_equal(other, "twice 2h");
    assert_int_equal(span_take(&alone, &ms), SPAN_OK);
    assert_string_equal(alone, "");
}

static void assert_shown(int64_t ms, const char *want)
{
    char buf[SPAN_TEXT_SIZE];

    assert_string_equal(span_text(ms, buf), want);
}

static void spans_are_shown_in_at_most_two_units(void **state)
{
    (void)state;
    assert_shown(-5000, "0 s");
    assert_shown(999, "0 s");
    assert_shown(45000, "45 s");
    assert_shown(60000, "1 min");
    assert_shown(61000, "1 min 1 s");
    assert_shown(1800000, "30 min");
    assert_shown(3600000, "1 h");
    assert_shown(5459000, "1 h 30 min");
    assert_shown(86400000, "1 d");
    assert_shown(INT64_C(86400000) * 7 + 7200000, "7 d 2 h");
    assert_shown(INT64_MAX, "106751991167 d 7 h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_with_units_are_spans),
        cmocka_unit_test(other_words_are_none),
        cmocka_unit_test(span_is_neither_nothing_nor_endless),
        cmocka_unit_test(spans_are_shown_in_at_most_two_units),
        cmocka_unit_test(digit_at_the_beginning_means_a_span),
        cmocka_unit_test(first_word_is_taken_and_the_rest_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/log_limit.h. */
#include "config.h"

#include "base/log_limit.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static uint32_t allowed(struct log_limit *limit, uint64_t now_ms, int tries, uint32_t *skipped)
{
    uint32_t n = 0;

    *skipped = 0;
    for (int i = 0; i < tries; i++) {
        uint32_t before;

        n += log_limit_allows(limit, now_ms, &before) != 0;
        *skipped += before;
    }
    return n;
}

static void a_burst_is_allowed_and_then_one_line_a_second(void **state)
{
    struct log_limit limit = {0};
    uint32_t skipped;

    (void)state;
    assert_int_equal(allowed(&limit, 1000000, 60, &skipped), LOG_LIMIT_BURST);
    assert_int_equal(skipped, 0);
    assert_int_equal(allowed(&limit, 1000999, 5, &skipped), 0);
    assert_int_equal(allowed(&limit, 1001000, 5, &skipped), 1);
    assert_int_equal(skipped, 15); /* 10 and 5 before it; the 4 after it come next */
    assert_int_equal(allowed(&limit, 1004500, 10, &skipped), 3);
    assert_int_equal(skipped, 4);
    assert_int_equal(allowed(&limit, 1004999, 1, &skipped), 0);
    assert_int_equal(allowed(&limit, 1005000, 1, &skipped), 1); /* the half second was not lost */
    assert_int_equal(skipped, 8);
}

static void a_rest_gives_the_whole_burst_back_and_no_more(void **state)
{
    struct log_limit limit = {0};
    uint32_t skipped;

    (void)state;
    assert_int_equal(allowed(&limit, 0, 50, &skipped), 50);
    assert_int_equal(allowed(&limit, 50000, 100, &skipped), 50);
    assert_int_equal(allowed(&limit, UINT64_MAX / 2, 100, &skipped), 50);
    assert_int_equal(skipped, 50);
}

static void a_quiet_time_before_the_first_line_earns_nothing(void **state)
{
    struct log_limit limit = {0};
    uint32_t skipped;

    (void)state;
    assert_int_equal(allowed(&limit, 5000, 1, &skipped), 1);
    assert_int_equal(allowed(&limit, 7500, 1, &skipped), 1); /* the allowance was full again at 6000 */
    assert_int_equal(allowed(&limit, 8499, 100, &skipped), 49);
    assert_int_equal(allowed(&limit, 8500, 1, &skipped), 1);
}

static void a_clock_that_goes_back_is_survived(void **state)
{
    struct log_limit limit = {0};
    uint32_t skipped;

    (void)state;
    assert_int_equal(allowed(&limit, 100000, 60, &skipped), 50);
    assert_int_equal(allowed(&limit, 5000, 1, &skipped), 0);
    assert_int_equal(allowed(&limit, 6000, 2, &skipped), 1);
}

/* ---- what is left out is told --------------------------------------------------------------------- */

static struct fake_log the_log;

static int begin(void **state)
{
    (void)state;
    fake_log_init(&the_log);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_log_fini(&the_log);
    return 0;
}

static void what_is_left_out_is_told_when_no_line_follows(void **state)
{
    struct timeq telling;
    struct log_limit limit = {.phrase = "knock knock", .telling = &telling};
    uint32_t skipped;

    (void)state;
    timeq_init(&telling, LOG_LIMIT_TELL_MS, log_limit_due, NULL);
    allowed(&limit, 1000, 57, &skipped);
    timeq_run(&telling, 1000 + LOG_LIMIT_TELL_MS - 1);
    assert_string_equal(fake_log_read(&the_log), "");
    timeq_run(&telling, 1000 + LOG_LIMIT_TELL_MS);
    assert_non_null(strstr(fake_log_read(&the_log), " info  lines left out line=\"knock knock\" unsaid=7\n"));
    timeq_run(&telling, 1000 + 3 * LOG_LIMIT_TELL_MS);
    assert_string_equal(fake_log_read(&the_log), "");
    assert_int_equal(allowed(&limit, 100000, 1, &skipped), 1);
    assert_int_equal(skipped, 0); /* it was reported */
}

static void what_the_next_line_tells_is_not_told_twice(void **state)
{
    struct timeq telling;
    struct log_limit limit = {.phrase = "knock knock", .telling = &telling};
    uint32_t skipped;

    (void)state;
    timeq_init(&telling, LOG_LIMIT_TELL_MS, log_limit_due, NULL);
    allowed(&limit, 1000, 57, &skipped);
    assert_int_equal(allowed(&limit, 2000, 1, &skipped), 1);
    assert_int_equal(skipped, 7);
    timeq_run(&telling, 1000 + 2 * LOG_LIMIT_TELL_MS);
    assert_string_equal(fake_log_read(&the_log), "");
    /* Lines left out after that are reported again. */
    allowed(&limit, 2000, 3, &skipped);
    timeq_run(&telling, 2000 + LOG_LIMIT_TELL_MS);
    assert_non_null(strstr(fake_log_read(&the_log), " unsaid=3\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_is_allowed_and_then_one_line_a_second),
        cmocka_unit_test(a_rest_gives_the_whole_burst_back_and_no_more),
        cmocka_unit_test(a_quiet_time_before_the_first_line_earns_nothing),
        cmocka_unit_test(a_clock_that_goes_back_is_survived),
        cmocka_unit_test_setup_teardown(what_is_left_out_is_told_when_no_line_follows, begin, end),
        cmocka_unit_test_setup_teardown(what_the_next_line_tells_is_not_told_twice, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/histogram.h. */
#include "config.h"

#include "base/histogram.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const uint64_t bounds[] = {10, 20, 50};

static void amount_falls_into_the_first_bucket_that_takes_it(void **state)
{
    static const struct {
        uint64_t amount;
        size_t bucket;
    } cases[] = {{0, 0}, {10, 0}, {11, 1}, {20, 1}, {21, 2}, {50, 2}, {51, 3}, {UINT64_MAX, 3}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct histogram h;

        histogram_init(&h, bounds, 3);
        histogram_add(&h, cases[i].amount);
        assert_int_equal(h.buckets[cases[i].bucket], 1);
        assert_int_equal(h.buckets[0] + h.buckets[1] + h.buckets[2] + h.buckets[3], 1);
        assert_true(h.sum == cases[i].amount);
    }
}

static void sum_is_of_all(void **state)
{
    struct histogram h;

    (void)state;
    histogram_init(&h, bounds, 3);
    histogram_add(&h, 5);
    histogram_add(&h, 7);
    histogram_add(&h, 100);
    assert_int_equal(h.sum, 112);
    assert_int_equal(h.buckets[0], 2);
    assert_int_equal(h.buckets[3], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amount_falls_into_the_first_bucket_that_takes_it),
        cmocka_unit_test(sum_is_of_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

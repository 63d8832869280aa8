/* Tests of base/rate.h: which events count, and for how long. */
#include "config.h"

#include "base/rate.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void counts_of_the_last_seconds_add_up(void **state)
{
    struct rate rate = {0};

    (void)state;
    assert_int_equal(rate_sum(&rate, 5000000), 0);
    rate_note(&rate, 5000000);
    rate_note(&rate, 5000999);
    rate_note(&rate, 5004000);
    assert_int_equal(rate_sum(&rate, 5004000), 3);
    assert_int_equal(rate_sum(&rate, 5009999), 3);
    assert_float_equal(rate_per_second(&rate, 5009999), 0.3, 1e-9);
    assert_int_equal(rate_sum(&rate, 5010000), 1); /* the first second was RATE_SECONDS ago */
    assert_int_equal(rate_sum(&rate, 5014000), 0);
    for (uint64_t ms = 6000000; ms < 6030000; ms += 250) {
        rate_note(&rate, ms);
    }
    assert_int_equal(rate_sum(&rate, 6029999), 4 * RATE_SECONDS);
}

static void a_long_silence_empties_it_at_once(void **state)
{
    struct rate rate = {0};

    (void)state;
    rate_note(&rate, 1000);
    rate_note(&rate, UINT64_C(1) << 50);
    assert_int_equal(rate_sum(&rate, UINT64_C(1) << 50), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_of_the_last_seconds_add_up),
        cmocka_unit_test(a_long_silence_empties_it_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/clock.h: time, read once a turn. */
#include "config.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static int reads;

static void count_read(struct clock *clock)
{
    reads++;
    clock->mono_ms = (uint64_t)reads * 10;
    clock->mono_ns = (uint64_t)reads * 10000001;
    clock->real_ms = (int64_t)reads * 1000;
}

static void clock_is_read_once_until_it_is_stale_again(void **state)
{
    struct clock clock = {.stale = true, .read = count_read};

    (void)state;
    reads = 0;
    assert_int_equal(clock_ms(&clock), 10);
    assert_int_equal(clock_real_ms(&clock), 1000); /* the same moment */
    assert_int_equal(clock_ms(&clock), 10);
    assert_int_equal(reads, 1);
    clock.stale = true;
    assert_int_equal(clock_real_ms(&clock), 2000);
    assert_int_equal(clock_ms(&clock), 20);
    assert_int_equal(clock_ns(&clock), 20000002);
    assert_int_equal(reads, 2);
    clock.stale = true;
    assert_int_equal(clock_ns(&clock), 30000003);
    assert_int_equal(reads, 3);
}

static void system_s_time_is_of_this_age_and_never_goes_back(void **state)
{
    struct clock clock;
    uint64_t before;

    (void)state;
    clock_init(&clock);
    assert_true(clock_real_ms(&clock) > INT64_C(1577836800000)); /* 2020 */
    before = clock_ms(&clock);
    for (int i = 0; i < 1000; i++) {
        clock.stale = true;
        assert_true(clock_ms(&clock) >= before);
        before = clock_ms(&clock);
        assert_true(clock_ns(&clock) / 1000000 == before);
    }
}

static void iso_time_is_utc_with_milliseconds(void **state)
{
    char buf[CLOCK_ISO_SIZE];

    (void)state;
    assert_string_equal(clock_iso(0, buf), "1970-01-01T00:00:00.000Z");
    assert_string_equal(clock_iso(INT64_C(1795262400007), buf), "2026-11-21T12:00:00.007Z");
    assert_string_equal(clock_iso(INT64_C(951782399999), buf), "2000-02-28T23:59:59.999Z");
    assert_string_equal(clock_iso(INT64_C(253402300799999), buf), "9999-12-31T23:59:59.999Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_is_read_once_until_it_is_stale_again),
        cmocka_unit_test(system_s_time_is_of_this_age_and_never_goes_back),
        cmocka_unit_test(iso_time_is_utc_with_milliseconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/clock.h: the time, read once a turn. */
#include "config.h"

#include "base/clock.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

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

/* ---- standstills ---- */

#define MS UINT64_C(1000000)

static uint64_t system_ms;
static uint64_t told_ms;

static void read_system_ms(struct clock *clock)
{
    clock->mono_ms = system_ms;
    clock->mono_ns = system_ms * MS;
}

static void note(struct clock *clock, uint64_t ms)
{
    assert_false(clock->stale);
    told_ms = ms;
}

static struct clock begun_at(uint64_t ms)
{
    struct clock clock = {.stale = true, .read = read_system_ms, .stood_still = note};

    system_ms = ms;
    told_ms = 0;
    assert_int_equal(clock_ms(&clock), ms);
    return clock;
}

/* Waits until due; the wait ends when the system's clock shows now. */
static uint64_t waited(struct clock *clock, uint64_t due_ms, uint64_t now_ms)
{
    clock_wait(clock, due_ms);
    system_ms = now_ms;
    return clock_ms(clock);
}

static void standstill_is_left_out_and_what_was_due_gets_some_time_more(void **state)
{
    struct clock clock = begun_at(5000);

    (void)state;
    assert_int_equal(waited(&clock, 9000, 60000), 8000);
    assert_int_equal(told_ms, 51000);
    assert_int_equal(clock_elapsed_ms(&clock), 60000);
    told_ms = 0;
    assert_int_equal(waited(&clock, 9000, 61000), 9000);
    assert_int_equal(told_ms, 0);
    assert_int_equal(waited(&clock, 9100, 61100), 9100);
    assert_int_equal(clock_elapsed_ms(&clock), 61100);
    assert_int_equal(clock_elapsed_ns(&clock), 61100 * MS);
}

static void time_does_not_go_back_however_short_the_wait_was_to_be(void **state)
{
    struct clock clock = begun_at(5000);

    (void)state;
    assert_int_equal(waited(&clock, 5010, 60000), 5000);
    clock = begun_at(5000);
    assert_int_equal(waited(&clock, 4000, 60000), 5000); /* it was due already */
}

static void somewhat_late_is_no_standstill_nor_is_a_wait_without_an_end(void **state)
{
    struct clock clock = begun_at(5000);

    (void)state;
    assert_int_equal(waited(&clock, 6000, 6900), 6900);
    assert_int_equal(waited(&clock, 0, 1000000), 1000000);
    assert_int_equal(told_ms, 0);
}

static void what_is_due_comes_to_be_done_though_every_wait_ends_late(void **state)
{
    struct clock clock = begun_at(5000);
    uint64_t now = 5000;

    (void)state;
    for (int i = 1; now < 35000; i++) {
        now = waited(&clock, 35000, system_ms + 35000 - now + 2000);
        assert_true(i <= 2);
    }
    assert_int_equal(now, 35000);
}

static void standstill_in_a_turn_is_none_of_its_time(void **state)
{
    struct clock clock = begun_at(5000);

    (void)state;
    assert_int_equal(waited(&clock, 5500, 5500), 5500);
    system_ms = 5600;
    clock_refresh(&clock);
    assert_int_equal(clock_ms(&clock), 5600);
    system_ms = 9600;
    clock_refresh(&clock);
    assert_int_equal(clock_ms(&clock), 5600);
    assert_int_equal(told_ms, 4000);
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

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void time_is_told_with_its_zone(void **state)
{
    char buf[CLOCK_ZONED_SIZE];

    (void)state;
    set_zone("UTC");
    assert_string_equal(clock_zoned(NULL, FAKE_REAL_MS, buf), "2026-11-21 12:00:00 UTC");
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_string_equal(clock_zoned(NULL, FAKE_REAL_MS + 999, buf), "2026-11-21 13:00:00 CET (UTC+01:00)");
    assert_string_equal(clock_zone(NULL, FAKE_REAL_MS, buf), "CET (UTC+01:00)");
    assert_string_equal(clock_zoned(NULL, FAKE_REAL_MS - INT64_C(120) * 86400000, buf),
                        "2026-07-24 14:00:00 CEST (UTC+02:00)");
    set_zone("<-0330>3:30");
    assert_string_equal(clock_zoned(NULL, FAKE_REAL_MS, buf), "2026-11-21 08:30:00 UTC-03:30");
    assert_string_equal(clock_zone(NULL, FAKE_REAL_MS, buf), "UTC-03:30");
    set_zone("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ-14");
    assert_true(strlen(clock_zoned(NULL, FAKE_REAL_MS, buf)) < sizeof(buf));
    set_zone("UTC");
}

static void day_goes_from_midnight_to_midnight(void **state)
{
    static const struct {
        const char *zone;
        int64_t real_ms, begin_ms;
        int hours;
    } days[] = {
        {"UTC", INT64_C(1795262400000), INT64_C(1795219200000), 24}, /* 2026-11-21T12:00:00Z */
        {"UTC", INT64_C(1795219200000), INT64_C(1795219200000), 24},
        {"UTC", INT64_C(1795219199999), INT64_C(1795132800000), 24},
        {"XST-11:30", INT64_C(1795262400000), INT64_C(1795177800000), 24},
        {"CET-1CEST,M3.5.0,M10.5.0/3", INT64_C(1774742400000), INT64_C(1774738800000), 23}, /* 2026-03-29 */
        {"CET-1CEST,M3.5.0,M10.5.0/3", INT64_C(1792926000000), INT64_C(1792879200000), 25}, /* 2026-10-25 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        int64_t begin_ms, end_ms;

        setenv("TZ", days[i].zone, 1);
        tzset();
        clock_day(NULL, days[i].real_ms, &begin_ms, &end_ms);
        assert_true(begin_ms == days[i].begin_ms);
        assert_true(end_ms == begin_ms + days[i].hours * INT64_C(3600000));
    }
}

static void time_of_this_week_is_told_by_its_day(void **state)
{
    static const struct {
        int64_t hours_ago;
        const char *is;
    } times[] = {
        {2, "10:00"},
        {12, "00:00"},
        {13, "Fri 23:00"},
        {24, "Fri 12:00"},
        {6 * 24, "Sun 12:00"},
        {6 * 24 + 12, "Sun 00:00"},
        {6 * 24 + 13, "2026-11-14 23:00"},
        {-24, "2026-11-22 12:00"},
    };

    (void)state;
    set_zone("UTC");
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        char buf[CLOCK_SHORT_SIZE];

        assert_string_equal(clock_recent(NULL, FAKE_REAL_MS - times[i].hours_ago * 3600000, FAKE_REAL_MS, buf),
                            times[i].is);
    }
}

static void time_is_read_as_people_write_it(void **state)
{
    static const struct {
        const char *zone, *text, *is; /* in UTC; NULL: it is no time */
    } times[] = {
        /* It is 2026-11-21 12:00 in UTC, and 13:00 in CET. */
        {"UTC", "11:59", "2026-11-21T11:59:00.000Z"},
        {"UTC", "12:00", "2026-11-21T12:00:00.000Z"},
        {"UTC", "12:01", "2026-11-20T12:01:00.000Z"},
        {"UTC", "9:05", "2026-11-21T09:05:00.000Z"},
        {"UTC", "09:05:07", "2026-11-21T09:05:07.000Z"},
        {"UTC", "2026-11-24", "2026-11-24T00:00:00.000Z"},
        {"UTC", "2026-11-24 14:02", "2026-11-24T14:02:00.000Z"},
        {"UTC", "2026-11-24  14:02:59 ", "2026-11-24T14:02:59.000Z"},
        {"UTC", "2026-11-24T14:02", "2026-11-24T14:02:00.000Z"},
        {"UTC", "2024-02-29", "2024-02-29T00:00:00.000Z"},
        {"UTC", "9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "12:30", "2026-11-21T11:30:00.000Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "13:30", "2026-11-20T12:30:00.000Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-24", "2026-07-23T22:00:00.000Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-24 14:02", "2026-07-24T12:02:00.000Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-24T14:02:01.5Z", "2026-07-24T14:02:01.500Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "1970-01-01", NULL},
        {"UTC", "Fri 14:02", "2026-11-20T14:02:00.000Z"},
        {"UTC", "sun  14:02:03 ", "2026-11-15T14:02:03.000Z"},
        {"UTC", "Sat", "2026-11-21T00:00:00.000Z"},
        {"UTC", "Sat 11:59", "2026-11-21T11:59:00.000Z"},
        {"UTC", "Sat 12:01", "2026-11-14T12:01:00.000Z"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", "Fri 14:02", "2026-11-20T13:02:00.000Z"},
        {"UTC", "", NULL},
        {"UTC", "Tuesday", NULL},
        {"UTC", "Tue14:02", NULL},
        {"UTC", "Tue 14", NULL},
        {"UTC", "TueT14:02", NULL},
        {"UTC", "Tue 11:59Z", NULL},
        {"UTC", "noon", NULL},
        {"UTC", "14", NULL},
        {"UTC", "14:", NULL},
        {"UTC", "14:2", NULL},
        {"UTC", "14:021", NULL},
        {"UTC", "24:00", NULL},
        {"UTC", "23:60", NULL},
        {"UTC", "23:59:60", NULL},
        {"UTC", "23:59:", NULL},
        {"UTC", "11:59Z", NULL},
        {"UTC", "-1:30", NULL},
        {"UTC", "2026-11-24x", NULL},
        {"UTC", "2026-11-24 x", NULL},
        {"UTC", "2026-11-24T", NULL},
        {"UTC", "2026-11-2414:02", NULL},
        {"UTC", "2026-11", NULL},
        {"UTC", "26-11-24", NULL},
        {"UTC", "2026-13-01", NULL},
        {"UTC", "2026-00-01", NULL},
        {"UTC", "2026-02-29", NULL},
        {"UTC", "2026-11-00", NULL},
        {"UTC", "1969-12-31", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        char buf[CLOCK_ISO_SIZE];
        int64_t real_ms;

        set_zone(times[i].zone);
        if (times[i].is == NULL) {
            assert_false(clock_parse(NULL, times[i].text, FAKE_REAL_MS, &real_ms));
        } else {
            assert_true(clock_parse(NULL, times[i].text, FAKE_REAL_MS, &real_ms));
            assert_string_equal(clock_iso(real_ms, buf), times[i].is);
        }
    }
    set_zone("UTC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_is_read_once_until_it_is_stale_again),
        cmocka_unit_test(system_s_time_is_of_this_age_and_never_goes_back),
        cmocka_unit_test(standstill_is_left_out_and_what_was_due_gets_some_time_more),
        cmocka_unit_test(time_does_not_go_back_however_short_the_wait_was_to_be),
        cmocka_unit_test(somewhat_late_is_no_standstill_nor_is_a_wait_without_an_end),
        cmocka_unit_test(what_is_due_comes_to_be_done_though_every_wait_ends_late),
        cmocka_unit_test(standstill_in_a_turn_is_none_of_its_time),
        cmocka_unit_test(iso_time_is_utc_with_milliseconds),
        cmocka_unit_test(time_is_told_with_its_zone),
        cmocka_unit_test(day_goes_from_midnight_to_midnight),
        cmocka_unit_test(time_of_this_week_is_told_by_its_day),
        cmocka_unit_test(time_is_read_as_people_write_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

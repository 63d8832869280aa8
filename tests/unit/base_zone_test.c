/* Tests of base/zone.h and base/zones.h: against the C library, on every zone of the system; and with files that are no
 * zones. */
#include "config.h"

#include "base/zones.h"

#include "base/zone_rule.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY INT64_C(86400)
#define YEAR_2000 INT64_C(946684800)
#define YEAR_2050 INT64_C(2524608000)
#define YEAR_2100 INT64_C(4102444800)

static struct zones *zones;

static int load(void **state)
{
    (void)state;
    zones = zones_load(zones_dir());
    return 0;
}

static int unload(void **state)
{
    (void)state;
    zones_free(zones);
    return 0;
}

static void needs_zones(void)
{
    if (zones_count(zones) < 100) {
        print_message("skipped: this system has no tzdata\n");
        skip();
    }
}

static const struct zone *zone_of(const char *name)
{
    const struct zone *zone = zones_find(zones, name);

    assert_non_null(zone);
    return zone;
}

static void use(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

/* The same time by the C library, whose zone is the process's. */
static void assert_same(const struct zone *zone, int64_t sec)
{
    struct tm is, want;
    time_t t = (time_t)sec;

    assert_true(zone_local(zone, sec, &is));
    assert_non_null(localtime_r(&t, &want));
    if (is.tm_year != want.tm_year || is.tm_yday != want.tm_yday || is.tm_hour != want.tm_hour ||
        is.tm_min != want.tm_min || is.tm_sec != want.tm_sec || is.tm_gmtoff != want.tm_gmtoff ||
        is.tm_isdst != want.tm_isdst || strcmp(is.tm_zone, want.tm_zone) != 0 || is.tm_wday != want.tm_wday) {
        fail_msg("%s at %lld: %02d:%02d %s, not %02d:%02d %s", zone_name(zone), (long long)sec, is.tm_hour, is.tm_min,
                 is.tm_zone, want.tm_hour, want.tm_min, want.tm_zone);
    }
}

static void every_zone_tells_the_time_as_the_c_library_does(void **state)
{
    (void)state;
    needs_zones();
    for (size_t i = 0; i < zones_count(zones); i++) {
        const struct zone *zone = zones_at(zones, i);

        use(zone_name(zone));
        for (int64_t sec = 0; sec < YEAR_2100; sec += 47 * DAY + 3671) {
            assert_same(zone, sec);
        }
    }
}

/* To the second: where half a day later another offset holds, the change is searched for. */
static void clocks_change_at_the_second_at_which_the_c_library_changes_them(void **state)
{
    static const char *const names[] = {"Europe/Berlin",  "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
                                        "Africa/Casablanca", "America/Nuuk",  "Asia/Tehran",         "Pacific/Apia",
                                        "America/Santiago",  "Asia/Gaza",     "Antarctica/Troll",    "UTC"};

    (void)state;
    needs_zones();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct zone *zone = zone_of(names[i]);
        struct tm low_tm, high_tm;

        use(names[i]);
        for (int64_t sec = YEAR_2000; sec < YEAR_2050; sec += DAY / 2) {
            int64_t low = sec, high = sec + DAY / 2;

            assert_true(zone_local(zone, low, &low_tm));
            assert_true(zone_local(zone, high, &high_tm));
            while (low_tm.tm_gmtoff != high_tm.tm_gmtoff && high - low > 1) {
                struct tm tm;
                int64_t middle = (low + high) / 2;

                assert_true(zone_local(zone, middle, &tm));
                *(tm.tm_gmtoff == low_tm.tm_gmtoff ? &low : &high) = middle;
            }
            assert_same(zone, low);
            assert_same(zone, high);
        }
    }
}

static void a_local_time_is_found_again(void **state)
{
    struct tm tm, again;

    (void)state;
    needs_zones();
    for (size_t i = 0; i < zones_count(zones); i += 7) {
        const struct zone *zone = zones_at(zones, i);

        for (int64_t sec = YEAR_2000; sec < YEAR_2100; sec += 19 * DAY + 4001) {
            assert_true(zone_local(zone, sec, &tm));
            assert_true(zone_local(zone, zone_seconds(zone, &tm), &again));
            assert_int_equal(again.tm_hour, tm.tm_hour);
            assert_int_equal(again.tm_mday, tm.tm_mday);
        }
    }
}

static void what_the_clocks_skip_or_repeat_has_a_time(void **state)
{
    const struct zone *berlin;
    struct tm skipped = {.tm_year = 126, .tm_mon = 2, .tm_mday = 29, .tm_hour = 2, .tm_min = 30};
    struct tm repeated = {.tm_year = 126, .tm_mon = 9, .tm_mday = 25, .tm_hour = 2, .tm_min = 30};
    struct tm tm, day = {.tm_year = 126, .tm_mon = 10, .tm_mday = 31};

    (void)state;
    needs_zones();
    berlin = zone_of("Europe/Berlin");
    assert_true(zone_local(berlin, zone_seconds(berlin, &skipped), &tm));
    assert_int_equal(tm.tm_hour, 3);
    assert_int_equal(tm.tm_min, 30);
    assert_true(zone_local(berlin, zone_seconds(berlin, &repeated), &tm));
    assert_int_equal(tm.tm_hour, 2);
    assert_string_equal(tm.tm_zone, "CEST");
    assert_true(zone_local(berlin, zone_seconds(berlin, &day), &tm));
    assert_int_equal(tm.tm_mon, 11);
    assert_int_equal(tm.tm_mday, 1);
}

static void a_zone_is_found_by_its_name_or_its_end_and_by_no_path(void **state)
{
    static const char *const wrong[] = {
        "", "/", "..", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/", "posix/UTC", "right/UTC",
        "posixrules", "localtime", "zone.tab", "Europe/Berlin/", "Nowhere", "%H", "Europe//Berlin", "./UTC"};

    (void)state;
    needs_zones();
    assert_string_equal(zone_name(zone_of("europe/berlin")), "Europe/Berlin");
    assert_string_equal(zone_name(zone_of("BERLIN")), "Europe/Berlin");
    assert_string_equal(zone_name(zone_of("ushuaia")), "America/Argentina/Ushuaia");
    assert_string_equal(zone_name(zone_of("utc")), "UTC");
    assert_null(zones_find(zones, "Louisville_")); /* and several are no answer */
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (zones_find(zones, wrong[i]) != NULL) {
            fail_msg("'%s'", wrong[i]);
        }
    }
}

static void no_directory_has_no_zones(void **state)
{
    struct zones *none = zones_load("/nonexistent");

    (void)state;
    assert_int_equal(zones_count(none), 0);
    assert_null(zones_find(none, "UTC"));
    zones_free(none);
}

/* ---- rules ---- */

static void rules_of_all_kinds_are_read(void **state)
{
    static const char *const right[] = {
        "UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0545>-5:45", "IST-1GMT0,M10.5.0,M3.5.0/1", "EST5EDT,0/0,J365/25",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "AAA+24:59:59BBB-24,J1/167,365/-167", "XXX3YYY,M12.5.6,M1.1.0"};
    static const char *const wrong[] = {
        "", "U", "UT0", "UTC", "<+05-5", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-27", "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,J0,J365", "CET-1CEST,366,0", "CET-1:60", "CET-1CEST,M3.5.0,M10.5.0/3x", "ABCDEFGHIJKLMNOP0", "UTC0 ",
        "CET-1CEST,M3.5.0,M10.5.0/", "CET-1CEST,M..,M10.5.0"};
    struct zone_rule rule;

    (void)state;
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        if (!zone_rule_parse(&rule, right[i], strlen(right[i]))) {
            fail_msg("'%s'", right[i]);
        }
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char *copy = malloc(strlen(wrong[i]) + 1); /* so that a sanitizer sees what is read behind it */

        assert_non_null(copy);
        memcpy(copy, wrong[i], strlen(wrong[i]));
        if (zone_rule_parse(&rule, copy, strlen(wrong[i]))) {
            fail_msg("'%s'", wrong[i]);
        }
        free(copy);
    }
}

static void rules_are_applied_as_the_c_library_applies_them(void **state)
{
    static const char *const rules[] = {
        "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "AAA-3BBB,J60,J300", "AAA8BBB,59,299/3:30",
        "AEST-10AEDT,M10.1.0,M4.1.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "NZST-12NZDT,M9.5.0,M4.1.0/3"};
    struct zone_rule rule;

    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        assert_true(zone_rule_parse(&rule, rules[i], strlen(rules[i])));
        use(rules[i]);
        for (int64_t sec = YEAR_2000; sec < YEAR_2050; sec += 11 * 3600 + 1800) {
            bool is_summer;
            const struct zone_part *part = zone_rule_at(&rule, sec, &is_summer);
            time_t t = (time_t)sec;
            struct tm tm;

            assert_non_null(localtime_r(&t, &tm));
            if (part->offset != tm.tm_gmtoff || is_summer != (tm.tm_isdst > 0)) {
                fail_msg("%s at %lld: %d, not %ld", rules[i], (long long)sec, (int)part->offset, tm.tm_gmtoff);
            }
        }
    }
}

/* ---- files that are no zones ---- */

static unsigned char *read_file(const char *name, size_t *len)
{
    char path[300];
    unsigned char *data = malloc(ZONE_FILE_BYTES);
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", zones_dir(), name);
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_non_null(data);
    *len = fread(data, 1, ZONE_FILE_BYTES, file);
    fclose(file);
    return data;
}

/* A zone of exactly these bytes, so that a sanitizer sees what is read behind them; it is used if it is one. */
static bool try_zone(const unsigned char *data, size_t len)
{
    unsigned char *copy = malloc(len > 0 ? len : 1);
    struct zone *zone;
    struct tm tm;

    assert_non_null(copy);
    memcpy(copy, data, len);
    zone = zone_new("x", copy, len);
    free(copy);
    if (zone == NULL) {
        return false;
    }
    for (int64_t sec = -YEAR_2100; sec < YEAR_2100; sec += 2000 * DAY) {
        if (zone_local(zone, sec, &tm)) {
            (void)zone_seconds(zone, &tm);
        }
    }
    zone_free(zone);
    return true;
}

static void a_file_that_was_cut_is_none(void **state)
{
    unsigned char *data;
    size_t len;

    (void)state;
    needs_zones();
    data = read_file("Europe/Berlin", &len);
    assert_true(try_zone(data, len));
    for (size_t i = 0; i < len; i++) {
        assert_false(try_zone(data, i));
    }
    free(data);
}

static void a_file_that_was_changed_does_no_harm(void **state)
{
    static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff};
    unsigned char *data;
    size_t len;

    (void)state;
    needs_zones();
    data = read_file("America/New_York", &len);
    for (size_t i = 0; i < len; i++) {
        unsigned char was = data[i];

        for (size_t k = 0; k < sizeof(values); k++) {
            data[i] = values[k];
            (void)try_zone(data, len);
        }
        data[i] = was;
    }
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_zone_tells_the_time_as_the_c_library_does),
        cmocka_unit_test(clocks_change_at_the_second_at_which_the_c_library_changes_them),
        cmocka_unit_test(a_local_time_is_found_again),
        cmocka_unit_test(what_the_clocks_skip_or_repeat_has_a_time),
        cmocka_unit_test(a_zone_is_found_by_its_name_or_its_end_and_by_no_path),
        cmocka_unit_test(no_directory_has_no_zones),
        cmocka_unit_test(rules_of_all_kinds_are_read),
        cmocka_unit_test(rules_are_applied_as_the_c_library_applies_them),
        cmocka_unit_test(a_file_that_was_cut_is_none),
        cmocka_unit_test(a_file_that_was_changed_does_no_harm),
    };

    return cmocka_run_group_tests(tests, load, unload);
}

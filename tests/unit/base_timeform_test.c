/* Tests of base/timeform.h: the forms that are let through, and what they show. */
#include "config.h"

#include "base/timeform.h"

#include "base/text.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const struct tm noon = {.tm_year = 126, .tm_mon = 10, .tm_mday = 5, .tm_wday = 4, .tm_yday = 308, .tm_hour = 12,
                               .tm_min = 4, .tm_sec = 9, .tm_gmtoff = 3600, .tm_zone = "CET"};

static void a_time_is_shown_in_its_form(void **state)
{
    static const struct {
        const char *form, *shows;
    } forms[] = {
        {TIMEFORM_USUAL, "12:04"},        {"%T", "12:04:09"},          {"[%I:%M %p]", "[12:04 PM]"},
        {"%d.%m. %R", "05.11. 12:04"},    {"%a %e %b %y", "Thu  5 Nov 26"}, {"%F", "2026-11-05"},
        {"%H:%M %Z %z", "12:04 CET +0100"}, {"%H%%", "12%"},           {"в %H", "в 12"},
        {"%A", "Thursday"},
    };
    char buf[TIMEFORM_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        assert_true(timeform_is_valid(forms[i].form));
        assert_string_equal(timeform_put(forms[i].form, &noon, buf), forms[i].shows);
    }
}

static void what_could_grow_or_is_no_form_is_refused(void **state)
{
    static const char *const forms[] = {
        "", "noon", "%", "%%", "%H:%", "%9H", "%010H", "%_H", "%-H", "%EY", "%OH", "%c", "%x", "%X", "%n", "%t", "%s",
        "%+", "%G", "%N", "%H\001%", "%A %B %A %B %A %B", "%H 01234567890123456789012345678901",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (timeform_is_valid(forms[i])) {
            fail_msg("'%s'", forms[i]);
        }
    }
}

static void a_zone_with_a_long_name_leaves_the_time(void **state)
{
    char name[TIMEFORM_SIZE], buf[TIMEFORM_SIZE];
    struct tm tm = noon;

    (void)state;
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    tm.tm_zone = name;
    assert_string_equal(timeform_put("%H:%M:%S %Z", &tm, buf), "12:04");
}

/* Every form of two conversions, at every hour and in every month. */
static void no_form_shows_more_than_its_columns(void **state)
{
    static const char conversions[] = "HIMSpklTRaAdejbBmyYFzZ";
    char form[32], buf[TIMEFORM_SIZE];

    (void)state;
    for (size_t i = 0; conversions[i] != '\0'; i++) {
        for (int month = 0; month < 12; month++) {
            struct tm tm = noon;

            tm.tm_mon = month;
            tm.tm_wday = month % 7;
            snprintf(form, sizeof(form), "%%%c%%A%%B%%F", conversions[i]);
            if (timeform_is_valid(form)) {
                timeform_put(form, &tm, buf);
                assert_true(text_columns(buf, strlen(buf)) <= TIMEFORM_COLUMNS);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_shown_in_its_form),
        cmocka_unit_test(what_could_grow_or_is_no_form_is_refused),
        cmocka_unit_test(a_zone_with_a_long_name_leaves_the_time),
        cmocka_unit_test(no_form_shows_more_than_its_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

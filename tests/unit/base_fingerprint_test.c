/* Tests of base/fingerprint.h. */
#include "config.h"

#include "base/fingerprint.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const char as_shown[] = "00:01:9A:BC:EF:00:00:00:00:00:00:00:00:00:00:00:"
                               "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:FF";

static void bytes_are_shown_and_read_back(void **state)
{
    unsigned char bytes[FINGERPRINT_BYTES] = {0, 1, 0x9a, 0xbc, 0xef, [31] = 0xff}, again[FINGERPRINT_BYTES];
    char text[FINGERPRINT_SIZE];

    (void)state;
    assert_string_equal(fingerprint_text(bytes, text), as_shown);
    assert_true(fingerprint_parse(text, again));
    assert_memory_equal(again, bytes, sizeof(bytes));
}

static void small_letters_and_missing_colons_are_read(void **state)
{
    unsigned char bytes[FINGERPRINT_BYTES], again[FINGERPRINT_BYTES];
    char plain[FINGERPRINT_SIZE] = "";
    size_t len = 0;

    (void)state;
    assert_true(fingerprint_parse(as_shown, bytes));
    for (const char *s = as_shown; *s != '\0'; s++) {
        if (*s != ':') {
            plain[len++] = *s >= 'A' && *s <= 'F' ? (char)(*s + 'a' - 'A') : *s;
        }
    }
    assert_int_equal(len, 64);
    assert_true(fingerprint_parse(plain, again));
    assert_memory_equal(again, bytes, sizeof(bytes));
}

static void anything_else_is_none(void **state)
{
    unsigned char bytes[FINGERPRINT_BYTES];
    char text[FINGERPRINT_SIZE + 8];

    (void)state;
    assert_false(fingerprint_parse("", bytes));
    assert_false(fingerprint_parse("00:01", bytes));
    snprintf(text, sizeof(text), "%s:", as_shown);
    assert_false(fingerprint_parse(text, bytes));
    snprintf(text, sizeof(text), "%s00", as_shown);
    assert_false(fingerprint_parse(text, bytes));
    snprintf(text, sizeof(text), ":%s", as_shown);
    assert_false(fingerprint_parse(text, bytes));
    snprintf(text, sizeof(text), "%s", as_shown);
    text[strlen(text) - 1] = 'G';
    assert_false(fingerprint_parse(text, bytes));
    text[strlen(text) - 1] = '\0';
    assert_false(fingerprint_parse(text, bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_shown_and_read_back),
        cmocka_unit_test(small_letters_and_missing_colons_are_read),
        cmocka_unit_test(anything_else_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

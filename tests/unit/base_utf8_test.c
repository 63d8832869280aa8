/* Tests of base/utf8.h. */
#include "config.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void only_well_formed_sequences_are_read(void **state)
{
    static const struct {
        const char *s;
        size_t len;
        int32_t cp;
        size_t n;
    } cases[] = {
        {"a", 1, 'a', 1},
        {"\0", 1, 0, 1},
        {"\xc3\xa9z", 3, 0xe9, 2},
        {"\xe2\x82\xac", 3, 0x20ac, 3},
        {"\xf0\x9f\x98\x80", 4, 0x1f600, 4},
        {"\xf4\x8f\xbf\xbf", 4, 0x10ffff, 4},
        {"\xc3", 1, 0xfffd, 1},             /* unfinished */
        {"\xe2\x82", 2, 0xfffd, 1},
        {"\x80", 1, 0xfffd, 1},             /* no first byte */
        {"\xc1\xbf", 2, 0xfffd, 1},         /* overlong */
        {"\xe0\x9f\xbf", 3, 0xfffd, 1},
        {"\xed\xa0\x80", 3, 0xfffd, 1},     /* a surrogate */
        {"\xf4\x90\x80\x80", 4, 0xfffd, 1}, /* past the last */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *exact = malloc(cases[i].len);
        int32_t cp;
        uint32_t code;
        bool is_good = cases[i].cp != 0xfffd;

        memcpy(exact, cases[i].s, cases[i].len);
        assert_int_equal(utf8_next(exact, cases[i].len, &cp), cases[i].n);
        assert_int_equal(cp, cases[i].cp);
        assert_int_equal(utf8_decode((uint8_t *)exact, cases[i].len, &code), is_good ? cases[i].n : 0);
        assert_int_equal(utf8_is_valid(exact, cases[i].n), is_good);
        free(exact);
    }
}

static void plain_run_ends_at_the_first_byte_that_is_not_plain(void **state)
{
    uint8_t text[40];

    (void)state;
    for (size_t at = 0; at < sizeof(text); at++) {
        static const uint8_t others[] = {0x00, 0x1f, 0x7f, 0x80, 0xff, '\t', '\n'};

        for (size_t i = 0; i < sizeof(others); i++) {
            memset(text, at % 2 == 0 ? ' ' : '~', sizeof(text));
            text[at] = others[i];
            assert_int_equal(utf8_plain_run(text, sizeof(text)), at);
            assert_int_equal(utf8_plain_run(text, at), at);
        }
    }
}

static void missing_bytes_are_told_of_unfinished_sequences_only(void **state)
{
    static const struct {
        const char *s;
        unsigned want;
    } cases[] = {
        {"\xc3", 1},         {"\xd1\x8f\xd1", 1},   {"a\xe2", 2},    {"a\xe2\x82", 1},
        {"\xf0", 3},         {"\xf0\x9f", 2},       {"\xf0\x9f\x98", 1},
        {"", 0},             {"a", 0},              {"\xc3\xa9", 0}, {"\xe2\x82\xac", 0}, /* whole */
        {"\xf0\x9f\x98\x80", 0},
        {"\x80", 0},         {"\x80\x80\x80", 0},   {"\xff", 0},     {"\xc3\xa9\xa9", 0}, /* invalid */
        {"\xc3" "a", 0},     {"\xc0", 0},           {"\xf5", 0},     {"\xf0\x8f\x80", 0},
        {"\xe0\x80", 0},     {"\xe0\xa0", 1},       {"\xed\xa0", 0}, {"\xed\x9f", 1}, /* by the second byte */
        {"\xf4\x90", 0},     {"\xf4\x8f", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t len = strlen(cases[i].s);
        char *exact = malloc(len + (len == 0));

        memcpy(exact, cases[i].s, len);
        assert_int_equal(utf8_missing_bytes(exact, len), cases[i].want);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_well_formed_sequences_are_read),
        cmocka_unit_test(plain_run_ends_at_the_first_byte_that_is_not_plain),
        cmocka_unit_test(missing_bytes_are_told_of_unfinished_sequences_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

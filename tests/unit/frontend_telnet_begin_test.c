/* Tests of frontend/telnet_begin.h: words in many encodings, and how clients begin. */
#include "config.h"

#include "frontend/telnet_begin.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* Finds it in bytes that come in two pieces. */
static size_t find(const char *bytes, size_t len, size_t cut)
{
    char *line = malloc(cut + 1), *data = malloc(len - cut + 1);
    size_t at;

    memcpy(line, bytes, cut);
    memcpy(data, bytes + cut, len - cut);
    at = telnet_begin_find(line, 0, line, cut);
    if (at == SIZE_MAX) {
        at = telnet_begin_find(line, cut, data, len - cut);
    }
    free(line);
    free(data);
    return at;
}

static const struct beginning {
    const char *bytes;
    size_t len, at;
} beginnings[] = {
    {"\xff\xfb\x18", 3, 0},
    {"\xff\xfd\x03", 3, 0},
    {"half \xff\xfb\x18", 8, 5},
    {"\xff\xf4\xff\xfd\x06", 5, 2}, /* there is nothing yet to interrupt */
    {"\xd1\xff\xf4\xff\xfd\x06", 6, 1}, /* a letter's byte, eaten */
    {"\xff\xf6", 2, 0},
    {"a\r\n\xff\xf6", 5, 3},
    {"a\r\0\xff\xfe\x01", 6, 3},
    {"\xff\xfc\x22", 3, 0},
    {"\xff\xf1\xff\xf6", 4, 2},
    {"\xff\xff\xff\xfb\x18", 5, 2},
    {"\xff\xfb\xff", 3, 0}, /* EXOPL */
    {"\xff\x00\x18\xff\xfb\x18", 6, 3},
    {"caf\xe9 \xff\n\xff\xfb\x18", 10, 7},
};

static void only_what_makes_sense_first_begins_it(void **state)
{
    static const struct beginning none[] = {
        {"moya \xff\nsecond\n", 14, 0},
        {"\xff", 1, 0},
        {"\xff\xff", 2, 0},
        {"\xff\xff\xfb\x18", 4, 0},
        {"\xff\xfa\x18 all of this is text", 20, 0},
        {"\xff\xf1\xf1\xed\xee\n", 6, 0}, /* ясно */
        {"\xff\xec\xe0\n", 4, 0},         /* яма, and no end of file */
        {"\xff\xed\xe2\xe0\xf0\xfc\n", 7, 0}, /* январь */
        {"\xff\xf0\xea\xee\n", 5, 0},     /* ярко */
        {"\xff\xf4\xf4\xe0\n", 5, 0},     /* яффа */
        {"\xec\xe5\xf1\xff\xf6\n", 6, 0}, /* месяц */
        {"\xe3\xf3\xeb\xff\xfe\n", 6, 0}, /* гуляю */
        {"\xe3\xf3\xeb\xff\xfe \xff\n", 8, 0},
        {"\xff\xfe\xe3\xe0\n", 5, 0},     /* at a line's begin */
        {"\xff\xfeh\0i\0\n\0", 8, 0},      /* UTF-16 */
        {"\xff\xfb\n", 3, 0},
        {"\xff\xfd\r\n", 4, 0},
        {"\xff\x00\x18", 3, 0},
        {"\xff\xf4", 2, 0},
        {"\xff\xf0\xff\xf9\xff\xef", 6, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        for (size_t cut = 0; cut <= none[i].len; cut++) {
            if (find(none[i].bytes, none[i].len, cut) != SIZE_MAX) {
                fail_msg("text %zu is taken for telnet when it is cut at %zu", i, cut);
            }
        }
    }
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        const struct beginning *b = &beginnings[i];

        for (size_t cut = 0; cut <= b->len; cut++) {
            size_t at = find(b->bytes, b->len, cut);

            if (at != b->at) {
                fail_msg("beginning %zu, cut at %zu: at %zu, not %zu", i, cut, at, b->at);
            }
        }
    }
}

static void idle_commands_are_made_nothing(void **state)
{
    char bytes[] = "\xff\x00\x18", cut[] = "\xff", nops[] = "\xff\xf1\xff\xf1", word[] = "a\xff\xf1";

    (void)state;
    assert_true(telnet_begin_find(bytes, 0, bytes, 3) == SIZE_MAX);
    assert_memory_equal(bytes, "\0\0\x18", 3);
    assert_true(telnet_begin_find(cut, 1, bytes + 1, 2) == SIZE_MAX);
    assert_int_equal(cut[0], 0);
    assert_true(telnet_begin_find(nops, 0, nops, 4) == SIZE_MAX);
    assert_memory_equal(nops, "\0\0\0\0", 4);
    assert_true(telnet_begin_find(word, 1, word + 1, 2) == SIZE_MAX);
    assert_memory_equal(word, "a\xff\xf1", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_makes_sense_first_begins_it),
        cmocka_unit_test(idle_commands_are_made_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

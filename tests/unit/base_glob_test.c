/* Tests of base/glob.h: patterns. */
#include "config.h"

#include "base/glob.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void texts_match_or_do_not(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        {"", "", true},           {"", "a", false},         {"alice", "alice", true},   {"alice", "alic", false},
        {"alic", "alice", false}, {"*", "", true},          {"*", "alice", true},       {"**", "", true},
        {"al*", "alice", true},   {"al*", "al", true},      {"al*", "bal", false},      {"*ce", "alice", true},
        {"*ce", "alicec", false}, {"a*c*", "alice", true},  {"a*c*d", "alice", false},  {"*a*a*", "banana", true},
        {"b*na", "banana", true}, {"b*nab", "banana", false}, {"*ana", "banana", true}, {"a?ice", "alice", true},
        {"?", "", false},         {"?", "я", true},         {"??", "я", false},         {"я?о*", "язозо", true},
        {"*?", "世界", true},     {"???", "世界", false},   {"*界", "世界界", true},    {"?*", "", false},
        {"*о", "эхо", true},      {"*b?d", "abcabd", false}, {"*b?d", "abcabxd", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (glob_matches(cases[i].pattern, cases[i].text) != cases[i].matches) {
            fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
        }
    }
}

/* What tries each * anew would take as many steps as there are ways to place them. */
static void many_stars_take_no_longer(void **state)
{
    char pattern[257], text[257];

    (void)state;
    for (size_t i = 0; i < 256; i++) {
        pattern[i] = i % 2 == 0 ? '*' : 'a';
        text[i] = 'a';
    }
    pattern[255] = 'b';
    pattern[256] = text[256] = '\0';
    assert_false(glob_matches(pattern, text));
    pattern[255] = 'a';
    assert_true(glob_matches(pattern, text));
}

static void wildcards_make_a_pattern(void **state)
{
    (void)state;
    assert_true(glob_is_pattern("a*"));
    assert_true(glob_is_pattern("?"));
    assert_false(glob_is_pattern("alice"));
    assert_false(glob_is_pattern(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_match_or_do_not),
        cmocka_unit_test(many_stars_take_no_longer),
        cmocka_unit_test(wildcards_make_a_pattern),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

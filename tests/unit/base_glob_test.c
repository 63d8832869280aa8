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
        struct glob g;

        assert_true(glob_init(&g, cases[i].pattern));
        if (glob_matches(&g, cases[i].text) != cases[i].matches) {
            fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
        }
    }
}

static void pattern_has_a_bound(void **state)
{
    char pattern[2 * GLOB_CHARS + 3], text[GLOB_CHARS + 1];
    struct glob g;

    (void)state;
    for (size_t i = 0; i < GLOB_CHARS; i++) {
        pattern[2 * i] = '*';
        pattern[2 * i + 1] = 'a';
        text[i] = 'a';
    }
    pattern[2 * GLOB_CHARS] = '*';
    pattern[2 * GLOB_CHARS + 1] = '\0';
    text[GLOB_CHARS] = '\0';
    assert_true(glob_init(&g, pattern));
    assert_true(glob_matches(&g, text));
    assert_false(glob_matches(&g, text + 1));
    pattern[2 * GLOB_CHARS] = '?';
    assert_false(glob_init(&g, pattern));
}

/* Compares with the simplest way to match, for all patterns and texts made of three characters. */
static bool matches_plainly(const char *pattern, const char *text)
{
    if (*pattern == '*') {
        return matches_plainly(pattern + 1, text) || (*text != '\0' && matches_plainly(pattern, text + 1));
    }
    if (*pattern == '\0' || *text == '\0') {
        return *pattern == *text;
    }
    return (*pattern == '?' || *pattern == *text) && matches_plainly(pattern + 1, text + 1);
}

static void put(char *out, unsigned n, const char *alphabet, unsigned base)
{
    for (; n > 0; n /= base + 1) {
        if (n % (base + 1) > 0) {
            *out++ = alphabet[n % (base + 1) - 1];
        }
    }
    *out = '\0';
}

static void short_patterns_match_as_they_should(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5 * 5 * 5 * 5 * 5; i++) {
        char pattern[8], text[8];
        struct glob g;

        put(pattern, i, "ab*?", 4);
        assert_true(glob_init(&g, pattern));
        for (unsigned k = 0; k < 3 * 3 * 3 * 3 * 3; k++) {
            put(text, k, "ab", 2);
            if (glob_matches(&g, text) != matches_plainly(pattern, text)) {
                fail_msg("'%s' and '%s'", pattern, text);
            }
        }
    }
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
        cmocka_unit_test(pattern_has_a_bound),
        cmocka_unit_test(short_patterns_match_as_they_should),
        cmocka_unit_test(wildcards_make_a_pattern),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

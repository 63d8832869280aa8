/* Tests of base/typed.h: keys that edit, tabs, bytes of other encodings. */
#include "config.h"

#include "base/typed.h"

#include "base/text.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static struct typed_found found;

static void assert_types_at(int line, const char *in, size_t len, const char *want, size_t want_len)
{
    char *text = malloc(len + (len == 0)); /* exactly len bytes, so that a sanitizer sees any access outside */
    size_t n;

    memcpy(text, in, len);
    n = typed_clean(text, len, &found);
    if (n != want_len || memcmp(text, want, n) != 0) {
        fail_msg("line %d: got %zu bytes '%.*s', not '%.*s'", line, n, (int)n, text, (int)want_len, want);
    }
    free(text);
}
#define assert_types(in, want) assert_types_at(__LINE__, BYTES(in), BYTES(want))

static void backspace_takes_the_last_character(void **state)
{
    (void)state;
    assert_types("helo\blo", "hello");
    assert_types("helo\x7flo", "hello");
    assert_types("ab\b\b\b\bc", "c"); /* never past the beginning */
    assert_types("\b\x7f", "");
    assert_types("ab\b\x7f" "c\b", "");
    assert_types("\b\bx", "x");
    assert_types("a\x01\b", ""); /* a dropped byte is no character */
    assert_types("a\x1b[A\b", "");
    assert_types("a\xff\b", "");
    assert_types("a\t\b" "b", "ab"); /* a tab is a character */
}

static void backspace_takes_whole_clusters(void **state)
{
    (void)state;
    assert_types("жна\b\bанна", "жанна");
    assert_types("世界\b", "世");
    assert_types("x世\b\b", "");
    assert_types("a世b\b\b", "a");
    assert_types("e\u0301\b", "");
    assert_types("xe\u0301\u0302\b", "x");
    assert_types("👍🏽👩‍👩‍👧‍👦\b", "👍🏽");
    assert_types("👍🏽👩‍👩‍👧‍👦\b\b", "");
    assert_types("🇨🇭🇩🇪\b", "🇨🇭");
    assert_types("🇨🇭🇩🇪🇫🇷\b\b", "🇨🇭");
    assert_types("🇨🇭🇩\b", "🇨🇭"); /* half a flag */
    assert_types("🏳️‍🌈x\b\b", "");
    assert_types("각\b", "");
    assert_types("\u1100\u1161\u11a8\b", ""); /* a syllable of Hangul in its parts */
    assert_types("\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3fb\b", "");
}

static void line_and_word_are_erased(void **state)
{
    (void)state;
    assert_types("all of it\x15" "new", "new");
    assert_types("\x15new", "new");
    assert_types("one\x15two\x15", "");
    assert_types("one two\x17three", "one three");
    assert_types("one two   \x17three", "one three");
    assert_types("one\x17\x17\x17two", "two");
    assert_types("  \x17", "");
    assert_types("one\ttwo\t \x17", "one\t");
    assert_types("слово слово\x17", "слово ");
}

static void a_cluster_without_an_end_is_taken_in_pieces(void **state)
{
    char text[1000] = "a";
    size_t n;

    (void)state;
    for (size_t i = 0; i < 400; i++) {
        memcpy(text + 1 + 2 * i, "\u0301", 2);
    }
    text[801] = '\b';
    n = typed_clean(text, 802, &found);
    assert_int_equal(n, 801 - 48);
    assert_true(text_is_clean(text, n));
}

static void bytes_of_another_encoding_are_found(void **state)
{
    (void)state;
    assert_types("caf\xe9", "caf");
    assert_true(found.not_utf8);
    assert_types("\xff", "");
    assert_true(found.not_utf8);
    assert_types("caf\xe9\x15", ""); /* even when they are erased again */
    assert_true(found.not_utf8);
    assert_types("caf\u00e9\x01\x1b[A\u200e\ufeff", "caf\u00e9"); /* dropped, but UTF-8 */
    assert_false(found.not_utf8);
    assert_types("caf\u00e9", "caf\u00e9");
    assert_false(found.not_utf8 || found.tabs);
}

static void assert_expands_at(int line, const char *text, size_t max, const char *want)
{
    size_t len;
    char *got = typed_expand_tabs(text, strlen(text), max, &len);

    if (strcmp(got, want) != 0 || len != strlen(want)) {
        fail_msg("line %d: got '%s', not '%s'", line, got, want);
    }
    free(got);
}
#define assert_expands(text, max, want) assert_expands_at(__LINE__, text, max, want)

static void tabs_become_blanks_up_to_the_next_column(void **state)
{
    (void)state;
    assert_types("\tx", "\tx");
    assert_true(found.tabs);
    assert_types("\tx\x15y", "y");
    assert_false(found.tabs);
    assert_expands("\tif (x)", 100, "        if (x)");
    assert_expands("a\tb", 100, "a       b");
    assert_expands("1234567\t8", 100, "1234567 8");
    assert_expands("12345678\t9", 100, "12345678        9");
    assert_expands("\t\tx\t", 100, "                x       ");
    assert_expands("世界\tx", 100, "世界    x"); /* two columns each */
    assert_expands("é\tx", 100, "é       x");
    assert_expands("none", 100, "none");
}

static void tabs_never_make_a_line_too_long(void **state)
{
    (void)state;
    assert_expands("\t\t", 16, "                ");
    assert_expands("\t\t", 15, "  ");
    assert_expands("a\tbcdefgh\t", 20, "a       bcdefgh ");
    assert_expands("a\tbcdefgh\t", 15, "a bcdefgh ");
    assert_expands("\tlonger already", 4, " longer already");
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Each fills half of a line. */
struct halves {
    const char *base, *again;
};

/* The processor time that a line of len bytes takes. */
static double time_of(const struct halves *h, size_t len)
{
    char *text = malloc(len);
    size_t n = 0;
    double begun;

    while (n < len / 2) {
        memcpy(text + n, h->base, strlen(h->base));
        n += strlen(h->base);
    }
    while (n + strlen(h->again) <= len) {
        memcpy(text + n, h->again, strlen(h->again));
        n += strlen(h->again);
    }
    begun = seconds();
    typed_clean(text, n, &found);
    free(text);
    return seconds() - begun;
}

/* Each pattern is repeated over 64 KiB and over eight times as much: quadratic work would take 64 times as long, in
 * each try.  A virtual machine that stands still for a moment counts that as the process's time, in one of them. */
static void work_is_linear_in_the_line(void **state)
{
    static const struct halves patterns[] = {
        {"x", "\b"},
        {"\u0301", "\b"},
        {"\u0301", "x\b"},
        {"🇨", "\b"},
        {"\u0301", "\u200d🙂\b"},
        {"👩\u200d", "👩\b"},
        {"x", "y\x17"},
        {"世", "世\b"},
        {"\t", "\tx\b"},
    };
    enum { SMALL = 65536, TIMES = 8, TRIES = 5 };

    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        double once, all;
        int tries = 0;

        do {
            once = time_of(&patterns[i], SMALL);
            all = time_of(&patterns[i], SMALL * TIMES);
            tries++;
        } while (all > 0.1 && all > 24 * once && tries < TRIES);
        if (all > 0.1 && all > 24 * once) {
            fail_msg("pattern %zu: %f s, and %f s for %d times as much", i, once, all, TIMES);
        }
    }
}

/* For any bytes, the result is clean except for tabs, and never longer. */
static void rubbish_comes_out_clean(void **state)
{
    static const char *const parts[] = {"\b", "\x7f", "\x15", "\x17", "\t", " ", "a", "ж", "世", "👩", "\u200d", "🇨",
                                        "\u0301", "\x1b[", "\xff", "\xe3", "\x81", "\u202e", "\x1b", "O"};
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char text[256];
        size_t len = 0, n;

        while (len < 200) {
            const char *part;

            seed = seed * 1664525 + 1013904223;
            part = parts[(seed >> 8) % (sizeof(parts) / sizeof(parts[0]))];
            memcpy(text + len, part, strlen(part));
            len += strlen(part);
        }
        n = typed_clean(text, len, &found);
        assert_true(n <= len);
        for (size_t i = 0; i < n; i++) {
            text[i] = text[i] == '\t' ? ' ' : text[i];
        }
        assert_true(text_is_clean(text, n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backspace_takes_the_last_character),
        cmocka_unit_test(backspace_takes_whole_clusters),
        cmocka_unit_test(line_and_word_are_erased),
        cmocka_unit_test(a_cluster_without_an_end_is_taken_in_pieces),
        cmocka_unit_test(bytes_of_another_encoding_are_found),
        cmocka_unit_test(tabs_become_blanks_up_to_the_next_column),
        cmocka_unit_test(tabs_never_make_a_line_too_long),
        cmocka_unit_test(work_is_linear_in_the_line),
        cmocka_unit_test(rubbish_comes_out_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

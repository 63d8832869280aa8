/* Tests of base/text.h: cleaning, cutting, counting. */
#include "config.h"

#include "base/text.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <inttypes.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

/* Cleans from a block of exactly len bytes into another, so that a sanitizer sees any access outside. */
static size_t clean_exact(char *out, const char *in, size_t len)
{
    char *src = malloc(len + (len == 0));
    char *dst = malloc(len + (len == 0));
    size_t n;

    memcpy(src, in, len);
    n = text_clean(dst, src, len);
    assert_true(n <= len);
    memcpy(out, dst, n);
    assert_int_equal(text_clean(src, src, len), n);
    assert_memory_equal(src, out, n);
    free(src);
    free(dst);
    return n;
}

static void assert_cleans_at(int line, const char *in, size_t len, const char *want, size_t want_len)
{
    char out[256];
    size_t n = clean_exact(out, in, len);

    if (n != want_len || memcmp(out, want, n) != 0) {
        fail_msg("line %d: got %zu bytes '%.*s', not '%.*s'", line, n, (int)n, out, (int)want_len, want);
    }
    assert_int_equal(text_is_clean(in, len), n == len && memcmp(in, out, n) == 0);
}
#define assert_cleans(in, want) assert_cleans_at(__LINE__, BYTES(in), BYTES(want))

static void clean_text_stays(void **state)
{
    static const char *const texts[] = {
        "",
        "hello",
        " hello, this is longer than a word of the machine ~ ",
        "Grüße, мир, 世界, 👋🏽, 👩‍💻, नमस्ते, שלום, سلام",
        "\u00a0\u061b\u061d\u07ff\u0800\u200d\u2010\u2027\u202f\u2065\u206a", /* the neighbours of dropped characters */
        "\ud7ff\ue000\ufdcf\ufdf0\ufefe\uff00\ufffc\ufffd\U00010000\U0001fffd\U0010fffd",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t len = strlen(texts[i]);

        assert_cleans_at(__LINE__, texts[i], len, texts[i], len);
    }
}

static void controls_are_dropped_and_a_tab_is_a_space(void **state)
{
    (void)state;
    assert_cleans("a\tb", "a b");
    assert_cleans("a\r\nb\0c\a\b\x7f", "abc");
    assert_cleans("12345678\n12345678\x7f" "12345678\x1f", "123456781234567812345678");
    assert_cleans("a\xc2\x80" "b\xc2\x85" "c\xc2\x9b" "d\xc2\x9f", "abcd");
}

static void line_and_direction_controls_are_dropped(void **state)
{
    (void)state;
    assert_cleans("a\u2028b\u2029c", "abc");
    assert_cleans("\u061c\u200e\u200fx\u202a\u202b\u202c\u202d\u202e" "y\u2066\u2067\u2068\u2069z", "xyz");
    assert_cleans("\ufeffa\ufff9\ufffa\ufffb", "a");
    assert_cleans("a\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff", "a");
}

static void invalid_utf8_is_dropped_byte_by_byte(void **state)
{
    (void)state;
    assert_cleans("a\xff" "b\xc3", "ab");
    assert_cleans("\xc3(\x80\xbf", "(");
    assert_cleans("\xc0\x80\xc1\xbf\xe0\x9f\xbf\xf0\x8f\xbf\xbfx", "x"); /* overlong */
    assert_cleans("\xed\xa0\x80\xed\xbf\xbfx", "x");                     /* surrogates */
    assert_cleans("\xf4\x90\x80\x80\xf5\x80\x80\x80x", "x");             /* past U+10FFFF */
    assert_cleans("\xe2\x82\xe2\x82\xac", "€");
    assert_cleans("\xf0\x9f\x91\xc3\xa9", "é");
    assert_cleans("caf\xe9 latin1", "caf latin1");
    assert_cleans("x\xe2\x82", "x");
}

static void keys_and_paste_markers_are_dropped_whole(void **state)
{
    (void)state;
    assert_cleans("ab\x1b[Ac", "abc");
    assert_cleans("\x1b[200~pasted\x1b[201~", "pasted");
    assert_cleans("\x1b[1;5Cx\x1b[?25hy\x1b[ qz\x1b[38;2;1;2;3m", "xyz");
    assert_cleans("\x1bOPa\x1bOAb", "ab");
}

static void cut_off_escape_sequence_is_dropped_as_far_as_it_is_there(void **state)
{
    (void)state;
    assert_cleans("a\x1b", "a");
    assert_cleans("a\x1b[", "a");
    assert_cleans("a\x1b[12;", "a");
    assert_cleans("a\x1b[12 !", "a");
    assert_cleans("a\x1bO", "a");
}

static void malformed_escape_sequence_loses_only_its_escape(void **state)
{
    (void)state;
    assert_cleans("\x1bx", "x");
    assert_cleans("\x1b[1é", "[1é");
    assert_cleans("\x1b[ 1m", "[ 1m"); /* a parameter behind an intermediate byte */
    assert_cleans("\x1b[1\nm", "[1m");
    assert_cleans("\x1bOé", "Oé");
    assert_cleans("\x1bO1", "O1");
    assert_cleans("\x1b]0;title\a", "]0;title");
}

static void removing_a_byte_never_joins_its_neighbours(void **state)
{
    (void)state;
    assert_cleans("\x1b\x1b[A[A", "[A");
    assert_cleans("\x1b[\x1b[AA", "[A");
    assert_cleans("\x1b\xff[A", "[A");
    assert_cleans("\x1b\x1bOAOA", "OA");
    assert_cleans("\x1b\0[A", "[A");
    assert_cleans("\xc2\xff\x85x", "x");
    assert_cleans("\xc2\x1b[A\x85x", "x");
    assert_cleans("\xe2\x80\x1b\xae", "");
    assert_cleans("\xe2\xe2\x80\xae\x80\xaex", "x");
    assert_cleans("\xc2\xc2\x85\x85x", "x");
    assert_cleans("\xf0\x9f\n\x98\x80x", "x");
}

/* An independent, slow implementation of text_clean()'s contract. */
static bool is_kept(int32_t cp)
{
    static const int32_t dropped[][2] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},   {0x200e, 0x200f}, {0x2028, 0x202e},
        {0x2066, 0x2069}, {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
    };

    for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
        if (cp >= dropped[i][0] && cp <= dropped[i][1]) {
            return false;
        }
    }
    return (cp & 0xffff) < 0xfffe;
}

static bool holds_only_kept(const char *s, size_t len)
{
    size_t i = 0;

    while (i < len) {
        int32_t cp;
        utf8proc_ssize_t n = utf8proc_iterate((const uint8_t *)s + i, (utf8proc_ssize_t)(len - i), &cp);

        if (n <= 0 || !is_kept(cp)) {
            return false;
        }
        i += (size_t)n;
    }
    return true;
}

/* Returns true if out is in with some bytes left out and each TAB replaced by a space. */
static bool is_rest_of(const char *out, size_t n, const char *in, size_t len)
{
    size_t o = 0;

    for (size_t i = 0; i < len && o < n; i++) {
        o += out[o] == in[i] || (out[o] == ' ' && in[i] == '\t');
    }
    return o == n;
}

static void check_invariants(const char *in, size_t len)
{
    char out[64];
    char again[64];
    size_t n = clean_exact(out, in, len);
    bool same = n == len && memcmp(in, out, n) == 0;

    assert_true(holds_only_kept(out, n));
    assert_true(is_rest_of(out, n, in, len));
    assert_true(text_is_clean(out, n));
    assert_int_equal(clean_exact(again, out, n), n);
    assert_memory_equal(again, out, n);
    assert_int_equal(text_is_clean(in, len), same);
    if (holds_only_kept(in, len)) {
        assert_true(same);
    }
}

static void cleaning_twice_is_cleaning_once(void **state)
{
    static const char nasty[] = "\x1b\x1b[O;1 ~A\xc2\x85\xe2\x80\xae\xff\xef\xbf\xbe\xed\xa0\xf0\x9f\x98"
                                "\xf4\x90\xd8\x9c\t\n\xc3\xa9 z";
    char in[48];

    (void)state;
    for (int round = 0; round < 2000000; round++) {
        size_t len = fake_rnd(round % 16 == 0 ? 48 : 12);

        for (size_t i = 0; i < len; i++) {
            in[i] = round % 4 == 0 ? (char)fake_rnd(256) : nasty[fake_rnd(sizeof(nasty) - 1)];
        }
        check_invariants(in, len);
    }
}

static void each_code_point_alone_is_kept_or_dropped_by_the_contract(void **state)
{
    (void)state;
    for (int32_t cp = 0; cp <= 0x10ffff; cp++) {
        char in[4];
        char out[4];
        size_t len;

        if (cp == 0x1b || cp == '\t' || !utf8proc_codepoint_valid(cp)) {
            continue;
        }
        len = (size_t)utf8proc_encode_char(cp, (uint8_t *)in);
        assert_int_equal(text_clean(out, in, len), is_kept(cp) ? len : 0);
    }
}

static void nasty_text_is_cleaned_in_linear_time(void **state)
{
    enum { LEN = 4 << 20 }; /* quadratic work would take hours */
    char *text = malloc(LEN);

    (void)state;
    for (size_t i = 0; i < LEN; i += 2) {
        memcpy(text + i, "\x1b[", 2);
    }
    assert_int_equal(text_clean(text, text, LEN), LEN / 2 - 1); /* the last sequence is incomplete */
    free(text);
}

static void long_unfinished_sequences_are_looked_at_twice_at_most(void **state)
{
    enum { LEN = 4 << 20 };
    char *text = malloc(LEN);

    (void)state;
    memset(text, '1', LEN);
    memcpy(text, "\x1b[", 2);
    text[LEN - 1] = '\n';
    assert_int_equal(text_clean(text, text, LEN), LEN - 2);
    free(text);
}

static void code_points_are_counted(void **state)
{
    (void)state;
    assert_int_equal(text_chars(BYTES("")), 0);
    assert_int_equal(text_chars(BYTES("abc")), 3);
    assert_int_equal(text_chars(BYTES("aé€😀")), 4);
    assert_int_equal(text_chars(BYTES("e\u0301")), 2);
}

static void text_that_fits_is_not_cut(void **state)
{
    (void)state;
    assert_int_equal(text_cut(BYTES(""), 4), 0);
    assert_int_equal(text_cut(BYTES("a b"), 4), 3);
    assert_int_equal(text_cut(BYTES("abcd"), 4), 4);
}

static void cut_is_behind_the_last_space_of_the_second_half(void **state)
{
    (void)state;
    assert_int_equal(text_cut(BYTES("aaaa bbbb cccc"), 12), 10);
    assert_int_equal(text_cut(BYTES("aaaaaa bbbbbbbb"), 12), 7);
    assert_int_equal(text_cut(BYTES("aaaaa bbbbbbbbb"), 12), 12); /* the space is in the first half */
    assert_int_equal(text_cut(BYTES("aaaaaaaaaaa bbb"), 12), 12);
    assert_int_equal(text_cut(BYTES("aaa bbb \u0301ccc"), 9), 7); /* not behind a space with a mark */
}

static void cut_is_never_inside_a_character(void **state)
{
    (void)state;
    assert_int_equal(text_cut(BYTES("ééééé"), 5), 4);
    assert_int_equal(text_cut(BYTES("€€€€"), 8), 6);
    assert_int_equal(text_cut(BYTES("😀😀"), 4), 4);
    assert_int_equal(text_cut(BYTES("😀😀"), 7), 4);
    assert_int_equal(text_cut(BYTES("abc😀"), 6), 3);
}

static void cut_is_not_before_a_mark_or_a_joiner_where_possible(void **state)
{
    (void)state;
    assert_int_equal(text_cut(BYTES("abcdefge\u0301x"), 8), 7);
    assert_int_equal(text_cut(BYTES("aaaaaaa👩\u200d💻x"), 11), 7);       /* before the joiner */
    assert_int_equal(text_cut(BYTES("aaaaaaaa👩\u200d💻x"), 15), 8);      /* behind the joiner */
    assert_int_equal(text_cut(BYTES("🇩🇪🇫🇷🇮🇹"), 20), 16);              /* between flags, not in one */
    assert_int_equal(text_cut(BYTES("a\u0301\u0301\u0301\u0301\u0301\u0301"), 10), 9); /* it is all one cluster */
}

static void cutting_in_parts_gives_the_whole(void **state)
{
    static const char *const pieces[] = {"a", " ", "é", "€", "😀", "\u0301", "\u200d", "🇩", "word", "각"};
    char text[512];

    (void)state;
    for (int round = 0; round < 100000; round++) {
        size_t max = 4 + fake_rnd(40);
        size_t len = 0;
        size_t at = 0;

        for (uint32_t n = fake_rnd(60); n > 0; n--) {
            const char *piece = pieces[fake_rnd(10)];

            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        while (at < len) {
            size_t n = text_cut(text + at, len - at, max);

            assert_true(n >= 1 && n <= max && (n == len - at || n > max / 2 || max < 8));
            assert_true(holds_only_kept(text + at, n)); /* valid: no character was cut */
            at += n;
        }
        assert_int_equal(at, len);
    }
}

static void text_that_shows_nothing_is_blank(void **state)
{
    (void)state;
    assert_true(text_is_blank(BYTES("")));
    assert_true(text_is_blank(BYTES("  \t ")));
    assert_true(text_is_blank(BYTES("\u00a0\u1680\u2003\u202f\u205f\u3000")));
    assert_true(text_is_blank(BYTES("\u200b\u200c\u200d\u2060\u2061\u2064\u2065\u00ad\u034f\u180e")));
    assert_true(text_is_blank(BYTES("\u3164\u115f\u1160\uffa0\u2800\U00016fe4\U0001d159\U00013430")));
    assert_true(text_is_blank(BYTES("\ufe00\ufe0f\U000e0100\U000e0001\U000e0020\U000e007f\U000e0fff\ufff0")));
    assert_false(text_is_blank(BYTES("\u3164.")));
    assert_false(text_is_blank(BYTES(" \u0301"))); /* an accent on a space is visible */
    assert_false(text_is_blank(BYTES("\u2801")));
    assert_false(text_is_blank(BYTES("\u0600"))); /* a format character, and a sign */
    assert_false(text_is_blank(BYTES("\U0001f600")));
}

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(text_columns(BYTES("")), 0);
    assert_int_equal(text_columns(BYTES("hello, world")), 12);
    assert_int_equal(text_columns(BYTES("héllo")), 5);
    assert_int_equal(text_columns(BYTES("he\u0301llo")), 5);
    assert_int_equal(text_columns(BYTES("日本")), 4);
    assert_int_equal(text_columns(BYTES("a😀b")), 4);
    assert_int_equal(text_columns(BYTES("❤\ufe0f")), 2);
    assert_int_equal(text_columns(BYTES("a\u200db")), 2);
    assert_int_equal(text_columns(BYTES("\U0001fbff")), 2); /* unassigned so far */
    assert_int_equal(text_columns(BYTES("\u06001")), 2);
}

static void numbers_are_written_whole(void **state)
{
    static const uint64_t numbers[] = {0, 7, 10, 99, 100, 65535, 1234567890, UINT64_MAX};
    char got[TEXT_NUMBER_BYTES + 1], want[32];

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        *text_put_number(got, numbers[i]) = '\0';
        snprintf(want, sizeof(want), "%" PRIu64, numbers[i]);
        assert_string_equal(got, want);
    }
}

static void lines_come_one_after_another_with_or_without_an_end(void **state)
{
    const char *text = "one\n\nlast", *line;
    size_t len;

    (void)state;
    assert_true(text_next_line(&text, &line, &len));
    assert_int_equal(len, 3);
    assert_memory_equal(line, "one", 3);
    assert_true(text_next_line(&text, &line, &len));
    assert_int_equal(len, 0);
    assert_true(text_next_line(&text, &line, &len));
    assert_int_equal(len, 4);
    assert_memory_equal(line, "last", 4);
    assert_false(text_next_line(&text, &line, &len));
    text = "";
    assert_false(text_next_line(&text, &line, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_text_stays),
        cmocka_unit_test(controls_are_dropped_and_a_tab_is_a_space),
        cmocka_unit_test(line_and_direction_controls_are_dropped),
        cmocka_unit_test(invalid_utf8_is_dropped_byte_by_byte),
        cmocka_unit_test(keys_and_paste_markers_are_dropped_whole),
        cmocka_unit_test(cut_off_escape_sequence_is_dropped_as_far_as_it_is_there),
        cmocka_unit_test(malformed_escape_sequence_loses_only_its_escape),
        cmocka_unit_test(removing_a_byte_never_joins_its_neighbours),
        cmocka_unit_test(cleaning_twice_is_cleaning_once),
        cmocka_unit_test(each_code_point_alone_is_kept_or_dropped_by_the_contract),
        cmocka_unit_test(nasty_text_is_cleaned_in_linear_time),
        cmocka_unit_test(long_unfinished_sequences_are_looked_at_twice_at_most),
        cmocka_unit_test(code_points_are_counted),
        cmocka_unit_test(text_that_fits_is_not_cut),
        cmocka_unit_test(cut_is_behind_the_last_space_of_the_second_half),
        cmocka_unit_test(cut_is_never_inside_a_character),
        cmocka_unit_test(cut_is_not_before_a_mark_or_a_joiner_where_possible),
        cmocka_unit_test(cutting_in_parts_gives_the_whole),
        cmocka_unit_test(text_that_shows_nothing_is_blank),
        cmocka_unit_test(numbers_are_written_whole),
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(lines_come_one_after_another_with_or_without_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

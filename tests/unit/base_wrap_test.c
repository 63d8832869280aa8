/* Tests of base/wrap.h: rows for a window of a known width. */
#include "config.h"

#include "base/wrap.h"

#include "base/text.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define INDENT "    "

static void assert_wrapped(const char *text, unsigned columns, const char *want)
{
    struct strbuf out = {0};

    wrap_lines(&out, text, strlen(text), columns);
    assert_string_equal(strbuf_str(&out), want);
    strbuf_fini(&out);
}

static void what_fits_stays_as_it_is(void **state)
{
    (void)state;
    assert_wrapped("", 20, "");
    assert_wrapped("12345678901234567890\r\n", 20, "12345678901234567890\r\n");
    assert_wrapped("a b  c\r\n\r\nd\r\n", 20, "a b  c\r\n\r\nd\r\n");
    assert_wrapped("日本語日本語日本語日\r\n", 20, "日本語日本語日本語日\r\n");
}

static void rows_are_counted_as_they_are_broken(void **state)
{
    (void)state;
    assert_int_equal(wrap_rows("", 0, 20), 1);
    assert_int_equal(wrap_rows("12345678901234567890", 20, 20), 1);
    assert_int_equal(wrap_rows("one two three fourfive six", 26, 20), 2);
    assert_int_equal(wrap_rows("1234567890123 1234567890123 12345", 33, 20), 3); /* 33 of 36 columns, and yet */
}

static void rows_are_broken_at_spaces_and_go_on_indented(void **state)
{
    (void)state;
    assert_wrapped("one two three four five six\r\n", 20, "one two three four\r\n" INDENT "five six\r\n");
    assert_wrapped("one two three fourfive six\r\n", 20, "one two three\r\n" INDENT "fourfive six\r\n");
    assert_wrapped("one two three fours fives\r\n", 20, "one two three fours\r\n" INDENT "fives\r\n");
    /* The next row does not begin with the spaces, however many there are. */
    assert_wrapped("a                                        [#b] c\r\n", 20, "a\r\n" INDENT "[#b] c\r\n");
    assert_wrapped("a                                        \r\n", 20, "a\r\n");
    assert_wrapped("a             b  c   d\r\n", 20, "a             b  c\r\n" INDENT "d\r\n");
}

static void a_word_longer_than_a_row_is_cut(void **state)
{
    (void)state;
    assert_wrapped("1234567890123456789012345678901234567890\r\n", 20,
                   "12345678901234567890\r\n" INDENT "1234567890123456\r\n" INDENT "7890\r\n");
    assert_wrapped("ab 1234567890123456789012345678901234567890\r\n", 20,
                   "ab 12345678901234567\r\n" INDENT "8901234567890123\r\n" INDENT "4567890\r\n");
    assert_wrapped("日本語日本語日本語日本語日本語\r\n", 21, "日本語日本語日本語日\r\n" INDENT "本語日本語\r\n");
}

static void clusters_are_not_cut(void **state)
{
    (void)state;
    assert_wrapped("1234567890123456789e\u0301\u03022\r\n", 20,
                   "1234567890123456789e\u0301\u0302\r\n" INDENT "2\r\n");
    /* A flag has two halves of one column each; a family has members of two columns each. */
    assert_wrapped("1234567890123456789\U0001f1e9\U0001f1eax\r\n", 20,
                   "1234567890123456789\r\n" INDENT "\U0001f1e9\U0001f1eax\r\n");
    assert_wrapped("12345678901234567\U0001f469\u200d\U0001f467\u200d\U0001f466\r\n", 20,
                   "12345678901234567\r\n" INDENT "\U0001f469\u200d\U0001f467\u200d\U0001f466\r\n");
    /* A mark moves to the next row together with the letter before it, if that row was full. */
    assert_wrapped("1234567890123456789012\u1100\u1161\r\n", 22,
                   "1234567890123456789012\r\n" INDENT "\u1100\u1161\r\n");
    assert_wrapped("12345678901234567890\ufe0f\r\n", 20, "1234567890123456789\r\n" INDENT "0\ufe0f\r\n");
    /* The word moves together with its cluster, if both fit. */
    assert_wrapped("1234567890123 abcd❤\ufe0f❤\ufe0f\r\n", 20, "1234567890123\r\n" INDENT "abcd❤\ufe0f❤\ufe0f\r\n");
}

static void colours_and_bells_take_no_columns(void **state)
{
    (void)state;
    assert_int_equal(wrap_columns("\033[1;31malice\033[0m: \033[2mhi\033[0m\a\r\n", 32), 9);
    assert_int_equal(wrap_columns("", 0), 0);
    assert_wrapped("\033[1;31malice\033[0m: 9012345678901\a\r\n", 20, "\033[1;31malice\033[0m: 9012345678901\a\r\n");
    assert_wrapped("\033[1;31malice\033[0m: 9012 567890\033[2m123\033[0m\r\n", 20,
                   "\033[1;31malice\033[0m: 9012\r\n" INDENT "567890\033[2m123\033[0m\r\n");
}

static void narrow_windows_count_as_the_least(void **state)
{
    (void)state;
    assert_wrapped("12345678901234567890\r\n", 1, "12345678901234567890\r\n");
    assert_wrapped("one two three four five six\r\n", 0, "one two three four\r\n" INDENT "five six\r\n");
}

static void there_are_few_widths(void **state)
{
    unsigned last = 0;

    (void)state;
    assert_int_equal(wrap_class(0), 0);
    assert_int_equal(wrap_class_columns(0), WRAP_LEAST);
    assert_int_equal(wrap_class_columns(wrap_class(80)), 80);
    for (unsigned columns = WRAP_LEAST; columns < 70000; columns++) {
        unsigned class = wrap_class(columns);

        assert_true(class == last || class == last + 1);
        assert_true(wrap_class_columns(class) <= columns);
        last = class;
    }
    assert_int_equal(last, WRAP_CLASSES - 1);
}

static bool is_visible(char c)
{
    return c != ' ' && c != '\r' && c != '\n';
}

/* Checks that no row is too wide, that every row but the first is indented, and that only spaces are left out. */
static void check(const char *text, size_t len, unsigned columns)
{
    struct strbuf out = {0};
    const char *rows, *row, *t = text;
    bool is_first = true;
    size_t row_len;

    wrap_lines(&out, text, len, columns);
    assert_true(out.len <= wrap_most_bytes(len));
    for (const char *s = out.data; *s != '\0'; s++) {
        if (is_visible(*s)) {
            while (!is_visible(*t)) {
                t++;
            }
            assert_int_equal(*t++, *s);
        }
    }
    rows = out.data;
    while (text_next_line(&rows, &row, &row_len)) {
        assert_true(wrap_columns(row, row_len) <= columns);
        assert_true(text_is_clean(row, row_len - 1));
        if (!is_first) {
            assert_memory_equal(row, INDENT, WRAP_INDENT);
        }
        is_first = false;
    }
    strbuf_fini(&out);
}

static void any_line_keeps_its_text_and_fits(void **state)
{
    static const char *const pieces[] = {
        "a", "word", " ", "  ", "日本", "e\u0301", "\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "❤\ufe0f", "я",
        "\u0301\u0301\u0301", "\u1112\u1161\u11ab", "[#lobby]", "https://example.org/a/rather/long/path/to/something"};
    uint32_t seed = 1;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct strbuf line = {0};
        unsigned columns;

        strbuf_adds(&line, "x");
        for (int k = 0; k < 60; k++) {
            seed = seed * 1664525 + 1013904223;
            strbuf_adds(&line, pieces[(seed >> 16) % (sizeof(pieces) / sizeof(pieces[0]))]);
        }
        strbuf_adds(&line, "\r\n");
        columns = WRAP_LEAST + (seed >> 8) % 100;
        check(line.data, line.len, columns);
        strbuf_fini(&line);
    }
}

/* An endless cluster and a word of marks are broken into rows too, in linear time. */
static void what_cannot_be_broken_well_is_broken(void **state)
{
    struct strbuf family = {0}, marks = {0};

    (void)state;
    strbuf_adds(&marks, "x e");
    for (int i = 0; i < 20000; i++) {
        strbuf_adds(&family, i == 0 ? "\U0001f469" : "\u200d\U0001f467");
        strbuf_adds(&marks, "\u0301");
    }
    strbuf_adds(&family, "\r\n");
    strbuf_adds(&marks, "\r\n");
    check(family.data, family.len, 40);
    check(marks.data, marks.len, 40);
    strbuf_fini(&family);
    strbuf_fini(&marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_stays_as_it_is),
        cmocka_unit_test(rows_are_counted_as_they_are_broken),
        cmocka_unit_test(rows_are_broken_at_spaces_and_go_on_indented),
        cmocka_unit_test(a_word_longer_than_a_row_is_cut),
        cmocka_unit_test(clusters_are_not_cut),
        cmocka_unit_test(colours_and_bells_take_no_columns),
        cmocka_unit_test(narrow_windows_count_as_the_least),
        cmocka_unit_test(there_are_few_widths),
        cmocka_unit_test(any_line_keeps_its_text_and_fits),
        cmocka_unit_test(what_cannot_be_broken_well_is_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

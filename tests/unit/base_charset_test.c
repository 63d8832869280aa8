/* Tests of base/charset.h, base/charsets.h and base/charset_fit.h: from a terminal's bytes to UTF-8 and back. */
#include "config.h"

#include "base/charset.h"

#include "base/charset_fit.h"
#include "base/charsets.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct charsets all;

static int open_all(void **state)
{
    (void)state;
    charsets_open(&all);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    charsets_close(&all);
    return 0;
}

static const struct charset *find(const char *name)
{
    unsigned number;

    assert_true(charsets_find(name, strlen(name), &number));
    assert_true(charsets_has(&all, number));
    return charsets_get(&all, number);
}

static void assert_decoded(const char *charset, const char *bytes, const char *want)
{
    struct strbuf out = {0};

    assert_int_equal(charset_decode(find(charset), &out, bytes, strlen(bytes), true), strlen(bytes));
    assert_string_equal(strbuf_str(&out), want);
    strbuf_fini(&out);
}

static void assert_encoded(const char *charset, const char *text, const char *want)
{
    struct strbuf out = {0};

    strbuf_adds(&out, text);
    charset_fit_encode(find(charset), &out, false);
    assert_string_equal(strbuf_str(&out), want);
    strbuf_fini(&out);
}

static void assert_fits(const char *charset, const char *text, const char *want)
{
    struct strbuf once = {0}, twice = {0};

    charset_fit_add(find(charset), &once, text, strlen(text));
    assert_string_equal(strbuf_str(&once), want);
    charset_fit_add(find(charset), &twice, strbuf_str(&once), once.len);
    assert_string_equal(strbuf_str(&twice), want);
    assert_true(charset_has(find(charset), strbuf_str(&once), once.len));
    strbuf_fini(&once);
    strbuf_fini(&twice);
}

static void assert_name(const char *name, const char *want)
{
    unsigned number;

    assert_true(charsets_find(name, strlen(name), &number));
    assert_string_equal(charsets_name(number), want);
}

/* ---- names ---- */

static void names_are_found_in_every_spelling(void **state)
{
    unsigned number;

    (void)state;
    assert_name("UTF-8", "utf-8");
    assert_name("utf8", "utf-8");
    assert_name("latin1", "latin1");
    assert_name("ISO_8859-1", "latin1");
    assert_name("iso-8859-15", "latin9");
    assert_name("Windows-1251", "cp1251");
    assert_name("1251", "cp1251");
    assert_name("KOI8-R", "koi8-r");
    assert_name("IBM437", "cp437");
    assert_name("Shift_JIS", "shift-jis");
    assert_name("GB2312", "gbk");
    assert_name("Big5", "big5");
    assert_false(charsets_find("", 0, &number));
    assert_false(charsets_find("--", 2, &number));
    assert_false(charsets_find("cp", 2, &number));
    assert_false(charsets_find("utf8 unicode", 12, &number));
    assert_false(charsets_find("12345678901234567890123456789", 29, &number));
}

static void each_charset_is_there_and_finds_itself(void **state)
{
    unsigned n, number;

    (void)state;
    for (n = 0; charsets_name(n) != NULL; n++) {
        assert_true(charsets_has(&all, n));
        assert_true(charsets_find(charsets_name(n), strlen(charsets_name(n)), &number));
        assert_int_equal(number, n);
        assert_true(charsets_find(charsets_iana_name(n), strlen(charsets_iana_name(n)), &number));
        assert_int_equal(number, n);
    }
    assert_false(charsets_has(&all, n));
    assert_null(charsets_get(&all, n));
    assert_null(charsets_get(&all, CHARSETS_UTF8));
    assert_null(charsets_get(NULL, 1));
    assert_true(charsets_has(NULL, CHARSETS_UTF8));
    assert_false(charsets_has(NULL, 1));
}

/* ---- to UTF-8 ---- */

static void letters_become_utf8(void **state)
{
    (void)state;
    assert_decoded("latin1", "caf\xe9 \xff", "café ÿ");
    assert_decoded("cp1251", "\xcf\xf0\xe8\xe2\xe5\xf2, \xff", "Привет, я");
    assert_decoded("koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет");
    assert_decoded("cp437", "na\x8bve \xda\xc4\xbf", "naïve ┌─┐");
    assert_decoded("big5", "\xa4\xa4\xa4\xe5", "中文");
    assert_decoded("shift-jis", "\x93\xfa\x96{\x8c\xea \xb1", "日本語 ｱ");
    assert_decoded("gbk", "\xd6\xd0\xce\xc4 \x80", "中文 €");
}

/* Their second bytes would be \ and | in ASCII. */
static void second_bytes_are_no_ascii(void **state)
{
    (void)state;
    assert_decoded("shift-jis", "\x95\\\x83|", "表ポ");
    assert_decoded("big5", "\xa5\\\xb3\\|", "功許|");
    assert_decoded("gbk", "\x81|a", "亅a");
}

static void bytes_of_no_character_become_bad_ones_alone(void **state)
{
    (void)state;
    assert_decoded("cp1251", "a\x98""b", "a\xff""b");
    assert_decoded("big5", "a\xff\xa4\xa4", "a\xff中");
    assert_decoded("shift-jis", "\x95\rx", "\xff\rx");
    assert_decoded("gbk", "x\xd6", "x\xff"); /* it is the end */
    assert_decoded("gb18030", "x\x81\x30\x81", "x\xff""0\xff");
}

static void a_character_may_come_in_pieces(void **state)
{
    const char text[] = "\x81\x30\x81\x30\xd6\xd0";
    struct strbuf out = {0};

    (void)state;
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(charset_decode(find("gb18030"), &out, text, i, false), 0);
    }
    assert_int_equal(charset_decode(find("gb18030"), &out, text, 5, false), 4);
    assert_string_equal(strbuf_str(&out), "\xc2\x80");
    assert_int_equal(charset_decode(find("gb18030"), &out, text + 4, 2, false), 2);
    assert_string_equal(strbuf_str(&out), "\xc2\x80中");
    strbuf_fini(&out);
}

/* Whatever the bytes: they come out the same in any pieces, ASCII stays, and nothing is kept in the converter. */
static void any_bytes_come_out_the_same_in_any_pieces(void **state)
{
    char bytes[600];

    (void)state;
    srand(1);
    for (unsigned n = 1; charsets_name(n) != NULL; n++) {
        const struct charset *charset = charsets_get(&all, n);
        struct strbuf whole = {0}, pieces = {0}, half = {0};

        for (size_t i = 0; i < sizeof(bytes); i++) {
            bytes[i] = (char)(rand() % 256);
        }
        (void)charset_decode(charset, &whole, bytes, sizeof(bytes), true);
        for (size_t at = 0; at < sizeof(bytes);) {
            size_t len = 1 + (size_t)rand() % 5;
            size_t done;

            len = len < sizeof(bytes) - at ? len : sizeof(bytes) - at;
            strbuf_add(&half, bytes + at, len);
            at += len;
            done = charset_decode(charset, &pieces, half.data, half.len, at == sizeof(bytes));
            assert_true(half.len - done <= CHARSET_HALF);
            memmove(half.data, half.data + done, half.len - done);
            strbuf_cut(&half, half.len - done);
        }
        assert_int_equal(half.len, 0);
        assert_int_equal(pieces.len, whole.len);
        assert_memory_equal(pieces.data, whole.data, whole.len);
        strbuf_fini(&whole);
        strbuf_fini(&pieces);
        strbuf_fini(&half);
    }
}

/* ---- from UTF-8 ---- */

static void letters_become_bytes(void **state)
{
    (void)state;
    assert_encoded("latin1", "café ÿ", "caf\xe9 \xff");
    assert_encoded("cp1251", "Привет, я", "\xcf\xf0\xe8\xe2\xe5\xf2, \xff");
    assert_encoded("shift-jis", "表ポ\r\n", "\x95\\\x83|\r\n");
    assert_encoded("cp437", "\033[1m┌\033[m", "\033[1m\xda\033[m");
    assert_encoded("latin1", "", "");
}

static void byte_255_is_doubled_for_telnet(void **state)
{
    struct strbuf out = {0};

    (void)state;
    charset_encode(find("cp1251"), &out, "яя и я", strlen("яя и я"), true);
    assert_string_equal(strbuf_str(&out), "\xff\xff\xff\xff \xe8 \xff\xff");
    strbuf_fini(&out);
}

static void long_text_comes_whole(void **state)
{
    struct strbuf text = {0}, out = {0}, back = {0};

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        strbuf_adds(&text, i % 7 == 0 ? "я" : i % 11 == 0 ? "a" : "ж");
    }
    charset_encode(find("koi8-r"), &out, text.data, text.len, false);
    assert_int_equal(out.len, 3000);
    (void)charset_decode(find("koi8-r"), &back, out.data, out.len, true);
    assert_string_equal(back.data, text.data);
    strbuf_fini(&text);
    strbuf_fini(&out);
    strbuf_fini(&back);
}

/* ---- what has no place ---- */

static void what_has_no_place_is_replaced_by_its_like(void **state)
{
    (void)state;
    assert_fits("latin1", "“quoted” – it’s… €5 → x", "\"quoted\" - it's... EUR5 -> x");
    assert_fits("cp1251", "“в кавычках” — да…", "“в кавычках” — да…"); /* it has them */
    assert_fits("cp1251", "josé über naïve Łódź", "jose uber naive Lodz");
    assert_fits("koi8-r", "№ 5 — ½", "No 5 - 1/2");
    assert_fits("latin1", "ﬁne Ｗｉｄｅ", "fine Wide");
}

static void each_other_character_becomes_one_question_mark(void **state)
{
    (void)state;
    assert_fits("latin1", "привет", "??????");
    assert_fits("latin1", "a👩‍👩‍👧b👍🏽c", "a?b?c");
    assert_fits("cp1251", "日本 x", "?? x");
    assert_fits("koi8-r", "🇩🇪 ❤️ 🙂", "DE <3 :)");
}

static void letters_with_marks_are_composed(void **state)
{
    (void)state;
    assert_fits("latin1", "cafe\xcc\x81", "café");
    assert_fits("cp1251", "и\xcc\x86 е\xcc\x88", "й ё");
    assert_fits("latin1", "z\xcc\x81q\xcc\x83\xcc\x81!", "zq!");
}

static void what_shows_nothing_is_left_out(void **state)
{
    (void)state;
    assert_fits("latin1", "a\xe2\x80\x8b" "b\xe2\x81\xa8x\xe2\x81\xa9", "abx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_in_every_spelling),
        cmocka_unit_test(each_charset_is_there_and_finds_itself),
        cmocka_unit_test(letters_become_utf8),
        cmocka_unit_test(second_bytes_are_no_ascii),
        cmocka_unit_test(bytes_of_no_character_become_bad_ones_alone),
        cmocka_unit_test(a_character_may_come_in_pieces),
        cmocka_unit_test(any_bytes_come_out_the_same_in_any_pieces),
        cmocka_unit_test(letters_become_bytes),
        cmocka_unit_test(byte_255_is_doubled_for_telnet),
        cmocka_unit_test(long_text_comes_whole),
        cmocka_unit_test(what_has_no_place_is_replaced_by_its_like),
        cmocka_unit_test(each_other_character_becomes_one_question_mark),
        cmocka_unit_test(letters_with_marks_are_composed),
        cmocka_unit_test(what_shows_nothing_is_left_out),
    };

    charsets_open(&all);
    for (unsigned i = 0; charsets_name(i) != NULL; i++) {
        if (!charsets_has(&all, i)) {
            printf("1..0 # SKIP this system has no converter for %s\n", charsets_name(i));
            charsets_close(&all);
            return 0;
        }
    }
    charsets_close(&all);
    return cmocka_run_group_tests(tests, open_all, close_all);
}

/* Tests of store/words.h: what is found by what, in the scripts that people write. */
#include "config.h"

#include "store/words.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void splits_as(const char *text, const char *expected)
{
    struct strbuf out = {0};

    words_split(&out, text, strlen(text));
    assert_string_equal(strbuf_str(&out), expected);
    strbuf_fini(&out);
}

/* expected: NULL when there is nothing to look for. */
static void asks(const char *text, const char *expected)
{
    struct strbuf out = {0};

    assert_int_equal(words_query(&out, text, strlen(text)), expected != NULL);
    assert_string_equal(strbuf_str(&out), expected != NULL ? expected : "");
    strbuf_fini(&out);
}

static void plain_text_is_split_at_what_is_no_letter_or_digit(void **state)
{
    (void)state;
    splits_as("The backup's done: 100%, see https://example.org/a_b",
              "the backup s done 100 see https example org a b ");
    splits_as("", "");
    splits_as("...", "");
}

static void case_width_and_composition_do_not_count(void **state)
{
    (void)state;
    splits_as("Café", "cafe ");
    splits_as("Cafe\xcc\x81", "cafe ");
    splits_as("ＤＥＰＬＯＹ", "deploy ");
    splits_as("Straße STRASSE", "strasse strasse ");
    splits_as("Ёлка Елка", "елка елка ");
    splits_as("Й и И\xcc\x86", "й и й ");
    splits_as("Ὀδυσσεύς", "οδυσσευσ ");
}

static void scripts_without_spaces_are_split_into_pairs(void **state)
{
    (void)state;
    splits_as("東京都", "東京 京都 都 ");
    splits_as("東", "東 ");
    splits_as("東京 Tower 塔", "東京 京 tower 塔 ");
    splits_as("カタカナ", "カタ タカ カナ ナ ");
    splits_as("ｶﾞ", "ガ "); /* half width, its mark apart */
    splits_as("ภาษา", "ภา าษ ษา า ");
}

static void marks_stay_with_their_letters(void **state)
{
    (void)state;
    splits_as("हिन्दी", "हिन्दी ");
    splits_as("\xcc\x81", ""); /* on nothing */
    splits_as("ที่นี่", "ที่นี่ นี่ "); /* Thai: two characters with two marks each */
}

static void symbols_are_words(void **state)
{
    (void)state;
    splits_as("done✅ok🎉🎉", "done ✅ ok 🎉 🎉 ");
}

static void no_word_is_of_any_length(void **state)
{
    char text[201];

    (void)state;
    memset(text, 'x', 200);
    text[200] = '\0';
    struct strbuf out = {0};

    words_split(&out, text, 200);
    assert_int_equal(out.len, 205);
    assert_int_equal(strbuf_str(&out)[40], ' ');
    strbuf_fini(&out);
}

static void a_query_finds_words_by_their_beginning(void **state)
{
    (void)state;
    asks("deploy", "(\"deploy\" *)");
    asks("Deploy DONE", "(\"deploy\" * AND \"done\" *)");
    asks("a is", "(\"a\" AND \"is\")"); /* short ones whole */
    asks("foo-bar", "(\"foo bar\" *)");
    asks("서울 나", "(\"서울\" * AND \"나\")");
}

static void quotes_ask_for_an_order(void **state)
{
    (void)state;
    asks("\"backup done\" host", "(\"backup done\" AND \"host\" *)");
    asks("\"backup done", "(\"backup done\")");
    asks("\"", NULL);
    asks("\"\" x", "(\"x\")");
}

static void a_query_of_pairs_asks_for_no_single_one(void **state)
{
    (void)state;
    asks("東京都", "(\"東京 京都\" *)");
    asks("東", "(\"東\" *)");
    asks("\"東京\"", "(\"東京\" *)");
    asks("東京\xe3\x80\x80大阪", "(\"東京\" * AND \"大阪\" *)");
}

static void nothing_to_look_for_is_told(void **state)
{
    (void)state;
    asks("", NULL);
    asks("   ", NULL);
    asks("-- ?!", NULL);
    asks("* OR NOT", "(\"or\" AND \"not\" *)"); /* FTS5's own words are none here */
}

static void a_query_is_bounded(void **state)
{
    char text[4000] = "";
    struct strbuf out = {0};
    size_t quotes = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        strcat(text, "ab ");
    }
    assert_true(words_query(&out, text, strlen(text)));
    for (size_t i = 0; i < out.len; i++) {
        quotes += out.data[i] == '"';
    }
    assert_int_equal(quotes, 64);
    strbuf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_split_at_what_is_no_letter_or_digit),
        cmocka_unit_test(case_width_and_composition_do_not_count),
        cmocka_unit_test(scripts_without_spaces_are_split_into_pairs),
        cmocka_unit_test(marks_stay_with_their_letters),
        cmocka_unit_test(symbols_are_words),
        cmocka_unit_test(no_word_is_of_any_length),
        cmocka_unit_test(a_query_finds_words_by_their_beginning),
        cmocka_unit_test(quotes_ask_for_an_order),
        cmocka_unit_test(a_query_of_pairs_asks_for_no_single_one),
        cmocka_unit_test(nothing_to_look_for_is_told),
        cmocka_unit_test(a_query_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

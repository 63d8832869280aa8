/* Tests of base/wordlist.h: lists of words, and words in texts. */
#include "config.h"

#include "base/wordlist.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/chatd-words-XXXXXX";

static int begin(void **state)
{
    (void)state;
    return mkdtemp(path) == NULL;
}

static int end(void **state)
{
    (void)state;
    return rmdir(path);
}

/* A file in the folder, with these bytes. */
static const char *file_of(const char *text, size_t len)
{
    static char name[sizeof(path) + 16];
    FILE *file;

    snprintf(name, sizeof(name), "%s/words", path);
    file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return name;
}

static struct wordlist *load(const char *text, size_t len, struct strbuf *errors)
{
    const char *name = file_of(text, len);
    struct wordlist *words = wordlist_load(name, errors);

    assert_int_equal(unlink(name), 0);
    return words;
}

static void assert_found(const char *list, const char *text, const char *want)
{
    struct strbuf errors = {0};
    struct wordlist *words = load(list, strlen(list), &errors);
    char *folded = wordlist_fold(text, strlen(text));
    const char *found;

    assert_string_equal(strbuf_str(&errors), "");
    found = wordlist_find(words, folded);
    if ((found == NULL) != (want == NULL) || (want != NULL && strcmp(found, want) != 0)) {
        fail_msg("'%s': found %s, not %s", text, found != NULL ? found : "none", want != NULL ? want : "none");
    }
    free(folded);
    wordlist_free(words);
    strbuf_fini(&errors);
}

static void whole_words_are_found_in_any_case(void **state)
{
    (void)state;
    assert_found("foo\nbar\n", "a foo b", "foo");
    assert_found("foo\nbar\n", "FOO", "foo");
    assert_found("Foo\n", "so (foo)!", "foo");
    assert_found("foo\nbar\n", "x,bar;foo", "bar");
    assert_found("foo\n", "food", NULL);
    assert_found("foo\n", "afoo", NULL);
    assert_found("foo\n", "foo2", NULL);
    assert_found("foo\n", "", NULL);
    assert_found("foo\n", "fo o", NULL);
    assert_found("foo\n", "x_foo-y", "foo");
    assert_found("foo\n", "ｆｏｏ", "foo");
    assert_found("foo\n", "f\u200boo", "foo"); /* a zero width space does not hide it */
    assert_found("foo\n", "f\u0336o\u0336o\u0336", "foo"); /* nor striking it out */
    assert_found("straße\n", "STRASSE", "strasse");
    assert_found("żółw\n", "zółw", NULL);
    assert_found("żółw\n", "Z\u0307o\u0301łw", "żółw");
    assert_found("дурак\n", "ты ДУРАК!", "дурак");
    assert_found("дурак\n", "дураком", NULL);
    assert_found("바보\n", "너는 바보 야", "바보");
    assert_found("قرد\n", "يا قرد!", "قرد");
    assert_found("बंदर\n", "अरे बंदर, सुनो", "बंदर");
    assert_found("बंद\n", "बंदर", NULL);
}

static void scripts_without_blanks_have_words_anywhere(void **state)
{
    (void)state;
    assert_found("笨蛋\n", "你是个笨蛋吗", "笨蛋");
    assert_found("笨蛋\n", "你是个笨人", NULL);
    assert_found("バカ\n", "ばかバカばか", "バカ");
    assert_found("バカ\n", "ﾊﾞｶだ", "バカ"); /* half width */
    assert_found("ควาย\n", "ไอ้ควายเอ๊ย", "ควาย");
    assert_found("ควา\n", "ควา\u0e34ย", NULL); /* not before a mark */
    assert_found("foo\n", "你foo好", "foo");
    assert_found("foo\n", "你food好", NULL);
    assert_found("tシャツ\n", "白Tシャツだ", "tシャツ");
    assert_found("tシャツ\n", "xtシャツ", NULL);
    assert_found("シャ\nシャツ\n", "Tシャツ", "シャ");
}

static void lists_have_comments_and_blanks(void **state)
{
    struct strbuf errors = {0};
    static const char list[] = "\xef\xbb\xbf# a list\r\n\r\n  foo \t# why\r\nFOO\n\nbar";
    struct wordlist *words = load(list, sizeof(list) - 1, &errors);

    (void)state;
    assert_non_null(words);
    assert_int_equal(wordlist_count(words), 2);
    assert_non_null(wordlist_find(words, "foo"));
    assert_non_null(wordlist_find(words, "bar"));
    assert_null(wordlist_find(words, "why"));
    wordlist_free(words);
    words = load("", 0, &errors);
    assert_int_equal(wordlist_count(words), 0);
    assert_null(wordlist_find(words, "foo"));
    wordlist_free(words);
    assert_int_equal(errors.len, 0);
}

static void wrong_lines_are_told_with_their_numbers(void **state)
{
    static const char list[] = "ok\ntwo words\n\xff\xfe\nok2\na.b\n\u200b\nx\0y\nthis-one\n"
                               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";
    struct strbuf errors = {0};

    (void)state;
    assert_null(load(list, sizeof(list) - 1, &errors));
    assert_non_null(strstr(errors.data, "/words:2: not one word of letters and digits\n"));
    assert_non_null(strstr(errors.data, "/words:3: not UTF-8\n"));
    assert_non_null(strstr(errors.data, "/words:5: not one word"));
    assert_non_null(strstr(errors.data, "/words:6: a word that shows nothing\n"));
    assert_non_null(strstr(errors.data, "/words:7: not UTF-8\n"));
    assert_non_null(strstr(errors.data, "/words:8: not one word"));
    assert_non_null(strstr(errors.data, "/words:9: a word of more than 32 characters\n"));
    assert_null(strstr(errors.data, "/words:4:"));
    strbuf_reset(&errors);
    assert_null(load("a b\na b\na b\na b\na b\na b\na b\na b\na b\na b\na b\na b\n", 48, &errors));
    assert_non_null(strstr(errors.data, "/words: 2 more lines are wrong\n"));
    strbuf_fini(&errors);
}

static void a_file_that_cannot_be_read_is_told(void **state)
{
    struct strbuf errors = {0};
    char name[sizeof(path) + 16];

    (void)state;
    snprintf(name, sizeof(name), "%s/none", path);
    assert_null(wordlist_load(name, &errors));
    assert_non_null(strstr(errors.data, "/none: cannot be read: No such file or directory\n"));
    assert_null(wordlist_load(path, &errors));
    assert_non_null(strstr(errors.data, "it is no regular file\n"));
    assert_int_equal(mkfifo(name, 0600), 0); /* nobody writes to it */
    assert_null(wordlist_load(name, &errors));
    assert_int_equal(unlink(name), 0);
    strbuf_fini(&errors);
}

static void many_words_are_all_found(void **state)
{
    enum { COUNT = 10000 };
    struct strbuf list = {0}, errors = {0};
    struct wordlist *words;

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        strbuf_addf(&list, "word%dx\n", i * 7919);
    }
    words = load(list.data, list.len, &errors);
    assert_non_null(words);
    assert_int_equal(wordlist_count(words), COUNT);
    for (int i = 0; i < COUNT; i++) {
        char text[64], want[32];

        snprintf(want, sizeof(want), "word%dx", i * 7919);
        snprintf(text, sizeof(text), "some %s text", want);
        assert_string_equal(wordlist_find(words, text), want);
        snprintf(text, sizeof(text), "some word%dy text", i * 7919);
        assert_null(wordlist_find(words, text));
    }
    wordlist_free(words);
    strbuf_fini(&list);
    strbuf_fini(&errors);
}

static bool has_whole(const char *text, const char *word)
{
    char *in = wordlist_fold(text, strlen(text)), *folded = wordlist_fold(word, strlen(word));
    bool has = wordlist_has_whole(in, strlen(in), folded);

    free(in);
    free(folded);
    return has;
}

static void a_word_is_found_as_a_whole_in_any_script(void **state)
{
    (void)state;
    assert_true(has_whole("Alice: hello", "alice"));
    assert_true(has_whole("is alice here?", "ALICE"));
    assert_true(has_whole("(alice)", "alice"));
    assert_true(has_whole("malice, alice", "alice"));
    assert_false(has_whole("malice", "alice"));
    assert_false(has_whole("alices", "alice"));
    assert_false(has_whole("alice2", "alice"));
    assert_false(has_whole("alice_2", "alice"));
    assert_true(has_whole("where is bob-2?", "bob-2"));
    assert_true(has_whole("ПРИВЕТ, Оля!", "оля"));
    assert_false(has_whole("ОЛЯМ", "оля"));
    assert_true(has_whole("ａｌｉｃｅ", "alice"));
    assert_true(has_whole("Stra\xc3\x9f" "e", "STRASSE"));
    assert_true(has_whole("我叫小明了", "小明"));
    assert_true(has_whole("e\xcc\x81t\xc3\xa9 ete", "\xc3\xa9t\xc3\xa9")); /* composed and not */
    assert_false(has_whole("", "alice"));
    assert_false(has_whole("ali", "alice"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_found_as_a_whole_in_any_script),
        cmocka_unit_test(whole_words_are_found_in_any_case),
        cmocka_unit_test(scripts_without_blanks_have_words_anywhere),
        cmocka_unit_test(lists_have_comments_and_blanks),
        cmocka_unit_test(wrong_lines_are_told_with_their_numbers),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
        cmocka_unit_test(many_words_are_all_found),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

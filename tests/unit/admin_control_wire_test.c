/* Tests of admin/control_wire.h: a request can hold any text. */
#include "config.h"

#include "admin/control_wire.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

/* "word|word~|": ~ behind a quoted one. */
static void assert_split_at(int at, const char *request, const char *want)
{
    struct control_wire_word words[8];
    struct strbuf got = {0};
    char line[256];
    const char *err = "";
    int count;

    strcpy(line, request);
    count = control_wire_split(line, words, 8, &err);
    for (int i = 0; i < count; i++) {
        strbuf_addf(&got, "%s%s|", words[i].text, words[i].is_quoted ? "~" : "");
    }
    if (count < 0) {
        strbuf_adds(&got, err);
    }
    if (strcmp(strbuf_str(&got), want) != 0) {
        fail_msg("line %d: '%s', not '%s'", at, strbuf_str(&got), want);
    }
    strbuf_fini(&got);
}
#define assert_split(request, want) assert_split_at(__LINE__, request, want)

static void words_are_parted_by_blanks(void **state)
{
    (void)state;
    assert_split("", "");
    assert_split(" \t ", "");
    assert_split("status", "status|");
    assert_split("  kick\tbob  now ", "kick|bob|now|");
    assert_split("a 'b c' #x *", "a|'b|c'|#x|*|");
}

static void quotes_hold_any_text(void **state)
{
    (void)state;
    assert_split("say \"#a b\" \"\"", "say|#a b~|~|");
    assert_split("\"\\\"\\\\\\n\\x\" x", "\"\\\nx~|x|");
    assert_split("a\"b c\"d e", "ab cd~|e|");
    assert_split("\"--json\" --json", "--json~|--json|");
    assert_split("back\\slash", "back\\slash|");
}

static void what_makes_no_sense_is_told(void **state)
{
    (void)state;
    assert_split("say \"abc", "a quote has no end");
    assert_split("say \"abc\\\"", "a quote has no end");
    assert_split("say \"abc\\", "a quote has no end");
    assert_split("1 2 3 4 5 6 7 8", "1|2|3|4|5|6|7|8|");
    assert_split("1 2 3 4 5 6 7 8 9", "too many words");
}

static void what_is_added_is_what_is_parted(void **state)
{
    static const char *const texts[] = {"say", "#lobby", "*", "", " ", "-", "--", "--json", "a b", "\"", "\\", "a\nb\n",
                                        "\\n", "Grüße, 世界", "\t", "'"};
    enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };
    struct control_wire_word words[TEXTS];
    struct strbuf line = {0};
    const char *err;

    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        control_wire_add(&line, texts[i]);
    }
    assert_null(strchr(line.data, '\n'));
    assert_int_equal(control_wire_split(line.data, words, TEXTS, &err), TEXTS);
    for (size_t i = 0; i < TEXTS; i++) {
        assert_string_equal(words[i].text, texts[i]);
        assert_true(words[i].is_quoted || texts[i][0] != '-'); /* no text is taken for an option */
    }
    strbuf_fini(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_parted_by_blanks),
        cmocka_unit_test(quotes_hold_any_text),
        cmocka_unit_test(what_makes_no_sense_is_told),
        cmocka_unit_test(what_is_added_is_what_is_parted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/lookalike.h: what names look like. */
#include "config.h"

#include "base/lookalike.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void assert_like_at(int line, const char *s, const char *word, bool want)
{
    if (lookalike_is(s, word) != want) {
        fail_msg("line %d: '%s' %s like %s", line, s, want ? "does not look" : "looks", word);
    }
}
#define assert_like(s, word) assert_like_at(__LINE__, s, word, true)
#define assert_unlike(s, word) assert_like_at(__LINE__, s, word, false)

static void word_is_seen_in_the_letters_of_other_scripts(void **state)
{
    (void)state;
    assert_like("server", "server");
    assert_like("SERVER", "server");
    assert_like("ｓｅｒｖｅｒ", "server");             /* full width */
    assert_like("𝐬𝐞𝐫𝐯𝐞𝐫", "server");               /* mathematical */
    assert_like("ѕегѵег", "server");               /* Cyrillic */
    assert_like("ЅЕRVЕR", "server");               /* Cyrillic and Latin capitals */
    assert_like("sεrνεr", "server");               /* Greek */
    assert_like("Տerver", "server");               /* Armenian */
    assert_like("ꜱᴇʀᴠᴇʀ", "server");               /* small capitals */
    assert_like("ꓢꓰꓣꓦꓰꓣ", "server");               /* Lisu */
    assert_like("5erv3r", "server");               /* digits for letters */
    assert_like("ᏚᎬᎡᏙᎬᎡ", "server");               /* Cherokee */
    assert_like("ş\u0301érvèr", "server");         /* with marks */
    assert_like("ѕуѕтем", "system");
    assert_like("SΥSΤΕΜ", "system");
    assert_like("systern", "system");
    assert_like("ﬆ", "st");                        /* a ligature */
    assert_like("ΥΟU", "you");
    assert_like("y0u", "you");
    assert_like("yøu", "you");
}

static void other_words_are_not(void **state)
{
    (void)state;
    assert_unlike("", "you");
    assert_unlike("yo", "you");
    assert_unlike("your", "you");
    assert_unlike("servers", "server");
    assert_unlike("сервер", "server"); /* Russian for it: another shape */
    assert_unlike("ser-ver", "server");
    assert_unlike("Жанна", "server");
    assert_unlike("東京", "you");
}

static void assert_word_at(int line, const char *s, const char *want)
{
    char *word = lookalike_word(s);

    if (strcmp(word, want) != 0) {
        fail_msg("line %d: '%s' is read as %s, not %s", line, s, word, want);
    }
    free(word);
}
#define assert_word(s, want) assert_word_at(__LINE__, s, want)

static void word_is_what_a_name_can_be_read_as(void **state)
{
    (void)state;
    assert_word("", "");
    assert_word("admin", "admin");
    assert_word("ADMIN", "admin");
    assert_word("Admln", "admin");
    assert_word("ádmín", "admin");
    assert_word("4dm1n", "admin");
    assert_word("ɑdmın", "admin");
    assert_word("ᴀᴅᴍɪɴ", "admin");
    assert_word("adrnin", "admin");
    assert_word("𝕒𝕕𝕞𝕚𝕟", "admin");
    assert_word("гоот", "root");     /* Cyrillic */
    assert_word("ѕтаff", "staff");
    assert_word("r00t", "root");
    assert_word("rooŧ", "root");
    assert_word("a*d?", "a*d?");
    assert_word("жук", "жyk");
}

static void assert_skeletons_at(int line, const char *a, const char *b, bool want)
{
    char *of_a = lookalike_skeleton(a), *of_b = lookalike_skeleton(b);

    if ((strcmp(of_a, of_b) == 0) != want) {
        fail_msg("line %d: '%s' and '%s': %s and %s", line, a, b, of_a, of_b);
    }
    free(of_a);
    free(of_b);
}
#define assert_same(a, b) assert_skeletons_at(__LINE__, a, b, true)
#define assert_different(a, b) assert_skeletons_at(__LINE__, a, b, false)

static void names_that_look_the_same_have_one_skeleton(void **state)
{
    (void)state;
    assert_same("pace", "расе"); /* Cyrillic */
    assert_same("PACE", "РАСЕ");
    assert_same("Alice", "AIice");
    assert_same("alice1", "alicel");
    assert_same("B0B", "BOB");
    assert_same("modern", "modem");
    assert_same("scope", "ѕсоре");
    assert_same("Nguyễn", "Nguye\u0302\u0303n");
    assert_same("ＡＢＣ", "abc");
    assert_same("TOM", "ΤΟΜ"); /* Greek */
    assert_different("Jose", "José"); /* marks are seen */
    assert_different("bob", "boh");
    assert_different("lisa", "iisa");
    assert_different("Вова", "Boba"); /* the small letters differ */
    assert_different("мама", "mama");
    assert_different("김", "금");
}

static void skeleton_of_a_plain_name_is_the_name(void **state)
{
    static const char *const names[] = {"", "alice", "bob-2", "zoe_9", "木村"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *skeleton = lookalike_skeleton(names[i]);

        assert_string_equal(skeleton, names[i]);
        free(skeleton);
    }
}

static void number_is_of_any_script(void **state)
{
    (void)state;
    assert_true(lookalike_is_numbered("guest7", "guest"));
    assert_true(lookalike_is_numbered("guest0", "guest"));
    assert_true(lookalike_is_numbered("ɡυеѕт१٥", "guest"));
    assert_false(lookalike_is_numbered("guest", "guest"));
    assert_false(lookalike_is_numbered("guesto", "guest"));
    assert_false(lookalike_is_numbered("guest7x", "guest"));
    assert_false(lookalike_is_numbered("guest-7", "guest"));
    assert_false(lookalike_is_numbered("7guest7", "guest"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(word_is_seen_in_the_letters_of_other_scripts),
        cmocka_unit_test(other_words_are_not),
        cmocka_unit_test(word_is_what_a_name_can_be_read_as),
        cmocka_unit_test(names_that_look_the_same_have_one_skeleton),
        cmocka_unit_test(skeleton_of_a_plain_name_is_the_name),
        cmocka_unit_test(number_is_of_any_script),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

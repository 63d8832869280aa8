/* Tests of base/lookalike.h: words in the letters of other scripts. */
#include "config.h"

#include "base/lookalike.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

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
        cmocka_unit_test(number_is_of_any_script),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

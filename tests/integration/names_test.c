/* Tests of names that deceive, and of names of many languages, which do not. */
#include "config.h"

#include "harness.h"

#include <string.h>

static void names_that_deceive_are_refused_with_a_reason(void)
{
    static const struct {
        const char *name, *problem;
    } names[] = {
        {"аlice", "mixed-scripts"},       /* a Cyrillic letter in a Latin name */
        {"Аlice", "mixed-scripts"},       {"αlice", "mixed-scripts"},   {"alicе", "mixed-scripts"},
        {"bob-иван", "mixed-scripts"},    {"שרה٧", "mixed-scripts"},      {"かな한글", "mixed-scripts"},
        {"alice٧", "mixed-scripts"},      {"al\u200bice", "bad-character"}, {"alice\u200d", "bad-character"},
        {"alice\u3164", "bad-character"}, {"\u3164", "bad-character"},  {"alice\u115f", "bad-character"},
        {"alice\uffa0", "bad-character"}, {"alice\u00ad", "bad-character"}, {"alice\u2060", "bad-character"},
        {"محمد٧7", "mixed-digits"},       {"कृष्ण२7", "mixed-digits"},     {"a７7", "mixed-digits"},
        {"alice\u0301\u0302\u0303\u0304", "too-many-marks"}, {"alice\u030a\u030a", "too-many-marks"},
    };
    struct client *bob = client_join(daemon_start(), "bob");

    client_send(bob, "/format json\n");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *why = harness_text("\"problem\":\"%s\",", names[i].problem), *line;

        client_sendf(bob, "/nick %s\n/join #%s\n", names[i].name, names[i].name);
        line = client_expect(bob, "\"code\":\"bad-name\",\"command\":\"nick\",");
        if (strstr(line, why) == NULL) {
            harness_fail("name %zu, expected %s in: %s", i, why, line);
        }
        line = client_expect(bob, "\"code\":\"bad-name\",\"command\":\"join\",");
        if (strstr(line, why) == NULL) {
            harness_fail("room %zu, expected %s in: %s", i, why, line);
        }
    }
}

static void a_refusal_is_a_sentence(void)
{
    struct client *bob = client_join(daemon_start(), "bob");

    client_send(bob, "/nick аlice\n");
    client_expect_next(bob, "!! bad-name: a name may hold letters of one script only, or Chinese, Japanese or Korean "
                            "ones with Latin ones");
    client_send(bob, "/nick a７7\n");
    client_expect_next(bob, "!! bad-name: a name may hold digits of one kind only, such as 0 to 9");
    client_send(bob, "/join #x\u0301\u0302\u0303\n");
    client_expect_next(bob, "!! bad-name: a room's name has too many marks on one letter");
}

static void full_width_is_the_same_name(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");

    client_join(d, "alice");
    client_send(bob, "/nick ａｌｉｃｅ\n");
    client_expect(bob, "!! name-taken: ");
}

static void names_of_many_languages_are_taken(void)
{
    static const char *const names[] = {
        "Nguyễn_Văn_Hưng", "Đặng-Thuỷ", "लक्ष्मी",  "कृष्ण२",    "محمد",     "مُحَمَّد",     "فاطمة٢٥", "שרה",
        "יִצְחָק",             "김민준",     "Жанна",   "Σωκράτης", "東京タワー", "Tシャツ屋", "韓國한국", "台北ㄅㄆ",
        "ဇော်မွှေး",            "བསྒྲུབས",      "ณัฐวุฒิ", "გიორგი",   "Jürgen",   "Łukasz",   "Işıl",
    };
    struct client *bob = client_join(daemon_start(), "bob");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        client_sendf(bob, "/nick %s\n", names[i]);
        client_expect(bob, harness_text("-- You are now %s.", names[i]));
        client_sendf(bob, "/join #%s\n", names[i]);
        client_expect(bob, harness_text("-- You are in #%s, ", names[i]));
        client_send(bob, "/leave\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(names_that_deceive_are_refused_with_a_reason),
        HARNESS_TEST_ONCE(a_refusal_is_a_sentence),
        HARNESS_TEST_ONCE(full_width_is_the_same_name),
        HARNESS_TEST_ONCE(names_of_many_languages_are_taken),
    };

    return harness_main(tests);
}

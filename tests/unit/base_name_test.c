/* Tests of base/name.h: which texts are names, and which names are the same. */
#include "config.h"

#include "base/name.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MAX_CHARS = 24 };

static void assert_name_at(int line, const char *s, const char *shown, const char *folded)
{
    struct name n;
    enum name_fault fault = name_init(&n, s, strlen(s), MAX_CHARS);

    if (fault != NAME_OK || strcmp(n.shown, shown) != 0 || strcmp(n.folded, folded) != 0) {
        fail_msg("line %d: '%s': fault %d, shown '%s', folded '%s'", line, s, (int)fault,
                 fault == NAME_OK ? n.shown : "", fault == NAME_OK ? n.folded : "");
    }
    name_fini(&n);
    assert_null(n.shown);
    assert_null(n.folded);
}
#define assert_name(s, shown, folded) assert_name_at(__LINE__, s, shown, folded)

static void assert_fault_at(int line, const char *s, size_t len, size_t max_chars, enum name_fault want)
{
    char *exact = malloc(len + (len == 0)); /* so that a sanitizer sees any access outside */
    struct name n = {.shown = exact};
    enum name_fault fault;

    memcpy(exact, s, len);
    fault = name_init(&n, exact, len, max_chars);
    free(exact);
    if (fault != want) {
        fail_msg("line %d: '%.*s': fault %d, not %d", line, (int)len, s, (int)fault, (int)want);
    }
    assert_null(n.shown);
    assert_null(n.folded);
}
#define assert_fault(s, want) assert_fault_at(__LINE__, s, sizeof(s) - 1, MAX_CHARS, want)

static void letters_digits_and_joins_make_a_name(void **state)
{
    (void)state;
    assert_name("alice", "alice", "alice");
    assert_name("Alice_B-2", "Alice_B-2", "alice_b-2");
    assert_name("7up", "7up", "7up");
    assert_name("a-_-", "a-_-", "a-_-");
    assert_name("Жанна", "Жанна", "жанна");
    assert_name("東京タワー", "東京タワー", "東京タワー");
    assert_name("한글", "한글", "한글");
    assert_name("क्षत्रिय", "क्षत्रिय", "क्षत्रिय"); /* Devanagari with its marks */
    assert_name("हिन्दी", "हिन्दी", "हिन्दी");
    assert_name("שָּׁלוֹם", "שָּׁלוֹם", "שָּׁלוֹם");
    assert_name("กำปั่น", "กำปั่น", "กําปั่น");
}

static void look_alikes_by_case_are_one_name(void **state)
{
    (void)state;
    assert_name("ALICE", "ALICE", "alice");
    assert_name("ΣΊΣΥΦΟΣ", "ΣΊΣΥΦΟΣ", "σίσυφοσ");
    assert_name("Σίσυφος", "Σίσυφος", "σίσυφοσ"); /* the final sigma */
    assert_name("Straße", "Straße", "strasse");
    assert_name("İpek", "İpek", "i̇pek"); /* the dot of Turkish I stays: i and U+0307 */
    assert_name("Işıl", "Işıl", "işıl");   /* dotless i is a letter of its own */
}

static void look_alikes_by_form_are_one_name(void **state)
{
    (void)state;
    assert_name("ＡＬＩＣＥ７", "ＡＬＩＣＥ７", "alice7");
    assert_name("oﬃce", "oﬃce", "office");
    assert_name("𝒜lice", "𝒜lice", "alice");
    assert_name("ｶﾞ", "ｶﾞ", "ガ");
    assert_name("Jose\u0301", "José", "josé");
    assert_name("José", "José", "josé");
    assert_name("\u1112\u1161\u11ab", "한", "한");
}

static void empty_name_is_told_as_empty(void **state)
{
    (void)state;
    assert_fault("", NAME_EMPTY);
}

static void name_begins_with_a_letter_or_a_digit(void **state)
{
    (void)state;
    assert_fault("-alice", NAME_BAD_START);
    assert_fault("_", NAME_BAD_START);
    assert_fault("\u0301alice", NAME_BAD_START);
    assert_fault("\u0e33", NAME_BAD_START); /* Thai SARA AM: a letter that folds to a mark and a letter */
}

static void other_characters_make_no_name(void **state)
{
    (void)state;
    assert_fault("al ice", NAME_BAD_CHAR);
    assert_fault("#room", NAME_BAD_CHAR);
    assert_fault("alice:", NAME_BAD_CHAR);
    assert_fault("a.b", NAME_BAD_CHAR);
    assert_fault("[alice]", NAME_BAD_CHAR);
    assert_fault("alice😀", NAME_BAD_CHAR);
    assert_fault("x²", NAME_BAD_CHAR);      /* a number, but no decimal digit */
    assert_fault("aⅧ", NAME_BAD_CHAR);
    assert_fault("a＿b", NAME_BAD_CHAR);
    assert_fault("a\u00a0b", NAME_BAD_CHAR);
    assert_fault("a\ue000", NAME_BAD_CHAR); /* private use */
    assert_fault("a\u0378", NAME_BAD_CHAR); /* unassigned */
    assert_fault("a\u20dd", NAME_BAD_CHAR); /* a mark that draws a circle around the letter */
    assert_fault("ا\ufdfa", NAME_BAD_CHAR); /* a letter that folds to words with spaces between */
    assert_fault("a\nb", NAME_BAD_CHAR);
    assert_fault("a\0b", NAME_BAD_CHAR);
    assert_fault("a\xff", NAME_BAD_CHAR);
    assert_fault("\xed\xa0\x80", NAME_BAD_CHAR);
}

static void letters_that_look_like_signs_make_no_name(void **state)
{
    (void)state;
    assert_fault("alice\ua4fd", NAME_BAD_CHAR);
    assert_fault("alice\u02d0", NAME_BAD_CHAR);
    assert_fault("alice\u02d1", NAME_BAD_CHAR);
    assert_fault("\u01c3\u01c3", NAME_BAD_CHAR);
    assert_fault("\u2cba\u2cba", NAME_BAD_CHAR);
    assert_fault("\U0001031f", NAME_BAD_CHAR);
    assert_fault("alice\u0903", NAME_BAD_CHAR); /* Devanagari's visarga on a Latin letter */
    assert_fault("alice\u0a83", NAME_BAD_CHAR);
    assert_fault("alice\u0e30", NAME_BAD_CHAR);
    assert_fault("alice7\u1038", NAME_BAD_CHAR);
    assert_fault("alice\u2d53", NAME_BAD_CHAR);
    assert_fault("alice-\u1433", NAME_BAD_CHAR);
    assert_name("रामः", "रामः", "रामः");
    assert_name("พระ", "พระ", "พระ");
    assert_name("ကြီး", "ကြီး", "ကြီး");
    assert_name("ⵓⵍⵍⵉ", "ⵓⵍⵍⵉ", "ⵓⵍⵍⵉ");
    assert_name("ᐃᓄᒃᐳ", "ᐃᓄᒃᐳ", "ᐃᓄᒃᐳ");
    assert_name("東京タワー", "東京タワー", "東京タワー");
}

static void invisible_characters_make_no_name(void **state)
{
    (void)state;
    assert_fault("\u3164", NAME_BAD_CHAR); /* Hangul fillers, which are letters */
    assert_fault("a\u115f", NAME_BAD_CHAR);
    assert_fault("a\u1160", NAME_BAD_CHAR);
    assert_fault("a\uffa0", NAME_BAD_CHAR);
    assert_fault("a\u200db", NAME_BAD_CHAR);
    assert_fault("a\u200cb", NAME_BAD_CHAR);
    assert_fault("a\u00adb", NAME_BAD_CHAR);
    assert_fault("a\u034fb", NAME_BAD_CHAR);     /* the combining grapheme joiner, a mark */
    assert_fault("a\ufe0f", NAME_BAD_CHAR);      /* a variation selector, a mark */
    assert_fault("a\U000e0101", NAME_BAD_CHAR);
}

static void letters_of_several_scripts_make_no_name(void **state)
{
    (void)state;
    assert_fault("аdmin", NAME_MIXED_SCRIPTS); /* a Cyrillic letter */
    assert_fault("pаypal", NAME_MIXED_SCRIPTS);
    assert_fault("АDMIN", NAME_MIXED_SCRIPTS);
    assert_fault("αlice", NAME_MIXED_SCRIPTS); /* a Greek one */
    assert_fault("alicе-7", NAME_MIXED_SCRIPTS);
    assert_fault("bob_иван", NAME_MIXED_SCRIPTS);
    assert_fault("Տerver", NAME_MIXED_SCRIPTS); /* an Armenian one */
    assert_fault("alicе２", NAME_MIXED_SCRIPTS);
    assert_fault("कখ", NAME_MIXED_SCRIPTS);
    assert_fault("かな한글", NAME_MIXED_SCRIPTS);
    assert_fault("東京ж", NAME_MIXED_SCRIPTS);
    assert_fault("טאبأ", NAME_MIXED_SCRIPTS);
    assert_fault("alice٧", NAME_MIXED_SCRIPTS); /* a digit of Arabic */
    assert_fault("a\u064e", NAME_MIXED_SCRIPTS); /* a mark of Arabic */
    assert_fault("5µm", NAME_MIXED_SCRIPTS);     /* the sign for micro folds to a Greek letter */
    assert_name("Ａlice", "Ａlice", "alice");    /* full width is a form of the same letter */
}

static void languages_written_in_several_scripts_make_names(void **state)
{
    (void)state;
    assert_name("東京タワーまで", "東京タワーまで", "東京タワーまで");
    assert_name("Tシャツ屋", "Tシャツ屋", "tシャツ屋");
    assert_name("韓國한국KR", "韓國한국KR", "韓國한국kr");
    assert_name("台北ㄅㄆ", "台北ㄅㄆ", "台北ㄅㄆ");
    assert_name("小明1984", "小明1984", "小明1984");
    assert_name("佐々木", "佐々木", "佐々木");
}

static void names_of_many_languages_are_names(void **state)
{
    (void)state;
    assert_name("Nguyễn_Văn_Hưng", "Nguyễn_Văn_Hưng", "nguyễn_văn_hưng");
    assert_name("Nguye\u0302\u0303n", "Nguyễn", "nguyễn");
    assert_name("Đặng-Thị-Thuỷ", "Đặng-Thị-Thuỷ", "đặng-thị-thuỷ");
    assert_name("लक्ष्मी", "लक्ष्मी", "लक्ष्मी");
    assert_name("कृष्ण२", "कृष्ण२", "कृष्ण२");
    assert_name("মুহাম্মদ", "মুহাম্মদ", "মুহাম্মদ");
    assert_name("தமிழ்ச்செல்வன்", "தமிழ்ச்செல்வன்", "தமிழ்ச்செல்வன்");
    assert_name("محمد", "محمد", "محمد");
    assert_name("مُحَمَّد", "مُحَمَّد", "مُحَمَّد");
    assert_name("فاطمة٢٥", "فاطمة٢٥", "فاطمة٢٥");
    assert_name("شہزاد۷", "شہزاد۷", "شہزاد۷");
    assert_name("دويد7", "دويد7", "دويد7");
    assert_name("דוד", "דוד", "דוד");
    assert_name("יִצְחָק", "יִצְחָק", "יִצְחָק");
    assert_name("김민준", "김민준", "김민준");
    assert_name("\u1100\u1175\u11b7", "김", "김"); /* of single letters */
    assert_name("ဇော်မွှေး", "ဇော်မွှေး", "ဇော်မွှေး");     /* five marks on a letter */
    assert_name("བསྒྲུབས", "བསྒྲུབས", "བསྒྲུབས");
    assert_name("សុភ័ក្ត្រ", "សុភ័ក្ត្រ", "សុភ័ក្ត្រ");
    assert_name("ณัฐวุฒิ", "ณัฐวุฒิ", "ณัฐวุฒิ");
    assert_name("ተስፋዬ", "ተስፋዬ", "ተስፋዬ");
    assert_name("Ἀριστοτέλης", "Ἀριστοτέλης", "ἀριστοτέλησ");
    assert_name("Jūratė̃", "Jūratė̃", "jūratė̃");
    assert_name("Ọlábísí", "Ọlábísí", "ọlábísí");
    assert_name("გიორგი", "გიორგი", "გიორგი");
}

static void digits_of_several_systems_make_no_name(void **state)
{
    (void)state;
    assert_fault("محمد٧7", NAME_MIXED_DIGITS);
    assert_fault("علی۷٧", NAME_MIXED_DIGITS);
    assert_fault("कृष्ण२7", NAME_MIXED_DIGITS);
    assert_fault("alice７7", NAME_MIXED_DIGITS);
    assert_fault("7𝟕", NAME_MIXED_DIGITS);
    assert_name("alice７８", "alice７８", "alice78");
    assert_name("7", "7", "7");
}

static void marks_on_one_letter_are_bounded(void **state)
{
    (void)state;
    assert_name("q\u0323\u0301q\u0323", "q\u0323\u0301q\u0323", "q\u0323\u0301q\u0323");
    assert_fault("q\u0323\u0301\u0308", NAME_MANY_MARKS);
    assert_fault("q\u0301\u0301", NAME_MANY_MARKS); /* twice the same */
    assert_fault("hz\u0301\u0302\u0303\u0304\u0305\u0306\u0307", NAME_MANY_MARKS);
    assert_fault("a\u0363\u0364\u0365\u0366\u0367", NAME_MANY_MARKS); /* small Latin letters above */
    assert_fault("म\u093c\u0941\u0902\u0947\u0948", NAME_MANY_MARKS);
    assert_fault("ก\u0e38\u0e39\u0e38\u0e39\u0e38", NAME_MANY_MARKS);
    assert_fault("म\u093e\u0903\u093e\u0903\u093e\u0903\u093e", NAME_MANY_MARKS); /* each takes a column */
}

static void length_is_counted_in_code_points_of_either_form(void **state)
{
    (void)state;
    assert_fault_at(__LINE__, "abcd", 4, 3, NAME_TOO_LONG);
    assert_name("жжжжжжжжжжжжжжжжжжжжжжжж", "жжжжжжжжжжжжжжжжжжжжжжжж", "жжжжжжжжжжжжжжжжжжжжжжжж");
    assert_fault("жжжжжжжжжжжжжжжжжжжжжжжжж", NAME_TOO_LONG);
    assert_fault("ﬃﬃﬃﬃﬃﬃﬃﬃﬃ", NAME_TOO_LONG); /* 9 shown, 27 folded */
    assert_name("ﬃﬃﬃﬃﬃﬃﬃﬃ", "ﬃﬃﬃﬃﬃﬃﬃﬃ", "ffiffiffiffiffiffiffiffi");
    assert_name("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
                "ééééééééééééé", "ééééééééééééé"); /* 26 as typed, 13 composed */
}

static void a_name_of_the_longest_decompositions_is_not_too_long(void **state)
{
    struct name n;
    const char *typed = "α\u0313\u0300\u0345"; /* composes to U+1F82, and folds to two code points */

    (void)state;
    assert_int_equal(name_init(&n, typed, strlen(typed), 2), NAME_OK);
    assert_string_equal(n.shown, "\u1f82");
    assert_string_equal(n.folded, "\u1f02ι");
    name_fini(&n);
}

static void folded_form_is_a_name_that_folds_to_itself(void **state)
{
    (void)state;
    for (int32_t cp = 1; cp <= 0x10ffff; cp++) {
        char s[16];
        size_t len = 0;
        struct name n;
        struct name again;

        if (!utf8proc_codepoint_valid(cp)) {
            continue;
        }
        len += (size_t)utf8proc_encode_char(cp, (uint8_t *)s + len);
        s[len++] = '-';
        len += (size_t)utf8proc_encode_char(cp, (uint8_t *)s + len);
        if (name_init(&n, s, len, MAX_CHARS) != NAME_OK) {
            continue;
        }
        assert_int_equal(name_init(&again, n.folded, strlen(n.folded), MAX_CHARS), NAME_OK);
        assert_string_equal(again.shown, n.folded);
        assert_string_equal(again.folded, n.folded);
        name_fini(&n);
        name_fini(&again);
    }
}

static int is_reserved(const char *s)
{
    struct name n;
    int reserved;

    assert_int_equal(name_init(&n, s, strlen(s), MAX_CHARS), NAME_OK);
    reserved = name_is_reserved(&n);
    name_fini(&n);
    return reserved;
}

static void names_that_mean_the_reader_or_a_guest_are_reserved(void **state)
{
    (void)state;
    assert_true(is_reserved("You"));
    assert_true(is_reserved("guest7"));
    assert_true(is_reserved("Guest0123456789"));
    assert_true(is_reserved("ＧＵＥＳＴ７"));
    assert_false(is_reserved("guest"));
    assert_false(is_reserved("guest7x"));
    assert_false(is_reserved("guest-7"));
    assert_false(is_reserved("xguest7"));
    assert_false(is_reserved("your"));
    assert_false(is_reserved("yo"));
    assert_true(is_reserved("𝔂𝓸𝓾"));
    assert_true(is_reserved("SERVER"));
    assert_true(is_reserved("ѕегѵег"));
    assert_false(is_reserved("system")); /* a setting */
    assert_true(is_reserved("ΥΟυ"));
    assert_true(is_reserved("guést7"));
    assert_false(is_reserved("сервер")); /* a different word */
    assert_false(is_reserved("Жанна"));
}

static void each_fault_is_told_in_words(void **state)
{
    char buf[120];

    (void)state;
    assert_string_equal(name_fault_text(NAME_TOO_LONG, 24, buf, sizeof(buf)), "is longer than 24 characters");
    assert_string_equal(name_fault_code(NAME_TOO_LONG), "too-long");
    assert_string_equal(name_fault_code(NAME_RESERVED), "reserved");
    assert_string_equal(name_fault_text(NAME_TOO_LONG, 1, buf, sizeof(buf)), "is longer than 1 character");
    assert_string_equal(name_fault_text(NAME_BAD_START, 24, buf, sizeof(buf)),
                        "must begin with a letter or a digit");
    for (int fault = NAME_OK; fault <= NAME_RESERVED; fault++) {
        assert_ptr_equal(name_fault_text((enum name_fault)fault, SIZE_MAX, buf, sizeof(buf)), buf);
        assert_true(strlen(buf) > 5 && strlen(buf) < sizeof(buf) - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_digits_and_joins_make_a_name),
        cmocka_unit_test(look_alikes_by_case_are_one_name),
        cmocka_unit_test(look_alikes_by_form_are_one_name),
        cmocka_unit_test(empty_name_is_told_as_empty),
        cmocka_unit_test(name_begins_with_a_letter_or_a_digit),
        cmocka_unit_test(other_characters_make_no_name),
        cmocka_unit_test(letters_that_look_like_signs_make_no_name),
        cmocka_unit_test(invisible_characters_make_no_name),
        cmocka_unit_test(letters_of_several_scripts_make_no_name),
        cmocka_unit_test(languages_written_in_several_scripts_make_names),
        cmocka_unit_test(names_of_many_languages_are_names),
        cmocka_unit_test(digits_of_several_systems_make_no_name),
        cmocka_unit_test(marks_on_one_letter_are_bounded),
        cmocka_unit_test(length_is_counted_in_code_points_of_either_form),
        cmocka_unit_test(a_name_of_the_longest_decompositions_is_not_too_long),
        cmocka_unit_test(folded_form_is_a_name_that_folds_to_itself),
        cmocka_unit_test(names_that_mean_the_reader_or_a_guest_are_reserved),
        cmocka_unit_test(each_fault_is_told_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

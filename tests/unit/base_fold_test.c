/* Tests of base/fold.h. */
#include "config.h"

#include "base/fold.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static void assert_maps(char *got, const char *want)
{
    assert_non_null(got);
    assert_string_equal(got, want);
    free(got);
}

static void folding_makes_look_alikes_by_case_and_form_the_same(void **state)
{
    (void)state;
    assert_maps(fold_text(BYTES("")), "");
    assert_maps(fold_text(BYTES("Hello @[`{ Z")), "hello @[`{ z");
    assert_maps(fold_text(BYTES("Straße STRASSE ÄÖÜ")), "strasse strasse äöü");
    assert_maps(fold_text(BYTES("ＧＵＥＳＴ７")), "guest7");
    assert_maps(fold_text(BYTES("ΣΊΣΥΦΟΣ ς")), "σίσυφοσ σ");
    assert_maps(fold_text(BYTES("e\u0301 ﬁ ²")), "é fi 2");
    assert_maps(fold_text(BYTES("a\u00ad\u200db")), "ab"); /* default-ignorable */
    assert_null(fold_text(BYTES("a\xff")));
    assert_null(fold_text(BYTES("\xed\xa0\x80")));
}

static void composing_keeps_case_and_compatibility_forms(void **state)
{
    (void)state;
    assert_maps(fold_compose(BYTES("")), "");
    assert_maps(fold_compose(BYTES("Abc")), "Abc");
    assert_maps(fold_compose(BYTES("E\u0301 ﬁ ＧＵ")), "É ﬁ ＧＵ");
    assert_maps(fold_compose(BYTES("\u1112\u1161\u11ab")), "한");
    assert_maps(fold_compose(BYTES("a\u0301\u0323")), "ạ\u0301");
    assert_null(fold_compose(BYTES("\xc3")));
}

static void short_fold_ends_where_it_would_be_too_long(void **state)
{
    (void)state;
    assert_maps(fold_short(BYTES("Alice"), 5), "alice");
    assert_null(fold_short(BYTES("Alice"), 4));
    assert_maps(fold_short(BYTES(""), 0), "");
    assert_maps(fold_short(BYTES("É"), 2), "é"); /* before it is composed */
    assert_null(fold_short(BYTES("É"), 1));
    assert_maps(fold_short(BYTES("\ufb03\ufb03"), 6), "ffiffi");
    assert_null(fold_short(BYTES("\ufb03\ufb03"), 5));
    assert_null(fold_short(BYTES("é\xff"), 100));
}

/* The forms are those of utf8proc itself, though the marks are sorted here, and folding is idempotent. */
static void folding_agrees_with_utf8proc(void **state)
{
    static const int32_t some[] = {
        'a',    'I',    0x130,  0x345,  0x300,  0x316,  0x327,  0x31b,  0x1f82, 0xdf,  0x344, 0x3099,
        0x304b, 0x1100, 0x1161, 0x11a8, 0xac00, 0xfb01, 0x200d, 0xfdfa, 0x5b0,  0x94d, 0x1e9b,
    };
    const utf8proc_option_t options =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

    (void)state;
    for (int round = 0; round < 100000; round++) {
        char in[160];
        size_t len = 0;
        uint8_t *want;
        char *got;

        for (uint32_t n = fake_rnd(40); n > 0; n--) {
            int32_t cp = some[fake_rnd(sizeof(some) / sizeof(some[0]))];

            len += (size_t)utf8proc_encode_char(cp, (uint8_t *)in + len);
        }
        assert_true(utf8proc_map((uint8_t *)in, (utf8proc_ssize_t)len, &want, options) >= 0);
        got = fold_text(in, len);
        assert_string_equal(got, (char *)want);
        assert_maps(fold_text(got, strlen(got)), (char *)want);
        assert_maps(fold_short(in, len, 18 * 40), (char *)want);
        free(got);
        free(want);
    }
}

static void folding_a_line_of_unsorted_marks_is_not_quadratic(void **state)
{
    enum { HALF = 400000 }; /* quadratic work would take many minutes */
    char *text = malloc(4 * HALF);
    char *folded;

    (void)state;
    for (size_t i = 0; i < HALF; i++) {
        memcpy(text + 2 * i, "\u0300", 2);
        memcpy(text + 2 * HALF + 2 * i, "\u0316", 2);
    }
    folded = fold_text(text, 4 * HALF);
    assert_memory_equal(folded, text + 2 * HALF, 2 * HALF);
    assert_memory_equal(folded + 2 * HALF, text, 2 * HALF);
    free(folded);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_makes_look_alikes_by_case_and_form_the_same),
        cmocka_unit_test(composing_keeps_case_and_compatibility_forms),
        cmocka_unit_test(short_fold_ends_where_it_would_be_too_long),
        cmocka_unit_test(folding_agrees_with_utf8proc),
        cmocka_unit_test(folding_a_line_of_unsorted_marks_is_not_quadratic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/nearest.h: edit distances and "did you mean". */
#include "config.h"

#include "base/nearest.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void each_kind_of_edit_counts_one(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("", "", 3), 0);
    assert_int_equal(nearest_distance("join", "join", 3), 0);
    assert_int_equal(nearest_distance("jon", "join", 3), 1);
    assert_int_equal(nearest_distance("joiin", "join", 3), 1);
    assert_int_equal(nearest_distance("jain", "join", 3), 1);
    assert_int_equal(nearest_distance("jion", "join", 3), 1);
    assert_int_equal(nearest_distance("", "abc", 3), 3);
    assert_int_equal(nearest_distance("ca", "abc", 5), 3); /* no byte is edited twice */
    assert_int_equal(nearest_distance("kitten", "sitting", 9), 3);
}

static void ascii_case_is_ignored(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("JOIN", "join", 3), 0);
    assert_int_equal(nearest_distance("JIon", "join", 3), 1);
    assert_int_equal(nearest_distance("@[", "`{", 3), 2); /* the characters next to the letters in ASCII */
}

static void anything_over_the_limit_is_limit_plus_one(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("abcdef", "uvwxyz", 2), 3);
    assert_int_equal(nearest_distance("a", "abcdef", 2), 3);
    assert_int_equal(nearest_distance("abcdef", "a", 2), 3);
    assert_int_equal(nearest_distance("a", "b", 0), 1);
    assert_int_equal(nearest_distance("a", "a", 0), 0);
}

static void long_strings_are_taken_as_far_as_63_bytes(void **state)
{
    char a[200];
    char b[200];

    (void)state;
    memset(a, 'a', sizeof(a));
    memset(b, 'b', sizeof(b));
    memset(b, 'a', 63);
    a[199] = b[150] = '\0';
    assert_int_equal(nearest_distance(a, b, 10), 0);
    b[62] = 'x';
    assert_int_equal(nearest_distance(a, b, UINT32_MAX), 1);
    memset(b, 'b', 63);
    assert_int_equal(nearest_distance(a, b, UINT32_MAX), 63);
}

/* The distance computed by its definition, without a band. */
static unsigned plain_distance(const char *a, const char *b)
{
    static unsigned d[32][32];
    unsigned la = (unsigned)strlen(a);
    unsigned lb = (unsigned)strlen(b);

    for (unsigned i = 0; i <= la; i++) {
        for (unsigned j = 0; j <= lb; j++) {
            unsigned best = i + j;

            if (i > 0 && j > 0) {
                best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
                best = best < d[i - 1][j] + 1 ? best : d[i - 1][j] + 1;
                best = best < d[i][j - 1] + 1 ? best : d[i][j - 1] + 1;
            }
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best) {
                best = d[i - 2][j - 2] + 1;
            }
            d[i][j] = best;
        }
    }
    return d[la][lb];
}

static void random_string(char *s, uint32_t max)
{
    uint32_t len = fake_rnd(max + 1);

    for (uint32_t i = 0; i < len; i++) {
        s[i] = "abc"[fake_rnd(3)];
    }
    s[len] = '\0';
}

static void the_limit_never_changes_a_distance_within_it(void **state)
{
    (void)state;
    for (int round = 0; round < 200000; round++) {
        char a[16];
        char b[16];
        unsigned limit = fake_rnd(16);
        unsigned want;

        random_string(a, 12);
        random_string(b, 12);
        want = plain_distance(a, b);
        assert_int_equal(nearest_distance(a, b, limit), want <= limit ? want : limit + 1);
        assert_int_equal(nearest_distance(b, a, limit), want <= limit ? want : limit + 1);
    }
}

static const char *best_of(const char *wanted, const char *const *candidates)
{
    struct nearest n = {.wanted = wanted};

    for (; *candidates != NULL; candidates++) {
        nearest_try(&n, *candidates);
    }
    return n.best;
}
#define BEST_OF(wanted, ...) best_of((wanted), (const char *const[]){__VA_ARGS__, NULL})

static void the_nearest_candidate_is_kept(void **state)
{
    (void)state;
    assert_string_equal(BEST_OF("jion", "quit", "join", "nick"), "join");
    assert_string_equal(BEST_OF("hsitory", "help", "history"), "history");
    assert_string_equal(BEST_OF("limits.quue_byts", "limits.queues_bytes", "limits.queue_bytes"),
                        "limits.queue_bytes");
    assert_string_equal(BEST_OF("nock", "neck", "nick"), "neck"); /* the first of equals */
    assert_string_equal(BEST_OF("nick", "neck", "NICK"), "NICK");
}

static void what_is_too_far_is_not_offered(void **state)
{
    (void)state;
    assert_null(BEST_OF("frobnicate", "join", "quit", "history"));
    assert_null(BEST_OF("abcd", "abxy"));
    assert_null(BEST_OF("abcdef", "abcxyz"));
    assert_string_equal(BEST_OF("abcdef", "abcdxy"), "abcdxy");
    assert_string_equal(BEST_OF("ab", "xb"), "xb");
}

static void what_has_nothing_in_common_is_not_offered(void **state)
{
    (void)state;
    assert_null(BEST_OF("x", "y"));
    assert_null(BEST_OF("", "y"));
    assert_null(BEST_OF("x", ""));
    assert_string_equal(BEST_OF("x", "xy"), "xy");
    assert_string_equal(BEST_OF("", ""), "");
}

static void a_beginning_of_two_bytes_or_more_counts_as_one_edit(void **state)
{
    (void)state;
    assert_string_equal(BEST_OF("his", "help", "history"), "history");
    assert_string_equal(BEST_OF("HI", "history"), "history");
    assert_null(BEST_OF("h", "history"));
    assert_string_equal(BEST_OF("regi", "regs", "register"), "regs"); /* the first of equals */
    assert_string_equal(BEST_OF("unig", "unignore", "unig"), "unig");
    assert_string_equal(BEST_OF("formatt", "format", "formattings"), "format");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_edit_counts_one),
        cmocka_unit_test(ascii_case_is_ignored),
        cmocka_unit_test(anything_over_the_limit_is_limit_plus_one),
        cmocka_unit_test(long_strings_are_taken_as_far_as_63_bytes),
        cmocka_unit_test(the_limit_never_changes_a_distance_within_it),
        cmocka_unit_test(the_nearest_candidate_is_kept),
        cmocka_unit_test(what_is_too_far_is_not_offered),
        cmocka_unit_test(what_has_nothing_in_common_is_not_offered),
        cmocka_unit_test(a_beginning_of_two_bytes_or_more_counts_as_one_edit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

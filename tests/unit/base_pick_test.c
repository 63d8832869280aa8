/* Tests of base/pick.h: a page of a sorted list. */
#include "config.h"

#include "base/pick.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 3000 };

static struct pick list[MOST];
static char names[MOST][24];

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Checks that each page of the first count names is the same as after sorting. */
static void check_pages(size_t count, size_t page, uint64_t (*rank)(const char *name))
{
    static const char *sorted[MOST];
    size_t shown = 0;

    for (size_t i = 0; i < count; i++) {
        sorted[i] = names[i];
    }
    qsort(sorted, count, sizeof(sorted[0]), by_name);
    for (size_t from = 0; from <= count; from += page) {
        size_t n;

        for (size_t i = 0; i < count; i++) {
            list[i] = (struct pick){.rank = rank(names[i]), .name = names[i], .item = names[i]};
        }
        n = pick_page(list, count, from, page);
        assert_int_equal(n, count - from < page ? count - from : page);
        for (size_t i = 0; i < n; i++) {
            assert_ptr_equal(list[from + i].item, sorted[from + i]);
        }
        shown += n;
    }
    assert_int_equal(shown, count);
}

static uint64_t no_rank(const char *name)
{
    (void)name;
    return 7;
}

static void each_page_is_that_of_the_sorted_list(void **state)
{
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 18, 100, 1000, MOST};

    (void)state;
    for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++) {
        for (size_t i = 0; i < counts[k]; i++) {
            snprintf(names[i], sizeof(names[i]), "%u-%zu", fake_rnd(100000), i);
        }
        check_pages(counts[k], counts[k] / 7 + 1, pick_rank_of_name);
        check_pages(counts[k], 100, no_rank);
    }
}

/* Peers choose the order of the names. */
static void no_order_is_too_hard(void **state)
{
    (void)state;
    for (int order = 0; order < 4; order++) {
        for (unsigned i = 0; i < MOST; i++) {
            unsigned organ = i < MOST / 2 ? i : MOST - i, sawtooth = i % 2 == 0 ? i : MOST - i;
            unsigned number = order == 0 ? i : order == 1 ? MOST - i : order == 2 ? organ : sawtooth;

            snprintf(names[i], sizeof(names[i]), "same-beginning-%05u%c", number, i < MOST / 2 ? 'a' : 'b');
        }
        check_pages(MOST, 500, pick_rank_of_name);
    }
}

static void rank_of_a_name_goes_by_its_bytes(void **state)
{
    (void)state;
    assert_true(pick_rank_of_name("") == 0);
    assert_true(pick_rank_of_name("a") < pick_rank_of_name("aa"));
    assert_true(pick_rank_of_name("az") < pick_rank_of_name("b"));
    assert_true(pick_rank_of_name("z") < pick_rank_of_name("\xd1\x8f"));
    assert_true(pick_rank_of_name("12345678") == pick_rank_of_name("123456789"));
    assert_true(pick_rank_of(1, "z") < pick_rank_of(2, "a"));
    assert_true(pick_rank_of(1, "a") < pick_rank_of(1, "b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_that_of_the_sorted_list),
        cmocka_unit_test(no_order_is_too_hard),
        cmocka_unit_test(rank_of_a_name_goes_by_its_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

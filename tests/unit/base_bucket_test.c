/* Tests of base/bucket.h: the token bucket. */
#include "config.h"

#include "base/bucket.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static const struct bucket_rate five_a_second = {.tokens = 5, .period_ms = 1000, .burst = 20};

/* The number of single tokens that can be taken now. */
static int take_all(struct bucket *b, const struct bucket_rate *rate, uint64_t now)
{
    int n = 0;

    while (bucket_has(b, rate, now)) {
        bucket_take(b, rate, 1);
        assert_true(++n < 1000000);
    }
    return n;
}

static void burst_is_there_at_once_and_no_more(void **state)
{
    struct bucket b;

    (void)state;
    bucket_init(&b, &five_a_second, 1000);
    assert_true(bucket_is_full(&b, &five_a_second, 1000));
    assert_int_equal(take_all(&b, &five_a_second, 1000), 20);
    assert_false(bucket_is_full(&b, &five_a_second, 1000));
}

static void it_fills_at_the_rate_to_the_millisecond(void **state)
{
    struct bucket b;

    (void)state;
    bucket_init(&b, &five_a_second, 1000);
    take_all(&b, &five_a_second, 1000);
    assert_false(bucket_has(&b, &five_a_second, 1199));
    assert_true(bucket_has(&b, &five_a_second, 1200));
    assert_int_equal(take_all(&b, &five_a_second, 2000), 5);
    assert_int_equal(take_all(&b, &five_a_second, 5000), 15);
    assert_int_equal(take_all(&b, &five_a_second, 100000), 20); /* never more than the burst */
}

/* The result is the same for a call every millisecond and for one call: rounding loses nothing. */
static void how_often_it_is_asked_does_not_matter(void **state)
{
    static const uint64_t tokens[] = {1, 3, 7, 60, 999, 1001, 5000};

    (void)state;
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        struct bucket_rate rate = {.tokens = tokens[i], .period_ms = 60000, .burst = 100000};
        struct bucket often, once;
        int n = 0;

        bucket_init(&often, &rate, 0);
        bucket_init(&once, &rate, 0);
        bucket_take(&often, &rate, 100000);
        bucket_take(&once, &rate, 100000);
        for (uint64_t now = 0; now <= 60000; now++) {
            n += take_all(&often, &rate, now);
        }
        assert_int_equal(n, tokens[i]);
        assert_int_equal(take_all(&once, &rate, 60000), tokens[i]);
    }
}

static void dear_thing_is_paid_off_later(void **state)
{
    struct bucket b;

    (void)state;
    bucket_init(&b, &five_a_second, 0);
    assert_true(bucket_has(&b, &five_a_second, 0));
    bucket_take(&b, &five_a_second, 30); /* ten more than there are */
    assert_false(bucket_has(&b, &five_a_second, 0));
    assert_false(bucket_has(&b, &five_a_second, 2199));
    assert_true(bucket_has(&b, &five_a_second, 2200)); /* the debt is paid, and one token is there */
    assert_false(bucket_is_full(&b, &five_a_second, 5999));
    assert_true(bucket_is_full(&b, &five_a_second, 6000));
}

static void without_a_limit_there_is_always_more(void **state)
{
    static const struct bucket_rate none = {.tokens = 0, .period_ms = 1000, .burst = 1};
    struct bucket b;

    (void)state;
    bucket_init(&b, &none, 0);
    for (int i = 0; i < 1000; i++) {
        bucket_take(&b, &none, 1000000);
        assert_true(bucket_has(&b, &none, 0));
    }
    assert_true(bucket_is_full(&b, &none, 0));
    assert_int_equal(bucket_token_ms(&none), 0);
}

static void long_pause_does_not_overflow(void **state)
{
    static const struct bucket_rate fast = {.tokens = 1000000, .period_ms = 60000, .burst = 1000000};
    struct bucket b;

    (void)state;
    bucket_init(&b, &fast, 0);
    bucket_take(&b, &fast, 2000000);
    assert_true(bucket_is_full(&b, &fast, UINT64_MAX / 2));
    assert_int_equal(b.level, (int64_t)1000000 * 60000);
    bucket_take(&b, &fast, 1);
    assert_true(bucket_is_full(&b, &fast, UINT64_MAX));
}

static void smaller_burst_after_a_reload_holds_at_once(void **state)
{
    struct bucket_rate smaller = {.tokens = 5, .period_ms = 1000, .burst = 3};
    struct bucket_rate larger = {.tokens = 5, .period_ms = 1000, .burst = 100};
    struct bucket b;

    (void)state;
    bucket_init(&b, &five_a_second, 0);
    assert_int_equal(take_all(&b, &smaller, 0), 3);
    bucket_init(&b, &five_a_second, 0);
    assert_false(bucket_is_full(&b, &larger, 0));
    assert_int_equal(take_all(&b, &larger, 0), 20); /* a larger one fills in time */
    assert_int_equal(take_all(&b, &larger, 20000), 100);
}

static void it_holds_more_for_a_time_in_which_its_owner_could_not_look(void **state)
{
    struct bucket_rate extra = {.tokens = 5, .period_ms = 1000, .burst = 20, .extra_ms = 3000};
    struct bucket b;

    (void)state;
    bucket_init(&b, &five_a_second, 0);
    assert_int_equal(take_all(&b, &extra, 3000), 20 + 15);
    bucket_init(&b, &five_a_second, 0);
    assert_true(bucket_has(&b, &extra, 3000));
    assert_int_equal(take_all(&b, &five_a_second, 4000), 20); /* and no more afterwards */
}

static void limit_switched_on_by_a_reload_begins_full(void **state)
{
    struct bucket_rate none = {.tokens = 0, .period_ms = 1000, .burst = 20};
    struct bucket b;

    (void)state;
    bucket_init(&b, &none, 0);
    bucket_take(&b, &none, 1000);
    assert_int_equal(take_all(&b, &five_a_second, 0), 20);
}

static void time_for_a_token_is_enough_and_hardly_more(void **state)
{
    (void)state;
    for (uint64_t tokens = 1; tokens < 3000; tokens += 7) {
        struct bucket_rate rate = {.tokens = tokens, .period_ms = 1000, .burst = 1};
        uint64_t ms = bucket_token_ms(&rate);
        struct bucket b;

        bucket_init(&b, &rate, 0);
        bucket_take(&b, &rate, 1);
        assert_true(ms >= 1);
        assert_true(bucket_has(&b, &rate, ms));
        bucket_init(&b, &rate, 0);
        bucket_take(&b, &rate, 1);
        assert_false(bucket_has(&b, &rate, ms - 1));
    }
}

static void what_is_given_back_is_there_again_up_to_the_burst(void **state)
{
    struct bucket b;

    (void)state;
    bucket_init(&b, &five_a_second, 1000);
    bucket_take(&b, &five_a_second, 22);
    bucket_give(&b, &five_a_second, 2);
    assert_false(bucket_has(&b, &five_a_second, 1000));
    bucket_give(&b, &five_a_second, 1);
    assert_true(bucket_has(&b, &five_a_second, 1000));
    bucket_give(&b, &five_a_second, 100);
    assert_int_equal(take_all(&b, &five_a_second, 1000), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(burst_is_there_at_once_and_no_more),
        cmocka_unit_test(it_fills_at_the_rate_to_the_millisecond),
        cmocka_unit_test(how_often_it_is_asked_does_not_matter),
        cmocka_unit_test(dear_thing_is_paid_off_later),
        cmocka_unit_test(without_a_limit_there_is_always_more),
        cmocka_unit_test(long_pause_does_not_overflow),
        cmocka_unit_test(smaller_burst_after_a_reload_holds_at_once),
        cmocka_unit_test(it_holds_more_for_a_time_in_which_its_owner_could_not_look),
        cmocka_unit_test(limit_switched_on_by_a_reload_begins_full),
        cmocka_unit_test(what_is_given_back_is_there_again_up_to_the_burst),
        cmocka_unit_test(time_for_a_token_is_enough_and_hardly_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

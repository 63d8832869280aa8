/* Tests of net/pace.h: the table of rates, which does not grow. */
#include "config.h"

#include "net/pace.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

enum { PER_MINUTE = 10 };

static struct pace pace;

static int begin(void **state)
{
    (void)state;
    pace = (struct pace){0};
    pace_set(&pace, PER_MINUTE);
    return 0;
}

static int end(void **state)
{
    (void)state;
    pace_fini(&pace);
    return 0;
}

/* The n-th /64 of an IPv6 /32. */
static struct netkey key_at(uint32_t n)
{
    struct addr addr = {.kind = ADDR_IPV6,
                        .ip = {0x20, 1, 0xd, 0xb8, 0, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

    return netkey_of(&addr, NETKEY_ADDRESS);
}

static bool comes(uint32_t n, uint64_t now_ms)
{
    struct netkey key = key_at(n);
    bool may = pace_allows(&pace, &key, now_ms);

    if (may) {
        pace_take(&pace, &key, now_ms);
    }
    return may;
}

static uint32_t use_up(uint32_t n, uint64_t now_ms)
{
    uint32_t came = 0;

    while (comes(n, now_ms)) {
        came++;
    }
    return came;
}

static void address_has_its_rate(void **state)
{
    (void)state;
    assert_int_equal(use_up(1, 0), PER_MINUTE);
    assert_int_equal(use_up(2, 0), PER_MINUTE);
    assert_false(comes(1, 5999));
    assert_true(comes(1, 6000));
    assert_int_equal(use_up(1, 1000000), PER_MINUTE);
}

/* 100,000 addresses, each of which comes once, make the table forget none that has used up its rate. */
static void many_addresses_reset_no_limit(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 1000; n++) {
        assert_int_equal(use_up(n, 0), PER_MINUTE);
    }
    for (uint32_t n = 1000; n < 101000; n++) {
        assert_true(comes(n, 0));
    }
    for (uint32_t n = 0; n < 1000; n++) {
        assert_false(comes(n, 0));
    }
}

/* Those who leave without a word cannot make it forget them either. */
static void silent_ones_reset_no_limit(void **state)
{
    struct netkey key;

    (void)state;
    for (uint32_t n = 0; n < 100; n++) {
        key = key_at(n);
        for (int i = 0; i < PER_MINUTE * (PACE_SILENT + 1); i++) {
            assert_true(comes(n, 0));
            pace_left_silent(&pace, &key, 0);
        }
    }
    for (uint32_t n = 1000; n < 101000; n++) {
        key = key_at(n);
        assert_true(comes(n, 0));
        pace_left_silent(&pace, &key, 0);
    }
    for (uint32_t n = 0; n < 100; n++) {
        assert_false(comes(n, 0));
    }
}

/* More addresses than places, all of which come as often as they may: what is forgotten is bounded, and no more come
 * than one place's rate lets in for each address. */
static void more_addresses_than_places_get_no_more_each(void **state)
{
    enum { MANY = 2 * PACE_SETS * PACE_WAYS };
    uint64_t first = 0, again = 0;

    (void)state;
    for (uint32_t n = 0; n < MANY; n++) {
        first += use_up(n, 0);
    }
    for (uint32_t n = 0; n < MANY; n++) {
        again += use_up(n, 0);
    }
    assert_int_equal(first, (uint64_t)MANY * PER_MINUTE);
    assert_true(again <= first);
}

static void no_limit_has_no_table(void **state)
{
    (void)state;
    pace_fini(&pace);
    pace_set(&pace, 0);
    assert_null(pace.places);
    for (int i = 0; i < 1000; i++) {
        assert_true(comes(1, 0));
    }
    pace_set(&pace, 1);
    assert_true(comes(1, 0));
    assert_false(comes(1, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(address_has_its_rate),
        TEST(many_addresses_reset_no_limit),
        TEST(silent_ones_reset_no_limit),
        TEST(more_addresses_than_places_get_no_more_each),
        TEST(no_limit_has_no_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

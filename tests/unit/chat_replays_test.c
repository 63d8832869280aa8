/* Tests of chat/replays.h: what is kept, for how long, and who refers to it. */
#include "config.h"

#include "chat/replays.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOON INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

static struct replays replays;

static int begin(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    return 0;
}

static int end(void **state)
{
    (void)state;
    replays_fini(&replays);
    return 0;
}

static struct payload *made(size_t len)
{
    char data[REPLAYS_MOST_BYTES + 1];

    memset(data, 'x', sizeof(data));
    return payload_new(data, len, PAYLOAD_KEPT);
}

/* Given to the table alone. */
static struct payload *keep(uint64_t id, uint32_t form)
{
    struct payload *p = made(10);

    replays_keep(&replays, id, form, p);
    payload_unref(p);
    return p;
}

static void what_is_kept_is_found_by_id_and_form(void **state)
{
    struct payload *first, *other, *next;

    (void)state;
    assert_null(replays_find(&replays, 7, 0, NOON));
    first = keep(7, 0);
    other = keep(7, 8);
    next = keep(8, 0);
    assert_ptr_equal(replays_find(&replays, 7, 0, NOON), first);
    assert_ptr_equal(replays_find(&replays, 7, 8, NOON), other);
    assert_ptr_equal(replays_find(&replays, 8, 0, NOON), next);
    assert_null(replays_find(&replays, 8, 8, NOON));
    assert_int_equal(first->refs, 1);
}

static void what_is_queued_outlives_its_place(void **state)
{
    struct payload *p = payload_ref(keep(7, 0));

    (void)state;
    for (uint64_t id = 8; p->refs > 1; id++) {
        assert_true(id < 100 * REPLAYS_KEPT);
        keep(id, 0);
    }
    assert_null(replays_find(&replays, 7, 0, NOON));
    payload_unref(p);
}

/* The time of an old line has the date on another day. */
static void nothing_is_kept_into_another_day(void **state)
{
    (void)state;
    assert_null(replays_find(&replays, 7, 0, NOON));
    keep(7, 0);
    assert_non_null(replays_find(&replays, 7, 0, NOON + 12 * 3600000 - 1));
    assert_null(replays_find(&replays, 7, 0, NOON + 12 * 3600000));
    keep(7, 0);
    assert_null(replays_find(&replays, 7, 0, NOON)); /* when the clock is put back, too */
}

static void neither_long_ones_nor_those_without_an_id_are_kept(void **state)
{
    struct payload *longest = made(REPLAYS_MOST_BYTES), *longer = made(REPLAYS_MOST_BYTES + 1);

    (void)state;
    assert_null(replays_find(&replays, 0, 0, NOON));
    keep(1, 0);
    replays_keep(&replays, 2, 0, longest);
    replays_keep(&replays, 3, 0, longer);
    replays_keep(&replays, 0, 0, longest);
    assert_ptr_equal(replays_find(&replays, 2, 0, NOON), longest);
    assert_null(replays_find(&replays, 3, 0, NOON));
    assert_null(replays_find(&replays, 0, 0, NOON));
    assert_int_equal(longest->refs, 2);
    assert_int_equal(longer->refs, 1);
    payload_unref(longest);
    payload_unref(longer);
}

static void number_of_places_is_bounded_and_used(void **state)
{
    uint64_t begin_id = (uint64_t)NOON << 16;
    unsigned found = 0;

    (void)state;
    assert_null(replays_find(&replays, 1, 0, NOON));
    for (uint64_t i = 0; i < 20 * REPLAYS_KEPT; i++) {
        keep(begin_id + i * 65536 * 997, (uint32_t)(i % 3));
    }
    for (uint64_t i = 0; i < 20 * REPLAYS_KEPT; i++) {
        found += replays_find(&replays, begin_id + i * 65536 * 997, (uint32_t)(i % 3), NOON) != NULL;
    }
    assert_in_range(found, REPLAYS_KEPT * 9 / 10, REPLAYS_KEPT);
}

/* Those of a room that many enter, whatever the distances of its lines. */
static void few_lines_have_places_of_their_own(void **state)
{
    static const uint64_t distances[] = {1, 1000, 65536, UINT64_C(65536) * 77000, UINT64_C(65536) * 60000};

    (void)state;
    for (size_t d = 0; d < sizeof(distances) / sizeof(distances[0]); d++) {
        uint64_t begin_id = (uint64_t)NOON << 16;
        unsigned found = 0;

        replays_fini(&replays);
        assert_null(replays_find(&replays, 1, 0, NOON));
        for (uint64_t i = 0; i < 20; i++) {
            keep(begin_id + i * distances[d], 0);
        }
        for (uint64_t i = 0; i < 20; i++) {
            found += replays_find(&replays, begin_id + i * distances[d], 0, NOON) != NULL;
        }
        assert_in_range(found, 19, 20);
    }
}

static void message_that_is_gone_is_found_in_no_form(void **state)
{
    unsigned others = 0;

    (void)state;
    assert_null(replays_find(&replays, 7, 0, NOON));
    for (uint32_t form = 0; form < 40; form++) {
        keep(7, form);
        keep(8, form);
    }
    replays_forget(&replays, 7);
    replays_forget(&replays, 9);
    for (uint32_t form = 0; form < 40; form++) {
        assert_null(replays_find(&replays, 7, form, NOON));
        others += replays_find(&replays, 8, form, NOON) != NULL;
    }
    assert_in_range(others, 30, 40); /* few have lost their places */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_kept_is_found_by_id_and_form, begin, end),
        cmocka_unit_test_setup_teardown(what_is_queued_outlives_its_place, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_kept_into_another_day, begin, end),
        cmocka_unit_test_setup_teardown(neither_long_ones_nor_those_without_an_id_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(number_of_places_is_bounded_and_used, begin, end),
        cmocka_unit_test_setup_teardown(message_that_is_gone_is_found_in_no_form, begin, end),
        cmocka_unit_test_setup_teardown(few_lines_have_places_of_their_own, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

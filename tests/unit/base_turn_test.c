/* Tests of base/turn.h: when a part of a turn is over. */
#include "config.h"

#include "base/turn.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define MS UINT64_C(1000000)

static uint64_t now_ns;

static void read_now(struct clock *clock)
{
    clock->mono_ns = now_ns;
    clock->mono_ms = now_ns / MS;
}

static struct clock the_clock;
static struct turn turn;

static int begin(void **state)
{
    (void)state;
    now_ns = 1000 * MS;
    the_clock = (struct clock){.read = read_now};
    clock_refresh(&the_clock);
    turn = (struct turn){.clock = &the_clock};
    return 0;
}

static void part_is_over_when_its_share_has_passed(void **state)
{
    (void)state;
    turn_begin_part(&turn, TURN_EVENTS);
    assert_false(turn_is_over(&turn));
    now_ns += 3 * MS;
    assert_false(turn_is_over(&turn));
    now_ns += 1 * MS;
    assert_true(turn_is_over(&turn));
    turn_begin_part(&turn, TURN_DUE);
    assert_false(turn_is_over(&turn));
    now_ns += 1 * MS;
    assert_true(turn_is_over(&turn));
}

static void the_turn_goes_on_to_see_one_moment(void **state)
{
    (void)state;
    turn_begin_part(&turn, TURN_EVENTS);
    now_ns += 7 * MS;
    assert_true(turn_is_over(&turn));
    assert_true(clock_ms(&the_clock) == 1000);
}

static void waiting_does_not_count(void **state)
{
    (void)state;
    the_clock.stale = true;
    turn_begin_part(&turn, TURN_EVENTS);
    now_ns += 5000 * MS;
    (void)clock_ms(&the_clock); /* the loop has woken up */
    now_ns += 3 * MS;
    assert_false(turn_is_over(&turn));
    now_ns += 1 * MS;
    assert_true(turn_is_over(&turn));
}

static void all_parts_together_take_20_ms(void **state)
{
    uint64_t begun_ns = now_ns;

    (void)state;
    for (int part = 0; part < TURN_PARTS; part++) {
        turn_begin_part(&turn, (enum turn_part)part);
        while (!turn_is_over(&turn)) {
            now_ns += MS / 10;
        }
    }
    assert_true(now_ns - begun_ns <= 20 * MS);
}

static void without_a_turn_nothing_is_over(void **state)
{
    (void)state;
    assert_false(turn_is_over(NULL));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(part_is_over_when_its_share_has_passed),
        TEST(the_turn_goes_on_to_see_one_moment),
        TEST(waiting_does_not_count),
        TEST(all_parts_together_take_20_ms),
        TEST(without_a_turn_nothing_is_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

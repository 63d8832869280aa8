/* Tests of session/crowd.h: who may do how much at once. */
#include "config.h"

#include "session/crowd.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static struct clock the_clock;
static struct crowd crowd;
static struct timeq_node nodes[3];
static int served[8], count;
static const int alice, bob;

static void stand_still(struct clock *clock)
{
    (void)clock;
}

static void due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    served[count++] = (int)(node - nodes);
}

static int begin(void **state)
{
    (void)state;
    the_clock = (struct clock){.mono_ms = 1000, .mono_ns = 1000000000, .read = stand_still};
    crowd_init(&crowd, &the_clock, due, NULL);
    count = 0;
    return 0;
}

static void little_is_done_at_once_and_much_is_not(void **state)
{
    (void)state;
    assert_true(crowd_may_do(&crowd, &alice, CROWD_LINE));
    assert_true(crowd_may_do(&crowd, &alice, CROWD_LINE));
    assert_false(crowd_may_do(&crowd, &alice, CROWD_DIRECT));
    assert_true(crowd_may_do(&crowd, &bob, CROWD_DIRECT)); /* has a share of its own */
    assert_false(crowd_may_do(&crowd, &bob, 1));
}

static void each_turn_brings_a_new_share(void **state)
{
    (void)state;
    assert_true(crowd_may_do(&crowd, &alice, CROWD_DIRECT));
    assert_false(crowd_may_do(&crowd, &alice, 1));
    the_clock.mono_ns += 1000000;
    assert_true(crowd_may_do(&crowd, &alice, CROWD_DIRECT));
}

static void whose_turn_has_come_may_do_more(void **state)
{
    (void)state;
    crowd_serve(&crowd, &alice, 1000);
    assert_true(crowd_may_do(&crowd, &alice, CROWD_QUANTUM - 1000));
    assert_false(crowd_may_do(&crowd, &alice, 1));
    crowd_serve(&crowd, &bob, CROWD_QUANTUM * 5); /* done whatever it takes, but nothing behind it */
    assert_false(crowd_may_do(&crowd, &bob, 1));
}

static void those_who_wait_are_served_in_order(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        crowd_wait(&crowd, &nodes[i]);
    }
    timeq_run_first(&crowd.waiting);
    crowd_wait(&crowd, &nodes[0]);
    while (!timeq_is_empty(&crowd.waiting)) {
        timeq_run_first(&crowd.waiting);
    }
    assert_int_equal(count, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(served[i], i % 3);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(little_is_done_at_once_and_much_is_not),
        TEST(each_turn_brings_a_new_share),
        TEST(whose_turn_has_come_may_do_more),
        TEST(those_who_wait_are_served_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

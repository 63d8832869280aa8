/* Tests of base/timeq.h: nodes that wait for the same time. */
#include "config.h"

#include "base/timeq.h"

#include "base/container.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

struct thing {
    struct timeq_node node;
    char name;
    int again;            /* how often it is pushed again when it is due */
    struct thing *removes; /* the thing that it removes when it is due */
};

static char ran[256]; /* the names of the things that were due, in order */
static uint64_t now;

static void due(struct timeq *q, struct timeq_node *node)
{
    struct thing *thing = CONTAINER_OF(node, struct thing, node);
    size_t len = strlen(ran);

    assert_false(timeq_is_waiting(node)); /* it has been removed */
    assert_true(len < sizeof(ran) - 1);   /* otherwise the run does not end */
    ran[len] = thing->name;
    ran[len + 1] = '\0';
    if (thing->removes != NULL) {
        timeq_remove(&thing->removes->node);
    }
    if (thing->again > 0) {
        thing->again--;
        timeq_push(q, node, now);
    }
}

static void run(struct timeq *q, uint64_t at, const char *want)
{
    now = at;
    ran[0] = '\0';
    timeq_run(q, at);
    assert_string_equal(ran, want);
}

static struct thing things[4];
static struct timeq q;

static int begin(void **state)
{
    (void)state;
    memset(things, 0, sizeof(things));
    for (int i = 0; i < 4; i++) {
        things[i].name = (char)('a' + i);
    }
    timeq_init(&q, 100, due, NULL);
    return 0;
}

static void who_joined_first_is_due_first(void **state)
{
    (void)state;
    timeq_push(&q, &things[1].node, 1000);
    timeq_push(&q, &things[0].node, 1050);
    timeq_push(&q, &things[2].node, 1050);
    run(&q, 1099, "");
    run(&q, 1100, "b");
    run(&q, 1149, "");
    run(&q, 2000, "ac");
    run(&q, 3000, "");
}

static void wait_is_told_to_the_millisecond(void **state)
{
    (void)state;
    assert_int_equal(timeq_wait_ms(&q, 1000), TIMEQ_NEVER);
    timeq_push(&q, &things[0].node, 1000);
    assert_int_equal(timeq_wait_ms(&q, 1000), 100);
    assert_int_equal(timeq_wait_ms(&q, 1099), 1);
    assert_int_equal(timeq_wait_ms(&q, 1100), 0);
    assert_int_equal(timeq_wait_ms(&q, 9999), 0);
    timeq_remove(&things[0].node);
    assert_int_equal(timeq_wait_ms(&q, 9999), TIMEQ_NEVER);
}

static void joining_again_is_joining_at_the_end(void **state)
{
    (void)state;
    timeq_push(&q, &things[0].node, 1000);
    timeq_push(&q, &things[1].node, 1010);
    timeq_push(&q, &things[0].node, 1020);
    run(&q, 1115, "b");
    run(&q, 1120, "a");
}

static void leaving_is_harmless_anywhere(void **state)
{
    (void)state;
    timeq_remove(&things[0].node);
    timeq_push(&q, &things[0].node, 1000);
    timeq_push(&q, &things[1].node, 1000);
    timeq_push(&q, &things[2].node, 1000);
    timeq_remove(&things[1].node);
    timeq_remove(&things[1].node);
    assert_false(timeq_is_waiting(&things[1].node));
    assert_true(timeq_is_waiting(&things[2].node));
    run(&q, 1100, "ac");
}

static void changed_wait_counts_for_those_who_wait_already(void **state)
{
    (void)state;
    timeq_push(&q, &things[0].node, 1000);
    q.wait_ms = 10;
    assert_int_equal(timeq_wait_ms(&q, 1005), 5);
    run(&q, 1010, "a");
    timeq_push(&q, &things[0].node, 1010);
    q.wait_ms = 1000;
    run(&q, 1200, "");
    run(&q, 2010, "a");
}

static void who_joins_again_while_due_waits_for_the_next_run(void **state)
{
    (void)state;
    things[0].again = 1;
    timeq_push(&q, &things[0].node, 1000);
    timeq_push(&q, &things[1].node, 1000);
    run(&q, 1100, "ab");
    run(&q, 1199, "");
    run(&q, 1200, "a");
}

static void run_ends_even_without_a_wait(void **state)
{
    (void)state;
    q.wait_ms = 0;
    for (int i = 0; i < 4; i++) {
        things[i].again = 1000;
        timeq_push(&q, &things[i].node, 1000);
    }
    run(&q, 1000, "abcd");
    run(&q, 1000, "abcd");
}

static void run_ends_even_when_its_last_is_taken_out(void **state)
{
    (void)state;
    q.wait_ms = 0;
    things[0].again = things[1].again = 1000;
    things[0].removes = &things[2];
    for (int i = 0; i < 3; i++) {
        timeq_push(&q, &things[i].node, 1000);
    }
    run(&q, 1000, "ab");
    run(&q, 1000, "ab");
}

static void next_one_may_be_taken_out_by_the_one_before(void **state)
{
    (void)state;
    things[0].removes = &things[1];
    for (int i = 0; i < 3; i++) {
        timeq_push(&q, &things[i].node, 1000);
    }
    run(&q, 1100, "ac");
    assert_false(timeq_is_waiting(&things[1].node));
}

static void last_of_all_may_take_itself_out_of_nothing(void **state)
{
    (void)state;
    things[0].removes = &things[0];
    timeq_push(&q, &things[0].node, 1000);
    run(&q, 1100, "a");
    assert_int_equal(timeq_wait_ms(&q, 1100), TIMEQ_NEVER);
}

static void turn_that_is_over_leaves_the_rest_due(void **state)
{
    struct clock clock;
    struct turn turn = {.clock = &clock};

    (void)state;
    fake_clock_init(&clock);
    fake_clock_fly(&clock);
    for (int i = 0; i < 3; i++) {
        timeq_push(&q, &things[i].node, 1000);
    }
    things[0].again = 1;
    now = 1100;
    for (int i = 1; i <= 3; i++) {
        turn_begin_part(&turn, TURN_DUE);
        ran[0] = '\0';
        timeq_run_part(&q, now, &turn);
        assert_int_equal(strlen(ran), 1); /* at least one, even if there is no time */
        assert_int_equal(ran[0], "abc"[i - 1]);
    }
    assert_false(timeq_is_empty(&q));
    run(&q, 1200, "a");
    assert_true(timeq_is_empty(&q));
}

static void first_is_run_however_long_it_has_waited(void **state)
{
    (void)state;
    timeq_push(&q, &things[1].node, 1000);
    timeq_push(&q, &things[0].node, 1000);
    ran[0] = '\0';
    timeq_run_first(&q);
    assert_string_equal(ran, "b");
    timeq_run_first(&q);
    assert_string_equal(ran, "ba");
    assert_true(timeq_is_empty(&q));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_joined_first_is_due_first, begin),
        cmocka_unit_test_setup(wait_is_told_to_the_millisecond, begin),
        cmocka_unit_test_setup(joining_again_is_joining_at_the_end, begin),
        cmocka_unit_test_setup(leaving_is_harmless_anywhere, begin),
        cmocka_unit_test_setup(changed_wait_counts_for_those_who_wait_already, begin),
        cmocka_unit_test_setup(who_joins_again_while_due_waits_for_the_next_run, begin),
        cmocka_unit_test_setup(run_ends_even_without_a_wait, begin),
        cmocka_unit_test_setup(run_ends_even_when_its_last_is_taken_out, begin),
        cmocka_unit_test_setup(next_one_may_be_taken_out_by_the_one_before, begin),
        cmocka_unit_test_setup(turn_that_is_over_leaves_the_rest_due, begin),
        cmocka_unit_test_setup(first_is_run_however_long_it_has_waited, begin),
        cmocka_unit_test_setup(last_of_all_may_take_itself_out_of_nothing, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

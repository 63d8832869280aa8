/* Tests of loop.h: the measured length of a turn.  The tests of net and session show what a turn does. */
#include "config.h"

#include "loop.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define MS UINT64_C(1000000)

static struct fake_loop f;
static struct fake_peer peer;
static uint64_t now_ns;   /* by the system's clock */
static uint64_t busy_ns;  /* the time that the handler takes */

static void read_now(struct clock *clock)
{
    clock->mono_ns = now_ns;
    clock->mono_ms = now_ns / MS;
}

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &limits);
    now_ns = FAKE_MONO_MS * MS;
    f.clock.read = read_now;
    fake_peer_open(&peer, &f, 0);
    fake_loop_turn(&f);
    f.loop.turns.sum = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_loop_fini(&f);
    fake_peer_fini(&peer);
    return 0;
}

static void be_busy(struct fake_peer *p)
{
    (void)p;
    now_ns += busy_ns;
}

static void yield_busily(struct fake_peer *p)
{
    now_ns += busy_ns;
    conn_yield(p->conn);
}

static uint64_t turns(void)
{
    uint64_t count = 0;

    for (size_t i = 0; i <= f.loop.turns.count; i++) {
        count += f.loop.turns.buckets[i];
    }
    return count;
}

static void waiting_is_no_part_of_a_turn(void **state)
{
    uint64_t before = turns();

    (void)state;
    now_ns += 5000 * MS; /* this time passes until the loop wakes up */
    fake_loop_turn(&f);
    assert_int_equal(turns(), before + 1);
    assert_int_equal(f.loop.turns.sum, 0);
}

static void what_a_handler_takes_is(void **state)
{
    (void)state;
    busy_ns = 30 * MS;
    peer.on_input = be_busy;
    fake_puts(peer.far, "x");
    now_ns += 5000 * MS;
    fake_loop_turn(&f);
    assert_int_equal(peer.inputs, 1);
    assert_true(f.loop.turns.sum == 30 * MS);
}

static void what_goes_on_from_the_last_turn_is(void **state)
{
    (void)state;
    busy_ns = 20 * MS;
    peer.on_ready = yield_busily;
    conn_yield(peer.conn);
    fake_loop_turn(&f);
    assert_int_equal(peer.readies, 1);
    assert_true(f.loop.turns.sum == 20 * MS);
}

static void those_who_always_go_on_take_turns(void **state)
{
    struct fake_peer others[3];

    (void)state;
    busy_ns = 5 * MS; /* more than the turn has for all of them */
    for (int i = 0; i < 3; i++) {
        fake_peer_open(&others[i], &f, 0);
        others[i].on_ready = yield_busily;
        conn_yield(others[i].conn);
    }
    fake_loop_turns(&f, 9);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(others[i].readies, 3);
    }
    fake_loop_net_fini(&f);
    for (int i = 0; i < 3; i++) {
        fake_peer_fini(&others[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(waiting_is_no_part_of_a_turn),
        TEST(what_a_handler_takes_is),
        TEST(what_goes_on_from_the_last_turn_is),
        TEST(those_who_always_go_on_take_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of net/net.h: what is done with all connections.  With real sockets and a loop turned by hand. */
#include "config.h"

#include "net/net.h"

#include "fakes.h"
#include "net/conn.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct fake_loop f;
static struct fake_peers peers;

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &limits);
    peers.count = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_peers_end(&peers, &f);
    return 0;
}

static struct fake_peer *open_peer(int buffer)
{
    return fake_peers_open(&peers, &f, buffer);
}

static struct fake_peer *open_stuck(void)
{
    return fake_peers_open_stuck(&peers, &f);
}

static void turn(void)
{
    fake_loop_turn(&f);
}

static void everybody_is_told_when_the_server_stops(void **state)
{
    struct fake_peer *one = open_peer(0), *blocked = open_stuck(), *going = open_peer(0);

    (void)state;
    conn_finish(going->conn, REASON_QUIT);
    net_end_all(&f.net, REASON_SHUTDOWN);
    turn();
    assert_int_equal(one->ends, 1);
    assert_int_equal(blocked->ends, 1);
    assert_int_equal(going->ends, 0);
    assert_int_equal(one->reason, REASON_SHUTDOWN);
    assert_int_equal(going->reason, REASON_QUIT);
    assert_false(fake_peer_read(one));
    assert_string_equal(fake_peer_got(one), "bye");
    fake_peer_read_all(blocked);
    assert_int_equal(blocked->got.len, 60003);
}

/* As when a person leaves: sends lines to others, whose connections are closed too. */
static void tell_others(struct fake_peer *peer)
{
    for (int i = 0; i < peers.count; i++) {
        if (&peers.list[i] != peer && peers.list[i].conn != NULL) {
            conn_send_bytes(peers.list[i].conn, "left", 4);
            conn_yield(peers.list[i].conn);
        }
    }
}

static void taking_down_takes_everything(void **state)
{
    (void)state;
    for (int i = 0; i < FAKE_PEERS; i++) {
        struct fake_peer *peer = i % 2 != 0 ? open_peer(0) : open_stuck();

        peer->on_closed = tell_others;
        conn_send_bytes(peer->conn, "queued", 6);
        if (i % 3 == 0) {
            conn_yield(peer->conn);
        }
        if (i == 4) {
            conn_finish(peer->conn, REASON_QUIT);
        }
        if (i == 5) {
            conn_close(peer->conn, REASON_ERROR);
        }
    }
    fake_loop_net_fini(&f);
    for (int i = 0; i < FAKE_PEERS; i++) {
        assert_int_equal(peers.list[i].reason, i == 4 ? REASON_QUIT : i == 5 ? REASON_ERROR : REASON_SHUTDOWN);
    }
}

static void closing_one_within_another_s_callback_is_harmless(void **state)
{
    struct fake_peer *one = open_peer(0), *other = open_peer(0);

    (void)state;
    one->on_closed = tell_others;
    other->on_closed = tell_others;
    conn_close(one->conn, REASON_ERROR);
    conn_close(other->conn, REASON_ERROR);
    fake_loop_turns(&f, 3);
    assert_int_equal(f.net.count, 0);
}

static void turn_that_has_taken_its_time_leaves_input_sides_that_go_on_for_the_next(void **state)
{
    struct fake_peer *one = open_peer(0), *two = open_peer(0);

    (void)state;
    turn();
    fake_clock_fly(&f.clock);
    conn_yield(one->conn);
    conn_yield(two->conn);
    turn();
    assert_int_equal(one->readies + two->readies, 1);
    turn();
    assert_int_equal(one->readies, 1);
    assert_int_equal(two->readies, 1);
}

static void turn_that_has_taken_its_time_leaves_the_closed_for_the_next(void **state)
{
    struct fake_peer *three[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        three[i] = open_peer(0);
    }
    turn();
    fake_clock_fly(&f.clock);
    for (int i = 0; i < 3; i++) {
        conn_close(three[i]->conn, REASON_ERROR);
    }
    for (int i = 1; i <= 3; i++) {
        turn();
        assert_int_equal(three[0]->freeds + three[1]->freeds + three[2]->freeds, i);
        assert_int_equal(net_has_work(&f.net), i < 3);
    }
}

static void all_are_ended_in_as_many_turns_as_it_takes(void **state)
{
    struct fake_peer *four[4];
    int ends = 0;

    (void)state;
    for (int i = 0; i < 4; i++) {
        four[i] = open_peer(0);
    }
    turn();
    fake_clock_fly(&f.clock);
    net_end_all(&f.net, REASON_SHUTDOWN);
    assert_int_equal(four[0]->ends + four[1]->ends + four[2]->ends + four[3]->ends, 1);
    conn_close(four[2]->conn, REASON_ERROR); /* the next one of the walk, or one that was visited */
    for (int i = 0; i < 6; i++) {
        turn();
    }
    for (int i = 0; i < 4; i++) {
        ends += four[i]->ends;
    }
    assert_int_equal(ends, 3);
    assert_int_equal(four[2]->ends, 0);
}

static void walk_meets_whoever_was_there_and_is_still(void **state)
{
    struct fake_peer *p[5];
    struct net_walk walk, other;

    (void)state;
    for (int i = 0; i < 5; i++) {
        p[i] = open_peer(0);
    }
    net_walk_begin(&f.net, &walk);
    net_walk_begin(&f.net, &other);
    assert_ptr_equal(net_walk_next(&walk), p[4]->conn);
    conn_close(p[3]->conn, REASON_ERROR); /* the next */
    conn_close(p[4]->conn, REASON_ERROR); /* the last one visited */
    conn_close(p[1]->conn, REASON_ERROR);
    turn();
    p[1] = open_peer(0);
    assert_ptr_equal(net_walk_next(&walk), p[2]->conn);
    assert_ptr_equal(net_walk_next(&other), p[2]->conn);
    net_walk_end(&f.net, &other);
    assert_ptr_equal(net_walk_next(&walk), p[0]->conn);
    assert_null(net_walk_next(&walk));
    assert_null(net_walk_next(&walk));
    net_walk_end(&f.net, &walk);
    assert_null(f.net.walks);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everybody_is_told_when_the_server_stops),
        TEST(taking_down_takes_everything),
        TEST(closing_one_within_another_s_callback_is_harmless),
        TEST(turn_that_has_taken_its_time_leaves_input_sides_that_go_on_for_the_next),
        TEST(turn_that_has_taken_its_time_leaves_the_closed_for_the_next),
        TEST(all_are_ended_in_as_many_turns_as_it_takes),
        TEST(walk_meets_whoever_was_there_and_is_still),
    };

    return fake_run_with_uring(tests);
}

/* Tests of net/relief.h: when all queues together are too long, the connections that hold the most lose lines or are
 * closed, and none that holds little. */
#include "config.h"

#include "net/relief.h"

#include "fakes.h"
#include "net/flush.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

enum { LIMIT = 800000, TARGET = LIMIT / 8 * 7 };

static struct fake_loop f;
static struct fake_peers peers;

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    limits.memory_bytes = LIMIT;
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

static struct fake_peer *open_blocked(void)
{
    return fake_peers_open_blocked(&peers, &f);
}

static void queue(struct fake_peer *peer, enum payload_class kind, unsigned bytes)
{
    for (; bytes > 0; bytes -= 1000) {
        fake_peer_send(peer, kind == PAYLOAD_KEPT ? 'k' : 'd', 1000, kind);
    }
}

static void hoarder_is_closed_and_those_with_little_lose_nothing(void **state)
{
    struct fake_peer *hoarder, *small[3];

    (void)state;
    hoarder = open_blocked();
    queue(hoarder, PAYLOAD_KEPT, 720000); /* between seven eighths of the limit and all of it */
    for (int i = 0; i < 3; i++) {
        small[i] = open_blocked();
        queue(small[i], PAYLOAD_DROPPABLE, 50000);
    }
    fake_loop_turn(&f);
    assert_null(hoarder->conn);
    assert_int_equal(hoarder->reason, REASON_QUEUE_FULL);
    for (int i = 0; i < 3; i++) {
        fake_peer_read_all(small[i]);
        assert_int_equal(small[i]->gaps, 0);
        assert_non_null(small[i]->conn);
    }
}

static void of_two_hoarders_the_greater_is_closed(void **state)
{
    struct fake_peer *great, *less;

    (void)state;
    great = open_blocked();
    queue(great, PAYLOAD_KEPT, 500000);
    less = open_blocked();
    queue(less, PAYLOAD_KEPT, 360000);
    fake_loop_turn(&f);
    assert_null(great->conn);
    assert_non_null(less->conn);
}

static void long_queues_are_cut_to_the_target_and_no_further(void **state)
{
    struct fake_peer *large[2], *small;

    (void)state;
    small = open_blocked();
    queue(small, PAYLOAD_DROPPABLE, 100000);
    for (int i = 0; i < 2; i++) {
        large[i] = open_blocked();
        queue(large[i], PAYLOAD_DROPPABLE, 360000);
    }
    fake_loop_turn(&f);
    assert_true(f.net.queued_bytes <= TARGET);
    assert_true(f.net.queued_bytes > TARGET - 2000);
    fake_peer_read_all(small);
    assert_int_equal(small->gaps, 0);
    for (int i = 0; i < 2; i++) {
        assert_non_null(large[i]->conn);
        assert_in_range(conn_queued_bytes(large[i]->conn), 200000, 370000);
    }
}

static void unfinished_input_counts_and_its_holder_is_told_why(void **state)
{
    struct fake_peer *typing, *small, *reader;

    (void)state;
    typing = fake_peers_open(&peers, &f, 0);
    small = fake_peers_open(&peers, &f, 0);
    reader = open_blocked();
    queue(reader, PAYLOAD_DROPPABLE, 100000);
    conn_note_input(small->conn, 4000);
    conn_note_input(typing->conn, 600000);
    fake_loop_turn(&f);
    assert_non_null(typing->conn); /* 704,000 bytes; 800,000 are allowed */
    conn_note_input(typing->conn, 700000);
    assert_int_equal(f.net.input_bytes, 704000);
    fake_loop_turn(&f);
    assert_int_equal(typing->ends, 1);
    assert_int_equal(typing->reason, REASON_INPUT_FULL);
    fake_peer_read_all(typing);
    assert_string_equal(fake_peer_got(typing), "bye");
    assert_int_equal(f.net.input_bytes, 4000);
    assert_non_null(small->conn);
    fake_peer_read_all(reader);
    assert_int_equal(reader->gaps, 0);
}

static void holder_of_input_that_takes_nothing_is_closed_at_once(void **state)
{
    struct fake_peer *peer;

    (void)state;
    peer = open_blocked();
    conn_note_input(peer->conn, LIMIT);
    fake_loop_turn(&f);
    assert_null(peer->conn);
    assert_int_equal(peer->ends, 0);
    assert_int_equal(peer->reason, REASON_INPUT_FULL);
    assert_int_equal(f.net.input_bytes, 0);
    assert_int_equal(f.net.queued_bytes, 0);
}

/* Queued in a turn that had no time to write it. */
static void reader_who_was_not_written_to_yet_loses_nothing(void **state)
{
    struct fake_peer *slow, *fast;

    (void)state;
    fast = fake_peers_open(&peers, &f, 1 << 20);
    slow = open_blocked(); /* the walk visits it first */
    queue(slow, PAYLOAD_DROPPABLE, 500000);
    queue(fast, PAYLOAD_DROPPABLE, 400000);
    relief_run(&f.net);
    assert_int_equal(conn_queued_bytes(fast->conn), 0);
    assert_true(f.net.queued_bytes <= TARGET);
    fake_peer_read_all(fast);
    fake_peer_read_all(slow);
    assert_int_equal(fast->gaps + slow->gaps, 0);
}

/* For any mixture: afterwards the sum is at most the target, and no connection with half a share has lost anything. */
static void any_mixture_is_brought_down_to_the_target(void **state)
{
    (void)state;
    for (int round = 0; round < 40; round++) {
        struct net_limits limits = f.net.limits;
        uint64_t held[FAKE_PEERS], share;
        uint64_t sum = 0;

        limits.memory_bytes = UINT64_C(1) << 40;
        net_set_limits(&f.net, &limits);
        for (int i = 0; i < FAKE_PEERS; i++) {
            struct fake_peer *peer = open_blocked();

            queue(peer, PAYLOAD_KEPT, 1000 * fake_rnd(fake_rnd(4) == 0 ? 300 : 10));
            queue(peer, PAYLOAD_DROPPABLE, 1000 * fake_rnd(200));
            conn_note_input(peer->conn, fake_rnd(4) == 0 ? fake_rnd(200000) : 0);
            held[i] = conn_queued_bytes(peer->conn) + conn_input_bytes(peer->conn);
            sum += held[i];
        }
        limits.memory_bytes = sum - 1 - fake_rnd((uint32_t)sum / 2);
        net_set_limits(&f.net, &limits);
        share = (limits.memory_bytes - limits.memory_bytes / 8) / FAKE_PEERS;
        relief_run(&f.net);
        net_reap(&f.net);
        assert_true(f.net.queued_bytes + f.net.input_bytes <= limits.memory_bytes - limits.memory_bytes / 8);
        for (int i = 0; i < FAKE_PEERS; i++) {
            struct fake_peer *peer = &peers.list[i];

            if (held[i] <= share / 2) {
                assert_non_null(peer->conn);
                assert_int_equal(conn_queued_bytes(peer->conn) + conn_input_bytes(peer->conn), held[i]);
            }
        }
        end(NULL);
        begin(NULL);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hoarder_is_closed_and_those_with_little_lose_nothing),
        TEST(of_two_hoarders_the_greater_is_closed),
        TEST(long_queues_are_cut_to_the_target_and_no_further),
        TEST(unfinished_input_counts_and_its_holder_is_told_why),
        TEST(holder_of_input_that_takes_nothing_is_closed_at_once),
        TEST(reader_who_was_not_written_to_yet_loses_nothing),
        TEST(any_mixture_is_brought_down_to_the_target),
    };

    return fake_run_with_uring(tests);
}

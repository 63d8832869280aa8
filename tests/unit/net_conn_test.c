/* Tests of net/conn.h: every way in which the server ends a connection; net_intake_test.c tests reading, and
 * net_flush_test.c writing.  With real sockets and a loop turned by hand. */
#include "config.h"

#include "net/conn.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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

static void close_now(struct fake_peer *peer)
{
    conn_send_bytes(peer->conn, "unheard", 7);
    conn_close(peer->conn, REASON_ERROR);
    conn_close(peer->conn, REASON_QUIT); /* the first reason stays */
    conn_finish(peer->conn, REASON_QUIT);
    conn_send_bytes(peer->conn, "unheard", 7);
    conn_pause(peer->conn);
    conn_resume(peer->conn);
    conn_yield(peer->conn);
    assert_int_equal(peer->closeds, 0); /* nothing is freed while a caller may use it */
    assert_int_equal(peer->conn->armed, 0);
}

static void close_within_any_callback_frees_at_the_turn_s_end(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct fake_peer *peer = open_peer(0);

        if (way == 0) {
            peer->on_input = close_now;
            fake_puts(peer->far, "x");
        } else if (way == 1) {
            peer->on_ready = close_now;
            conn_yield(peer->conn);
        } else {
            peer->on_eof = close_now;
            shutdown(peer->far, SHUT_WR);
        }
        fake_loop_turns(&f, 2); /* the second turn is for the input side that has yielded */
        assert_int_equal(peer->closeds, 1);
        assert_int_equal(peer->reason, REASON_ERROR);
        assert_int_equal(f.net.count, 0);
        assert_false(fake_peer_read(peer));
        assert_string_equal(fake_peer_got(peer), "");
    }
}

static void finish_now(struct fake_peer *peer)
{
    conn_send_bytes(peer->conn, "goodbye", 7);
    conn_finish(peer->conn, REASON_QUIT);
}

static void finish_writes_what_is_queued_and_hears_nothing_more(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    peer->on_input = finish_now;
    fake_puts(peer->far, "x");
    turn();
    assert_int_equal(peer->closeds, 1);
    assert_int_equal(f.net.count, 1); /* lingers */
    assert_false(fake_peer_read(peer));
    assert_string_equal(fake_peer_got(peer), "goodbye");
    fake_puts(peer->far, "what comes now is read, and thrown away");
    turn();
    assert_int_equal(peer->inputs, 1);
    assert_int_equal(f.net.count, 1);
    assert_int_equal(f.net.closes[peer->reason], 0); /* not yet */
    fake_peer_hang_up(peer);
    turn();
    assert_int_equal(f.net.count, 0);
    assert_int_equal(f.net.closes[peer->reason], 1);
    assert_int_equal(f.net.bytes_out, strlen("goodbye"));
}

/* Others speak in the turn in which a person leaves, and while the last lines are being written. */
static void nothing_is_said_after_the_last_word(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    conn_send_bytes(peer->conn, "goodbye", 7);
    conn_finish(peer->conn, REASON_KICKED);
    assert_true(conn_is_full(peer->conn, 1)); /* a private line is refused, and its sender learns it */
    fake_peer_send(peer, 'x', 100, PAYLOAD_KEPT);
    fake_peer_send(peer, 'x', 100, PAYLOAD_DROPPABLE);
    assert_int_equal(conn_queued_bytes(peer->conn), 7);
    turn();
    assert_false(fake_peer_read(peer));
    assert_string_equal(fake_peer_got(peer), "goodbye");
    fake_peer_hang_up(peer);
    turn();
    assert_int_equal(f.net.count, 0);
}

static void one_that_was_turned_away_is_no_close(void **state)
{
    static const struct addr nowhere = {.kind = ADDR_UNIX};
    int far;
    struct conn *conn = conn_new(&f.net, fake_pair(&far, 0), &nowhere);

    (void)state;
    conn_finish(conn, REASON_SERVER_FULL);
    close(far);
    fake_loop_turns(&f, 3);
    assert_int_equal(f.net.count, 0);
    for (int i = 0; i < REASON_COUNT; i++) {
        assert_int_equal(f.net.closes[i], 0);
    }
}

static void lingering_ends_in_time(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    conn_finish(peer->conn, REASON_QUIT);
    turn();
    fake_loop_pass(&f, NET_LINGER_MS - 1);
    assert_int_equal(f.net.count, 1);
    fake_puts(peer->far, "talking does not prolong it");
    fake_loop_pass(&f, 1);
    assert_int_equal(f.net.count, 0);
}

static bool was_open_when_closed;

static void read_when_closed(struct fake_peer *peer)
{
    was_open_when_closed = fake_peer_read(peer);
}

/* With the connection an owner gives back what others may want: its name, its place. */
static void the_peer_sees_the_end_only_after_the_owner_has_been_told(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    peer->on_input = finish_now;
    peer->on_closed = read_when_closed;
    fake_puts(peer->far, "x");
    turn();
    assert_int_equal(peer->closeds, 1);
    assert_true(was_open_when_closed);
    assert_string_equal(fake_peer_got(peer), "goodbye");
    assert_false(fake_peer_read(peer)); /* and in the same turn */
}

static void finish_does_not_wait_for_ever_for_who_reads_nothing(void **state)
{
    struct fake_peer *peer = open_stuck();

    (void)state;
    conn_finish(peer->conn, REASON_QUIT);
    turn();
    assert_int_equal(peer->closeds, 1);
    fake_loop_pass(&f, 119999);
    assert_int_equal(f.net.count, 1);
    fake_loop_pass(&f, 1);
    assert_int_equal(f.net.count, 0);
}

static void paused_connection_that_is_over_reads_on(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    conn_pause(peer->conn);
    fake_puts(peer->far, "unread bytes would turn the end into a reset");
    conn_send_bytes(peer->conn, "bye", 3);
    conn_finish(peer->conn, REASON_QUIT);
    turn();
    turn();
    assert_int_equal(peer->inputs, 0);
    assert_false(fake_peer_read(peer));
    assert_string_equal(fake_peer_got(peer), "bye");
    fake_peer_hang_up(peer);
    turn();
    assert_int_equal(f.net.count, 0);
}

static void gap_that_is_left_at_the_end_is_told(void **state)
{
    struct fake_peer *peer = open_stuck();
    struct net_limits limits = f.net.limits;
    const char *got;
    size_t ones;

    (void)state;
    limits.queue_bytes = 65536;
    net_set_limits(&f.net, &limits);
    for (int i = 0; i < 200; i++) {
        fake_peer_send(peer, 'd', 1000, PAYLOAD_DROPPABLE);
    }
    conn_finish(peer->conn, REASON_QUIT);
    turn();
    assert_null(peer->conn);
    fake_peer_read_all(peer);
    got = fake_peer_got(peer);
    got += strspn(got, "k");
    ones = strspn(got, "d");
    got += ones;
    assert_int_equal(*got, '<');
    assert_int_equal(strtoul(got + 1, NULL, 10), peer->gaps);
    assert_int_equal(ones + peer->gaps * 1000, 200000);
}

static void descriptor_is_closed_with_the_connection(void **state)
{
    struct fake_peer *peer = open_peer(0);
    int fd = event_get_fd(&peer->conn->ev);

    (void)state;
    assert_true(fcntl(fd, F_GETFD) >= 0);
    conn_close(peer->conn, REASON_ERROR);
    turn();
    assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void connections_are_numbered_from_one(void **state)
{
    struct fake_peer *one = open_peer(0), *two = open_peer(0);

    (void)state;
    assert_int_equal(one->conn->id, 1);
    assert_int_equal(two->conn->id, 2);
    assert_int_equal(f.net.count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(close_within_any_callback_frees_at_the_turn_s_end),
        TEST(finish_writes_what_is_queued_and_hears_nothing_more),
        TEST(nothing_is_said_after_the_last_word),
        TEST(one_that_was_turned_away_is_no_close),
        TEST(lingering_ends_in_time),
        TEST(the_peer_sees_the_end_only_after_the_owner_has_been_told),
        TEST(finish_does_not_wait_for_ever_for_who_reads_nothing),
        TEST(paused_connection_that_is_over_reads_on),
        TEST(gap_that_is_left_at_the_end_is_told),
        TEST(descriptor_is_closed_with_the_connection),
        TEST(connections_are_numbered_from_one),
    };

    return fake_run_with_uring(tests);
}

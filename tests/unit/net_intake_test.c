/* Tests of net/intake.h: what is read, and how a peer ends.  With real sockets and a loop turned by hand; recv() and
 * sendmsg() are wrapped, to fail on demand. */
#include "config.h"

#include "net/intake.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- the system calls ----------------------------------------------------------------------------- */

static int fail_recv_with, fail_send_with; /* errno of the server's next call; 0 if it does not fail */

ssize_t __real_recv(int fd, void *buf, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *buf, size_t size, int flags);
ssize_t __real_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags);

ssize_t __wrap_recv(int fd, void *buf, size_t size, int flags)
{
    if (fail_recv_with != 0) {
        errno = fail_recv_with;
        fail_recv_with = 0;
        return -1;
    }
    return __real_recv(fd, buf, size, flags);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
    if (fail_send_with != 0) {
        errno = fail_send_with;
        fail_send_with = 0;
        return -1;
    }
    return __real_sendmsg(fd, msg, flags);
}

/* A write of one piece uses send(). */
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags)
{
    struct iovec iov = {.iov_base = (void *)data, .iov_len = len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

    return __wrap_sendmsg(fd, &msg, flags);
}

/* ---- the world ------------------------------------------------------------------------------------ */

static struct fake_loop f;
static struct fake_peers peers;

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &limits);
    peers.count = 0;
    fail_recv_with = fail_send_with = 0;
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

static void assert_in(struct fake_peer *peer, const char *want)
{
    assert_string_equal(strbuf_str(&peer->in), want);
    strbuf_reset(&peer->in);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static void what_comes_is_handed_over(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    fake_puts(peer->far, "hello");
    turn();
    assert_in(peer, "hello");
    fake_write(peer->far, "a\0b", 3);
    turn();
    assert_int_equal(peer->in.len, 3);
    assert_memory_equal(peer->in.data, "a\0b", 3);
    assert_int_equal(peer->conn->bytes_in, 8);
    assert_int_equal(f.net.bytes_in, 8);
    turn();
    assert_int_equal(peer->inputs, 2);
}

/* As the listener's callback with a newcomer: after the loop has collected the ready descriptors. */
static void newcomers_send_and_are_read_early(struct fake_peer *listener)
{
    for (struct fake_peer *peer = listener + 1; peer < peers.list + peers.count; peer++) {
        if (peer != &peers.list[peers.count - 1]) {
            fake_puts(peer->far, "/nick bob\n");
        }
        conn_read_early(peer->conn);
    }
    listener->on_input = NULL;
}

static void newcomers_first_lines_are_read_in_the_turn_it_comes_in(void **state)
{
    struct fake_peer *listener = open_peer(0), *quick = open_peer(0), *paused = open_peer(0), *silent = open_peer(0);

    (void)state;
    conn_pause(paused->conn);
    listener->on_input = newcomers_send_and_are_read_early;
    fake_puts(listener->far, "x");
    turn();
    assert_in(quick, "/nick bob\n");
    assert_int_equal(paused->inputs, 0);
    assert_int_equal(silent->inputs + silent->eofs, 0);
    assert_true(conn_is_open(silent->conn));
}

static void one_read_a_turn_so_that_nobody_starves(void **state)
{
    struct fake_peer *loud = open_peer(0), *quiet = open_peer(0);
    char *much = calloc(1, 3 * NET_READ_BYTES);

    (void)state;
    memset(much, 'x', 3 * NET_READ_BYTES);
    fake_write(loud->far, much, 3 * NET_READ_BYTES);
    fake_puts(quiet->far, "q");
    turn();
    assert_int_equal(loud->in.len, NET_READ_BYTES);
    assert_in(quiet, "q");
    fake_loop_turns(&f, 2);
    assert_int_equal(loud->in.len, 3 * NET_READ_BYTES);
    assert_int_equal(loud->inputs, 3);
    free(much);
}

static void paused_connection_is_not_read(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    conn_pause(peer->conn);
    assert_int_equal(peer->conn->armed, 0);
    fake_puts(peer->far, "later");
    fake_loop_turns(&f, 3);
    assert_int_equal(peer->inputs, 0);
    conn_send_bytes(peer->conn, "out", 3); /* writing goes on */
    turn();
    fake_peer_read(peer);
    assert_string_equal(fake_peer_got(peer), "out");
    conn_resume(peer->conn);
    turn();
    assert_in(peer, "later");
}

static void passing_failures_of_reading_lose_nothing(void **state)
{
    static const int errors[] = {EINTR, EAGAIN, ENOBUFS, ENOMEM};
    struct fake_peer *peer = open_peer(0);

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        fake_puts(peer->far, "text");
        fail_recv_with = errors[i];
        fake_loop_turns(&f, 2);
        assert_in(peer, "text");
    }
}

static void who_yields_is_called_next_turn(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    conn_yield(peer->conn);
    conn_yield(peer->conn);
    assert_true(net_has_work(&f.net));
    turn();
    assert_int_equal(peer->readies, 1);
    assert_false(net_has_work(&f.net));
    turn();
    assert_int_equal(peer->readies, 1);
}

static void yield_again(struct fake_peer *peer)
{
    conn_yield(peer->conn);
}

static void who_yields_while_called_is_called_once_a_turn(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    peer->on_ready = yield_again;
    conn_yield(peer->conn);
    for (int i = 1; i <= 5; i++) {
        turn();
        assert_int_equal(peer->readies, i);
    }
}

/* ---- the peer ends -------------------------------------------------------------------------------- */

static void half_closed_peer_gets_all_and_then_the_end(void **state)
{
    struct fake_peer *peer = open_peer(FAKE_SMALL_BUFFER);

    (void)state;
    fake_puts(peer->far, "question");
    shutdown(peer->far, SHUT_WR);
    fake_peer_send(peer, 'a', 60000, PAYLOAD_DROPPABLE);
    fake_loop_turns(&f, 3);
    assert_in(peer, "question");
    assert_int_equal(peer->eofs, 1);
    assert_int_equal(peer->closeds, 1);
    assert_int_equal(peer->reason, REASON_EOF);
    assert_int_equal(f.net.count, 1); /* it is still being written */
    fake_peer_read_all(peer);
    assert_int_equal(peer->got.len, 60000);
    assert_false(fake_peer_read(peer)); /* an end, not a reset */
    turn();
    assert_int_equal(f.net.count, 0); /* without lingering: both have ended */
}

static void end_of_the_peer_does_not_cut_off_what_is_queued(void **state)
{
    struct fake_peer *peer = open_stuck();

    (void)state;
    conn_finish(peer->conn, REASON_QUIT);
    turn();
    assert_int_equal(peer->closeds, 1);
    shutdown(peer->far, SHUT_WR); /* after closed() was called */
    fake_loop_turns(&f, 3);
    fake_peer_read_all(peer);
    assert_int_equal(peer->got.len, 60000);
    turn();
    assert_int_equal(f.net.count, 0);
}

static void peer_that_has_ended_can_be_written_to_as_long_as_wanted(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    peer->stays_at_eof = true;
    shutdown(peer->far, SHUT_WR);
    fake_loop_turns(&f, 5);
    assert_int_equal(peer->eofs, 1);
    assert_int_equal(peer->conn->armed, 0); /* otherwise the loop would spin */
    conn_send_bytes(peer->conn, "more", 4);
    turn();
    fake_peer_read(peer);
    assert_string_equal(fake_peer_got(peer), "more");
    conn_finish(peer->conn, REASON_EOF);
    turn();
    assert_int_equal(f.net.count, 0);
}

/* As "socat -u" does: sends a line and closes the socket at once, so that the server's write fails first. */
static void failed_write_does_not_lose_what_came_before(void **state)
{
    static const int errors[] = {EPIPE, ECONNRESET, ETIMEDOUT, EHOSTUNREACH};

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        struct fake_peer *peer = open_peer(0);

        conn_pause(peer->conn);
        fake_puts(peer->far, "last words");
        fake_peer_hang_up(peer);
        conn_send_bytes(peer->conn, "welcome", 7);
        fail_send_with = errors[i];
        turn();
        assert_int_equal(peer->closeds, 0);
        assert_int_equal(f.net.queued_bytes, 0);
        conn_send_bytes(peer->conn, "more", 4); /* it is not queued */
        assert_int_equal(f.net.queued_bytes, 0);
        conn_resume(peer->conn);
        fake_loop_turns(&f, 3);
        assert_in(peer, "last words");
        assert_int_equal(peer->eofs, 1);
        assert_int_equal(peer->closeds, 1);
        assert_int_equal(f.net.count, 0);
    }
}

static void real_broken_pipe_ends_in_the_same_way(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    conn_pause(peer->conn);
    fake_puts(peer->far, "last words");
    fake_peer_hang_up(peer);
    conn_send_bytes(peer->conn, "welcome", 7);
    turn();
    conn_resume(peer->conn);
    fake_loop_turns(&f, 3);
    assert_in(peer, "last words");
    assert_int_equal(f.net.count, 0);
}

static void reset_ends_it_and_is_told_as_such(void **state)
{
    struct fake_peer *peer = open_peer(0), *other = open_stuck();

    (void)state;
    fail_recv_with = ECONNRESET;
    fake_puts(peer->far, "x");
    turn();
    assert_int_equal(peer->eofs, 1); /* lines that wait are still run */
    assert_int_equal(peer->closeds, 1);
    assert_int_equal(peer->reason, REASON_RESET);
    assert_non_null(other->conn);
    fail_recv_with = ECONNRESET;
    fake_puts(other->far, "x");
    turn();
    assert_int_equal(other->reason, REASON_RESET);
    assert_int_equal(f.net.count, 0);
    assert_int_equal(f.net.queued_bytes, 0);
}

static void reset_that_a_write_meets_is_told_as_such_when_all_is_read(void **state)
{
    static const struct {
        int error;
        enum reason told;
    } cases[] = {
        {ECONNRESET, REASON_RESET},
        {ETIMEDOUT, REASON_DEAD},
        {EHOSTUNREACH, REASON_DEAD},
        {EPIPE, REASON_EOF},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fake_peer *peer = open_peer(0);

        conn_pause(peer->conn);
        fake_puts(peer->far, "last words");
        fake_peer_hang_up(peer);
        fail_send_with = cases[i].error;
        conn_send_bytes(peer->conn, "welcome", 7);
        turn();
        assert_int_equal(peer->closeds, 0);
        conn_resume(peer->conn);
        fake_loop_turns(&f, 3);
        assert_in(peer, "last words");
        assert_int_equal(peer->reason, cases[i].told);
        assert_int_equal(f.net.count, 0);
    }
}

static void reset_while_it_is_written_out_ends_it(void **state)
{
    struct fake_peer *peer = open_stuck();

    (void)state;
    conn_finish(peer->conn, REASON_QUIT);
    turn();
    assert_int_equal(f.net.count, 1);
    fake_peer_hang_up(peer);
    fake_loop_turns(&f, 3);
    assert_int_equal(f.net.count, 0);
    assert_int_equal(peer->reason, REASON_QUIT);
}

static void turn_that_has_taken_its_time_leaves_readable_ones_for_the_next(void **state)
{
    struct fake_peer *three[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        three[i] = open_peer(0);
    }
    turn();
    fake_clock_fly(&f.clock);
    for (int i = 0; i < 3; i++) {
        fake_puts(three[i]->far, "x");
    }
    for (int i = 1; i <= 3; i++) {
        turn();
        assert_int_equal(three[0]->inputs + three[1]->inputs + three[2]->inputs, i);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(three[i]->inputs, 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_comes_is_handed_over),
        TEST(newcomers_first_lines_are_read_in_the_turn_it_comes_in),
        TEST(one_read_a_turn_so_that_nobody_starves),
        TEST(paused_connection_is_not_read),
        TEST(passing_failures_of_reading_lose_nothing),
        TEST(who_yields_is_called_next_turn),
        TEST(who_yields_while_called_is_called_once_a_turn),
        TEST(half_closed_peer_gets_all_and_then_the_end),
        TEST(end_of_the_peer_does_not_cut_off_what_is_queued),
        TEST(peer_that_has_ended_can_be_written_to_as_long_as_wanted),
        TEST(failed_write_does_not_lose_what_came_before),
        TEST(real_broken_pipe_ends_in_the_same_way),
        TEST(reset_ends_it_and_is_told_as_such),
        TEST(reset_that_a_write_meets_is_told_as_such_when_all_is_read),
        TEST(reset_while_it_is_written_out_ends_it),
        TEST(turn_that_has_taken_its_time_leaves_readable_ones_for_the_next),
    };

    return fake_run_with_writers(tests);
}

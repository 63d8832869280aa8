/* Tests of net/flush.h and of the queues of net/conn.h, with real sockets and a loop turned by hand. sendmsg() is
 * wrapped: its calls are counted, and it fails or takes less on demand. */
#include "config.h"

#include "net/flush.h"

#include "fakes.h"

#include <errno.h>
#include <event2/event.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- the system call ------------------------------------------------------------------------------ */

/* Calls come from several threads, if these share the writes. */
static _Atomic int writes;    /* calls of sendmsg() and send() */
static _Atomic size_t pieces; /* the pieces passed to them */
static _Atomic int fail_with; /* errno of the next call; 0 if it does not fail */
static size_t take_at_most; /* bytes; 0 for all */

ssize_t __real_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags);

ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
    struct iovec iov[1024];
    struct msghdr part = *msg;
    size_t left = take_at_most;
    int error = atomic_exchange(&fail_with, 0);

    writes++;
    pieces += msg->msg_iovlen;
    assert_true(msg->msg_iovlen > 0);
    assert_true((flags & MSG_NOSIGNAL) != 0);
    if (error != 0) {
        errno = error;
        return -1;
    }
    if (take_at_most == 0) {
        return __real_sendmsg(fd, msg, flags);
    }
    part.msg_iov = iov;
    for (size_t i = 0; i < msg->msg_iovlen; i++) {
        assert_true(msg->msg_iov[i].iov_len > 0);
        iov[i] = msg->msg_iov[i];
        if (iov[i].iov_len >= left) {
            iov[i].iov_len = left;
            part.msg_iovlen = i + 1;
            break;
        }
        left -= iov[i].iov_len;
    }
    return __real_sendmsg(fd, &part, flags);
}

/* A write of one piece uses send(). */
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags)
{
    struct iovec iov = {.iov_base = (void *)data, .iov_len = len};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

    return __wrap_sendmsg(fd, &msg, flags);
}

/* ---- the world ------------------------------------------------------------------------------------ */

enum { LIMIT = 65536 };

static struct fake_loop f;
static struct fake_peers peers;

static int begin_with(struct net_limits limits)
{
    fake_loop_init(&f, &limits);
    peers.count = 0;
    fail_with = 0;
    take_at_most = 0;
    writes = 0;
    pieces = 0;
    return 0;
}

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    limits.queue_bytes = LIMIT;
    return begin_with(limits);
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

static void turn(void)
{
    fake_loop_turn(&f);
}

static struct fake_peer *open_blocked(void)
{
    return fake_peers_open_blocked(&peers, &f);
}

/* The letters that the client got; each run of the same letter is "letter*times ". */
static const char *runs(const char *text)
{
    static char out[8192];
    size_t len = 0;

    out[0] = '\0';
    while (*text != '\0') {
        size_t n = 1;

        if (*text == '<') { /* a gap's line */
            n = strcspn(text, ">") + 1;
            len += (size_t)snprintf(out + len, sizeof(out) - len, "%.*s ", (int)n, text);
        } else {
            while (text[n] == *text) {
                n++;
            }
            len += (size_t)snprintf(out + len, sizeof(out) - len, "%c*%zu ", *text, n);
        }
        assert_true(len < sizeof(out));
        text += n;
    }
    return out;
}

/* ---- one write a turn ----------------------------------------------------------------------------- */

static void turn_writes_once_whatever_was_queued(void **state)
{
    struct fake_peer *one = open_peer(0), *other = open_peer(0);

    (void)state;
    for (int i = 0; i < 26; i++) {
        fake_peer_send(one, (char)('a' + i), 1, PAYLOAD_DROPPABLE);
        fake_peer_send(other, (char)('A' + i), 1, PAYLOAD_KEPT);
    }
    assert_int_equal(writes, 0); /* nothing before the turn ends */
    turn();
    assert_int_equal(writes, 2);
    fake_peer_read(one);
    fake_peer_read(other);
    assert_string_equal(fake_peer_got(one), "abcdefghijklmnopqrstuvwxyz");
    assert_string_equal(fake_peer_got(other), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    assert_int_equal(one->conn->bytes_out, 26);
    turn();
    assert_int_equal(writes, 2);
}

/* Sends the letters to all but not_to, as a room does. */
static void say_to_all(const char *letters, const struct fake_peer *not_to)
{
    for (const char *c = letters; *c != '\0'; c++) {
        struct payload *p = payload_new(c, 1, PAYLOAD_DROPPABLE);

        for (int i = 0; i < peers.count; i++) {
            if (&peers.list[i] != not_to) {
                conn_send(peers.list[i].conn, p);
            }
        }
        payload_unref(p);
    }
}

static void those_who_get_the_same_lines_get_them_in_one_piece(void **state)
{
    (void)state;
    for (int i = 0; i < FAKE_PEERS; i++) {
        open_peer(0);
    }
    say_to_all("abcde", NULL);
    say_to_all("f", &peers.list[3]);
    say_to_all("gh", NULL);
    turn();
    assert_int_equal(writes, FAKE_PEERS);
    /* One line at a time: the receiver that is written to first, the one that has said a line, and the next one; for
     * each of several threads. */
    assert_in_range(pieces, FAKE_PEERS, fake_writers < 2 ? 8 + 7 + 8 + (FAKE_PEERS - 3) : FAKE_PEERS * 8);
    for (int i = 0; i < FAKE_PEERS; i++) {
        fake_peer_read(&peers.list[i]);
        assert_string_equal(fake_peer_got(&peers.list[i]), i == 3 ? "abcdegh" : "abcdefgh");
    }
}

static void short_write_of_one_piece_goes_on_where_it_ended(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        open_peer(0);
    }
    say_to_all("abcdefgh", NULL);
    for (take_at_most = 3; f.net.queued_bytes > 0; take_at_most = 1) {
        turn();
        assert_true(writes < 100);
    }
    for (int i = 0; i < 4; i++) {
        fake_peer_read(&peers.list[i]);
        assert_string_equal(fake_peer_got(&peers.list[i]), "abcdefgh");
    }
}

static void one_connection_has_so_many_writes_a_turn(void **state)
{
    struct fake_peer *one = open_peer(0), *other = open_peer(0);

    (void)state;
    for (int i = 0; i < 16 * 256 + 100; i++) {
        fake_peer_send(one, 'x', 1, PAYLOAD_DROPPABLE);
    }
    fake_peer_send(other, 'y', 1, PAYLOAD_DROPPABLE);
    turn();
    assert_int_equal(writes, 16 + 1);
    assert_int_equal(conn_queued_bytes(one->conn), 100);
    assert_true(net_has_work(&f.net)); /* so that the loop does not wait before the rest */
    turn();
    assert_int_equal(writes, 16 + 2);
    assert_false(net_has_work(&f.net));
    fake_peer_read(one);
    assert_int_equal(one->got.len, 16 * 256 + 100);
}

static void what_a_turn_has_no_time_for_is_written_in_the_next_ones_in_order(void **state)
{
    enum { COUNT = 3 * TURN_WINDOW };
    static struct fake_peer many[COUNT];
    struct fake_peer *late = open_peer(0);
    int written[COUNT] = {0}, turns = 0, sum = 0;

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        many[i] = (struct fake_peer){0};
        fake_peer_open(&many[i], &f, 0);
        fake_peer_send(&many[i], 'x', 1, PAYLOAD_KEPT);
    }
    fake_clock_fly(&f.clock);
    for (; sum < COUNT; turns++) {
        fake_peer_send(late, 'y', 1, PAYLOAD_KEPT); /* a connection with a new payload is not behind the others */
        turn();
        fake_peer_read(late);
        assert_int_equal(late->got.len, turns + 1);
        if (fake_writers == 0) {
            assert_int_equal(net_has_work(&f.net), turns < 2);
        } /* otherwise the last connections are shared in smaller pieces */
        for (int i = 0; i < COUNT; i++) {
            if (written[i] == 0 && fake_peer_read(&many[i]) && many[i].got.len == 1) {
                written[i] = 1;
                sum++;
            }
        }
        assert_true(turns < (fake_writers == 0 ? 4 : COUNT));
    }
    for (int i = 0; i < COUNT; i++) {
        fake_peer_hang_up(&many[i]);
    }
    fake_clock_stop(&f.clock);
    for (int i = 0; i < 3; i++) {
        turn();
    }
    for (int i = 0; i < COUNT; i++) {
        fake_peer_fini(&many[i]);
    }
}

static void writing_is_waited_for_only_after_a_short_write(void **state)
{
    struct fake_peer *peer = open_peer(FAKE_SMALL_BUFFER);

    (void)state;
    assert_int_equal(peer->conn->armed, EV_READ);
    fake_peer_send(peer, 'a', 100, PAYLOAD_KEPT);
    assert_int_equal(peer->conn->armed, EV_READ);
    turn();
    assert_int_equal(peer->conn->armed, EV_READ);
    fake_peer_send(peer, 'b', 60000, PAYLOAD_KEPT);
    turn();
    assert_int_equal(peer->conn->armed, EV_READ | EV_WRITE);
    assert_true(conn_queued_bytes(peer->conn) > 0);
    fake_peer_read_all(peer);
    assert_string_equal(runs(fake_peer_got(peer)), "a*100 b*60000 ");
    assert_int_equal(peer->conn->armed, EV_READ);
    assert_null(peer->conn->q.slots);
}

static void blocked_connection_is_not_tried_again_and_others_are_served(void **state)
{
    struct fake_peer *slow = open_blocked(), *quick = open_peer(0);

    (void)state;
    for (int i = 0; i < 10; i++) {
        writes = 0;
        fake_peer_send(slow, 's', 10, PAYLOAD_DROPPABLE);
        fake_peer_send(quick, 'q', 10, PAYLOAD_DROPPABLE);
        turn();
        assert_int_equal(writes, 1);
        fake_peer_read(quick);
        assert_string_equal(fake_peer_got(quick), "qqqqqqqqqq");
    }
    fake_peer_read_all(slow);
    assert_non_null(strstr(fake_peer_got(slow), "kssss"));
}

static void write_may_be_short_anywhere(void **state)
{
    struct fake_peer *peer = open_peer(0);

    (void)state;
    for (size_t most = 1; most < 40; most++) {
        take_at_most = most;
        fake_peer_send(peer, 'a', 7, PAYLOAD_KEPT);
        fake_peer_send(peer, 'b', 1, PAYLOAD_DROPPABLE);
        fake_peer_send(peer, 'c', 20, PAYLOAD_DROPPABLE);
        fake_peer_send(peer, 'd', 5, PAYLOAD_KEPT);
        fake_peer_read_all(peer);
        assert_string_equal(runs(fake_peer_got(peer)), "a*7 b*1 c*20 d*5 ");
        assert_int_equal(peer->conn->armed, EV_READ);
    }
}

static void passing_failures_lose_nothing(void **state)
{
    static const int errors[] = {EAGAIN, ENOBUFS, ENOMEM};
    struct fake_peer *peer = open_peer(0);

    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        fake_peer_send(peer, 'a', 5, PAYLOAD_DROPPABLE);
        fail_with = errors[i];
        turn();
        assert_int_equal(peer->conn->armed, EV_READ | EV_WRITE);
        fake_peer_read_all(peer);
        assert_string_equal(fake_peer_got(peer), "aaaaa");
        assert_int_equal(peer->conn->armed, EV_READ);
    }
    fake_peer_send(peer, 'b', 5, PAYLOAD_DROPPABLE);
    fail_with = EINTR; /* tried again at once */
    writes = 0;
    turn();
    assert_int_equal(writes, 2);
    fake_peer_read(peer);
    assert_string_equal(fake_peer_got(peer), "bbbbb");
}

/* ---- who does not read ---------------------------------------------------------------------------- */

static void who_takes_nothing_for_long_is_closed(void **state)
{
    struct fake_peer *slow = open_blocked(), *idle = open_peer(0);

    (void)state;
    fake_loop_pass(&f, 119999);
    assert_non_null(slow->conn);
    fake_loop_pass(&f, 1);
    assert_null(slow->conn);
    assert_int_equal(slow->reason, REASON_STALLED);
    assert_non_null(idle->conn);
}

static void every_progress_counts(void **state)
{
    struct fake_peer *slow = open_peer(FAKE_SMALL_BUFFER);
    char some[4096];

    (void)state;
    take_at_most = 1000; /* about one piece of the kernel's buffer, which is free again when the piece is read */
    fake_peer_send(slow, 's', 60000, PAYLOAD_DROPPABLE);
    fake_loop_turns(&f, 50);
    for (int i = 0; i < 10; i++) {
        fake_loop_pass(&f, 100000);
        assert_non_null(slow->conn);
        assert_true(slow->conn->is_blocked);
        assert_true(recv(slow->far, some, sizeof(some), 0) > 0);
        fake_loop_turns(&f, 8);
    }
    assert_true(slow->conn->is_blocked);
    fake_loop_pass(&f, 120000);
    assert_null(slow->conn);
}

static void queueing_more_is_no_progress(void **state)
{
    struct fake_peer *slow = open_blocked();

    (void)state;
    for (int i = 0; i < 12; i++) {
        fake_loop_pass(&f, 9999);
        assert_non_null(slow->conn);
        fake_peer_send(slow, 's', 10, PAYLOAD_DROPPABLE);
    }
    fake_loop_pass(&f, 12);
    assert_null(slow->conn);
}

static void shorter_stall_by_a_reload_counts_at_once(void **state)
{
    struct fake_peer *slow = open_blocked();
    struct net_limits limits = f.net.limits;

    (void)state;
    fake_loop_pass(&f, 10000);
    limits.stall_ms = 5000;
    net_set_limits(&f.net, &limits);
    turn();
    assert_int_equal(slow->reason, REASON_STALLED);
}

/* ---- the bound of one queue ----------------------------------------------------------------------- */

static void oldest_give_way_and_one_line_tells_how_many(void **state)
{
    struct fake_peer *slow = open_blocked();
    char want[64];
    size_t before = 0, ones = 0, tells = 0, lost = 0;
    const char *got;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        fake_peer_send(slow, (char)('a' + i % 10), 500, PAYLOAD_DROPPABLE);
        assert_true(conn_queued_bytes(slow->conn) <= LIMIT);
    }
    fake_peer_send(slow, 'z', 3, PAYLOAD_DROPPABLE);
    fake_peer_read_all(slow);
    got = fake_peer_got(slow);
    before = strspn(got, "k");
    for (const char *s = got; *s != '\0'; s++) {
        if (*s == '<') {
            tells++;
            lost = strtoul(s + 1, NULL, 10);
            assert_int_equal((size_t)(s - got), before); /* the gap is where the oldest were */
        }
        ones += *s >= 'a' && *s <= 'j';
    }
    assert_int_equal(tells, 1);
    assert_int_equal(lost, slow->gaps);
    assert_int_equal(lost * 500 + ones, 1000 * 500);
    assert_true(ones >= LIMIT / 2);
    snprintf(want, sizeof(want), "%s", got + strlen(got) - 5);
    assert_string_equal(want, "jjzzz"); /* the newest arrives */
    assert_int_equal(f.net.lines_skipped, lost);
}

static void private_lines_stay_where_they_were(void **state)
{
    struct fake_peer *slow = open_blocked();
    const char *got;

    (void)state;
    fake_peer_send(slow, 'a', 20000, PAYLOAD_DROPPABLE);
    fake_peer_send(slow, 'P', 100, PAYLOAD_KEPT);
    fake_peer_send(slow, 'b', 20000, PAYLOAD_DROPPABLE);
    fake_peer_send(slow, 'Q', 100, PAYLOAD_KEPT);
    fake_peer_send(slow, 'c', 20000, PAYLOAD_DROPPABLE);
    fake_peer_send(slow, 'd', 20000, PAYLOAD_DROPPABLE);
    fake_peer_read_all(slow);
    got = fake_peer_got(slow);
    assert_string_equal(runs(got + strspn(got, "k")), "<1> P*100 <1> Q*100 c*20000 d*20000 ");
}

static void among_kept_lines_it_is_the_newcomer_that_gives_way(void **state)
{
    struct fake_peer *slow = open_blocked();
    const char *got;

    (void)state;
    fake_peer_send(slow, 'P', 64000, PAYLOAD_KEPT);
    fake_peer_send(slow, 'a', 2000, PAYLOAD_DROPPABLE);
    fake_peer_send(slow, 'b', 2000, PAYLOAD_DROPPABLE);
    fake_peer_send(slow, 'Q', 2000, PAYLOAD_KEPT); /* an answer is never lost */
    fake_peer_send(slow, 'c', 2000, PAYLOAD_DROPPABLE);
    assert_true(conn_is_full(slow->conn, 1));
    fake_peer_read_all(slow);
    got = fake_peer_got(slow);
    assert_string_equal(runs(got + strspn(got, "k")), "P*64000 <2> Q*2000 <1> ");
    assert_int_equal(slow->gaps, 3);
}

static void one_line_longer_than_the_queue_gives_way_itself(void **state)
{
    struct fake_peer *slow = open_blocked();
    const char *got;

    (void)state;
    fake_peer_send(slow, 'a', 2 * LIMIT, PAYLOAD_DROPPABLE);
    fake_peer_send(slow, 'b', 10, PAYLOAD_DROPPABLE);
    fake_peer_read_all(slow);
    got = fake_peer_got(slow);
    assert_string_equal(runs(got + strspn(got, "k")), "<1> b*10 ");
}

static void slow_reader_is_closed_where_that_is_wanted(void **state)
{
    struct fake_peer *slow, *quick;
    struct net_limits limits = f.net.limits;

    (void)state;
    limits.disconnect_slow = true;
    net_set_limits(&f.net, &limits);
    slow = open_blocked();
    quick = open_peer(0);
    for (int i = 0; i < 70; i++) {
        fake_peer_send(slow, 'a', 1000, PAYLOAD_DROPPABLE);
        fake_peer_send(quick, 'a', 100, PAYLOAD_DROPPABLE);
    }
    assert_non_null(slow->conn); /* it is not freed during the delivery */
    turn();
    assert_null(slow->conn);
    assert_int_equal(slow->reason, REASON_QUEUE_FULL);
    assert_non_null(quick->conn);
    fake_peer_read(quick);
    assert_int_equal(quick->got.len, 7000);
}

/* If a full queue closes the connection, droppable payloads count too: an answer must not close it. */
static void answers_leave_room_where_a_full_queue_closes(void **state)
{
    struct fake_peer *slow;
    struct net_limits limits = f.net.limits;

    (void)state;
    limits.disconnect_slow = true;
    net_set_limits(&f.net, &limits);
    slow = open_blocked();
    while (conn_queued_bytes(slow->conn) + 1000 <= LIMIT - LIMIT / 4) {
        assert_false(conn_is_behind(slow->conn));
        assert_int_equal(conn_spare_bytes(slow->conn), (LIMIT - conn_queued_bytes(slow->conn)) / 2);
        fake_peer_send(slow, 'a', 1000, PAYLOAD_DROPPABLE);
    }
    fake_peer_send(slow, 'a', 1000, PAYLOAD_DROPPABLE);
    assert_true(conn_is_behind(slow->conn));
    limits.disconnect_slow = false;
    net_set_limits(&f.net, &limits);
    assert_false(conn_is_behind(slow->conn));
    assert_true(conn_spare_bytes(slow->conn) > LIMIT / 4);
    fake_peer_read_all(slow);
}

/* A client that has read everything so far is written to before payloads are dropped or its connection is closed. */
static void one_turn_may_bring_a_reader_more_than_the_limit(void **state)
{
    struct net_limits limits = f.net.limits;

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct fake_peer *quick = open_peer(0);

        limits.disconnect_slow = i == 1;
        net_set_limits(&f.net, &limits);
        for (int k = 0; k < 100; k++) {
            fake_peer_send(quick, 'a', LIMIT / 64, PAYLOAD_DROPPABLE);
            assert_true(conn_queued_bytes(quick->conn) <= LIMIT);
        }
        turn();
        assert_non_null(quick->conn);
        fake_peer_read_all(quick);
        assert_int_equal(quick->got.len, 100 * LIMIT / 64);
        assert_int_equal(quick->gaps, 0);
    }
    assert_int_equal(f.net.queued_bytes, 0);
}

static void one_that_is_gone_is_noticed_in_mid_turn(void **state)
{
    struct fake_peer *quick = open_peer(0);

    (void)state;
    fail_with = ECONNRESET;
    for (int k = 0; k < 100; k++) {
        fake_peer_send(quick, 'a', LIMIT / 64, PAYLOAD_DROPPABLE);
    }
    assert_int_equal(fail_with, 0);
    assert_non_null(quick->conn);
    assert_int_equal(conn_queued_bytes(quick->conn), 0);
    assert_int_equal(f.net.queued_bytes, 0);
}

static void behind_is_over_a_quarter_and_ends_with_a_call(void **state)
{
    struct fake_peer *slow = open_blocked();

    (void)state;
    fake_peer_send(slow, 'a', LIMIT / 4 - (uint32_t)conn_queued_bytes(slow->conn), PAYLOAD_KEPT);
    assert_false(conn_is_behind(slow->conn));
    assert_int_equal(conn_spare_bytes(slow->conn), LIMIT / 4); /* for the answer to what may still run */
    fake_peer_send(slow, 'a', 1, PAYLOAD_KEPT);
    assert_true(conn_is_behind(slow->conn));
    fake_peer_send(slow, 'a', LIMIT / 4, PAYLOAD_KEPT);
    assert_int_equal(conn_spare_bytes(slow->conn), 0);
    conn_notify_drained(slow->conn);
    fake_loop_turns(&f, 3);
    assert_int_equal(slow->readies, 0);
    fake_peer_read_all(slow);
    assert_false(conn_is_behind(slow->conn));
    assert_int_equal(conn_spare_bytes(slow->conn), LIMIT / 2);
    assert_int_equal(slow->readies, 1);
    fake_loop_turns(&f, 3);
    assert_int_equal(slow->readies, 1);
}

static void who_waits_to_be_drained_is_called_when_the_output_is_lost(void **state)
{
    struct fake_peer *slow = open_blocked();

    (void)state;
    slow->stays_at_eof = true;
    fake_peer_send(slow, 'a', 40000, PAYLOAD_KEPT);
    conn_notify_drained(slow->conn);
    fake_peer_hang_up(slow);
    fake_loop_turns(&f, 4);
    assert_int_equal(slow->readies, 1);
    assert_int_equal(slow->eofs, 1);
    conn_finish(slow->conn, REASON_EOF);
    turn();
    assert_null(slow->conn);
}

static void what_is_not_out_can_be_forgotten(void **state)
{
    struct fake_peer *slow = open_blocked();
    const char *got;

    (void)state;
    slow->got.len = 0;
    fake_peer_send(slow, 'a', 5000, PAYLOAD_KEPT);
    conn_drop_unsent(slow->conn);
    fake_peer_send(slow, 'b', 10, PAYLOAD_KEPT);
    fake_peer_read_all(slow);
    got = fake_peer_got(slow);
    assert_int_equal(strspn(got, "k") % 1000, 0); /* the payload that was partly written is complete */
    assert_string_equal(runs(got + strspn(got, "k")), "b*10 ");
}

/* ---- the bound of all queues ---------------------------------------------------------------------- */

static void longest_queues_give_way_first(void **state)
{
    struct fake_peer *small, *middle, *large;
    struct net_limits limits = f.net.limits;

    (void)state;
    limits.memory_bytes = 80000;
    net_set_limits(&f.net, &limits);
    small = open_blocked();
    middle = open_blocked();
    large = open_blocked();
    for (int i = 0; i < 60; i++) {
        fake_peer_send(large, 'l', 1000, PAYLOAD_DROPPABLE);
        if (i < 25) {
            fake_peer_send(middle, 'm', 1000, PAYLOAD_DROPPABLE);
        }
        if (i < 5) {
            fake_peer_send(small, 's', 1000, PAYLOAD_DROPPABLE);
        }
    }
    turn();
    assert_true(f.net.queued_bytes <= 80000);
    assert_true(conn_queued_bytes(large->conn) < 60000);
    assert_true(conn_queued_bytes(middle->conn) > 25000);
    assert_true(conn_queued_bytes(small->conn) > 5000);
    fake_peer_read_all(large);
    assert_true(large->gaps > 0);
    assert_int_equal(small->gaps + middle->gaps, 0);
    assert_non_null(large->conn);
}

static void what_may_not_give_way_closes_the_longest(void **state)
{
    struct fake_peer *small, *large;
    struct net_limits limits = f.net.limits;

    (void)state;
    limits.memory_bytes = 60000;
    net_set_limits(&f.net, &limits);
    small = open_blocked();
    large = open_blocked();
    fake_peer_send(small, 's', 10000, PAYLOAD_KEPT);
    fake_peer_send(large, 'l', 50000, PAYLOAD_KEPT);
    turn();
    assert_null(large->conn);
    assert_int_equal(large->reason, REASON_QUEUE_FULL);
    assert_non_null(small->conn);
    assert_true(f.net.queued_bytes <= 60000);
}

/* A connection that is over has no owner that could fill a gap. */
static void finished_connection_whose_lines_give_way_is_harmless(void **state)
{
    struct fake_peer *going, *staying;
    struct net_limits limits = f.net.limits;

    (void)state;
    going = open_blocked();
    staying = open_blocked();
    for (int i = 0; i < 50; i++) {
        fake_peer_send(going, 'g', 1000, PAYLOAD_DROPPABLE);
    }
    conn_finish(going->conn, REASON_QUIT);
    turn();
    assert_null(going->conn); /* closed() was called; the queue is still there */
    assert_int_equal(f.net.count, 2);
    limits.memory_bytes = 40000;
    net_set_limits(&f.net, &limits);
    fake_peer_send(staying, 's', 10, PAYLOAD_DROPPABLE);
    turn();
    assert_true(f.net.queued_bytes <= 40000);
    fake_peer_read_all(going);
    fake_peer_read_all(staying);
    assert_int_equal(f.net.queued_bytes, 0);
}

static void sum_of_all_queues_is_right_whatever_happens(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 30; round++) {
        struct net_limits limits = fake_net_limits();

        if (f.with_net) {
            end(NULL);
        }
        limits.queue_bytes = LIMIT;
        limits.memory_bytes = 150000;
        begin_with(limits);
        for (int i = 0; i < FAKE_PEERS; i++) {
            open_peer(FAKE_SMALL_BUFFER);
        }
        for (int i = 0; i < 300; i++) {
            struct fake_peer *peer;
            char some[3000];

            seed = seed * 1664525 + 1013904223;
            peer = &peers.list[(seed >> 8) % FAKE_PEERS];
            if (peer->conn != NULL) {
                uint32_t len = 1 + (seed >> 12) % 9000;

                fake_peer_send(peer, 'x', len, seed >> 31 != 0 ? PAYLOAD_KEPT : PAYLOAD_DROPPABLE);
            }
            if ((seed >> 20) % 4 == 0) {
                (void)!recv(peer->far, some, sizeof(some), 0);
            }
            if ((seed >> 16) % 16 == 0 && peer->conn != NULL && (seed >> 24) % 4 == 0) {
                conn_finish(peer->conn, REASON_QUIT);
            }
            if ((seed >> 22) % 3 == 0) {
                turn(); /* it checks the sums */
                assert_true(f.net.queued_bytes <= 150000);
            }
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(turn_writes_once_whatever_was_queued),
        TEST(those_who_get_the_same_lines_get_them_in_one_piece),
        TEST(short_write_of_one_piece_goes_on_where_it_ended),
        TEST(one_connection_has_so_many_writes_a_turn),
        TEST(what_a_turn_has_no_time_for_is_written_in_the_next_ones_in_order),
        TEST(writing_is_waited_for_only_after_a_short_write),
        TEST(blocked_connection_is_not_tried_again_and_others_are_served),
        TEST(write_may_be_short_anywhere),
        TEST(passing_failures_lose_nothing),
        TEST(who_takes_nothing_for_long_is_closed),
        TEST(every_progress_counts),
        TEST(queueing_more_is_no_progress),
        TEST(shorter_stall_by_a_reload_counts_at_once),
        TEST(oldest_give_way_and_one_line_tells_how_many),
        TEST(private_lines_stay_where_they_were),
        TEST(among_kept_lines_it_is_the_newcomer_that_gives_way),
        TEST(one_line_longer_than_the_queue_gives_way_itself),
        TEST(slow_reader_is_closed_where_that_is_wanted),
        TEST(answers_leave_room_where_a_full_queue_closes),
        TEST(one_turn_may_bring_a_reader_more_than_the_limit),
        TEST(one_that_is_gone_is_noticed_in_mid_turn),
        TEST(behind_is_over_a_quarter_and_ends_with_a_call),
        TEST(who_waits_to_be_drained_is_called_when_the_output_is_lost),
        TEST(what_is_not_out_can_be_forgotten),
        TEST(longest_queues_give_way_first),
        TEST(what_may_not_give_way_closes_the_longest),
        TEST(finished_connection_whose_lines_give_way_is_harmless),
        TEST(sum_of_all_queues_is_right_whatever_happens),
    };

    return fake_run_with_writers(tests);
}

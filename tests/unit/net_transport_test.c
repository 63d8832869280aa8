/* Tests of connections with a transport object (net/transport.h): a fake one that answers WANT_READ to a write and
 * WANT_WRITE to a read, takes bytes in odd pieces, and checks that a retry offers the same bytes. */
#include "config.h"

#include "net/transport.h"

#include "base/container.h"
#include "base/strbuf.h"
#include "fakes.h"
#include "net/flush.h"

#include <event2/event.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    KEY = 0x01,   /* the byte for which a write waits that answers WANT_READ */
    MASK = 0x55,  /* each byte is changed on the wire */
    LIMIT = 4000, /* bytes of a queue */
};

/* ---- a fake transport ----------------------------------------------------------------------------- */

static struct fake_transport {
    struct transport t;
    enum transport_result shakes[4]; /* the answers of the handshake, one for each call */
    int shaken;                      /* calls of the handshake */
    bool is_open;                    /* the handshake has answered OK */
    bool needs_key;                  /* a write does nothing before the peer has sent KEY */
    bool is_stuck;                   /* a write answers only WANT_WRITE */
    int read_wants_write;            /* so many reads answer WANT_WRITE first */
    int end_wants[2];                /* so many calls of end() answer WANT_WRITE, and then WANT_READ */
    size_t most_taken, most_given;   /* bytes at once; 0 for any number */
    struct strbuf offered;           /* bytes that were offered and not taken */
    struct strbuf held;              /* bytes that were received and not returned by read() yet */
    bool is_eof;                     /* the stream ends behind held */
    int writes, reads, ends, frees;
} ft;

static struct fake_transport *fake_of(const struct transport *t)
{
    return (struct fake_transport *)(uintptr_t)t;
}

static void drop_front(struct strbuf *buf, size_t n)
{
    char rest[65536];
    size_t len = buf->len - n;

    assert_true(len <= sizeof(rest));
    memcpy(rest, buf->data + n, len);
    strbuf_reset(buf);
    strbuf_add(buf, rest, len);
}

static enum transport_result fake_shake(struct transport *t)
{
    struct fake_transport *fake = fake_of(t);
    enum transport_result result = fake->shakes[fake->shaken++];

    assert_false(fake->is_open);
    fake->is_open = result == TRANSPORT_OK;
    return result;
}

/* Receives the bytes that have arrived. */
static void receive(struct fake_transport *fake)
{
    char buf[256];
    ssize_t n;

    while ((n = recv(fake->t.fd, buf, sizeof(buf), 0)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            if (buf[i] == KEY) {
                fake->needs_key = false;
            } else {
                strbuf_addc(&fake->held, (char)(buf[i] ^ MASK));
            }
        }
    }
    fake->is_eof |= n == 0;
}

static enum transport_result fake_transport_read(struct transport *t, void *buf, size_t size, size_t *n)
{
    struct fake_transport *fake = fake_of(t);

    assert_true(fake->is_open);
    fake->reads++;
    *n = 0;
    if (fake->read_wants_write > 0) {
        fake->read_wants_write--;
        return TRANSPORT_WANT_WRITE;
    }
    if (fake->held.len == 0) {
        receive(fake);
    }
    if (fake->held.len == 0) {
        return fake->is_eof ? TRANSPORT_EOF : TRANSPORT_WANT_READ;
    }
    *n = fake->held.len < size ? fake->held.len : size;
    *n = fake->most_given > 0 && *n > fake->most_given ? fake->most_given : *n;
    memcpy(buf, fake->held.data, *n);
    drop_front(&fake->held, *n);
    return TRANSPORT_OK;
}

static enum transport_result fake_transport_write(struct transport *t, const struct iovec *iov, int count, size_t *n)
{
    struct fake_transport *fake = fake_of(t);
    struct strbuf all = {0};
    char wire[4096];
    size_t most;
    ssize_t sent;

    assert_true(fake->is_open);
    fake->writes++;
    *n = 0;
    for (int i = 0; i < count; i++) {
        strbuf_add(&all, iov[i].iov_base, iov[i].iov_len);
    }
    assert_true(all.len > 0);
    assert_true(all.len >= fake->offered.len); /* the same bytes again, and perhaps more */
    if (fake->offered.len > 0) {
        assert_memory_equal(all.data, fake->offered.data, fake->offered.len);
    }
    strbuf_fini(&fake->offered);
    fake->offered = all;
    if (fake->needs_key) {
        receive(fake);
    }
    if (fake->needs_key || fake->is_stuck) {
        return fake->is_stuck ? TRANSPORT_WANT_WRITE : TRANSPORT_WANT_READ;
    }
    most = fake->most_taken > 0 ? 1 + fake_rnd((uint32_t)fake->most_taken) : all.len;
    most = most < all.len ? most : all.len;
    most = most < sizeof(wire) ? most : sizeof(wire);
    for (size_t i = 0; i < most; i++) {
        wire[i] = (char)(all.data[i] ^ MASK);
    }
    sent = send(t->fd, wire, most, MSG_NOSIGNAL);
    assert_true(sent > 0 || errno == EAGAIN);
    *n = sent > 0 ? (size_t)sent : 0;
    drop_front(&fake->offered, *n);
    return *n > 0 ? TRANSPORT_OK : TRANSPORT_WANT_WRITE;
}

static enum transport_result fake_end(struct transport *t)
{
    struct fake_transport *fake = fake_of(t);

    assert_int_equal(fake->offered.len, 0);
    fake->ends++;
    for (int i = 0; i < 2; i++) {
        if (fake->end_wants[i] > 0) {
            fake->end_wants[i]--;
            return i == 0 ? TRANSPORT_WANT_WRITE : TRANSPORT_WANT_READ;
        }
    }
    shutdown(t->fd, SHUT_WR);
    return TRANSPORT_OK;
}

static size_t fake_pending(const struct transport *t)
{
    return fake_of(t)->held.len;
}

static void fake_free(struct transport *t)
{
    fake_of(t)->frees++;
}

static const struct transport_ops fake_ops = {
    .handshake = fake_shake,
    .read = fake_transport_read,
    .write = fake_transport_write,
    .end = fake_end,
    .pending = fake_pending,
    .free = fake_free,
};

/* ---- one connection ------------------------------------------------------------------------------- */

static struct fake_loop f;
static struct fake_peer p;

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    limits.queue_bytes = LIMIT;
    fake_loop_init(&f, &limits);
    ft = (struct fake_transport){.t.ops = &fake_ops};
    fake_peer_open_layered(&p, &f, 0, &ft.t);
    return 0;
}

/* Opens a connection whose handshake is over. */
static int begin_open(void **state)
{
    begin(state);
    fake_loop_turn(&f);
    assert_true(ft.is_open);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_loop_net_fini(&f);
    assert_int_equal(p.closeds, 1);
    assert_int_equal(ft.frees, 1);
    fake_peer_fini(&p);
    fake_loop_fini(&f);
    strbuf_fini(&ft.offered);
    strbuf_fini(&ft.held);
    return 0;
}

/* The client sends text, encoded for the wire. */
static void client_sends(const char *text)
{
    for (; *text != '\0'; text++) {
        char c = (char)(*text ^ MASK);

        fake_write(p.far, &c, 1);
    }
}

static void client_sends_key(void)
{
    char c = KEY;

    fake_write(p.far, &c, 1);
}

/* The text that the client has received since the last call. */
static const char *client_got(void)
{
    fake_peer_read(&p);
    for (size_t i = 0; i < p.got.len; i++) {
        p.got.data[i] = (char)(p.got.data[i] ^ MASK);
    }
    return fake_peer_got(&p);
}

static void assert_in(const char *want)
{
    assert_string_equal(strbuf_str(&p.in), want);
    strbuf_reset(&p.in);
}

/* ---- the handshake -------------------------------------------------------------------------------- */

static void nothing_is_read_or_written_before_the_handshake_is_over(void **state)
{
    (void)state;
    ft.shakes[0] = TRANSPORT_WANT_READ;
    ft.shakes[1] = TRANSPORT_WANT_WRITE;
    conn_send_bytes(p.conn, "hello", 5);
    fake_loop_turns(&f, 3);
    assert_int_equal(ft.shaken, 1);
    assert_int_equal(p.conn->armed, EV_READ);
    client_sends("hi");
    fake_loop_turn(&f);
    assert_int_equal(ft.shaken, 2);
    assert_int_equal(p.conn->armed, EV_WRITE); /* readable bytes do not matter */
    assert_int_equal(p.readies, 0);
    assert_int_equal(ft.reads + ft.writes, 0);
    fake_loop_turns(&f, 3);
    assert_int_equal(ft.shaken, 3);
    assert_int_equal(p.readies, 1);
    assert_in("hi");
    assert_string_equal(client_got(), "hello");
}

static void connection_whose_handshake_fails_is_closed(void **state)
{
    (void)state;
    ft.shakes[0] = TRANSPORT_WANT_READ;
    ft.shakes[1] = TRANSPORT_GONE;
    conn_send_bytes(p.conn, "hello", 5);
    fake_loop_turns(&f, 2);
    client_sends("?");
    fake_loop_turn(&f);
    assert_int_equal(p.freeds, 1);
    assert_int_equal(p.reason, REASON_RESET);
}

/* If the connection is ended during the handshake, the peer gets no line, but the end is in order. */
static void connection_that_ends_in_its_handshake_is_closed_at_once_or_says_what_is_queued(void **state)
{
    (void)state;
    ft.shakes[0] = TRANSPORT_WANT_READ;
    fake_loop_turn(&f);
    conn_finish(p.conn, REASON_SHUTDOWN);
    fake_loop_turn(&f);
    assert_int_equal(p.freeds, 1);
    assert_int_equal(ft.ends, 0);
    end(NULL);

    begin(NULL);
    ft.shakes[0] = TRANSPORT_WANT_READ;
    fake_loop_turn(&f);
    conn_send_bytes(p.conn, "bye", 3);
    conn_finish(p.conn, REASON_SHUTDOWN);
    fake_loop_turn(&f);
    client_sends("?");
    fake_loop_turns(&f, 2);
    assert_string_equal(client_got(), "bye");
    assert_int_equal(ft.ends, 1);
}

/* ---- what each direction wants -------------------------------------------------------------------- */

static void write_that_wants_to_read_waits_for_that_and_the_other_direction_goes_on(void **state)
{
    (void)state;
    ft.needs_key = true;
    conn_send_bytes(p.conn, "answer", 6);
    fake_loop_turns(&f, 3);
    assert_int_equal(ft.writes, 1); /* it is not tried again without an event */
    assert_int_equal(p.conn->armed, EV_READ);
    client_sends("line");
    fake_loop_turn(&f);
    assert_in("line");
    client_sends_key();
    fake_loop_turns(&f, 2);
    assert_string_equal(client_got(), "answer");
    assert_false(p.conn->is_blocked);
}

/* A paused connection is still written to. */
static void write_that_wants_to_read_does_so_while_input_is_paused(void **state)
{
    (void)state;
    conn_pause(p.conn);
    ft.needs_key = true;
    conn_send_bytes(p.conn, "answer", 6);
    fake_loop_turn(&f);
    assert_int_equal(p.conn->armed, EV_READ);
    client_sends("line");
    client_sends_key();
    fake_loop_turns(&f, 2);
    assert_string_equal(client_got(), "answer");
    assert_int_equal(p.inputs, 0);
    assert_int_equal(p.conn->armed, 0);
    conn_resume(p.conn); /* the socket is empty now: the transport object holds the bytes */
    fake_loop_turn(&f);
    assert_in("line");
}

static void read_that_wants_to_write_waits_for_that(void **state)
{
    (void)state;
    ft.read_wants_write = 1;
    client_sends("one");
    fake_loop_turn(&f);
    assert_int_equal(p.conn->armed, EV_WRITE);
    assert_int_equal(p.inputs, 0);
    fake_loop_turn(&f);
    assert_in("one");
    assert_int_equal(p.conn->armed, EV_READ);
}

static void both_directions_want_the_other_at_once(void **state)
{
    (void)state;
    ft.needs_key = true;
    ft.read_wants_write = 1;
    conn_send_bytes(p.conn, "answer", 6);
    fake_loop_turn(&f);
    client_sends("one");
    fake_loop_turn(&f);
    assert_int_equal(p.conn->armed, EV_READ | EV_WRITE);
    client_sends_key();
    fake_loop_turns(&f, 3);
    assert_in("one");
    assert_string_equal(client_got(), "answer");
    assert_int_equal(p.conn->armed, EV_READ);
}

static void write_that_wants_to_read_for_too_long_is_a_stall(void **state)
{
    (void)state;
    ft.needs_key = true;
    conn_send_bytes(p.conn, "answer", 6);
    fake_loop_turn(&f);
    client_sends("I am here");
    fake_loop_pass(&f, f.net.limits.stall_ms);
    fake_loop_turn(&f);
    assert_int_equal(p.freeds, 1);
    assert_int_equal(p.reason, REASON_STALLED);
}

/* ---- what the object holds ------------------------------------------------------------------------ */

static void what_the_transport_holds_is_read_though_the_socket_is_silent(void **state)
{
    (void)state;
    ft.most_given = 3;
    client_sends("a long line");
    fake_loop_turn(&f);
    assert_int_equal(p.inputs, 4);
    assert_in("a long line");
}

static void pause_input(struct fake_peer *peer)
{
    conn_pause(peer->conn);
}

static void input_that_pauses_is_resumed_where_it_was(void **state)
{
    (void)state;
    ft.most_given = 3;
    p.on_input = pause_input;
    client_sends("abcdefgh");
    fake_loop_turns(&f, 2);
    assert_in("abc");
    conn_resume(p.conn);
    fake_loop_turns(&f, 2);
    assert_in("def");
    /* A change of the event's flags does not lose them. */
    conn_resume(p.conn);
    ft.is_stuck = true;
    conn_send_bytes(p.conn, "x", 1);
    flush_conn(p.conn);
    fake_loop_turns(&f, 2);
    assert_in("gh");
    ft.is_stuck = false;
}

static void end_of_input_comes_behind_all_that_is_held(void **state)
{
    (void)state;
    ft.most_given = 3;
    p.stays_at_eof = true;
    client_sends("the last line");
    shutdown(p.far, SHUT_WR);
    fake_loop_turns(&f, 2);
    assert_in("the last line");
    assert_int_equal(p.eofs, 1);
    conn_send_bytes(p.conn, "answer", 6);
    fake_loop_turn(&f);
    assert_string_equal(client_got(), "answer");
}

/* ---- what was offered ----------------------------------------------------------------------------- */

/* The fake itself checks the bytes that are offered again; this test checks the other payloads. */
static void what_was_offered_is_neither_shed_nor_dropped_and_what_was_not_is(void **state)
{
    const char *got;

    (void)state;
    ft.needs_key = true;
    fake_peer_send(&p, 'a', 1000, PAYLOAD_DROPPABLE);
    fake_peer_send(&p, 'b', 1000, PAYLOAD_DROPPABLE);
    fake_loop_turn(&f);
    assert_int_equal(ft.offered.len, 2000);
    assert_int_equal(outq_droppable_bytes(&p.conn->q), 0);
    for (char c = 'c'; c <= 'z'; c++) { /* far over the limit */
        fake_peer_send(&p, c, 1000, PAYLOAD_DROPPABLE);
    }
    assert_true(conn_queued_bytes(p.conn) <= LIMIT);
    f.net.limits.memory_bytes = 2500;
    fake_loop_turn(&f); /* relief runs */
    assert_true(conn_queued_bytes(p.conn) < 2500);
    conn_drop_unsent(p.conn);
    assert_int_equal(conn_queued_bytes(p.conn), 2000);
    client_sends_key();
    fake_loop_turns(&f, 2);
    got = client_got();
    assert_int_equal(strlen(got), 2000);
    assert_int_equal(strspn(got, "a"), 1000);
}

static void gap_behind_what_was_offered_is_told_in_its_place(void **state)
{
    const char *got;

    (void)state;
    ft.needs_key = true;
    fake_peer_send(&p, 'a', 1000, PAYLOAD_DROPPABLE);
    fake_loop_turn(&f);
    for (char c = 'b'; c <= 'h'; c++) {
        fake_peer_send(&p, c, 1000, PAYLOAD_DROPPABLE);
    }
    assert_true(f.net.queued_bytes <= LIMIT);
    fake_loop_turn(&f);
    client_sends_key();
    fake_loop_turns(&f, 2);
    got = client_got();
    assert_int_equal(strspn(got, "a"), 1000);
    assert_int_equal(got[1000], '<');
    assert_true(p.gaps > 0);
    assert_int_equal(strlen(got), 1000 + 3 + (7 - p.gaps) * 1000);
    assert_int_equal(got[strlen(got) - 1], 'h');
}

/* The same if a part of a payload is written. */
static void retry_after_a_part_of_a_line_begins_in_the_middle_of_it(void **state)
{
    const char *got;

    (void)state;
    ft.most_taken = 7;
    fake_peer_send(&p, 'a', 1000, PAYLOAD_DROPPABLE);
    fake_peer_send(&p, 'b', 1000, PAYLOAD_DROPPABLE);
    fake_loop_turn(&f);
    assert_true(p.conn->q.sent > 0);
    ft.needs_key = true;
    fake_loop_turn(&f);
    for (char c = 'c'; c <= 'z'; c++) {
        fake_peer_send(&p, c, 1000, PAYLOAD_DROPPABLE);
    }
    ft.most_taken = 0;
    client_sends_key();
    fake_loop_turns(&f, 3);
    got = client_got();
    assert_int_equal(strspn(got, "a"), 1000);
    assert_int_equal(strspn(got + 1000, "b"), 1000);
}

/* Everything together: odd pieces, both kinds of waiting, dropped lines.  The client gets each kept line once, in order
 * and complete. */
static void any_mixture_of_wants_and_pieces_keeps_the_streams(void **state)
{
    struct strbuf all = {0}, sent = {0};
    uint32_t next = 0, kept = 0;
    char *at;

    (void)state;
    ft.most_taken = 37;
    for (int i = 0; i < 3000; i++) {
        char line[64];

        switch (fake_rnd(8)) {
        case 0:
            ft.needs_key = true;
            break;
        case 1:
            ft.read_wants_write = 1 + (int)fake_rnd(2);
            break;
        case 2:
            ft.is_stuck = !ft.is_stuck;
            break;
        case 3:
            ft.most_given = fake_rnd(5);
            client_sends("some input");
            strbuf_adds(&sent, "some input");
            break;
        default:
            if (!conn_is_full(p.conn, 100) && fake_rnd(3) == 0) {
                int len = snprintf(line, sizeof(line), "[%u]", next++);

                conn_send_bytes(p.conn, line, (size_t)len);
            } else {
                for (uint32_t lines = fake_rnd(40); lines > 0; lines--) {
                    fake_peer_send(&p, 'd', 1 + fake_rnd(60), PAYLOAD_DROPPABLE);
                }
            }
            break;
        }
        if (fake_rnd(4) == 0) {
            client_sends_key();
        }
        fake_loop_turn(&f);
        assert_non_null(p.conn);
        strbuf_adds(&all, client_got());
    }
    ft.is_stuck = false;
    ft.most_taken = 0;
    client_sends_key();
    for (int i = 0; i < 20; i++) {
        fake_loop_turn(&f);
        strbuf_adds(&all, client_got());
    }
    assert_int_equal(conn_queued_bytes(p.conn), 0);
    assert_int_equal(p.in.len, sent.len);
    assert_memory_equal(p.in.data, sent.data, sent.len);
    for (at = all.data; (at = strchr(at, '[')) != NULL; at++) {
        assert_int_equal(strtoul(at + 1, NULL, 10), kept++);
    }
    assert_int_equal(kept, next);
    assert_true(p.gaps > 0);
    strbuf_fini(&all);
    strbuf_fini(&sent);
}

/* ---- the end -------------------------------------------------------------------------------------- */

static void orderly_end_is_told_when_all_is_written_and_may_take_its_time(void **state)
{
    (void)state;
    ft.end_wants[0] = 1;
    ft.end_wants[1] = 1;
    conn_send_bytes(p.conn, "bye", 3);
    conn_finish(p.conn, REASON_QUIT);
    fake_loop_turn(&f);
    assert_int_equal(p.closeds, 1);
    assert_string_equal(client_got(), "bye");
    assert_int_equal(ft.ends, 1);
    fake_loop_turn(&f);
    assert_int_equal(ft.ends, 2);
    fake_loop_turns(&f, 2);
    assert_int_equal(ft.ends, 2); /* it waits for readable bytes */
    client_sends("?");
    fake_loop_turn(&f);
    assert_int_equal(ft.ends, 3);
    assert_false(fake_peer_read(&p)); /* the output has ended */
    assert_int_equal(p.freeds, 0);
    shutdown(p.far, SHUT_WR);
    fake_loop_turns(&f, 2);
    assert_int_equal(p.freeds, 1);
}

static void end_that_comes_to_nothing_has_the_time_to_linger_and_no_more(void **state)
{
    (void)state;
    ft.end_wants[0] = 0;
    ft.end_wants[1] = 1000;
    conn_finish(p.conn, REASON_QUIT);
    fake_loop_turn(&f);
    for (int i = 0; i < 10; i++) {
        client_sends("?");
        fake_loop_pass(&f, NET_LINGER_MS / 10);
    }
    fake_loop_turns(&f, 2);
    assert_int_equal(p.freeds, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST_OPEN(name) cmocka_unit_test_setup_teardown(name, begin_open, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_read_or_written_before_the_handshake_is_over),
        TEST(connection_whose_handshake_fails_is_closed),
        TEST(connection_that_ends_in_its_handshake_is_closed_at_once_or_says_what_is_queued),
        TEST_OPEN(write_that_wants_to_read_waits_for_that_and_the_other_direction_goes_on),
        TEST_OPEN(write_that_wants_to_read_does_so_while_input_is_paused),
        TEST_OPEN(read_that_wants_to_write_waits_for_that),
        TEST_OPEN(both_directions_want_the_other_at_once),
        TEST_OPEN(write_that_wants_to_read_for_too_long_is_a_stall),
        TEST_OPEN(what_the_transport_holds_is_read_though_the_socket_is_silent),
        TEST_OPEN(input_that_pauses_is_resumed_where_it_was),
        TEST_OPEN(end_of_input_comes_behind_all_that_is_held),
        TEST_OPEN(what_was_offered_is_neither_shed_nor_dropped_and_what_was_not_is),
        TEST_OPEN(gap_behind_what_was_offered_is_told_in_its_place),
        TEST_OPEN(retry_after_a_part_of_a_line_begins_in_the_middle_of_it),
        TEST_OPEN(any_mixture_of_wants_and_pieces_keeps_the_streams),
        TEST_OPEN(orderly_end_is_told_when_all_is_written_and_may_take_its_time),
        TEST_OPEN(end_that_comes_to_nothing_has_the_time_to_linger_and_no_more),
    };

    return fake_run_with_uring(tests);
}

/* Tests of net/tls.h: a real TLS client at the other end of the socket, and the real flush and intake. */
#include "config.h"

#include "net/tls.h"

#include "base/lane.h"
#include "fake_certs.h"
#include "fakes.h"
#include "net/conn.h"
#include "net/tls_context.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT = 256 << 10 };

static struct tls_context *context;
static SSL_CTX *client_context;

static struct fake_loop f;
static struct fake_peer p;
static SSL *client;
static struct strbuf got; /* the text that the client has read */
static unsigned records;  /* of application data that it has got */

/* ---- the two ends ---------------------------------------------------------------------------------- */

static int begin_all(void **state)
{
    struct fake_cert *cert = fake_cert_new(&(struct fake_cert_spec){.name = "localhost", .until_s = 1000});
    char folder[] = "/tmp/chatd-tls-XXXXXX", path[64];
    struct strbuf errors = {0};

    (void)state;
    signal(SIGPIPE, SIG_IGN); /* the client's, whose end is closed */
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/both", folder);
    fake_cert_write_key(cert, path, 0600);
    fake_cert_append(cert, path);
    context = tls_context_new(&(struct tls_settings){.certificate = path,
                                                     .key = "",
                                                     .ciphers = "ECDHE+AESGCM",
                                                     .clients = TLS_CLIENTS_ANY,
                                                     .client_ca = ""},
                              &errors);
    assert_string_equal(strbuf_str(&errors), "");
    assert_non_null(context);
    unlink(path);
    rmdir(folder);
    fake_cert_free(cert);
    client_context = SSL_CTX_new(TLS_client_method());
    return 0;
}

static int end_all(void **state)
{
    (void)state;
    SSL_CTX_free(client_context);
    tls_context_unref(context);
    return 0;
}

static void count_records(int is_written, int version, int kind, const void *data, size_t len, SSL *ssl, void *ctx)
{
    (void)version;
    (void)len;
    (void)ssl;
    (void)ctx;
    records += !is_written && kind == SSL3_RT_HEADER && *(const unsigned char *)data == SSL3_RT_APPLICATION_DATA;
}

/* buffer is what the server's socket takes before it is full; 0 is much. */
static void open_ends(int buffer)
{
    struct net_limits limits = fake_net_limits();

    limits.queue_bytes = LIMIT;
    limits.stall_ms = 60000;
    fake_loop_init(&f, &limits);
    fake_peer_open_layered(&p, &f, buffer, tls_new(context));
    client = SSL_new(client_context);
    SSL_set_msg_callback(client, count_records);
    SSL_set_fd(client, p.far);
    SSL_set_connect_state(client);
}

static void shake(void)
{
    for (int i = 0; i < 100 && (SSL_do_handshake(client) != 1 || p.readies == 0); i++) {
        fake_loop_turn(&f);
    }
    assert_int_equal(p.readies, 1);
}

/* Reads what the client can read now.  Returns false at an end in order. */
static bool client_reads(void)
{
    char buf[4096];
    size_t n;

    while (SSL_read_ex(client, buf, sizeof(buf), &n) == 1) {
        strbuf_add(&got, buf, n);
    }
    return (SSL_get_shutdown(client) & SSL_RECEIVED_SHUTDOWN) == 0;
}

/* A session whose handshake is over, and of which the client has read everything so far. */
static int begin(void **state)
{
    (void)state;
    open_ends(0);
    shake();
    client_reads();
    records = 0;
    return 0;
}

static int begin_narrow(void **state)
{
    (void)state;
    open_ends(FAKE_SMALL_BUFFER);
    shake();
    client_reads();
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_loop_net_fini(&f);
    SSL_free(client);
    fake_peer_fini(&p);
    fake_loop_fini(&f);
    strbuf_fini(&got);
    ERR_clear_error();
    return 0;
}

static void send_numbered(int first, int count, size_t len, enum payload_class kind)
{
    char *line = malloc(len);

    for (int i = first; i < first + count; i++) {
        struct payload *payload;

        memset(line, '.', len);
        snprintf(line, len, "%06d", i);
        line[6] = ' ';
        line[len - 1] = '\n';
        payload = payload_new(line, len, kind);
        conn_send(p.conn, payload);
        payload_unref(payload);
    }
    free(line);
}

/* Fails unless the client has got the lines of the numbers from first, each of len bytes and whole. */
static void assert_numbered(int first, int count, size_t len)
{
    assert_int_equal(got.len, (size_t)count * len);
    for (int i = 0; i < count; i++) {
        assert_int_equal(atoi(got.data + (size_t)i * len), first + i);
        assert_int_equal(got.data[(size_t)i * len + len - 1], '\n');
    }
}

/* ---- reading and writing --------------------------------------------------------------------------- */

static void bytes_go_both_ways(void **state)
{
    (void)state;
    assert_int_equal(SSL_write(client, "hello", 5), 5);
    fake_loop_turn(&f);
    assert_string_equal(strbuf_str(&p.in), "hello");
    conn_send_bytes(p.conn, "answer", 6);
    fake_loop_turn(&f);
    client_reads();
    assert_string_equal(strbuf_str(&got), "answer");
    assert_int_equal(p.conn->bytes_in, 5); /* of the text, not of the records */
    assert_int_equal(p.conn->bytes_out, 6);
}

static void lines_of_a_turn_share_a_record(void **state)
{
    (void)state;
    send_numbered(0, 100, 100, PAYLOAD_DROPPABLE);
    fake_loop_turn(&f);
    client_reads();
    assert_numbered(0, 100, 100);
    assert_int_equal(records, 1);
    assert_int_equal(p.conn->armed, EV_READ);
    assert_int_equal(p.conn->lines_out, 100);
}

static void record_has_its_bound_and_the_rest_follows(void **state)
{
    (void)state;
    send_numbered(0, 3, 20000, PAYLOAD_KEPT);
    fake_loop_turn(&f);
    client_reads();
    assert_numbered(0, 3, 20000);
    assert_int_equal(records, 4);
}

/* The client's records are longer than what is read at once. */
static void long_record_is_read_without_another_event(void **state)
{
    char *text = malloc(16000);

    (void)state;
    memset(text, 'x', 16000);
    assert_int_equal(SSL_write(client, text, 16000), 16000);
    fake_loop_turns(&f, 8);
    assert_int_equal(p.in.len, 16000);
    free(text);
}

static void what_the_socket_does_not_take_is_offered_again(void **state)
{
    (void)state;
    send_numbered(0, 200, 1000, PAYLOAD_KEPT);
    fake_loop_turn(&f);
    assert_true(conn_is_blocked(p.conn));
    assert_int_equal(p.conn->armed, EV_READ | EV_WRITE);
    send_numbered(200, 50, 1000, PAYLOAD_KEPT);
    for (int i = 0; i < 1000 && got.len < 250000; i++) {
        client_reads();
        fake_loop_turn(&f);
    }
    client_reads();
    assert_numbered(0, 250, 1000);
    assert_int_equal(f.net.queued_bytes, 0);
    assert_int_equal(p.conn->armed, EV_READ);
}

/* What OpenSSL holds must come; of what comes after it, the oldest lines give way. */
static void slow_client_loses_whole_lines_and_is_told_how_many(void **state)
{
    unsigned lines = 0;
    int last = -1;

    (void)state;
    for (int i = 0; i < 20; i++) {
        send_numbered(i * 50, 50, 1000, PAYLOAD_DROPPABLE);
        fake_loop_turn(&f);
    }
    assert_true(conn_queued_bytes(p.conn) <= LIMIT);
    for (int i = 0; i < 1000 && strstr(strbuf_str(&got), "000999 ") == NULL; i++) {
        client_reads();
        fake_loop_turn(&f);
    }
    client_reads();
    for (const char *at = strbuf_str(&got); *at != '\0'; at += 1000, lines++) {
        at = *at == '<' ? strchr(at, '>') + 1 : at; /* a gap's line */
        assert_true(atoi(at) > last);
        last = atoi(at);
        assert_int_equal(at[999], '\n');
    }
    assert_int_equal(lines + p.gaps, 1000);
    assert_true(p.gaps > 0);
}

static void client_that_takes_nothing_is_closed(void **state)
{
    (void)state;
    send_numbered(0, 100, 1000, PAYLOAD_KEPT);
    fake_loop_turn(&f);
    fake_loop_pass(&f, 60001);
    fake_loop_pass(&f, 60001);
    fake_loop_turn(&f);
    assert_int_equal(p.freeds, 1);
    assert_int_equal(p.reason, REASON_STALLED);
}

/* ---- the ends -------------------------------------------------------------------------------------- */

static void end_is_told_after_the_last_byte(void **state)
{
    (void)state;
    send_numbered(0, 200, 1000, PAYLOAD_KEPT);
    conn_finish(p.conn, REASON_QUIT);
    for (int i = 0; i < 1000 && client_reads(); i++) {
        fake_loop_turn(&f);
    }
    assert_false(client_reads());
    assert_numbered(0, 200, 1000);
    assert_int_equal(p.reason, REASON_QUIT);
    assert_int_equal(SSL_shutdown(client), 1);
    fake_loop_turns(&f, 2);
    assert_int_equal(p.freeds, 1);
}

static void clients_end_in_order_is_an_end(void **state)
{
    (void)state;
    assert_int_equal(SSL_write(client, "last", 4), 4);
    assert_true(SSL_shutdown(client) >= 0);
    fake_loop_turns(&f, 2);
    assert_string_equal(strbuf_str(&p.in), "last");
    assert_int_equal(p.eofs, 1);
    assert_int_equal(p.reason, REASON_EOF);
}

/* The client has ended its bytes without a word of TLS: it still gets what is written to it. */
static void end_of_the_bytes_is_a_cut(void **state)
{
    (void)state;
    p.stays_at_eof = true;
    assert_int_equal(SSL_write(client, "last", 4), 4);
    shutdown(p.far, SHUT_WR);
    fake_loop_turns(&f, 2);
    assert_string_equal(strbuf_str(&p.in), "last");
    assert_int_equal(p.eofs, 1);
    assert_true(p.conn->is_cut);
    conn_send_bytes(p.conn, "answer", 6);
    conn_finish(p.conn, REASON_EOF);
    fake_loop_turns(&f, 3);
    assert_false(client_reads());
    assert_string_equal(strbuf_str(&got), "answer");
    assert_int_equal(p.reason, REASON_TLS_CUT);
}

static void bytes_that_are_no_record_break_the_connection(void **state)
{
    (void)state;
    fake_puts(p.far, "these are no bytes of TLS");
    fake_loop_turns(&f, 2);
    assert_string_equal(strbuf_str(&p.in), "");
    assert_int_equal(p.reason, REASON_TLS_ERROR);
}

/* ---- the handshake --------------------------------------------------------------------------------- */

static void connection_tells_its_version_and_cipher(void **state)
{
    (void)state;
    assert_string_equal(tls_version(conn_transport(p.conn)), "TLSv1.3");
    assert_string_equal(tls_cipher(conn_transport(p.conn)), SSL_get_cipher_name(client));
    assert_null(tls_fault(conn_transport(p.conn)));
    assert_null(tls_version(NULL));
}

static void unfinished_hello_counts_as_unfinished_input(void **state)
{
    static const char begun[] = {22, 3, 1, 2, 0, 1, 0};

    (void)state;
    open_ends(0);
    assert_int_equal(send(p.far, begun, sizeof(begun), MSG_NOSIGNAL), sizeof(begun));
    fake_loop_turns(&f, 2);
    assert_int_equal(f.net.input_bytes, CONN_INPUT_UNIT);
    fake_peer_hang_up(&p);
    fake_loop_turns(&f, 2);
    assert_int_equal(p.freeds, 1);
    assert_int_equal(f.net.input_bytes, 0);
}

/* A hello that is much longer than any is. */
static void handshake_has_a_bound(void **state)
{
    static const char header[] = {22, 3, 3, 0x40, 0};
    char message[16384] = {1, 1, 0, 0}; /* a hello of 64 KB */

    (void)state;
    open_ends(0);
    for (int i = 0; i < 5 && p.freeds == 0; i++) {
        (void)!send(p.far, header, sizeof(header), MSG_NOSIGNAL);
        (void)!send(p.far, message, sizeof(message), MSG_NOSIGNAL);
        memset(message, 0, sizeof(message));
        fake_loop_turns(&f, 20);
    }
    assert_int_equal(p.freeds, 1);
    assert_int_equal(p.reason, REASON_TLS_ERROR);
}

static void wait_for_lane(struct lane *lane)
{
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

    assert_int_equal(poll(&bell, 1, 60000), 1);
}

static void lane_makes_the_handshake(void **state)
{
    struct lane *lane = lane_new(&(struct lane_spec){.name = "test", .threads = 1, .most = 4, .drain_ms = 60000});

    (void)state;
    open_ends(0);
    f.net.shakes = lane;
    assert_int_not_equal(SSL_do_handshake(client), 1);
    fake_loop_turns(&f, 2);
    assert_int_equal(p.conn->armed, 0); /* the lane has the socket */
    assert_null(conn_transport(p.conn));
    wait_for_lane(lane);
    lane_reap(lane, NULL);
    assert_int_equal(SSL_do_handshake(client), 1);
    fake_loop_turns(&f, 2);
    wait_for_lane(lane);
    lane_reap(lane, NULL);
    assert_int_equal(p.readies, 1);
    conn_send_bytes(p.conn, "hello", 5);
    fake_loop_turn(&f);
    client_reads();
    assert_string_equal(strbuf_str(&got), "hello");
    f.net.shakes = NULL;
    assert_int_equal(lane_free(lane), 0);
}

static void connection_that_ends_during_a_step_is_left_to_the_lane(void **state)
{
    struct lane *lane = lane_new(&(struct lane_spec){.name = "test", .threads = 1, .most = 4, .drain_ms = 60000});

    (void)state;
    open_ends(0);
    f.net.shakes = lane;
    assert_int_not_equal(SSL_do_handshake(client), 1);
    fake_loop_turns(&f, 2);
    wait_for_lane(lane); /* the step has been made, and is not handed back */
    conn_close(p.conn, REASON_KICKED);
    fake_loop_turn(&f);
    assert_int_equal(p.freeds, 1);
    assert_true(fake_read(p.far, &got)); /* the lane has the socket */
    lane_reap(lane, NULL);
    assert_false(fake_read(p.far, &got)); /* the socket is closed */
    assert_true(got.len > 0);             /* after the step has answered */
    f.net.shakes = NULL;
    assert_int_equal(lane_free(lane), 0);
}

struct hanging {
    struct lane_job job;
    int ends[2]; /* it runs until its writing end is closed */
};

static void hang(struct lane_job *job)
{
    char byte;

    assert_int_equal(read(((struct hanging *)job)->ends[0], &byte, 1), 0);
}

static void ignore(struct lane_job *job)
{
    (void)job;
}

/* While many handshakes wait, those of clients that have gone are not computed. */
static void step_that_has_not_begun_is_left_out(void **state)
{
    static const struct lane_job_ops hanging_ops = {.run = hang, .done = ignore, .free = ignore};
    struct lane *lane = lane_new(&(struct lane_spec){.name = "test", .threads = 1, .most = 4, .drain_ms = 60000});
    struct hanging hanging = {.job.ops = &hanging_ops};

    (void)state;
    assert_int_equal(pipe(hanging.ends), 0);
    assert_true(lane_push(lane, &hanging.job));
    open_ends(0);
    f.net.shakes = lane;
    assert_int_not_equal(SSL_do_handshake(client), 1);
    fake_loop_turns(&f, 2);
    assert_int_equal(lane_count(lane), 2);
    conn_close(p.conn, REASON_KICKED);
    fake_loop_turn(&f);
    assert_int_equal(p.freeds, 1);
    assert_int_equal(lane_count(lane), 1);
    assert_false(fake_read(p.far, &got));
    assert_int_equal(got.len, 0);
    f.net.shakes = NULL;
    close(hanging.ends[1]);
    assert_int_equal(lane_free(lane), 0);
    close(hanging.ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_go_both_ways, begin, end),
        cmocka_unit_test_setup_teardown(lines_of_a_turn_share_a_record, begin, end),
        cmocka_unit_test_setup_teardown(record_has_its_bound_and_the_rest_follows, begin, end),
        cmocka_unit_test_setup_teardown(long_record_is_read_without_another_event, begin, end),
        cmocka_unit_test_setup_teardown(what_the_socket_does_not_take_is_offered_again, begin_narrow, end),
        cmocka_unit_test_setup_teardown(slow_client_loses_whole_lines_and_is_told_how_many, begin_narrow, end),
        cmocka_unit_test_setup_teardown(client_that_takes_nothing_is_closed, begin_narrow, end),
        cmocka_unit_test_setup_teardown(end_is_told_after_the_last_byte, begin_narrow, end),
        cmocka_unit_test_setup_teardown(clients_end_in_order_is_an_end, begin, end),
        cmocka_unit_test_setup_teardown(end_of_the_bytes_is_a_cut, begin, end),
        cmocka_unit_test_setup_teardown(bytes_that_are_no_record_break_the_connection, begin, end),
        cmocka_unit_test_setup_teardown(connection_tells_its_version_and_cipher, begin, end),
        cmocka_unit_test_setup_teardown(unfinished_hello_counts_as_unfinished_input, NULL, end),
        cmocka_unit_test_setup_teardown(handshake_has_a_bound, NULL, end),
        cmocka_unit_test_setup_teardown(lane_makes_the_handshake, NULL, end),
        cmocka_unit_test_setup_teardown(connection_that_ends_during_a_step_is_left_to_the_lane, NULL, end),
        cmocka_unit_test_setup_teardown(step_that_has_not_begun_is_left_out, NULL, end),
    };
    int failed;

    begin_all(NULL);
    failed = fake_run_with_writers(tests);
    end_all(NULL);
    return failed;
}

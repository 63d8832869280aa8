/* Tests that a client of another protocol is disconnected for a reason of its own, and that no room hears any of its
 * bytes. */
#include "config.h"

#include "harness.h"

#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1

/* Each ends with a line that would be said if the bytes were read as lines. */
#define LINE "\r\n\nHEARD\r\nHEARD\n"

static const struct foreign {
    const char *bytes;
    size_t len, first; /* of all bytes; of those by which the protocol is recognized, at most */
    const char *reason;
} foreigns[] = {
    {BYTES("\x16\x03\x01\x00\xc4\x01\x00\x00\xc0\x03\x03HEARD\nHEARD\r\n\xff\xfb\x18\xff\xfd\x03" LINE), 6, "tls"},
    {BYTES("\x16\x03\x03\x0a\x0a\x01" LINE), 6, "tls"},
    {BYTES("\x80\x2e\x01\x03\x01HEARD" LINE), 5, "tls"},
    {BYTES("SSH-2.0-OpenSSH_9.2p1 HEARD\r\n" LINE), 29, "ssh"},
    {BYTES("SSH-1.99-HEARD\n" LINE), 15, "ssh"},
    {BYTES("\r\n\r\nSSH-2.0-HEARD\n" LINE), 18, "ssh"},
    {BYTES("OPTIONS * RTSP/1.0\r\nCSeq: HEARD\r\n" LINE), 20, "rtsp"},
    {BYTES("DESCRIBE rtsp://HEARD/ RTSP/1.0\r\n" LINE), 33, "rtsp"},
    {BYTES("OPTIONS sip:HEARD SIP/2.0\r\nVia: HEARD\r\n" LINE), 27, "sip"},
    {BYTES("PROXY TCP4 192.0.2.1 192.0.2.2 56324 4000\r\n" LINE), 43, "proxy-header"},
    {BYTES("PROXY TCP6 2001:db8::1 2001:db8::2 56324 4000\r\n" LINE), 47, "proxy-header"},
    {BYTES("PROXY UNKNOWN\r\n" LINE), 15, "proxy-header"},
    {BYTES("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01\x0a\x0a\x0d\x0a" LINE),
     12,
     "proxy-header"},
    {BYTES("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x0b\x00\x00\x00" LINE), 6, "rdp"},
    {BYTES("\x03\x00\x00\x2f\x2a\xe0\x00\x00\x00\x00\x00" "Cookie: mstshash=HEARD\r\n" LINE), 6, "rdp"},
    {BYTES("\x00\x00\x00\x85\xffSMB\x72\x00\x00\x00\x00HEARD" LINE), 8, "smb"},
    {BYTES("\x00\x00\x01\x0a\xfeSMB\x40\x00HEARD" LINE), 8, "smb"},
    {BYTES("\x81\x00\x00\x44\x20" "CKFDENECFDEFFCFGEFFCCACACACACACA" LINE), 5, "smb"},
};

enum { FOREIGNS = sizeof(foreigns) / sizeof(foreigns[0]) };

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("server.listen=unix:%s/socket", harness_dir()));
}

static void check_refused(struct daemon *d, struct client *bob, const struct foreign *f, size_t piece)
{
    struct client *c = client_open(d);
    size_t alone = piece < f->len ? f->first : 0; /* later bytes come after the connection has ended */
    const char *rest;

    client_send_pieces(c, f->bytes, alone, piece);
    client_pour(c, f->bytes + alone, f->len - alone);
    rest = client_rest(c);
    if (strstr(rest, harness_text("!! %s: ", f->reason)) == NULL) {
        harness_fail("expected the reason %s, but it is: %s", f->reason, client_seen(c));
    }
    assert_int_equal(client_count_literal(c, "\xff"), 0);
    client_close(c);
    daemon_wait_log_next(d, harness_text(" reason=%s ", f->reason));
    client_sync_without(bob, "HEARD");
}

static void other_protocols_are_ended_for_a_reason_of_their_own(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob");

    for (size_t i = 0; i < FOREIGNS; i++) {
        check_refused(d, bob, &foreigns[i], foreigns[i].len);
    }
    assert_int_equal(client_count_literal(bob, "SMB"), 0);
    assert_int_equal(client_count_literal(bob, "QUIT"), 0);
    assert_int_equal(client_count_literal(bob, "SSH"), 0);
    assert_int_equal(client_count_literal(bob, "mstshash"), 0);
}

static void other_protocols_are_known_in_whatever_pieces(void)
{
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob");

    for (size_t i = 0; i < FOREIGNS; i++) {
        for (size_t piece = 1; piece < 8; piece += 3) {
            check_refused(d, bob, &foreigns[i], piece);
        }
    }
    assert_int_equal(client_count_literal(bob, "SMB"), 0);
    assert_int_equal(client_count_literal(bob, "QUIT"), 0);
    assert_int_equal(client_count_literal(bob, "CKFDEN"), 0);
}

/* A prefix of such a beginning that ends there or goes on differently. */
static void what_only_begins_like_one_is_said(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *heard; /* the lines heard before "that is all" */
    } samples[] = {
        {BYTES("SSH-2.0 is old\n"), "SSH-2.0 is old"},
        {BYTES("SSH-2.0- is what?\n"), "SSH-2.0- is what?"},
        {BYTES("I USE HTTP/2\n"), "I USE HTTP/2"},
        {BYTES("PROXY TCP4 is what haproxy sends\n"), "PROXY TCP4 is what haproxy sends"},
        {BYTES("OPTIONS * are rare\n"), "OPTIONS * are rare"},
        {BYTES("TAKE A SIP\n"), "TAKE A SIP"},
        {BYTES("\r\n\r\n\0\r\nQUIT it\n"), "QUIT it"},
        {BYTES("\r\n\r\nhello\r\n"), "hello"},
        {BYTES("\0\0\0\0hello\n"), "hello"},
        {BYTES("\0\0\n"), NULL},
        {BYTES("\x03\x03hello\n"), "hello"},
        {BYTES("\x03\x00\x00hi\n"), "hi"},
        {BYTES("\x16hello\n"), "hello"},
        {BYTES("\r\n"), NULL},
        {BYTES("\r"), NULL},
    };
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        for (size_t piece = 1; piece <= samples[i].len; piece += samples[i].len > 1 ? samples[i].len - 1 : 1) {
            struct client *c = client_open(d);

            client_send_pieces(c, samples[i].bytes, samples[i].len, piece);
            client_send(c, "that is all");
            client_half_close(c);
            client_expect_eof(c);
            if (samples[i].heard != NULL) {
                client_expect(bob, harness_text(": %s", samples[i].heard));
            }
            client_expect(bob, ": that is all");
            client_close(c);
        }
    }
}

static void a_prefix_without_more_ends_in_order(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } prefixes[] = {
        {BYTES("\r\n\r\n")}, {BYTES("\0\0")}, {BYTES("\x16\x03\x01")}, {BYTES("\x03")}, {BYTES("\r\n\r\n\0\r\n")},
    };
    struct daemon *d = start();
    struct client *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        struct client *c = client_open(d);

        client_send_bytes(c, prefixes[i].bytes, prefixes[i].len);
        client_half_close(c);
        client_expect_eof(c);
        client_close(c);
        daemon_wait_log_next(d, " reason=eof ");
    }
    client_sync(bob);
}

static void later_lines_are_no_other_protocol(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send_literal(alice, "SSH-2.0-OpenSSH\nOPTIONS * RTSP/1.0\nPROXY UNKNOWN\n\x16\x03\x01\x01\x01\x01hm\n");
    client_expect_next(bob, "[#lobby] alice: SSH-2.0-OpenSSH");
    client_expect_next(bob, "[#lobby] alice: OPTIONS * RTSP/1.0");
    client_expect_next(bob, "[#lobby] alice: PROXY UNKNOWN");
    client_expect_next(bob, "[#lobby] alice: hm");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(other_protocols_are_ended_for_a_reason_of_their_own),
        HARNESS_TEST(other_protocols_are_known_in_whatever_pieces),
        HARNESS_TEST(what_only_begins_like_one_is_said),
        HARNESS_TEST(a_prefix_without_more_ends_in_order),
        HARNESS_TEST(later_lines_are_no_other_protocol),
    };

    return harness_main(tests);
}

/* Tests of TLS: people talk over it as without it, what breaks its rules is ended for a reason, and handshakes delay
 * nobody. */
#include "config.h"

#include "ctl.h"
#include "harness.h"

#include "tls_client.h"

#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>

static const struct tls_wishes v1_2 = {.version = TLS1_2_VERSION};

/* A client in clear, at the address for TLS. */
static struct client *open_clear(struct daemon *d)
{
    return client_open_at(daemon_address(d, 1));
}

/* ---- talk ---- */

static void people_talk_over_tls_and_in_clear(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = tls_client_join(d, "bob", NULL);
    struct client *carol = tls_client_join(d, "carol", &v1_2);

    assert_string_equal(SSL_get_version(tls_client_ssl(bob)), "TLSv1.3");
    assert_string_equal(SSL_get_version(tls_client_ssl(carol)), "TLSv1.2");
    client_send(bob, "hello\n");
    client_expect_line(alice, "[#lobby] bob: hello");
    client_expect_line(carol, "[#lobby] bob: hello");
    client_send(alice, "/msg carol psst\n");
    client_expect_line(carol, "[alice -> you] psst");
    client_send(carol, "/quit\n");
    tls_client_expect_end(carol);
    client_expect(bob, "carol quit");
}

/* One-shot use: all is run and answered before the end. */
static void close_notify_ends_the_input_and_the_last_line_counts(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *cron = tls_client_open(d, NULL);

    client_send(cron, "/nick cron\nbackup done");
    client_half_close(cron);
    client_expect_line(alice, "[#lobby] cron: backup done");
    client_expect_line(cron, "-- You are now cron.");
    tls_client_expect_end(cron);
    daemon_wait_log(d, "reason=eof");
}

/* Somebody on the way can cut a connection where they like: "yes" of "yes, but not today". */
static void unfinished_line_of_a_stream_that_is_cut_is_not_said(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = tls_client_join(d, "bob", NULL);

    client_send(bob, "whole\n/who\ncut");
    shutdown(client_fd(bob), SHUT_WR);
    client_expect_line(alice, "[#lobby] bob: whole");
    client_expect(bob, "#lobby: 2 people");
    client_expect(bob, "!! cut-off: ");
    tls_client_expect_end(bob);
    client_expect_none(alice, "cut", "bob quit");
    daemon_wait_log(d, "reason=tls-cut");
}

static void reset_is_a_cut_too(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = tls_client_join(d, "bob", NULL);

    client_send(bob, "whole\ncut");
    client_expect_line(alice, "[#lobby] bob: whole");
    client_reset(bob);
    client_expect_none(alice, "cut", "bob quit");
    daemon_wait_log(d, "reason=reset");
}

static void much_goes_both_ways(void)
{
    enum { LINES = 1500 };
    struct daemon *d = tls_daemon_start("-o", "limits.queue_bytes=64M");
    struct client *alice = tls_client_join(d, "alice", NULL);
    struct client *bob = tls_client_join(d, "bob", &v1_2);
    const char *text = harness_repeat("x", 1500);

    for (int i = 0; i < LINES; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
    }
    client_expect(alice, "is now bob");
    for (int i = 0; i < LINES; i++) {
        client_expect_next(bob, harness_text("[#lobby] alice: %d:%s", i, text));
    }
    client_sync(alice);
}

/* As in the clear: others do not wait, the oldest lines give way, and the reader is told how many. */
static void slow_reader_over_tls_is_told_what_was_skipped(void)
{
    enum { LINES = 3000 };
    struct daemon *d = tls_daemon_start("-o", "limits.queue_bytes=65536", "-o", "limits.stall_seconds=3600");
    struct tls_wishes small = {.rcvbuf = 4096};
    struct client *sleeper = tls_client_join(d, "sleeper", &small);
    struct client *bob = client_join(d, "bob");
    struct client *alice = client_join(d, "alice");
    const char *text = harness_repeat("x", 1500), *line;
    long heard = 0, skipped = 0, count;
    int number, last = -1;

    client_expect(bob, "is now alice");
    for (int i = 0; i < LINES; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
        client_expect_next(bob, harness_text("[#lobby] alice: %d:%s", i, text));
    }
    client_send(alice, "/msg sleeper wake up\n");
    while (strstr(line = client_line(sleeper), "wake up") == NULL) {
        if (sscanf(line, "[#lobby] alice: %d:x", &number) == 1) {
            assert_true(number > last);
            last = number;
            heard++;
        } else if (sscanf(line, "-- %ld line%*s", &count) == 1) {
            skipped += count;
        }
    }
    assert_true(skipped > 0);
    assert_int_equal(heard + skipped, LINES);
    client_sync(sleeper);
}

static void stop_says_goodbye_and_ends_in_order(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *bob = tls_client_join(d, "bob", NULL);
    struct client *carol = tls_client_join(d, "carol", &v1_2);
    struct client *silent = open_clear(d);

    daemon_signal(d, SIGTERM);
    client_expect(bob, "!! shutdown");
    tls_client_expect_end(bob);
    client_expect(carol, "!! shutdown");
    tls_client_expect_end(carol);
    client_rest(silent);
    assert_int_equal(daemon_wait(d), 0);
}

static void several_threads_write_to_clients_with_tls(void)
{
    enum { CLIENTS = 12, LINES = 200 };
    struct daemon *d = tls_daemon_start("-o", "server.writers=4", "-o", "server.writers_from=1");
    struct client *alice = client_join(d, "alice"), *c[CLIENTS];

    for (int i = 0; i < CLIENTS; i++) {
        c[i] = tls_client_join(d, harness_text("c%d", i), i % 2 == 0 ? NULL : &v1_2);
    }
    client_expect(alice, "is now c11");
    for (int i = 0; i < LINES; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    for (int i = 0; i < CLIENTS; i++) {
        client_expect_line(c[i], "[#lobby] alice: line 0");
        for (int k = 1; k < LINES; k++) {
            client_expect_next(c[i], harness_text("[#lobby] alice: line %d", k));
        }
    }
}

static void whois_and_chatctl_tell_of_tls(void)
{
    struct daemon *d = tls_daemon_start("-o", ctl_option());
    struct client *alice = client_join(d, "alice");
    struct client *bob = tls_client_join(d, "bob", NULL);

    client_send(alice, "/whois bob\n");
    client_expect_line(alice, "-- bob is connected over TLS.");
    client_send(bob, "/whois alice\n");
    client_expect_none(bob, "TLS", "alice is in #lobby");
    assert_non_null(strstr(ctl_ok("clients"), " TLSv1.3  bob "));
    assert_non_null(strstr(ctl_ok("clients"), " -        alice "));
    assert_non_null(strstr(ctl_ok("clients", "--json"), "\"tls\":\"TLSv1.3\",\"cipher\":\"TLS_"));
    assert_non_null(strstr(ctl_ok("status"), " for people over TLS, as configured"));
}

/* ---- what breaks the rules ---- */

static void client_that_does_not_speak_tls_is_told_so_in_clear(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = open_clear(d);
    struct client *browser = open_clear(d);

    client_send(bob, "HEARD\nHEARD\n");
    client_expect(bob, "!! tls-required: ");
    client_expect_eof(bob);
    client_send(browser, "GET / HTTP/1.1\r\nHost: HEARD\r\n\r\n");
    client_expect(browser, "!! tls-required: ");
    client_expect_eof(browser);
    client_sync_without(alice, "HEARD");
    daemon_wait_log(d, "reason=tls-required");
}

static void client_that_says_nothing_is_told_what_to_speak(void)
{
    struct daemon *d = tls_daemon_start("-o", "tls.handshake_seconds=1");
    struct client *silent, *begun;

    daemon_freeze(d); /* so that the beginning of the handshake is there in time */
    silent = open_clear(d);
    begun = open_clear(d);
    client_send_literal(begun, "\x16\x03\x01");
    daemon_thaw(d);
    client_expect(silent, "!! tls-required: ");
    client_expect_eof(silent);
    assert_int_equal(strlen(client_rest(begun)), 0);
    daemon_wait_log(d, "reason=tls-late");
}

static void bytes_that_are_no_tls_end_the_connection(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *garbage = open_clear(d);
    struct client *bob = tls_client_join(d, "bob", NULL);

    client_send_literal(garbage, "\x16\x03\x01\x00\x10this is no hello");
    (void)client_rest(garbage); /* an alert */
    daemon_wait_log(d, "client refused reason=tls-error");
    assert_int_equal(send(client_fd(bob), "HEARD\r\nHEARD\n", 13, MSG_NOSIGNAL), 13);
    client_expect_none(alice, "HEARD", "bob quit");
    daemon_wait_log(d, "client closed client=3 reason=tls-error");
}

static void log_says_what_was_wrong_with_bytes_of_a_session(void)
{
    static const char record[] = "\x17\x03\x03\x00\x20of nobody who knows the key here";
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = tls_client_join(d, "bob", NULL);

    assert_int_equal(send(client_fd(bob), record, sizeof(record) - 1, MSG_NOSIGNAL), sizeof(record) - 1);
    client_expect(alice, "bob quit");
    daemon_wait_log(d, "client closed client=2 reason=tls-error");
    daemon_wait_log_next(d, " error=\"decryption failed or bad record mac\" room=#lobby\n");
}

static void hello_in_single_bytes_is_a_hello(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *c = open_clear(d);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    char byte;

    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
    assert_true(SSL_do_handshake(ssl) < 0);
    while (BIO_read(out, &byte, 1) == 1) {
        client_send_pieces(c, &byte, 1, 1);
    }
    client_expect_literal(c, "\x16\x03\x03"); /* the server's hello */
    SSL_free(ssl);
    SSL_CTX_free(context);
}

/* OpenSSL answers with a warning, on which its own client gives up. */
static void renegotiation_is_refused(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = tls_client_join(d, "bob", &v1_2);
    SSL *ssl = tls_client_ssl(bob);

    assert_int_equal(SSL_renegotiate(ssl), 1);
    assert_true(SSL_do_handshake(ssl) <= 0);
    (void)client_rest(bob);
    assert_int_not_equal(SSL_is_init_finished(ssl), 1);
    client_sync(alice);
}

static void keys_can_be_changed_while_people_talk(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *bob = tls_client_join(d, "bob", NULL);
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 200; i++) {
        assert_int_equal(SSL_key_update(tls_client_ssl(bob), SSL_KEY_UPDATE_REQUESTED), 1);
        client_sendf(bob, "key %d\n", i);
    }
    client_expect_line(alice, "[#lobby] bob: key 199");
    client_send(alice, "still here?\n");
    client_expect_line(bob, "[#lobby] alice: still here?");
}

/* What it is sent waits already when it asks the daemon to change its keys too. */
static void slow_reader_may_ask_for_other_keys(void)
{
    enum { LINES = 200 };
    struct daemon *d = tls_daemon_start("-o", "limits.queue_bytes=1M");
    struct tls_wishes small = {.rcvbuf = 4096};
    struct client *sleeper = tls_client_join(d, "sleeper", &small);
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    const char *text = harness_repeat("x", 1900);

    for (int i = 0; i < LINES; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
    }
    client_sync(alice);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(SSL_key_update(tls_client_ssl(sleeper), SSL_KEY_UPDATE_REQUESTED), 1);
        client_sendf(sleeper, "awake %d\n", i);
        client_expect_line(bob, harness_text("[#lobby] sleeper: awake %d", i));
    }
    for (int i = 0; i < LINES; i++) {
        client_expect(sleeper, harness_text("[#lobby] alice: %d:x", i));
    }
    client_send(sleeper, "/quit\n");
    tls_client_expect_end(sleeper);
}

/* ---- handshakes ---- */

static void oldest_handshake_gives_way(void)
{
    struct daemon *d = tls_daemon_start("-o", "tls.handshakes=20", "-o", "tls.handshake_seconds=300");
    struct client *halves[60], *bob;

    for (int i = 0; i < 60; i++) {
        halves[i] = open_clear(d);
        client_send_literal(halves[i], "\x16");
    }
    for (int i = 0; i < 40; i++) {
        assert_int_equal(strlen(client_rest(halves[i])), 0);
    }
    bob = tls_client_join(d, "bob", NULL);
    client_sync(bob);
    daemon_wait_log(d, "reason=tls-full");
}

static void half_open_handshakes_keep_nobody_out(void)
{
    enum { HALVES = 400 };
    struct daemon *d = tls_daemon_start("-o", "tls.handshakes=1000", "-o", "tls.handshake_seconds=300");
    struct client *alice = client_join(d, "alice"), *bob, *half;

    for (int i = 0; i < HALVES; i++) {
        half = open_clear(d);
        if (i % 2 == 0) {
            client_send_literal(half, "\x16\x03\x01\x02");
        }
    }
    bob = tls_client_join(d, "bob", NULL);
    client_send(bob, "made it\n");
    client_expect_line(alice, "[#lobby] bob: made it");
    client_send(alice, "/who\n");
    client_expect(alice, "#lobby: 2 people");
}

/* ---- settings ---- */

static void wrong_files_are_refused_with_all_errors(void)
{
    struct tls_pair one = tls_pair_make("one"), two = tls_pair_make("two");
    struct daemon *d = daemon_launch("-o", "tls.listen=127.0.0.1:0", "-o",
                                     harness_text("tls.certificate=%s", one.certificate), "-o",
                                     harness_text("tls.key=%s", two.key), "-o", "tls.ciphers=nonsense", "-o",
                                     "tls.client_certificates=ca", "-o", "tls.client_ca=/nowhere/ca.pem");

    assert_int_equal(daemon_wait(d), EX_CONFIG);
    daemon_wait_log(d, "tls.key: the key in ");
    daemon_wait_log(d, "does not belong to the certificate");
    daemon_wait_log(d, "tls.ciphers: \"nonsense\"");
    daemon_wait_log(d, "tls.client_ca: \"/nowhere/ca.pem\" cannot be used: No such file or directory");

    d = daemon_launch("-o", "tls.listen=127.0.0.1:0");
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    daemon_wait_log(d, "needs tls.certificate");
}

static void minimum_and_ciphers_hold(void)
{
    struct daemon *d = tls_daemon_start("-o", "tls.minimum=1.3");
    struct tls_wishes weak = {.version = TLS1_2_VERSION, .ciphers = "AES128-SHA"};

    (void)tls_client_join(d, "bob", NULL);
    assert_non_null(strstr(tls_client_refused(d, &v1_2), "alert protocol version"));
    d = tls_daemon_start();
    (void)tls_client_join(d, "carol", &v1_2);
    assert_non_null(strstr(tls_client_refused(d, &weak), "handshake failure"));
}

static void certificates_of_clients_are_asked_for_as_the_settings_say(void)
{
    struct tls_pair issuer = tls_pair_make("issuer"), own = tls_pair_make("own");
    struct tls_wishes shows_own = {.shows = &own}, shows_right = {.shows = &issuer};
    const char *ca = harness_text("tls.client_ca=%s", issuer.certificate);
    struct daemon *d = tls_daemon_start("-o", "tls.client_certificates=any");

    (void)tls_client_join(d, "none", NULL);
    (void)tls_client_join(d, "own", &shows_own);
    d = tls_daemon_start("-o", "tls.client_certificates=ca", "-o", ca);
    (void)tls_client_join(d, "none", NULL);
    (void)tls_client_join(d, "right", &shows_right);
    assert_string_not_equal(tls_client_refused(d, &shows_own), "");
    daemon_wait_log(d, " error=\"self-signed certificate\"\n");
    d = tls_daemon_start("-o", "tls.client_certificates=required", "-o", ca);
    (void)tls_client_join(d, "right", &shows_right);
    assert_non_null(strstr(tls_client_refused(d, NULL), "alert certificate required"));
}

/* A client uses a ticket once, and then has another one. */
static struct client *resume(struct daemon *d, const struct client *before, int version)
{
    SSL_SESSION *session = tls_client_session(before);
    struct client *c = tls_client_open(d, &(struct tls_wishes){.resumes = session, .version = version});

    assert_int_equal(SSL_session_reused(tls_client_ssl(c)), 1);
    client_sync(c);
    SSL_SESSION_free(session);
    return c;
}

static void session_is_resumed_after_a_reload_too(void)
{
    struct daemon *d = tls_daemon_start();
    struct client *bob = tls_client_join(d, "bob", NULL), *again = resume(d, bob, TLS1_3_VERSION);

    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reloaded");
    client_sync(bob);
    (void)resume(d, again, TLS1_3_VERSION);
    (void)resume(d, tls_client_join(d, "carol", &v1_2), TLS1_2_VERSION);
}

static void reload_opens_and_closes_the_address_for_tls(void)
{
    struct tls_pair pair = tls_pair_make("localhost");
    const char *file = harness_file("chatd.ini", "");
    struct daemon *d = daemon_start("-c", file);
    struct client *alice = client_join(d, "alice"), *bob;

    (void)harness_file("chatd.ini", harness_text("[tls]\nlisten = 127.0.0.1:0\ncertificate = %s\nkey = %s\n",
                                                 pair.certificate, pair.key));
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reloaded");
    bob = tls_client_join(d, "bob", NULL);
    (void)harness_file("chatd.ini", harness_text("[tls]\nlisten = 127.0.0.1:0\ncertificate = %s\nkey = %s.not\n",
                                                 pair.certificate, pair.key));
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reload refused");
    (void)tls_client_join(d, "carol", NULL);
    (void)harness_file("chatd.ini", "");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "no longer listening");
    client_send(alice, "who is left?\n");
    client_expect_line(bob, "[#lobby] alice: who is left?");
}

static void newcomer_that_is_refused_gets_an_alert(void)
{
    struct daemon *d = tls_daemon_start("-o", "limits.clients=1");

    (void)tls_client_join(d, "bob", NULL);
    assert_non_null(strstr(tls_client_refused(d, NULL), "alert access denied"));
    daemon_wait_log(d, "client refused reason=server-full");
}

/* What follows the header in the same segment is for the handshake. */
static void header_of_a_proxy_comes_before_the_handshake(void)
{
    const struct tls_wishes first = {.header = "PROXY TCP4 192.0.2.1 127.0.0.1 777 4000\r\n"};
    const struct tls_wishes second = {.header = "PROXY TCP6 2001:db8::2 ::1 777 4000\r\n", .version = TLS1_2_VERSION};
    const struct tls_wishes wrong = {.header = "PROXY TCP4 192.0.2.1\r\n"};
    struct daemon *d = tls_daemon_start("-o", "proxy.from=127.0.0.1", "-o", "proxy.seconds=600", "-o",
                                        "limits.clients_per_address=1");
    struct client *alice = tls_client_join(d, "alice", &first), *bob = tls_client_join(d, "bob", &second);

    client_send(alice, "hello\n");
    client_expect_line(bob, "[#lobby] alice: hello");
    daemon_wait_log(d, "address=192.0.2.1:777 for=tls\n");
    daemon_wait_log(d, "address=[2001:db8::2]:777 for=tls\n");

    /* Refused by the address that the header tells, or for the header: before the handshake it is an alert. */
    assert_non_null(strstr(tls_client_refused(d, &first), "alert access denied"));
    daemon_wait_log(d, "reason=too-many-from-address address=192.0.2.1:777");
    assert_non_null(strstr(tls_client_refused(d, &wrong), "alert access denied"));
    daemon_wait_log(d, "reason=proxy-malformed address=127.0.0.1:");
    assert_non_null(strstr(tls_client_refused(d, NULL), "alert access denied"));
    daemon_wait_log(d, "reason=proxy-missing address=127.0.0.1:");
}

/* A handshake counts as a client until it ends. */
static void handshake_that_ends_gives_its_place_back(void)
{
    struct daemon *d = tls_daemon_start("-o", "limits.clients=1");

    for (int i = 0; i < 3; i++) {
        struct client *half = open_clear(d);

        client_send_literal(half, "\x16\x03\x01");
        client_close(half);
        half = open_clear(d);
        (void)half;
        client_close(half);
    }
    for (;;) { /* until the daemon has seen the ends */
        struct client *c = client_open(d);

        if (strstr(client_line(c), "server-full") == NULL) {
            break;
        }
        client_close(c);
    }
}

static void socket_of_the_service_manager_is_served(void)
{
    struct tls_pair pair = tls_pair_make("localhost");
    struct daemon *d;
    struct client *bob;

    harness_needs_systemd();
    daemon_hand_over((int[]){manager_listen("127.0.0.1"), manager_listen("127.0.0.1")}, 2, "people:tls");
    d = daemon_start("-o", harness_text("tls.certificate=%s", pair.certificate), "-o",
                     harness_text("tls.key=%s", pair.key));
    bob = tls_client_join(d, "bob", NULL);
    (void)client_join(d, "alice");
    client_expect(bob, "alice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(people_talk_over_tls_and_in_clear),
        HARNESS_TEST(close_notify_ends_the_input_and_the_last_line_counts),
        HARNESS_TEST(unfinished_line_of_a_stream_that_is_cut_is_not_said),
        HARNESS_TEST_ONCE(reset_is_a_cut_too),
        HARNESS_TEST(much_goes_both_ways),
        HARNESS_TEST(slow_reader_over_tls_is_told_what_was_skipped),
        HARNESS_TEST(stop_says_goodbye_and_ends_in_order),
        HARNESS_TEST(several_threads_write_to_clients_with_tls),
        HARNESS_TEST_ONCE(whois_and_chatctl_tell_of_tls),
        HARNESS_TEST(client_that_does_not_speak_tls_is_told_so_in_clear),
        HARNESS_TEST_ONCE(client_that_says_nothing_is_told_what_to_speak),
        HARNESS_TEST(bytes_that_are_no_tls_end_the_connection),
        HARNESS_TEST(log_says_what_was_wrong_with_bytes_of_a_session),
        HARNESS_TEST_ONCE(hello_in_single_bytes_is_a_hello),
        HARNESS_TEST_ONCE(renegotiation_is_refused),
        HARNESS_TEST_ONCE(keys_can_be_changed_while_people_talk),
        HARNESS_TEST_ONCE(slow_reader_may_ask_for_other_keys),
        HARNESS_TEST(oldest_handshake_gives_way),
        HARNESS_TEST(half_open_handshakes_keep_nobody_out),
        HARNESS_TEST_ONCE(wrong_files_are_refused_with_all_errors),
        HARNESS_TEST_ONCE(minimum_and_ciphers_hold),
        HARNESS_TEST_ONCE(certificates_of_clients_are_asked_for_as_the_settings_say),
        HARNESS_TEST(session_is_resumed_after_a_reload_too),
        HARNESS_TEST(reload_opens_and_closes_the_address_for_tls),
        HARNESS_TEST_ONCE(newcomer_that_is_refused_gets_an_alert),
        HARNESS_TEST(header_of_a_proxy_comes_before_the_handshake),
        HARNESS_TEST_ONCE(handshake_that_ends_gives_its_place_back),
        HARNESS_TEST_ONCE(socket_of_the_service_manager_is_served),
    };

    signal(SIGPIPE, SIG_IGN); /* OpenSSL's sockets raise it */
    return harness_main(tests);
}

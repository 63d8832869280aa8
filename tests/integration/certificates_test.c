/* Certificates: that of the server, replaced while people talk, and those of clients, which log in to accounts. */
#include "config.h"

#include "ctl.h"
#include "ctl_answer.h"
#include "fake_certs.h"
#include "harness.h"
#include "s_client.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef HAVE_OPENSSL

enum { DAY_S = 86400 };

/* ---- the server ---- */

static const char *path_of(const char *name)
{
    return harness_text("%s/%s", harness_dir(), name);
}

/* Writes a new pair to server.crt and server.key. */
static void make_pair(long from_s, long until_s)
{
    struct fake_cert *cert =
        fake_cert_new(&(struct fake_cert_spec){.name = "chat.example.org", .from_s = from_s, .until_s = until_s});

    fake_cert_write(cert, path_of("server.crt"));
    fake_cert_write_key(cert, path_of("server.key"), 0600);
    fake_cert_free(cert);
}

static const char *write_conf(const char *more)
{
    return harness_file("chatd.ini", harness_text("[server]\nlisten = 127.0.0.1:0\nname = test\nevent_backend = %s\n"
                                                  "[limits]\nconnections_per_minute = 0\nclients_per_address = 0\n"
                                                  "[tls]\nlisten = 127.0.0.1:0\ncertificate = %s\nkey = %s\n%s",
                                                  harness_backend(), path_of("server.crt"), path_of("server.key"),
                                                  more));
}

static struct daemon *start(const char *more)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf(more), "-o", ctl_option());

    daemon_wait_ready(d);
    return d;
}

static const char *plain(const struct daemon *d)
{
    return daemon_address(d, 0);
}

static const char *tls(const struct daemon *d)
{
    return daemon_address(d, 1);
}

static struct client *join_tls(struct daemon *d, const char *name)
{
    struct client *c = s_client_open(tls(d), path_of("server.crt"), NULL);

    client_take_name(c, name);
    return c;
}

static void chat(struct client *from, const char *name, struct client *to)
{
    client_send(from, "how are you\n");
    client_expect_line(to, harness_text("[#lobby] %s: how are you", name));
}

static void a_certificate_is_replaced_while_people_talk(void)
{
    struct client *alice, *bob, *carol;
    const char *before, *told;
    struct daemon *d;

    s_client_is_needed();
    make_pair(-10, 90 * DAY_S);
    d = start("");
    before = s_client_fingerprint_at(tls(d));
    assert_string_equal(before, s_client_fingerprint_of(path_of("server.crt")));
    alice = join_tls(d, "alice");
    bob = client_open_at(plain(d));
    client_take_name(bob, "bob");
    chat(alice, "alice", bob);

    make_pair(-10, 60 * DAY_S);
    told = ctl_ok("check");
    ctl_answer_holds(told, harness_text("tls.certificate: the file %s has a new certificate", path_of("server.crt")));
    assert_string_equal(s_client_fingerprint_at(tls(d)), before);
    told = ctl_ok("reload");
    ctl_answer_holds(told,
                     harness_text("tls.certificate: the new certificate in %s is in force", path_of("server.crt")));
    assert_string_not_equal(s_client_fingerprint_at(tls(d)), before);
    assert_string_equal(s_client_fingerprint_at(tls(d)), s_client_fingerprint_of(path_of("server.crt")));
    chat(alice, "alice", bob);
    chat(bob, "bob", alice);
    carol = join_tls(d, "carol"); /* she trusts the new one alone */
    chat(carol, "carol", alice);
    assert_null(strstr(ctl_ok("reload"), "certificate")); /* it is the same */

    make_pair(-10, 60 * DAY_S);
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, " certificate in force path=");
    daemon_wait_log_next(d, " certificate in force path=");
    daemon_wait_log_next(d, " certificate in force path=");
    assert_string_equal(s_client_fingerprint_at(tls(d)), s_client_fingerprint_of(path_of("server.crt")));
    chat(alice, "alice", carol);
    chat(carol, "carol", bob);
}

/* Fails unless a reload is refused for that reason, and the server shows the certificate that it had. */
static void expect_refused(struct daemon *d, const char *before, const char *reason)
{
    const char *errors = ctl_fails(1, "reload");

    ctl_answer_holds(errors, reason);
    ctl_answer_holds(errors, "The reload is refused: all stays as it was.");
    ctl_answer_holds(ctl_fails(1, "check"), reason);
    assert_string_equal(s_client_fingerprint_at(tls(d)), before);
}

static void a_wrong_pair_is_kept_out(void)
{
    struct client *alice;
    const char *before;
    struct daemon *d;

    s_client_is_needed();
    make_pair(-10, 90 * DAY_S);
    d = start("");
    before = s_client_fingerprint_at(tls(d));
    alice = join_tls(d, "alice");

    assert_int_equal(rename(path_of("server.key"), path_of("old.key")), 0);
    expect_refused(d, before, harness_text("tls.key: \"%s\" cannot be used: No such file or directory",
                                           path_of("server.key")));
    harness_file("server.key", "no key\n");
    expect_refused(d, before, harness_text("tls.key: there is no private key in PEM format in \"%s\"",
                                           path_of("server.key")));
    make_pair(-10, 90 * DAY_S);
    assert_int_equal(rename(path_of("old.key"), path_of("server.key")), 0);
    expect_refused(d, before, harness_text("tls.key: the key in \"%s\" does not belong to the certificate in \"%s\"",
                                           path_of("server.key"), path_of("server.crt")));
    make_pair(-2 * DAY_S, -DAY_S);
    expect_refused(d, before, harness_text("tls.certificate: the certificate in \"%s\" has expired, at ",
                                           path_of("server.crt")));
    make_pair(DAY_S, 90 * DAY_S);
    expect_refused(d, before, " is not valid before ");
    harness_file("server.crt", "no certificate\n");
    expect_refused(d, before, harness_text("tls.certificate: there is no certificate in PEM format in \"%s\"",
                                           path_of("server.crt")));
    assert_int_equal(unlink(path_of("server.crt")), 0);
    assert_int_equal(mkfifo(path_of("server.crt"), 0600), 0); /* opening it would wait for a writer */
    expect_refused(d, before, harness_text("tls.certificate: \"%s\" is not a regular file", path_of("server.crt")));
    assert_int_equal(unlink(path_of("server.crt")), 0);
    make_pair(-10, 90 * DAY_S);
    assert_int_equal(unlink(path_of("server.key")), 0);
    assert_int_equal(mkfifo(path_of("server.key"), 0600), 0);
    expect_refused(d, before, harness_text("tls.key: \"%s\" is not a regular file", path_of("server.key")));
    assert_int_equal(unlink(path_of("server.key")), 0);
    client_sync(alice);
    make_pair(-10, 90 * DAY_S);
    ctl_ok("reload");
    assert_string_equal(s_client_fingerprint_at(tls(d)), s_client_fingerprint_of(path_of("server.crt")));
    client_sync(alice);
}

/* Sees what there is to be said of a pair, and starts with it nevertheless. */
static void weaknesses_are_told(void)
{
    const char *said;
    struct daemon *d;

    s_client_is_needed();
    make_pair(-2 * DAY_S, -DAY_S);
    assert_int_equal(chmod(path_of("server.key"), 0644), 0);
    write_conf("");
    said = s_client_shell("%s --check-config -c %s -o server.name=chat.example.net 2>&1",
                          getenv("CHATD") != NULL ? getenv("CHATD") : "./chatd", path_of("chatd.ini"));
    ctl_answer_holds(said, "the settings are right");
    ctl_answer_holds(said, "warning: tls.key: every user of this machine can read ");
    ctl_answer_holds(said, " is not for chat.example.net, the name in server.name");
    ctl_answer_holds(said, "warning: tls.certificate: the certificate in ");
    ctl_answer_holds(said, " has expired, at ");
    d = start("");
    daemon_wait_log(d, " error certificate has expired path=");
    assert_int_equal(daemon_count_log(d, "every user of this machine can read"), 1);
    ctl_answer_holds(ctl_ok("status"), "certificate    expired at 2");
    make_pair(-10, 5 * DAY_S + 1000); /* better, and still not good */
    said = ctl_ok("reload");
    ctl_answer_holds(said, " expires in 5 days, at 2");
    daemon_wait_log(d, " warn  certificate expires soon days=5 path=");
}

static void administrators_see_when_it_expires(void)
{
    struct daemon *d;

    s_client_is_needed();
    make_pair(-10, 90 * DAY_S + 1000);
    d = start("[metrics]\nlisten = 127.0.0.1:0\n");
    ctl_answer_holds(ctl_ok("status"), "certificate    expires in 90 days, at 2");
    ctl_answer_holds(ctl_ok("status", "--json"), "\"certificate_days\":90,");
    ctl_answer_holds(ctl_ok("status", "--json"), "\"certificate_until\":\"2");
    ctl_answer_holds(s_client_shell("printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' | nc -w 60 %s",
                                    s_client_shell("echo %s | tr : ' '", daemon_address(d, 2))),
                     "\nchatd_tls_certificate_expires_timestamp_seconds ");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = daemon_start("-o", ctl_option()); /* without TLS */
    assert_null(strstr(ctl_ok("status"), "certificate"));
    assert_null(strstr(ctl_ok("status", "--json"), "certificate"));
}

static void a_pair_of_chatctls_is_of_use(void)
{
    struct client *alice;
    struct daemon *d;

    s_client_is_needed();
    ctl_ok("mkcert", "--cert", path_of("server.crt"), "--key", path_of("server.key"), "--name", "localhost");
    d = start("");
    alice = join_tls(d, "alice"); /* s_client checks it by the certificate */
    client_sync(alice);
    assert_null(strstr(daemon_log(d), " warn  setting"));
}

/* ---- those of clients ---- */

/* Writes a client's pair to FILE and FILE.key; returns the path of FILE. */
static const char *make_client(const char *file, char fingerprint[100])
{
    struct fake_cert *cert =
        fake_cert_new(&(struct fake_cert_spec){.name = "alice", .from_s = -10, .until_s = 90 * DAY_S});
    const char *path = path_of(file);

    fake_cert_write(cert, path);
    fake_cert_write_key(cert, harness_text("%s.key", path), 0600);
    snprintf(fingerprint, 100, "%s", fake_cert_fingerprint(cert));
    fake_cert_free(cert);
    return path;
}

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

static struct daemon *start_with_accounts(const char *more)
{
    make_pair(-10, 90 * DAY_S);
    return start(harness_text("%s[store]\npath = %s\n[accounts]\nhash_memory = 1M\nhash_passes = 1\n", more,
                              path_of("chatd.db")));
}

static void register_name(struct client *c)
{
    client_send(c, "/register correct-horse-battery\n");
    client_expect(c, "-- You are logged in as ");
}

static void a_certificate_logs_its_owner_in(void)
{
    char fingerprint[100];
    const char *own;
    struct client *alice, *second, *bob;
    struct daemon *d;

    s_client_is_needed();
    own = make_client("alice.crt", fingerprint);
    d = start_with_accounts("client_certificates = any\n");
    alice = s_client_open(tls(d), NULL, own);
    client_expect(alice, "-- Your certificate logs in to no account: /login NAME, and then /cert add makes it do so.");
    client_take_name(alice, "alice");
    client_send(alice, "/cert add\n");
    client_expect(alice, "!! not-logged-in: ");
    register_name(alice);
    client_send(alice, "/cert add\n/cert add\n");
    client_expect_line(alice, harness_text("-- The certificate %s logs in to your account from now on.", fingerprint));
    client_expect(alice, "!! certificate-taken: ");
    daemon_wait_log(d, harness_text(" certificate added name=alice client=1 fingerprint=%s", fingerprint));

    second = s_client_open(tls(d), NULL, own); /* the same person in two sessions */
    client_expect_line(second, "-- You are logged in as alice.");
    client_expect(second, "You are alice.");
    bob = client_open_at(plain(d));
    client_take_name(bob, "bob");
    client_close(alice);
    client_send(second, "hello\n");
    client_expect_line(bob, "[#lobby] alice: hello");
    client_send(second, "/cert\n");
    client_expect(second, harness_text("-- %s: added at ", fingerprint));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start_with_accounts("client_certificates = any\n"); /* it is kept */
    second = s_client_open(tls(d), NULL, own);
    client_expect_line(second, "-- You are logged in as alice.");
    client_sendf(second, "/cert remove %s\n", fingerprint);
    client_expect(second, " logs in no longer.");
    client_send(second, "/quit\n");
    client_expect_eof(second);
    second = s_client_open(tls(d), NULL, own);
    client_expect(second, "-- Your certificate logs in to no account: ");
    client_expect(second, "You are guest");
}

static void who_has_no_certificate_is_a_guest(void)
{
    char fingerprint[100];
    const char *own;
    struct client *c;
    struct daemon *d;

    s_client_is_needed();
    own = make_client("alice.crt", fingerprint);
    d = start_with_accounts("client_certificates = any\n");
    c = s_client_open(tls(d), NULL, NULL);
    client_take_name(c, "bob");
    register_name(c);
    client_send(c, "/cert add\n");
    client_expect(c, "!! no-certificate: ");
    client_sendf(c, "/cert add %s\n", fingerprint); /* of another machine, say, or of somebody else */
    client_expect(c, " logs in to your account once a client that shows it has typed /cert accept.");
    c = s_client_open(tls(d), NULL, own);
    client_expect(c, "-- The owner of bob has added your certificate.");
    client_expect(c, "You are guest");
    client_send(c, "/cert accept\n");
    client_expect_line(c, "-- You are logged in as bob.");
    client_send(c, "/quit\n");
    client_expect_eof(c);
    c = s_client_open(tls(d), NULL, own);
    client_expect_line(c, "-- You are logged in as bob.");
    client_sendf(c, "/cert remove %s\n/cert add %s\n", fingerprint, fingerprint);
    client_expect(c, " logs in to your account from now on.");
    client_sendf(c, "/cert remove %s\n/logout\n/cert accept\n", fingerprint);
    client_expect(c, "!! no-such-certificate: no account has your certificate");
    client_send(c, "/nick alice\n/register correct-horse-battery\n/cert add\n");
    client_expect(c, "-- You are logged in as alice.");
    client_expect(c, " logs in to your account from now on.");
    client_send(c, "/quit\n");
    client_expect_eof(c);
    c = s_client_open(tls(d), NULL, own);
    client_expect_line(c, "-- You are logged in as alice.");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start_with_accounts(""); /* which does not ask for certificates */
    c = s_client_open(tls(d), NULL, own);
    client_expect(c, "You are guest");
    client_sync_without(c, "certificate");
}

static void who_is_banned_is_not_logged_in(void)
{
    char fingerprint[100];
    const char *own;
    struct client *c;
    struct daemon *d;

    s_client_is_needed();
    own = make_client("alice.crt", fingerprint);
    d = start_with_accounts("client_certificates = any\n");
    c = s_client_open(tls(d), NULL, own);
    client_take_name(c, "alice");
    register_name(c);
    client_send(c, "/cert add\n/quit\n");
    client_expect_eof(c);
    ctl_ok("lockdown", "on");
    c = s_client_open(tls(d), NULL, own);
    client_expect_line(c, "-- You are logged in as alice.");
    client_send(c, "hello\n/quit\n");
    client_expect_none(c, "!!", "-- Goodbye");
    ctl_ok("lockdown", "off");
    ctl_ok("ban", "add", "alice", "--reason", "spam");
    c = s_client_open(tls(d), NULL, own);
    client_expect_line(c, "!! banned: alice is banned from this server: spam");
    client_expect(c, "You are guest");
}

#endif

static void an_authority_can_be_asked_for(void)
{
    struct fake_cert *authority, *cert;
    char fingerprint[100];
    const char *own, *other;
    struct client *c;
    struct daemon *d;

    s_client_is_needed();
    make_pair(-10, 90 * DAY_S);
    authority = fake_cert_new(&(struct fake_cert_spec){.name = "authority", .from_s = -10, .until_s = 90 * DAY_S});
    cert = fake_cert_new(
        &(struct fake_cert_spec){.name = "alice", .from_s = -10, .until_s = 90 * DAY_S, .issuer = authority});
    own = path_of("alice.crt");
    other = make_client("mallory.crt", fingerprint);
    fake_cert_write(authority, path_of("authority.crt"));
    fake_cert_write(cert, own);
    fake_cert_write_key(cert, path_of("alice.crt.key"), 0600);
    d = start(harness_text("client_certificates = required\nclient_ca = %s\n", path_of("authority.crt")));
    c = s_client_open(tls(d), path_of("server.crt"), own);
    client_take_name(c, "alice");
    c = s_client_open(tls(d), NULL, other);
    assert_null(strstr(client_rest(c), "Welcome"));
    c = s_client_open(tls(d), NULL, NULL);
    assert_null(strstr(client_rest(c), "Welcome"));
    fake_cert_free(authority);
    fake_cert_free(cert);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(a_certificate_is_replaced_while_people_talk),
        HARNESS_TEST_ONCE(a_wrong_pair_is_kept_out),
        HARNESS_TEST_ONCE(weaknesses_are_told),
        HARNESS_TEST_ONCE(administrators_see_when_it_expires),
        HARNESS_TEST_ONCE(a_pair_of_chatctls_is_of_use),
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST(a_certificate_logs_its_owner_in),
        HARNESS_TEST_ONCE(who_has_no_certificate_is_a_guest),
        HARNESS_TEST_ONCE(who_is_banned_is_not_logged_in),
#endif
        HARNESS_TEST_ONCE(an_authority_can_be_asked_for),
    };

    return harness_main(tests);
}

#else

static void there_is_no_tls(void)
{
    s_client_is_needed();
}

int main(void)
{
    const struct CMUnitTest tests[] = {HARNESS_TEST_ONCE(there_is_no_tls)};

    return harness_main(tests);
}

#endif

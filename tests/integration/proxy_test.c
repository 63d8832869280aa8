/* Tests of the PROXY protocol from outside: the address that a header tells is the client's everywhere, and a header is
 * taken from proxies alone.  tests/integration/proxies.sh runs proxies. */
#include "config.h"

#include "ctl.h"

#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
/* Of 192.0.2.7:777, and what a proxy tells of its own connection. */
#define BINARY SIGNATURE "\x21\x11\0\x0c\xc0\0\2\7\x7f\0\0\1\3\x09\x0f\xa0"
#define LOCAL SIGNATURE "\x20\0\0\0"

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        harness_fail("expected: %s\nin: %s", part, text);
    }
}

/* A header of version 1. */
static const char *from(const char *address)
{
    return harness_text("PROXY TCP%c %s %s 777 4000\r\n", strchr(address, ':') != NULL ? '6' : '4', address,
                        strchr(address, ':') != NULL ? "::1" : "127.0.0.1");
}

/* A daemon behind a proxy on this machine, whose second address is for people. */
static struct daemon *start(const char *more)
{
    return daemon_start("-o", "server.listen=127.0.0.1:0,127.0.0.2:0", "-o", "proxy.from=127.0.0.0/8", "-o",
                        "proxy.required=127.0.0.1:0", "-o", "proxy.seconds=600", "-o", ctl_option(), "-o", more);
}

static struct client *come(struct daemon *d, const char *address, const char *name)
{
    struct client *c = client_open(d);

    client_send(c, from(address));
    client_take_name(c, name);
    return c;
}

static void expect_refused(struct client *c, const char *code)
{
    client_expect(c, harness_text("!! %s: ", code));
    client_expect_eof(c);
    client_close(c);
}

/* ---- the client's address ---- */

static void address_of_the_header_is_the_clients_everywhere(void)
{
    struct daemon *d = start("accounts.grace_seconds=0");
    struct client *alice = come(d, "192.0.2.1", "alice"), *bob = come(d, "2001:db8::2", "bob");
    struct client *carol = client_open(d), *dave = client_open_at(daemon_address(d, 1)), *mapped = client_open(d);

    client_send_bytes(carol, BINARY "/nick carol\n", sizeof(BINARY) - 1 + 12); /* with its first line */
    client_expect(carol, "You are now carol.");
    client_take_name(dave, "dave"); /* directly, at the other address */
    client_send(mapped, from("::ffff:192.0.2.9"));
    client_take_name(mapped, "erin");
    daemon_wait_log(d, "client connected client=1 address=192.0.2.1:777 for=proxies\n");
    daemon_wait_log(d, "address=[2001:db8::2]:777 for=proxies\n");
    daemon_wait_log(d, "address=192.0.2.7:777 for=proxies\n");
    daemon_wait_log(d, "address=192.0.2.9:777 for=proxies\n");
    assert_int_equal(daemon_count_log(d, "address=127.0.0.1:"), 2); /* that it listens, and dave's */
    assert_holds(ctl_ok("clients"), "192.0.2.1:777");
    assert_holds(ctl_ok("clients"), "[2001:db8::2]:777");
    assert_holds(ctl_ok("clients"), "192.0.2.7:777");
    client_send(alice, "hello\n");
    client_expect_line(bob, "[#lobby] alice: hello");
    client_expect_line(carol, "[#lobby] alice: hello");
    client_expect_line(dave, "[#lobby] alice: hello");

    /* A ban is for the client, not for its proxy. */
    ctl_ok("ban", "add", "192.0.2.1");
    client_expect(alice, "!! banned: ");
    client_expect_eof(alice);
    alice = client_open(d);
    client_send(alice, from("192.0.2.1"));
    expect_refused(alice, "banned");
    daemon_wait_log(d, "client refused reason=banned address=192.0.2.1:777 whom=192.0.2.1");
    ctl_ok("ban", "add", "127.0.0.0/8");
    client_expect(dave, "!! banned: ");
    client_sync(bob);
    client_close(come(d, "192.0.2.3", "frank"));
}

static void limits_are_of_the_client_and_not_of_the_proxy(void)
{
    struct daemon *d = daemon_start("-o", "proxy.from=127.0.0.1", "-o", "limits.clients_per_address=1", "-o",
                                    "limits.connections_per_minute=2");
    struct client *c;

    for (int i = 0; i < 10; i++) {
        c = come(d, harness_text("192.0.2.%d", i), harness_text("user%d", i));
    }
    c = client_open(d);
    client_send(c, from("192.0.2.3"));
    expect_refused(c, "too-many-from-address");
    daemon_wait_log(d, "reason=too-many-from-address address=192.0.2.3:777 option=limits.clients_per_address");
    for (int i = 0; i < 2; i++) {
        client_close(come(d, "2001:db8::1", "erin"));
        daemon_wait_log_next(d, "client closed");
    }
    c = client_open(d);
    client_send(c, from("2001:db8::2"));
    expect_refused(c, "slow-down");
    daemon_wait_log(d, "reason=slow-down address=[2001:db8::2]:777 option=limits.connections_per_minute");
    assert_holds(daemon_log(d), " network=2001:db8::/64");
}

static void header_may_come_in_pieces_and_before_anything(void)
{
    struct daemon *d = start("limits.clients=50");
    struct client *alice = client_open(d), *bob = client_open(d);
    const char *text = harness_text("%s%s", from("192.0.2.1"), "/nick alice\nPROXY UNKNOWN\r\n");

    client_send_pieces(alice, text, strlen(text), 1);
    client_send_pieces(bob, BINARY "/nick bob\n", sizeof(BINARY) - 1 + 10, 3);
    client_expect(bob, "You are now bob.");
    client_expect(alice, "You are now alice.");
    client_sync(alice); /* a second header is a line, as of anybody who has said something */
    client_send(alice, "hello\n");
    client_expect(bob, "alice: hello");
    daemon_wait_log(d, "address=192.0.2.1:777 ");
    daemon_wait_log(d, "address=192.0.2.7:777 ");
}

/* ---- without a client ---- */

/* Checks as proxies make them.  Returns false if they have taken so long that the server may have announced them, as
 * people who stay. */
static bool check_health(struct daemon *d, bool ends_in_order)
{
    int64_t since = harness_now_ms();
    struct client *c = client_open(d); /* "check", which says nothing */

    client_close(c);
    c = client_open(d); /* "check send-proxy-v2" */
    client_send_literal(c, LOCAL);
    client_expect(c, "-- Welcome to test.");
    client_close(c);
    c = client_open(d); /* "check send-proxy" */
    client_send(c, "PROXY UNKNOWN\r\n");
    client_expect(c, "-- Welcome to test.");
    ends_in_order ? client_close(c) : client_reset(c);
    return harness_now_ms() - since < 1000;
}

static void health_checks_are_quiet(void)
{
    struct client *alice;
    struct daemon *d;
    bool were_quick;
    int tries = 0;

    do {
        assert_true(tries++ < 20);
        were_quick = true;
        d = daemon_start("-o", "proxy.from=127.0.0.1", "-o", "limits.clients_per_address=1", "-o",
                         "limits.connections_per_minute=1");
        alice = come(d, "192.0.2.1", "alice");
        for (int i = 0; i < 12 && were_quick; i++) {
            were_quick = check_health(d, i % 2 == 0);
        }
    } while (!were_quick);
    client_sync_without(alice, "guest");
    assert_int_equal(daemon_count_log(d, "refused"), 0);
    assert_int_equal(daemon_count_log(d, " client "), 1); /* hers: that a proxy looks is not worth a line */
}

/* ---- what is refused ---- */

static void what_is_no_header_is_refused_with_its_reason(void)
{
    struct daemon *d = start("limits.clients=50");
    struct client *alice = come(d, "192.0.2.1", "alice"), *c;

    c = client_open(d);
    client_send(c, "hello\n");
    expect_refused(c, "proxy-missing");
    daemon_wait_log(d, "client refused reason=proxy-missing address=127.0.0.1:");
    daemon_wait_log_next(d, " option=proxy.from unsaid=0 for=proxies\n");
    c = client_open(d);
    client_send(c, "PROXY TCP4 192.0.2.01 127.0.0.1 777 4000\r\n");
    expect_refused(c, "proxy-malformed");
    daemon_wait_log(d, "client refused reason=proxy-malformed address=127.0.0.1:");
    c = client_open(d);
    client_send_literal(c, SIGNATURE "\x21\x11\xff\xff");
    expect_refused(c, "proxy-too-long");
    c = client_open(d);
    client_send(c, "PROXY TCP4 192.0.2.1");
    client_half_close(c);
    expect_refused(c, "proxy-malformed");
    client_sync_without(alice, "guest");
}

static void header_that_does_not_come_in_time_is_not_waited_for(void)
{
    struct daemon *d = start("proxy.seconds=1");
    struct client *silent, *begun;

    daemon_freeze(d); /* so that the beginning of the header is there in time */
    silent = client_open(d);
    begun = client_open(d);
    client_send_literal(begun, SIGNATURE);
    daemon_thaw(d);
    expect_refused(silent, "proxy-missing");
    expect_refused(begun, "proxy-late");
}

static void header_from_anybody_else_is_refused(void)
{
    struct daemon *d = daemon_start("-o", "server.listen=127.0.0.1:0,127.0.0.2:0", "-o", "proxy.from=127.0.0.1", "-o",
                                    "proxy.required=127.0.0.2:0");
    struct client *c = client_open_from(daemon_address(d, 1), "127.0.0.3");

    client_send(c, from("192.0.2.1"));
    expect_refused(c, "proxy-only");
    daemon_wait_log(d, "client refused reason=proxy-only address=127.0.0.3:");
    daemon_wait_log_next(d, " option=proxy.from unsaid=0 for=proxies\n");
    c = client_open(d); /* from a proxy, but where no header is taken */
    client_send(c, from("192.0.2.1"));
    expect_refused(c, "proxy-header");
    c = client_open_from(daemon_address(d, 1), "127.0.0.1");
    client_send(c, from("192.0.2.1"));
    client_take_name(c, "alice");
}

static void so_many_headers_are_waited_for(void)
{
    struct daemon *d = start("proxy.waiting=2");
    struct client *waiting[2] = {client_open(d), client_open(d)};

    expect_refused(client_open(d), "proxy-full");
    daemon_wait_log(d, "reason=proxy-full ");
    client_close(client_open_at(daemon_address(d, 1)));
    client_send(waiting[0], from("192.0.2.1"));
    client_take_name(waiting[0], "alice");
    client_send(waiting[1], from("192.0.2.2"));
    client_take_name(waiting[1], "bob");
    client_open(d);
    daemon_stop(d, SIGTERM); /* one waits for its header */
    client_expect(waiting[0], "!! shutdown");
}

/* ---- settings ---- */

static void proxies_may_be_on_unix_sockets(void)
{
    const char *path = harness_text("unix:%s/sock", harness_dir());
    struct daemon *d = daemon_start("-o", harness_text("server.listen=127.0.0.1:0,%s", path), "-o", "proxy.from=unix",
                                    "-o", harness_text("proxy.required=%s", path));
    struct client *alice = client_open_at(path), *bob = client_join(d, "bob");
    char header[sizeof(SIGNATURE) + 4 + 216] = SIGNATURE "\x21\x31\0\xd8/run/client";

    client_send(alice, from("192.0.2.1"));
    client_take_name(alice, "alice");
    daemon_wait_log(d, "address=192.0.2.1:777 for=proxies\n");
    client_close(alice);
    alice = client_open_at(path);
    client_send_bytes(alice, header, sizeof(header) - 1);
    client_take_name(alice, "carol");
    daemon_wait_log(d, "address=unix for=proxies\n");
    client_send(alice, "hello\n");
    client_expect_line(bob, "[#lobby] carol: hello");
}

static void reload_changes_the_proxies_and_where_they_are(void)
{
    const char *listen = "[server]\nlisten = 127.0.0.1:0, 127.0.0.2:0\n";
    const char *file = harness_file("chatd.ini", listen);
    struct daemon *d = daemon_launch_bare("-c", file, "-o", "limits.clients_per_address=0", "-o",
                                          "limits.connections_per_minute=0", "-o", "server.name=test");
    struct client *alice, *c;

    daemon_wait_ready(d);
    alice = client_join(d, "alice");
    harness_file("chatd.ini", harness_text("%s[proxy]\nfrom = 127.0.0.1\nrequired = 127.0.0.1:0\n", listen));
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "listening address=127.0.0.1:");
    daemon_wait_log_next(d, " for=proxies\n");
    daemon_wait_log_next(d, "reloaded");
    c = come(d, "192.0.2.2", "bob");
    client_sync(alice);
    client_send(alice, "still here\n");
    client_expect_line(c, "[#lobby] alice: still here");
    client_close(client_open_at(daemon_address(d, 1)));
    harness_file("chatd.ini", listen);
    daemon_signal(d, SIGHUP);
    daemon_wait_log_next(d, "reloaded");
    client_take_name(client_open(d), "carol");
}

static void wrong_settings_are_refused(void)
{
    static const struct {
        const char *option, *error;
    } wrong[] = {
        {"proxy.from=proxy.example", "proxy.from"},
        {"proxy.from=10.0.0.1/8", "proxy.from"},
        {"proxy.required=127.0.0.1:0", "needs proxy.from, which is empty: nobody could connect"},
    };
    struct daemon *d;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        d = daemon_launch("-o", wrong[i].option);
        assert_int_equal(daemon_wait(d), 78);
        assert_holds(daemon_log(d), wrong[i].error);
    }
    d = daemon_start("-o", "proxy.from=0.0.0.0/0");
    assert_holds(daemon_log(d), "has 0.0.0.0/0: anybody can come from any address that they like");
    d = daemon_launch("-o", "proxy.from=::1", "-o", "proxy.required=127.0.0.1:4001");
    assert_int_equal(daemon_wait(d), 78);
    assert_holds(daemon_log(d), "has 127.0.0.1:4001, which is neither in server.listen nor in tls.listen");
}

/* ---- sockets of the service manager ---- */

static void socket_of_the_service_manager_may_be_for_proxies(void)
{
    struct sockaddr_in in;
    socklen_t len = sizeof(in);
    struct daemon *d;
    const char *at;
    int fds[2];

    harness_needs_systemd();
    fds[0] = manager_listen("127.0.0.1");
    fds[1] = manager_listen("127.0.0.1");
    assert_int_equal(getsockname(fds[0], (struct sockaddr *)&in, &len), 0);
    at = harness_text("127.0.0.1:%d", ntohs(in.sin_port));
    daemon_hand_over(fds, 2, "chatd.socket:chatd.socket");
    d = daemon_start("-o", "proxy.from=127.0.0.1", "-o", harness_text("server.listen=%s", at), "-o",
                     harness_text("proxy.required=%s", at));
    client_close(come(d, "192.0.2.1", "alice"));
    client_take_name(client_open_at(daemon_address(d, 1)), "bob");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(address_of_the_header_is_the_clients_everywhere),
        HARNESS_TEST(limits_are_of_the_client_and_not_of_the_proxy),
        HARNESS_TEST(header_may_come_in_pieces_and_before_anything),
        HARNESS_TEST(health_checks_are_quiet),
        HARNESS_TEST(what_is_no_header_is_refused_with_its_reason),
        HARNESS_TEST(header_that_does_not_come_in_time_is_not_waited_for),
        HARNESS_TEST(header_from_anybody_else_is_refused),
        HARNESS_TEST(so_many_headers_are_waited_for),
        HARNESS_TEST_ONCE(proxies_may_be_on_unix_sockets),
        HARNESS_TEST_ONCE(reload_changes_the_proxies_and_where_they_are),
        HARNESS_TEST_ONCE(wrong_settings_are_refused),
        HARNESS_TEST_ONCE(socket_of_the_service_manager_may_be_for_proxies),
    };

    return harness_main(tests);
}

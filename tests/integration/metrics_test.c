/* Tests of the metrics over HTTP: their values after known traffic, and that clients that send bad requests, are slow
 * or are many do not affect people who talk. */
#include "config.h"

#include "ctl.h"
#include "harness.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ON "-o", "metrics.listen=127.0.0.1:0"

/* The second address in the log; the listener for people is the first. */
static const char *place(struct daemon *d)
{
    unsigned n = 0;

    while (strstr(daemon_log(d), harness_text(" listening address=%s for=metrics\n", daemon_address(d, n))) == NULL) {
        n++;
    }
    return daemon_address(d, n);
}

/* Sends a request, and returns everything up to the end of the connection. */
static const char *ask(struct daemon *d, const char *request)
{
    struct client *c = client_open_at(place(d));
    const char *answer;

    client_send(c, request);
    answer = client_rest(c);
    client_close(c);
    return answer;
}

static const char *get(struct daemon *d, const char *path)
{
    return ask(d, harness_text("GET %s HTTP/1.1\r\nHost: test\r\n\r\n", path));
}

static void expect_status(const char *answer, const char *status)
{
    const char *want = harness_text("HTTP/1.1 %s\r\n", status);

    if (strncmp(answer, want, strlen(want)) != 0) {
        harness_fail("expected: %s\nbut there is: %s", want, answer);
    }
}

static const char *body_of(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");

    assert_non_null(end);
    return end + 4;
}

/* The value behind a name with its labels, in an answer. */
static double value_in(const char *answer, const char *name)
{
    const char *line = strstr(answer, harness_text("\n%s ", name));

    if (line == NULL) {
        harness_fail("no %s in: %s", name, answer);
    }
    return atof(line + 1 + strlen(name));
}

static double value(struct daemon *d, const char *name)
{
    return value_in(get(d, "/metrics"), name);
}

/* Asks until the value is this one: the end of a connection is counted a little later than its last line. */
static void await_value(struct daemon *d, const char *name, double want)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();
    double got;

    while ((got = value(d, name)) != want) {
        if (harness_now_ms() > until) {
            harness_fail("%s is %g and not %g", name, got, want);
        }
    }
}

/* ---- what is asked ---- */

static void nothing_is_served_unless_it_is_wanted(void)
{
    struct daemon *d = daemon_start();

    assert_null(strstr(daemon_log(d), "metrics"));
    assert_int_equal(daemon_count_log(d, " listening "), 1);
}

static void metrics_are_served_in_the_form_of_prometheus(void)
{
    struct daemon *d = daemon_start(ON);
    const char *answer = get(d, "/metrics");

    expect_status(answer, "200 OK");
    assert_non_null(strstr(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    assert_non_null(strstr(answer, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(answer, harness_text("\r\nContent-Length: %zu\r\n", strlen(body_of(answer)))));
    assert_memory_equal(body_of(answer), "# HELP chatd_", 13);
    expect_status(get(d, "/metrics?x=y"), "200 OK");
    expect_status(get(d, "/metrics"), "200 OK");
}

static void head_is_the_answer_without_its_body(void)
{
    struct daemon *d = daemon_start(ON);
    const char *answer = ask(d, "HEAD /metrics HTTP/1.1\r\n\r\n");
    const char *length = strstr(answer, "\r\nContent-Length: ");

    expect_status(answer, "200 OK");
    assert_string_equal(body_of(answer), "");
    assert_non_null(length);
    assert_true(atoi(strchr(length, ' ')) > 1000);
}

static void other_paths_lead_there(void)
{
    struct daemon *d = daemon_start(ON);

    assert_string_equal(body_of(get(d, "/healthz")), "ok\n");
    assert_non_null(strstr(body_of(get(d, "/")), "/metrics\n"));
    expect_status(get(d, "/"), "200 OK");
    expect_status(get(d, "/metrics/"), "404 Not Found");
    expect_status(get(d, "/../../etc/passwd"), "404 Not Found");
}

static void ready_while_newcomers_are_welcome(void)
{
    struct daemon *d = daemon_start(ON, "-o", "limits.clients=1");
    const char *answer = get(d, "/readyz");
    struct client *alice;

    expect_status(answer, "200 OK");
    assert_string_equal(body_of(answer), "ready\n");
    assert_non_null(strstr(answer, "\r\nCache-Control: no-store\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));

    alice = client_join(d, "alice");
    answer = get(d, "/readyz");
    expect_status(answer, "503 Service Unavailable");
    assert_string_equal(body_of(answer), "server-full\n");
    assert_string_equal(body_of(get(d, "/healthz")), "ok\n");
    client_close(alice);
    daemon_wait_log(d, "client closed");
    expect_status(get(d, "/readyz"), "200 OK");
}

static void draining_server_is_not_ready(void)
{
    struct daemon *d = daemon_start(ON, "-o", ctl_option());
    const char *answer;

    ctl_ok("drain");
    answer = get(d, "/readyz");
    expect_status(answer, "503 Service Unavailable");
    assert_string_equal(body_of(answer), "draining\n");
    ctl_ok("drain", "off");
    expect_status(get(d, "/readyz"), "200 OK");
}

static void other_methods_are_refused(void)
{
    static const char *const methods[] = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
    struct daemon *d = daemon_start(ON);
    const char *answer;

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        answer = ask(d, harness_text("%s /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi", methods[i]));
        expect_status(answer, "405 Method Not Allowed");
        assert_non_null(strstr(answer, "\r\nAllow: GET, HEAD\r\n"));
    }
    expect_status(ask(d, "INVENTED /metrics HTTP/1.1\r\n\r\n"), "501 Not Implemented");
}

static void what_is_no_request_is_refused(void)
{
    struct daemon *d = daemon_start(ON);
    const char *much = harness_repeat("a", 100000);

    expect_status(ask(d, "hello\r\n\r\n"), "400 Bad Request");
    expect_status(ask(d, "\r\n\r\n"), "400 Bad Request");
    expect_status(ask(d, "POST / HTTP/1.1\r\nContent-Length: 9000\r\n\r\n"), "413 Request Entity Too Large");
    expect_status(get(d, "/metrics"), "200 OK");
    /* Bytes that evhttp has not read cause a reset at the end, and the answer may be lost. */
    for (int i = 0; i < 3; i++) {
        struct client *c = client_open_at(place(d));
        const char *request = i == 0   ? harness_text("GET /%s", much)
                              : i == 1 ? harness_text("GET / HTTP/1.1\r\nX: %s", much)
                                       : harness_text("GET / HTTP/1.1\r\n%s", harness_repeat("X: y\r\n", 9000));

        client_pour(c, request, strlen(request));
        client_rest(c);
        assert_null(strstr(client_seen(c), " 200 "));
        client_close(c);
    }
    expect_status(get(d, "/metrics"), "200 OK");
}

static void a_request_may_come_in_pieces(void)
{
    static const char request[] = "GET /metrics HTTP/1.0\r\nHost: test\r\n\r\n";
    struct daemon *d = daemon_start(ON);
    struct client *c = client_open_at(place(d));

    client_send_pieces(c, request, strlen(request), 1);
    client_expect_line(c, "HTTP/1.0 200 OK");
    assert_non_null(strstr(client_rest(c), "process_start_time_seconds"));
}

/* ---- what they tell ---- */

static void numbers_follow_the_traffic(void)
{
    struct daemon *d = daemon_start(ON);
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    static const char lines[] = "one\ntwo\n/me waves\n/msg bob psst\n/nosuch\n/join ops\n";
    const char *before, *after;

    client_sync(alice);
    client_sync(bob);
    before = get(d, "/metrics");
    client_send(alice, lines);
    client_expect(bob, "[alice -> you] psst");
    client_expect(alice, "You are in #ops");
    after = get(d, "/metrics");
    assert_true(value_in(after, "chatd_clients") == 2);
    assert_true(value_in(after, "chatd_rooms") == 2);
    assert_true(value_in(after, "chatd_lines_total") == value_in(before, "chatd_lines_total") + 3);
    assert_true(value_in(after, "chatd_private_lines_total") == 1);
    assert_true(value_in(after, "chatd_received_lines_total") == value_in(before, "chatd_received_lines_total") + 6);
    /* Three lines to two receivers each, and her entry into #ops to herself. */
    assert_true(value_in(after, "chatd_deliveries_total") == value_in(before, "chatd_deliveries_total") + 7);
    assert_true(value_in(after, "chatd_errors_total{code=\"unknown-command\"}") == 1);
    assert_true(value_in(after, "chatd_commands_total{command=\"join\"}") == 1);
    assert_true(value_in(after, "chatd_commands_total{command=\"msg\"}") == 1);
    assert_true(value_in(after, "chatd_received_bytes_total") ==
                value_in(before, "chatd_received_bytes_total") + (double)strlen(lines));
    assert_true(value_in(after, "chatd_sent_bytes_total") > value_in(before, "chatd_sent_bytes_total") + 100);
    assert_true(value_in(after, "chatd_history_bytes") > 0);
    assert_true(value_in(after, "chatd_turn_seconds_count") > value_in(before, "chatd_turn_seconds_count"));
    assert_true(value_in(after, "chatd_turn_seconds_sum") > value_in(before, "chatd_turn_seconds_sum"));
    assert_true(value_in(after, "chatd_turn_seconds_bucket{le=\"+Inf\"}") ==
                value_in(after, "chatd_turn_seconds_count"));
    assert_true(value_in(after, "process_resident_memory_bytes") > 1e6);
}

static void waiting_does_not_count_as_work(void)
{
    struct daemon *d = daemon_start(ON);
    int64_t until = harness_now_ms() + harness_deadline_ms();
    double took, passed;

    do { /* a busy machine may make a turn long, but not each time */
        double before = value(d, "chatd_turn_seconds_sum");
        int64_t begun = harness_now_ms();

        assert_true(begun < until);
        poll(NULL, 0, 300);
        passed = (double)(harness_now_ms() - begun) / 1000;
        took = value(d, "chatd_turn_seconds_sum") - before;
    } while (took > passed / 2);
    assert_true(took >= 0);
}

static void closes_are_told_by_reason(void)
{
    struct daemon *d = daemon_start(ON, "-o", "limits.clients=3");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol = client_join(d, "carol");
    struct client *refused = client_open(d);

    client_expect(refused, "!! server-full: ");
    client_close(refused);
    client_send(alice, "/quit\n");
    client_expect_eof(alice);
    client_close(alice);
    client_half_close(bob);
    client_expect_eof(bob);
    client_close(bob);
    client_reset(carol);
    await_value(d, "chatd_clients", 0);
    await_value(d, "chatd_closes_total{reason=\"quit\"}", 1);
    await_value(d, "chatd_closes_total{reason=\"eof\"}", 1);
    await_value(d, "chatd_closes_total{reason=\"reset\"}", 1);
    await_value(d, "chatd_closes_total{reason=\"stalled\"}", 0);
    await_value(d, "chatd_refused_total{reason=\"server-full\"}", 1);
    await_value(d, "chatd_connections_total{listener=\"lines\"}", 4);
    await_value(d, "chatd_listener_refused_total{listener=\"lines\"}", 1);
    await_value(d, "chatd_clients_limit", 3);
    await_value(d, "chatd_queue_bytes", 0);
}

static void connections_are_told_by_listener(void)
{
    struct daemon *d = daemon_start(ON, "-o", "server.listen=127.0.0.1:0,127.0.0.2:0", "-o",
                                    "proxy.required=127.0.0.1:0", "-o", "proxy.from=192.0.2.1");

    for (int i = 0; i < 2; i++) {
        struct client *refused = client_open(d);

        client_expect(refused, "!! proxy-only: ");
        client_close(refused);
    }
    client_take_name(client_open_at(daemon_address(d, 1)), "alice");
    await_value(d, "chatd_connections_total{listener=\"lines\"}", 1);
    await_value(d, "chatd_connections_total{listener=\"proxies\"}", 2);
    await_value(d, "chatd_connections_total{listener=\"tls\"}", 0);
    await_value(d, "chatd_connections_total{listener=\"tls-proxies\"}", 0);
    await_value(d, "chatd_listener_refused_total{listener=\"lines\"}", 0);
    await_value(d, "chatd_listener_refused_total{listener=\"proxies\"}", 2);
    await_value(d, "chatd_refused_total{reason=\"proxy-only\"}", 2);
}

static void who_sends_too_fast_is_counted(void)
{
    struct daemon *d = daemon_start(ON, "-o", "flood.lines_per_second=1", "-o", "flood.burst=2");
    struct client *alice = client_join(d, "alice");

    client_send(alice, harness_repeat("much\n", 50));
    client_expect(alice, "You send faster");
    assert_true(value(d, "chatd_flood_stops_total") >= 1);
}

static void reloads_are_told(void)
{
    const char *file = harness_file("chatd.ini", "[limits]\nclients = 7\n");
    struct daemon *d = daemon_start("-c", file, ON);

    await_value(d, "chatd_clients_limit", 7);
    harness_file("chatd.ini", "[limits]\nclients = 0\n");
    daemon_signal(d, SIGHUP);
    await_value(d, "chatd_reload_refused", 1);
    harness_file("chatd.ini", "[limits]\nclients = 8\n");
    daemon_signal(d, SIGHUP);
    await_value(d, "chatd_reload_refused", 0);
    await_value(d, "chatd_clients_limit", 8);
    await_value(d, "chatd_reloads_total{result=\"applied\"}", 1);
    await_value(d, "chatd_reloads_total{result=\"refused\"}", 1);
}

/* ---- tools ---- */

static bool has(const char *program)
{
    return system(harness_text("command -v %s >/dev/null", program)) == 0;
}

static void promtool_reads_them(void)
{
    struct daemon *d = daemon_start(ON);
    struct client *alice = client_join(d, "alice");
    const char *file;

    if (!has("promtool")) {
        skip();
    }
    client_sync(alice);
    file = harness_file("metrics", body_of(get(d, "/metrics")));
    assert_int_equal(system(harness_text("promtool check metrics <%s", file)), 0);
}

static void curl_reads_them(void)
{
    struct daemon *d = daemon_start(ON);

    if (!has("curl")) {
        skip();
    }
    assert_int_equal(system(harness_text("curl -sSf http://%s/metrics | grep -q '^chatd_clients 0$'", place(d))), 0);
    assert_int_equal(system(harness_text("curl -sSfI http://%s/metrics >/dev/null", place(d))), 0);
    assert_int_not_equal(system(harness_text("curl -sf http://%s/x", place(d))), 0);
}

/* ---- where ---- */

static void bad_address_is_refused_with_its_line(void)
{
    const char *file = harness_file("chatd.ini", "[metrics]\nlisten = 127.0.0.1\n");
    struct daemon *d = daemon_launch("-c", file);

    assert_int_equal(daemon_wait(d), 78);
    assert_non_null(strstr(daemon_log(d), harness_text("%s:2: metrics.listen: ", file)));
    assert_non_null(strstr(daemon_log(d), "does not end in a port"));
    d = daemon_launch("-o", "metrics.listen=localhost:9400");
    assert_int_equal(daemon_wait(d), 78);
    assert_non_null(strstr(daemon_log(d), "-o metrics.listen=localhost:9400: "));
}

static void address_in_use_is_told(void)
{
    struct daemon *d = daemon_start(ON);
    struct daemon *other = daemon_launch("-o", harness_text("metrics.listen=%s", place(d)));

    assert_int_equal(daemon_wait(other), 1);
    assert_non_null(strstr(daemon_log(other), harness_text("chatd: metrics.listen: cannot listen on %s: "
                                                           "Address already in use", place(d))));
    assert_null(strstr(daemon_log(other), " ready "));
    expect_status(get(d, "/metrics"), "200 OK");
}

static void unix_socket_serves_too_and_goes_with_the_daemon(void)
{
    const char *path = harness_text("%s/metrics.sock", harness_dir());
    struct daemon *d = daemon_start("-o", harness_text("metrics.listen=unix:%s", path));
    struct stat st;

    assert_string_equal(place(d), harness_text("unix:%s", path));
    expect_status(get(d, "/metrics"), "200 OK");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_not_equal(lstat(path, &st), 0);
}

static void socket_of_the_service_manager_takes_the_option_s_place(void)
{
    const char *path = harness_text("%s/metrics.sock", harness_dir());
    struct daemon *d;
    struct stat st;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(path)}, 1, "metrics");
    d = daemon_start("-o", "metrics.listen=192.0.2.1:1"); /* this address cannot be opened */
    assert_string_equal(place(d), harness_text("unix:%s", path));
    expect_status(get(d, "/metrics"), "200 OK");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(lstat(path, &st), 0); /* the manager removes it */
}

static void place_that_others_reach_is_told(void)
{
    struct daemon *d = daemon_start("-o", "metrics.listen=*:0");

    daemon_wait_log(d, "warn  metrics can be read from other machines address=");
    d = daemon_start(ON);
    assert_null(strstr(daemon_log(d), "other machines"));
}

/* ---- slow ones, and many ---- */

static void crowd_that_asks_nothing_gives_way(void)
{
    enum { CROWD = 60 };
    struct daemon *d = daemon_start(ON);
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    struct client *crowd[CROWD];
    unsigned before = daemon_descriptors(d);

    for (int i = 0; i < CROWD; i++) {
        crowd[i] = client_open_at(place(d));
        client_send(crowd[i], "GET /metrics HTTP/1.1\r\nX: and then nothing");
    }
    client_send(alice, "hello\n");
    client_expect_line(bob, "[#lobby] alice: hello");
    expect_status(get(d, "/metrics"), "200 OK"); /* the newest connection is served */
    assert_in_range(daemon_descriptors(d), before, before + 16);
    for (int i = 0; i < CROWD - 16; i++) { /* with a reset if its bytes were not read yet */
        assert_string_equal(client_rest(crowd[i]), "");
    }
}

static void who_does_not_take_the_answer_cannot_make_it_pile_up(void)
{
    struct daemon *d = daemon_start(ON);
    struct client *alice = client_join(d, "alice");
    static char junk[65536];
    size_t sent;
    ssize_t n;

    /* Many requests whose answers are not read. */
    for (int i = 0; i < 10; i++) {
        struct client *c = client_open_at(place(d));

        client_send(c, "GET /metrics HTTP/1.1\r\n\r\n");
        memset(junk, 'x', sizeof(junk));
        for (sent = 0, n = 0; sent < 64u << 20 && n >= 0; sent += n > 0 ? (size_t)n : 0) {
            n = send(client_fd(c), junk, sizeof(junk), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        assert_true(sent < 64u << 20); /* it was closed after the answer, or the system's buffers are full */
    }
    client_sync(alice);
    expect_status(get(d, "/metrics"), "200 OK");
}

/* Uses the descriptors that newcomers leave, one by one.  Returns the first connection that gets none, after it has
 * sent the beginning of a request. */
static struct client *ask_until_there_is_no_descriptor(struct daemon *d)
{
    struct client *asker;

    do {
        unsigned before = daemon_descriptors(d);
        int64_t until = harness_now_ms() + harness_deadline_ms();

        asker = client_open_at(place(d));
        client_send(asker, "GET /metrics HTTP/1.1\r\n");
        while (daemon_descriptors(d) == before && daemon_count_log(d, "cannot accept for metrics") == 0) {
            assert_true(harness_now_ms() < until);
            poll(NULL, 0, 1);
        }
    } while (daemon_count_log(d, "cannot accept for metrics") == 0);
    return asker;
}

static void without_descriptors_the_listener_rests(void)
{
    struct client *crowd[40];
    struct daemon *d;
    int taken = 0;
    struct client *asker;

    daemon_wrap("ulimit -n 40");
    d = daemon_start(ON);
    /* People use all the descriptors that they may. */
    while (taken < 40 && daemon_count_log(d, "cannot accept newcomers") == 0) {
        crowd[taken] = client_open(d);
        client_line(crowd[taken++]);
    }
    daemon_wait_log(d, "cannot accept newcomers");
    client_expect_eof(crowd[taken - 1]); /* the refused one, which is closed now */
    client_sync(crowd[0]);
    asker = ask_until_there_is_no_descriptor(d);
    client_sync(crowd[0]);
    for (int i = 1; i < taken; i++) {
        client_close(crowd[i]);
    }
    client_send(asker, "\r\n");
    client_expect(asker, "200 OK");
    assert_true(value_in(client_rest(asker), "chatd_accept_failures_total{cause=\"descriptors\"}") >= 1);
    assert_int_equal(daemon_count_log(d, "cannot accept for metrics"), 1);
    client_sync(crowd[0]);
}

static void stop_ends_it(void)
{
    struct daemon *d = daemon_start(ON);
    struct client *silent = client_open_at(place(d)), *busy = client_open_at(place(d));

    client_send(busy, "GET /met");
    expect_status(get(d, "/metrics"), "200 OK"); /* the two before it were looked up by then */
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    client_expect_eof(silent);
    client_rest(busy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(nothing_is_served_unless_it_is_wanted),
        HARNESS_TEST(metrics_are_served_in_the_form_of_prometheus),
        HARNESS_TEST(head_is_the_answer_without_its_body),
        HARNESS_TEST_ONCE(other_paths_lead_there),
        HARNESS_TEST_ONCE(ready_while_newcomers_are_welcome),
        HARNESS_TEST_ONCE(draining_server_is_not_ready),
        HARNESS_TEST_ONCE(other_methods_are_refused),
        HARNESS_TEST(what_is_no_request_is_refused),
        HARNESS_TEST(a_request_may_come_in_pieces),
        HARNESS_TEST(numbers_follow_the_traffic),
        HARNESS_TEST(waiting_does_not_count_as_work),
        HARNESS_TEST(closes_are_told_by_reason),
        HARNESS_TEST_ONCE(connections_are_told_by_listener),
        HARNESS_TEST_ONCE(who_sends_too_fast_is_counted),
        HARNESS_TEST_ONCE(reloads_are_told),
        HARNESS_TEST_ONCE(promtool_reads_them),
        HARNESS_TEST_ONCE(curl_reads_them),
        HARNESS_TEST_ONCE(bad_address_is_refused_with_its_line),
        HARNESS_TEST_ONCE(address_in_use_is_told),
        HARNESS_TEST(unix_socket_serves_too_and_goes_with_the_daemon),
        HARNESS_TEST_ONCE(socket_of_the_service_manager_takes_the_option_s_place),
        HARNESS_TEST_ONCE(place_that_others_reach_is_told),
        HARNESS_TEST(crowd_that_asks_nothing_gives_way),
        HARNESS_TEST(who_does_not_take_the_answer_cannot_make_it_pile_up),
        HARNESS_TEST(without_descriptors_the_listener_rests),
        HARNESS_TEST(stop_ends_it),
    };

    return harness_main(tests);
}

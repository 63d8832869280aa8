/* Tests that a browser, or a page that makes it send something to chatd, gets an HTTP answer, and that no line of it is
 * run. */
#include "config.h"

#include "harness.h"

#include <string.h>

/* Sends a request in pieces; checks that it is refused in order and that bob hears nothing of it. */
static void check_refused(struct daemon *d, struct client *bob, const char *request, size_t len, size_t piece)
{
    struct client *c = client_open(d);
    const char *body, *rest;

    for (size_t at = 0; at < len; at += piece) {
        client_pour(c, request + at, len - at < piece ? len - at : piece);
    }
    rest = client_rest(c);
    /* The answer may follow the greeting, if that was sent already. */
    rest = strstr(rest, "HTTP/1.1 400 Bad Request\r\n");
    if (rest == NULL || (body = strstr(rest, "\r\n\r\n")) == NULL ||
        strstr(rest, "\r\nConnection: close\r\n") == NULL) {
        harness_fail("expected an answer of HTTP to: %.60s\nbut it is: %s", request, client_seen(c));
    }
    body += 4;
    if (strstr(rest, harness_text("\r\nContent-Length: %zu\r\n", strlen(body))) == NULL) {
        harness_fail("the content has %zu bytes: %s", strlen(body), rest);
    }
    client_close(c);
    client_sync_without(bob, ": ran");
}

static void request_is_answered_and_nothing_of_it_is_run(void)
{
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: x\r\n\r\n",
        "GET / HTTP/1.0\n\n",
        "GET / HTTP/1.1\r\n/post lobby ran\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n/post lobby ran\r\n/msg bob ran\r\nran\r\n",
        "\r\nGET / HTTP/1.1\r\n\r\n/post lobby ran\r\n",
        "\r\n\n\r\nGET / HTTP/1.1\r\n\r\nran\r\n",
        "OPTIONS * HTTP/1.1\r\n\r\nran\r\n",
        "CONNECT localhost:25 HTTP/1.1\r\n\r\nran\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nran\r\n",
        "PROPFIND http://localhost/ HTTP/1.1\r\n\r\nran\r\n",
    };
    struct daemon *d = daemon_start("-o", harness_text("server.listen=unix:%s/socket", harness_dir()));
    struct client *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        check_refused(d, bob, requests[i], strlen(requests[i]), strlen(requests[i]));
    }
    daemon_wait_log(d, "reason=http");
}

static void request_is_recognized_in_whatever_pieces(void)
{
    static const char line[] = "\r\nPOST /say HTTP/1.1\r\n";
    static const char rest[] = "Host: x\r\n\r\n/post lobby ran\r\nran\r\n";
    struct daemon *d = daemon_start("-o", harness_text("server.listen=unix:%s/socket", harness_dir()));
    struct client *bob = client_join(d, "bob");

    for (size_t piece = 1; piece < sizeof(line); piece++) {
        struct client *c = client_open(d);

        client_send_pieces(c, line, sizeof(line) - 1, piece);
        client_expect_literal(c, "HTTP/1.1 400 Bad Request\r\n");
        (void)rest;
        client_expect_eof(c);
        client_close(c);
    }
    for (size_t cut = 1; cut < sizeof(line); cut++) {
        const char *whole = harness_text("%s%s", line, rest);

        check_refused(d, bob, whole, strlen(whole), strlen(whole));
    }
}

static void request_line_longer_than_any_line_is_refused_too(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");
    const char *request;

    request = harness_text("GET /%s HTTP/1.1\r\nHost: x\r\n\r\n/post lobby ran\r\nran\r\n",
                           harness_repeat("x", 40000));
    check_refused(d, bob, request, strlen(request), strlen(request));
    request = harness_text("POST http://x/%s HTTP/1.1\r\n\r\nran\r\n", harness_repeat("x", 32768));
    check_refused(d, bob, request, strlen(request), strlen(request));
    request = harness_text("\r\nPOST /%s HTTP/1.1\r\n\r\nran\r\n", harness_repeat("x", 60000));
    check_refused(d, bob, request, strlen(request), 5000);
}

static void words_like_those_of_a_request_are_just_text_later(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client_expect_next(bob, "[#lobby] alice: GET / HTTP/1.1");
    client_expect_next(bob, "[#lobby] alice: Host: x");
    client_send(alice, "POST /x HTTP/1.0\n");
    client_expect_next(bob, "[#lobby] alice: POST /x HTTP/1.0");
    client_sync(alice);
}

static void first_words_in_capitals_are_no_request(void)
{
    static const char *const texts[] = {
        "GET", "GET READY", "HELLO", "HELLO WORLD", "GET / HTTP", "GET / HTTP/x", "get / HTTP/1.1",
        "I SAID HTTP", "GET/HTTP/1.1", "HTTP/1.1 200 OK", "A /b c",
    };
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct client *c = client_open(d);

        client_sendf(c, "%s\n", texts[i]);
        client_expect(bob, harness_text(": %s", texts[i]));
        client_close(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(request_is_answered_and_nothing_of_it_is_run),
        HARNESS_TEST(request_is_recognized_in_whatever_pieces),
        HARNESS_TEST(request_line_longer_than_any_line_is_refused_too),
        HARNESS_TEST(words_like_those_of_a_request_are_just_text_later),
        HARNESS_TEST(first_words_in_capitals_are_no_request),
    };

    return harness_main(tests);
}

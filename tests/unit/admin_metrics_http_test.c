/* Tests of admin/metrics_http.h: the bounds, with a clock that the test moves. tests/integration/metrics_test.c tests
 * the answers. */
#include "config.h"

#include "admin/metrics_http.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct fake_metrics fm;
static struct metrics_http http;
static char folder[] = "/tmp/chatd-metrics-XXXXXX";
static struct addr_listen where;

static void listen_there(void)
{
    char err[256] = "";

    metrics_http_change_begin(&http, &where);
    if (!metrics_http_change_open(&http, &where, err, sizeof(err))) {
        fail_msg("%s", err);
    }
    metrics_http_change_commit(&http);
}

static int begin(void **state)
{
    char text[128], err[256];

    (void)state;
    fake_metrics_init(&fm);
    http = (struct metrics_http){.base = fm.f.base, .clock = &fm.f.clock, .pages.metrics = &fm.m};
    metrics_http_init(&http);
    loop_add_timeq(&fm.f.loop, &http.conns);
    loop_add_timeq(&fm.f.loop, &http.resting);
    memcpy(strrchr(folder, '-'), "-XXXXXX", 7);
    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/sock", folder);
    assert_true(addr_listen_parse(&where, text, strlen(text), err, sizeof(err)));
    listen_there();
    return 0;
}

static int end(void **state)
{
    (void)state;
    metrics_http_fini(&http);
    fake_metrics_fini(&fm);
    return rmdir(folder); /* the socket's file is gone */
}

static int come(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)&where.addr, where.len), 0);
    return fd;
}

/* Waits until the connection has been closed or reset. */
static bool is_closed(int fd)
{
    struct strbuf got = {0};
    bool goes_on = fake_read(fd, &got);

    strbuf_fini(&got);
    return !goes_on;
}

static void answer_is_whole_and_the_last(void **state)
{
    struct strbuf got = {0};
    int fd = come();

    (void)state;
    fake_puts(fd, "GET /metrics HTTP/1.1\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n");
    fake_loop_turns(&fm.f, 6);
    assert_false(fake_read(fd, &got));
    assert_non_null(strstr(strbuf_str(&got), "\nchatd_clients_limit 500\n"));
    assert_null(strstr(strstr(strbuf_str(&got), "HTTP/1.1 200 OK") + 1, "HTTP/1.1"));
    strbuf_fini(&got);
    close(fd);
}

static void who_says_nothing_or_little_has_so_long_and_no_longer(void **state)
{
    int silent = come(), slow = come();

    (void)state;
    fake_loop_turns(&fm.f, 2);
    for (int i = 0; i < METRICS_HTTP_MS / 1000; i++) {
        fake_puts(slow, i == 0 ? "GET /metrics HTTP/1.1\r\nX: " : "x"); /* sending more does not help */
        fake_loop_pass(&fm.f, i == 0 ? 999 : 1000);
    }
    assert_true(fake_is_quiet(silent));
    assert_true(fake_is_quiet(slow));
    fake_loop_pass(&fm.f, 1);
    fake_loop_turn(&fm.f);
    assert_true(is_closed(silent));
    assert_true(is_closed(slow));
    close(silent);
    close(slow);
}

static void time_of_one_that_is_over_is_not_another_s(void **state)
{
    int first = come(), second;

    (void)state;
    fake_puts(first, "GET /healthz HTTP/1.1\r\n\r\n");
    fake_loop_turns(&fm.f, 6);
    assert_true(is_closed(first));
    close(first);
    fake_loop_pass(&fm.f, METRICS_HTTP_MS / 2);
    second = come(); /* the server's descriptor is the same as that of the first one */
    fake_loop_turns(&fm.f, 2);
    fake_loop_pass(&fm.f, METRICS_HTTP_MS / 2);
    fake_loop_turn(&fm.f);
    assert_true(fake_is_quiet(second));
    fake_puts(second, "GET /healthz HTTP/1.1\r\n\r\n");
    fake_loop_turns(&fm.f, 6);
    assert_true(is_closed(second));
    close(second);
}

static void oldest_gives_way_to_one_too_many(void **state)
{
    int fds[METRICS_HTTP_CONNS + 1];

    (void)state;
    for (int i = 0; i < METRICS_HTTP_CONNS; i++) {
        fds[i] = come();
        fake_loop_turns(&fm.f, 2);
    }
    fds[METRICS_HTTP_CONNS] = come();
    fake_loop_pass(&fm.f, METRICS_HTTP_REST_MS);
    fake_loop_turns(&fm.f, 3);
    assert_true(is_closed(fds[0]));
    for (int i = 1; i <= METRICS_HTTP_CONNS; i++) {
        assert_true(fake_is_quiet(fds[i]));
        close(fds[i]);
    }
    close(fds[0]);
}

static void crowd_is_taken_in_batches_with_a_rest_between(void **state)
{
    int fds[3 * METRICS_HTTP_CONNS];

    (void)state;
    for (int i = 0; i < 3 * METRICS_HTTP_CONNS; i++) {
        fds[i] = come();
    }
    fake_loop_turns(&fm.f, 5);
    assert_int_equal(http.newcomers, METRICS_HTTP_CONNS);
    fake_loop_pass(&fm.f, METRICS_HTTP_REST_MS - 1);
    assert_int_equal(http.newcomers, METRICS_HTTP_CONNS);
    fake_loop_pass(&fm.f, 1);
    fake_loop_turns(&fm.f, 5);
    assert_int_equal(http.newcomers, 2 * METRICS_HTTP_CONNS);
    assert_int_equal(http.looked, http.newcomers);
    for (int i = 0; i < 3 * METRICS_HTTP_CONNS; i++) {
        close(fds[i]);
    }
}

/* evhttp goes on reading while an answer waits to be written. */
static void who_takes_no_answer_cannot_fill_the_memory(void **state)
{
    enum { PIECE = 65536, MANY = 512, FEW = 128 };
    static const char junk[PIECE];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(at);
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int small = 1, idle = 0;
    char err[256];
    size_t sent = 0;

    (void)state;
    metrics_http_fini(&http);
    metrics_http_init(&http);
    /* Buffers that are smaller than an answer. */
    assert_int_equal(setsockopt(listening, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
    assert_int_equal(bind(listening, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(listening, 1), 0);
    assert_int_equal(getsockname(listening, (struct sockaddr *)&at, &len), 0);
    assert_true(metrics_http_adopt(&http, listening, err, sizeof(err)));
    assert_int_equal(connect(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    fake_puts(fd, "GET /metrics HTTP/1.1\r\n\r\n");
    fake_loop_turns(&fm.f, 6);
    /* Sends until nothing more is taken; each turn takes a little. */
    while (idle < 100 && sent < (size_t)MANY * PIECE) {
        ssize_t n = send(fd, junk, PIECE, MSG_DONTWAIT | MSG_NOSIGNAL);

        assert_true(n > 0 || errno == EAGAIN);
        sent += n > 0 ? (size_t)n : 0;
        idle = n > 0 ? 0 : idle + 1;
        fake_loop_turns(&fm.f, 10);
    }
    assert_in_range(sent, PIECE, (size_t)FEW * PIECE); /* as much as the system's buffers hold */
    close(fd);
}

static void taking_down_ends_everybody(void **state)
{
    int silent = come(), begun = come();

    (void)state;
    fake_puts(begun, "GET /met");
    fake_loop_turns(&fm.f, 3);
    metrics_http_fini(&http);
    assert_true(is_closed(silent));
    assert_true(is_closed(begun));
    close(silent);
    close(begun);
    metrics_http_init(&http);
    listen_there();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answer_is_whole_and_the_last),
        TEST(who_says_nothing_or_little_has_so_long_and_no_longer),
        TEST(time_of_one_that_is_over_is_not_another_s),
        TEST(oldest_gives_way_to_one_too_many),
        TEST(crowd_is_taken_in_batches_with_a_rest_between),
        TEST(who_takes_no_answer_cannot_fill_the_memory),
        TEST(taking_down_ends_everybody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of frontend/line.h: which bytes are text, on a real connection whose client is the test. */
#include "config.h"

#include "frontend/line.h"

#include "fake_typist.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void web_client_is_told_in_its_own_way(void **state)
{
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\r\nPOST http://x/ HTTP/1.0\r\n\r\nhello\r\n",
        "OPTIONS * HTTP/1.1\r\n",
        "GET /abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz HTTP/1.1\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        struct strbuf got = {0};

        fake_typist_close();
        fake_typist_open();
        typist.fe->ops->resume(typist.fe);
        conn_send_bytes(typist.conn, "a greeting", 10); /* which it must not see first */
        fake_typist_puts(requests[i]);
        fake_loop_turns(&typist_loop, 2);
        assert_lines(i == 1 ? "|" : "");
        fake_read(typist.far, &got);
        assert_ptr_equal(strstr(got.data, "HTTP/1.1 400 Bad Request\r\n"), got.data);
        assert_non_null(strstr(got.data, "Content-Length: 58\r\n"));
        assert_int_equal(strlen(strstr(got.data, "\r\n\r\n") + 4), 58);
        assert_int_equal(typist.reason, REASON_HTTP);
        strbuf_fini(&got);
    }
}

static void person_s_first_line_is_not_taken_for_a_web_client(void **state)
{
    static const char *const lines[] = {"GET", "GET ", "HI ALL", "GET out", "get / HTTP/1.1",
                                        "A HTTP/", "GET / HTTP/x", "HTTP/1.1", " GET / HTTP/1.1"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_typist_close();
        fake_typist_open();
        typist.fe->ops->resume(typist.fe);
        fake_typist_puts(lines[i]);
        fake_typist_puts("\n");
        assert_int_equal(typist.count, 1);
    }
    fake_typist_puts("GET / HTTP/1.1\n"); /* nor any later line */
    assert_int_equal(typist.count, 2);
}

static void telnet_is_answered_and_not_part_of_a_line(void **state)
{
    struct strbuf got = {0};
    struct reply r = {0};

    (void)state;
    fake_typist_puts("a");
    assert_true(fake_is_quiet(typist.far)); /* nothing is negotiated with who does not begin */
    fake_typist_puts("b\xff\xfb\x1f" "c\r");
    fake_typist_feed("\0d\r\n", 4);
    assert_lines("abc|d|");
    fake_read(typist.far, &got);
    assert_true(got.len > 0);
    strbuf_fini(&got);
    typist.fe->ops->describe(typist.fe, &r);
    assert_true(r.telnet);
}

static void size_of_the_window_is_told_before_the_lines_behind_it(void **state)
{
    (void)state;
    fake_typist_puts("a\n");
    assert_int_equal(typist.fe->ops->columns(typist.fe), 0);
    fake_typist_feed("\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0" "b\n", 14);
    assert_int_equal(typist.columns, 80);
    assert_int_equal(typist.fe->ops->columns(typist.fe), 80);
    fake_typist_feed("\xff\xfa\x1f\0\0\0\x18\xff\xf0", 9); /* a width that is not known (RFC 1073) */
    assert_int_equal(typist.columns, 0);
    assert_lines("a|b|");
}

static void telnet_s_end_of_file_is_the_end(void **state)
{
    (void)state;
    fake_typist_puts("\xff\xfb\x1f" "a\r\nlast\xff\xec ignored\r\n");
    assert_lines("a|last|.");
}

/* Letters of CP1251 and Latin-1. */
static void byte_255_of_plain_text_swallows_nothing(void **state)
{
    static const char text[] = "moya \xff\nx\xff\xfe\ny\xff\xfa\xff\xf6\n\xff\xec\n\xff\r\nz\xff";

    (void)state;
    for (size_t piece = 1; piece < sizeof(text); piece++) {
        for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
            fake_typist_feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        fake_typist_puts("\n");
        assert_lines("moya |x|y|||z|");
        assert_true(fake_is_quiet(typist.far));
    }
    assert_int_equal(typist.notices, 1);
}

/* The first byte of telnet may be the last of a read, and stands in the unfinished line by then. */
static void telnet_begins_in_whatever_pieces(void **state)
{
    static const char text[] = "a\xff\xfb\x1f" "b\n\xd1\xff\xf4\xff\xfd\x06" "c\nlost\xff\xf4\xff\xfd\x06" "d\n";

    (void)state;
    for (size_t piece = 1; piece < sizeof(text); piece++) {
        for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
            fake_typist_feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        assert_lines("ab|\xd1\x83" "c|d|");
        fake_typist_close();
        fake_typist_open();
        typist.fe->ops->resume(typist.fe);
        for (size_t at = 6; at < sizeof(text) - 1; at += piece) {
            fake_typist_feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        assert_lines("\xd1\x83" "c|d|");
        fake_typist_close();
        fake_typist_open();
        typist.fe->ops->resume(typist.fe);
    }
}

static void telnet_s_work_may_hold_the_lines_back(void **state)
{
    (void)state;
    fake_typist_puts("\xff\xf6" "a\n");
    assert_lines("?|a|");
    assert_int_equal(typist.work, 1);
    typist.work_holds = true;
    fake_typist_puts("\xff\xf6\xff\xf6" "b\nhalf\xff\xf4");
    assert_lines("?|");
    assert_int_equal(typist.work, 2);
    assert_int_equal(typist.conn->armed & EV_READ, 0);
    typist.fe->ops->resume(typist.fe);
    fake_typist_puts("c\n");
    assert_lines("b|c|");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_typist_begin, fake_typist_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(web_client_is_told_in_its_own_way),
        TEST(person_s_first_line_is_not_taken_for_a_web_client),
        TEST(telnet_is_answered_and_not_part_of_a_line),
        TEST(size_of_the_window_is_told_before_the_lines_behind_it),
        TEST(telnet_s_end_of_file_is_the_end),
        TEST(byte_255_of_plain_text_swallows_nothing),
        TEST(telnet_begins_in_whatever_pieces),
        TEST(telnet_s_work_may_hold_the_lines_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

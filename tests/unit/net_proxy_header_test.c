/* Tests of net/proxy_header.h: each header whole, with bytes behind it, and cut at each of its bytes. */
#include "config.h"

#include "net/proxy_header.h"

#include "base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BYTES(s) s, sizeof(s) - 1

static const struct addr proxy = {.kind = ADDR_IPV4, .ip = {198, 51, 100, 9}, .port = 7};

static enum preamble_answer look(const char *data, size_t len, struct preamble_found *found)
{
    *found = (struct preamble_found){.peer = proxy};
    return proxy_header_look(data, len, found);
}

/* The answer is the same whatever follows; and of each beginning, that more is needed. */
static void assert_whole(const char *data, size_t len, const char *address)
{
    static const char *const behind[] = {"", "\r\n", "hello\n", "PROXY UNKNOWN\r\n"};
    struct preamble_found found;
    char text[ADDR_TEXT_SIZE];

    for (size_t i = 1; i < len; i++) {
        if (look(data, i, &found) != PREAMBLE_MORE) {
            fail_msg("the first %zu of %zu bytes of \"%.*s\" do not need more", i, len, (int)len, data);
        }
    }
    for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
        struct strbuf all = {0};

        strbuf_add(&all, data, len);
        strbuf_adds(&all, behind[i]);
        if (look(all.data, all.len, &found) != PREAMBLE_WHOLE) {
            fail_msg("\"%.*s\" is not whole", (int)len, data);
        }
        assert_int_equal(found.used, len);
        assert_int_equal(found.is_own, address == NULL);
        assert_string_equal(addr_text(&found.peer, text), address != NULL ? address : "198.51.100.9:7");
        strbuf_fini(&all);
    }
}

/* The beginnings of what is wrong need more, up to one from which on the answer is the same. */
static void assert_answer(const char *data, size_t len, enum preamble_answer answer)
{
    enum preamble_answer last = PREAMBLE_MORE;
    struct preamble_found found;

    for (size_t i = 1; i <= len; i++) {
        enum preamble_answer now = look(data, i, &found);

        if (now != last && last != PREAMBLE_MORE) {
            fail_msg("\"%.*s\": the answer %d becomes %d", (int)len, data, last, now);
        }
        last = now;
    }
    if (last != answer) {
        fail_msg("\"%.*s\": the answer is %d", (int)len, data, last);
    }
}

/* ---- version 1 ---- */

static void line_tells_the_address_of_the_client(void **state)
{
    static const char longest[] = "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                                  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";

    (void)state;
    assert_whole(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 56324 4000\r\n"), "192.0.2.1:56324");
    assert_whole(BYTES("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), "255.255.255.255:65535");
    assert_whole(BYTES("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"), "0.0.0.0:0");
    assert_whole(BYTES("PROXY TCP6 2001:db8::1 2001:DB8::2 56324 4000\r\n"), "[2001:db8::1]:56324");
    assert_whole(BYTES("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                       "65535 65535\r\n"), "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
    assert_whole(BYTES("PROXY TCP6 ::ffff:192.0.2.1 ::1 5 4000\r\n"), "192.0.2.1:5"); /* mapped: it is IPv4 */
    assert_whole(BYTES("PROXY UNKNOWN\r\n"), NULL);
    assert_whole(BYTES("PROXY UNKNOWN 192.0.2.1 and more\r\n"), NULL);
    assert_int_equal(sizeof(longest) - 1, PROXY_HEADER_LINE);
    assert_whole(BYTES(longest), NULL);
}

static void line_is_taken_strictly(void **state)
{
    static const char *const lines[] = {
        "PROXY \r\n",
        "PROXY TCP4\r\n",
        "PROXY TCP4 \r\n",
        "PROXY TCP5 192.0.2.1 198.51.100.1 56324 4000\r\n",
        "PROXY tcp4 192.0.2.1 198.51.100.1 56324 4000\r\n",
        "PROXY UNKNOWNS\r\n",
        "PROXY UNKNOW\r\n",
        "PROXY  TCP4 192.0.2.1 198.51.100.1 56324 4000\r\n",
        "PROXY TCP4  192.0.2.1 198.51.100.1 56324 4000\r\n",
        "PROXY TCP4 192.0.2.1  198.51.100.1 56324 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324  4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 4000 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 4000 5\r\n",
        "PROXY TCP4\t192.0.2.1 198.51.100.1 56324 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 056324 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 00 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 65536 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 4294967296 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 +5 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 -5 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 5a 4000\r\n",
        "PROXY TCP4 192.0.2.01 198.51.100.1 56324 4000\r\n",
        "PROXY TCP4 192.0.2 198.51.100.1 56324 4000\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.1 56324 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100 56324 4000\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 56324 4000\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.1 56324 4000\r\n",
        "PROXY TCP6 2001:db8::1 2001:db8:::2 56324 4000\r\n",
        "PROXY TCP6 fe80::1%1 2001:db8::2 56324 4000\r\n",
        "PROXY TCP6 [2001:db8::1] 2001:db8::2 56324 4000\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 4000\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 4000\r\r\n",
        "PROXY TCP4 192.0.2.1\r198.51.100.1 56324 4000\r\n",
        "PROXY UNKNOWN\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_answer(lines[i], strlen(lines[i]), PREAMBLE_WRONG);
    }
    assert_answer(BYTES("PROXY TCP4 192.0.2.1\0 198.51.100.1 56324 4000\r\n"), PREAMBLE_WRONG);
}

static void line_has_a_greatest_length(void **state)
{
    struct strbuf line = {0};

    (void)state;
    strbuf_adds(&line, "PROXY UNKNOWN ");
    while (line.len < PROXY_HEADER_LINE - 1) {
        strbuf_addc(&line, 'x');
    }
    strbuf_adds(&line, "\r\n");
    assert_int_equal(line.len, PROXY_HEADER_LINE + 1);
    assert_answer(line.data, line.len, PREAMBLE_LONG);
    strbuf_fini(&line);
}

static void other_bytes_are_no_header(void **state)
{
    static const char *const lines[] = {"hello\n", "proxy TCP4", "PROXX",       "P\n",
                                        "GET /",   "\n",         "\r\n\r\nQ"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_answer(lines[i], strlen(lines[i]), PREAMBLE_NONE);
    }
    assert_answer(BYTES("\x16\x03\x01"), PREAMBLE_NONE);
    assert_answer(BYTES("\0"), PREAMBLE_NONE);
}

/* ---- version 2 ---- */

#define IPV4 "\xc0\x00\x02\x01\xc6\x33\x64\x01\xdc\x04\x0f\xa0"
#define IPV6 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2\xdc\x04\x0f\xa0"
#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01" MAPPED_PROXY
#define MAPPED_PROXY "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x01\xdc\x04\x0f\xa0"

static void binary_header_tells_the_address_of_the_client(void **state)
{
    struct strbuf header = {0};

    (void)state;
    assert_whole(BYTES(SIGNATURE "\x21\x11\0\x0c" IPV4), "192.0.2.1:56324");
    assert_whole(BYTES(SIGNATURE "\x21\x21\0\x24" IPV6), "[2001:db8::1]:56324");
    assert_whole(BYTES(SIGNATURE "\x21\x21\0\x24" MAPPED), "192.0.2.1:56324");
    strbuf_add(&header, BYTES(SIGNATURE "\x21\x31\0\xd8/run/client.sock"));
    while (header.len < 16 + 216) {
        strbuf_addc(&header, '\0');
    }
    assert_whole(header.data, header.len, "unix");
    strbuf_fini(&header);
}

static void fields_behind_the_addresses_are_skipped(void **state)
{
    struct preamble_found found;
    struct strbuf header = {0};

    (void)state;
    assert_whole(BYTES(SIGNATURE "\x21\x11\0\x14" IPV4 "\x04\0\x05" "noops"), "192.0.2.1:56324");
    assert_whole(BYTES(SIGNATURE "\x21\x11\0\x0d" IPV4 "\xff"), "192.0.2.1:56324"); /* no whole one */
    strbuf_add(&header, BYTES(SIGNATURE "\x21\x11\x0f\xf0" IPV4)); /* the longest that is taken */
    while (header.len < PROXY_HEADER_MOST) {
        strbuf_addc(&header, '\r');
    }
    for (size_t i = 1; i < header.len; i += 7) {
        assert_int_equal(look(header.data, i, &found), PREAMBLE_MORE);
    }
    assert_int_equal(look(header.data, header.len, &found), PREAMBLE_WHOLE);
    assert_int_equal(found.used, PROXY_HEADER_MOST);
    assert_answer(BYTES(SIGNATURE "\x21\x11\x0f\xf1"), PREAMBLE_LONG);
    assert_answer(BYTES(SIGNATURE "\x20\x00\xff\xff"), PREAMBLE_LONG);
    strbuf_fini(&header);
}

static void some_binary_headers_tell_no_address(void **state)
{
    (void)state;
    assert_whole(BYTES(SIGNATURE "\x20\0\0\0"), NULL);            /* LOCAL, of a health check */
    assert_whole(BYTES(SIGNATURE "\x20\x11\0\x0c" IPV4), NULL);   /* its addresses are not used */
    assert_whole(BYTES(SIGNATURE "\x20\x11\0\x03" "abc"), NULL);  /* whatever they are */
    assert_whole(BYTES(SIGNATURE "\x21\0\0\0"), NULL);            /* UNSPEC */
    assert_whole(BYTES(SIGNATURE "\x21\x01\0\x03" "abc"), NULL);
    assert_whole(BYTES(SIGNATURE "\x21\x12\0\x0c" IPV4), NULL);   /* datagrams */
    assert_whole(BYTES(SIGNATURE "\x21\x22\0\x24" IPV6), NULL);
    assert_whole(BYTES(SIGNATURE "\x21\x10\0\x0c" IPV4), NULL);
}

static void binary_header_is_taken_strictly(void **state)
{
    (void)state;
    assert_answer(BYTES(SIGNATURE "\x11"), PREAMBLE_WRONG); /* versions */
    assert_answer(BYTES(SIGNATURE "\x31"), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x22"), PREAMBLE_WRONG); /* commands */
    assert_answer(BYTES(SIGNATURE "\x2f"), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x21\x41"), PREAMBLE_WRONG); /* families and protocols */
    assert_answer(BYTES(SIGNATURE "\x21\xf1"), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x21\x13"), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x20\x1f"), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x21\x11\0\x0b" IPV4), PREAMBLE_WRONG); /* too short for its addresses */
    assert_answer(BYTES(SIGNATURE "\x21\x11\0\0"), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x21\x21\0\x23" IPV6), PREAMBLE_WRONG);
    assert_answer(BYTES(SIGNATURE "\x21\x31\0\x24" IPV6), PREAMBLE_WRONG);
    assert_answer(BYTES("\r\n\r\n\0\r\nQUIT\r"), PREAMBLE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_tells_the_address_of_the_client),
        cmocka_unit_test(line_is_taken_strictly),
        cmocka_unit_test(line_has_a_greatest_length),
        cmocka_unit_test(other_bytes_are_no_header),
        cmocka_unit_test(binary_header_tells_the_address_of_the_client),
        cmocka_unit_test(fields_behind_the_addresses_are_skipped),
        cmocka_unit_test(some_binary_headers_tell_no_address),
        cmocka_unit_test(binary_header_is_taken_strictly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of frontend/foreign.h: what is another protocol, and what only looks like one. */
#include "config.h"

#include "frontend/foreign.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

/* From a block of exactly len bytes, so that a sanitizer sees any access outside. */
static enum reason by_bytes(const char *s, size_t len, bool *undecided)
{
    char *copy = malloc(len + (len == 0));
    enum reason reason;

    memcpy(copy, s, len);
    reason = foreign_by_bytes(copy, len, undecided);
    free(copy);
    return reason;
}

static enum reason by_line(const char *s, size_t len, bool cut)
{
    char *copy = malloc(len + (len == 0));
    enum reason reason;

    memcpy(copy, s, len);
    reason = foreign_by_line(copy, len, cut);
    free(copy);
    return reason;
}

static void first_bytes_tell_as_soon_as_they_can(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        enum reason reason;
    } samples[] = {
        {BYTES("\x16\x03\x01\x02\x00\x01"), REASON_TLS},
        {BYTES("\x16\x03\x03\x00\x0a\x01"), REASON_TLS}, /* with a line end in its length */
        {BYTES("\x80\x2e\x01\x03\x01"), REASON_TLS},
        {BYTES("\r\n\r\n\0\r\nQUIT\n"), REASON_PROXY},
        {BYTES("\x03\x00\x00\x13\x0e\xe0"), REASON_RDP},
        {BYTES("\x03\x00\x00\x2b\x26\xe0"), REASON_RDP},
        {BYTES("\x00\x00\x00\x85\xffSMB"), REASON_SMB},
        {BYTES("\x00\x00\x01\x0a\xfeSMB"), REASON_SMB},
        {BYTES("\x81\x00\x00\x44\x20"), REASON_SMB},
    };
    bool undecided;

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        char more[32] = "";

        for (size_t len = 0; len < samples[i].len; len++) {
            assert_int_equal(by_bytes(samples[i].bytes, len, &undecided), REASON_NONE);
            assert_true(undecided);
        }
        memcpy(more, samples[i].bytes, samples[i].len);
        for (size_t len = samples[i].len; len < sizeof(more); len++) {
            assert_int_equal(by_bytes(more, len, &undecided), samples[i].reason);
            assert_false(undecided);
        }
    }
}

static void what_people_and_telnet_begin_with_is_neither(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } samples[] = {
        {BYTES("h")}, {BYTES("/")}, {BYTES("\n")}, {BYTES("G")}, {BYTES("S")}, {BYTES("P")}, {BYTES("\xff")},
        {BYTES("\xd0")}, {BYTES("\x1b[A")}, {BYTES("\x04")}, {BYTES("\x03\x03")}, {BYTES("\x16\n")}, {BYTES("\x03\r")},
        {BYTES("\r\nh")}, {BYTES("\r\n\r\nh")}, {BYTES("\r\n\r\n\r\n")}, {BYTES("\0\0\0\0h")}, {BYTES("\0\n")},
        {BYTES("\0\0h\n")}, {BYTES("\x03\x00\x00\x05")}, {BYTES("\xff\xfb\x18")}, {BYTES("\xff\x00\x18")},
    };
    bool undecided;

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        assert_int_equal(by_bytes(samples[i].bytes, samples[i].len, &undecided), REASON_NONE);
        if (undecided) {
            fail_msg("sample %zu is waited on", i);
        }
    }
}

/* What is waited for must be no text: nobody would see why nothing happens. */
static void no_text_is_waited_on(void **state)
{
    uint32_t seed = 5;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        static const char likely[] = {0, 0, 1, 3, 3, 0x16, 0x0e, (char)0xe0, (char)0xff, '\r', '\n', 'S', 'M', 'Q', 'h',
                                      'i'};
        char bytes[12];
        size_t len, text = 0;
        bool undecided;

        seed = seed * 1664525 + 1013904223;
        len = 1 + (seed >> 8) % (sizeof(bytes) - 1);
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = likely[seed >> 28];
        }
        by_bytes(bytes, len, &undecided);
        for (size_t i = 0; i < len && bytes[0] != '\r'; i++) {
            text += bytes[i] >= ' ' && (i != 3 && i != 4 && i < 5); /* a length may be any byte */
        }
        if (undecided && text > 0) {
            fail_msg("text is waited on, in round %d", round);
        }
    }
}

static void first_line_tells(void **state)
{
    static const struct {
        const char *line;
        enum reason reason;
    } samples[] = {
        {"GET / HTTP/1.1", REASON_HTTP},
        {"POST /a b HTTP/1.0", REASON_HTTP},
        {"OPTIONS * HTTP/1.1", REASON_HTTP},
        {"PRI * HTTP/2.0", REASON_HTTP},
        {"CONNECT localhost:25 HTTP/1.1", REASON_HTTP},
        {"PROPFIND http://localhost/ HTTP/1.1", REASON_HTTP},
        {"OPTIONS * RTSP/1.0", REASON_RTSP},
        {"OPTIONS / RTSP/1.0", REASON_RTSP},
        {"DESCRIBE rtsp://x/y RTSP/1.0", REASON_RTSP},
        {"OPTIONS sip:nm SIP/2.0", REASON_SIP},
        {"INVITE sips:a@b SIP/2.0", REASON_SIP},
        {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2", REASON_SSH},
        {"SSH-2.0-Go", REASON_SSH},
        {"SSH-1.99-x", REASON_SSH},
        {"SSH-1.5-Nmap-SSH1-Hostkey", REASON_SSH},
        {"PROXY TCP4 192.0.2.1 192.0.2.2 56324 4000", REASON_PROXY},
        {"PROXY TCP6 2001:db8::1 2001:DB8::2 56324 4000", REASON_PROXY},
        {"PROXY UNKNOWN", REASON_PROXY},
        {"PROXY UNKNOWN ffff:f::1 ffff:f::2 65535 65535", REASON_PROXY},
        /* People. */
        {"", REASON_NONE},
        {"GET", REASON_NONE},
        {"GET READY", REASON_NONE},
        {"I USE HTTP/2", REASON_NONE},
        {"WE LIKE HTTP/1.1", REASON_NONE},
        {"GET / HTTP/x", REASON_NONE},
        {"get / HTTP/1.1", REASON_NONE},
        {"SIP IS NICE", REASON_NONE},
        {"DO YOU SIP/2", REASON_NONE},
        {"SSH-2.0", REASON_NONE},
        {"SSH-2.0 is old", REASON_NONE},
        {"SSH-2.0- is old", REASON_NONE},
        {"SSH-2.0-", REASON_NONE},
        {"SSH-keys", REASON_NONE},
        {"SSH-1", REASON_NONE},
        {"PROXY", REASON_NONE},
        {"PROXY TCP4", REASON_NONE},
        {"PROXY TCP4 is what haproxy sends", REASON_NONE},
        {"PROXY TCP4 1 2 3", REASON_NONE},
        {"PROXY UNKNOWNS", REASON_NONE},
        {"PROXY UNKNOWN, they say", REASON_NONE},
        {"A B C", REASON_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        enum reason reason = by_line(samples[i].line, strlen(samples[i].line), false);

        if (reason != samples[i].reason) {
            fail_msg("'%s' is taken for %s", samples[i].line, reason_code(reason));
        }
    }
    assert_int_equal(by_line(BYTES("GET /aaaaaaaa"), true), REASON_HTTP);
    assert_int_equal(by_line(BYTES("DESCRIBE rtsp://aaaaaaaa"), true), REASON_RTSP);
    assert_int_equal(by_line(BYTES("HAHAHA HAHAHA"), true), REASON_NONE);
    assert_int_equal(by_line(BYTES("SSH-2.0-x aaaaaaaaaa"), true), REASON_NONE);
}

static void every_other_protocol_is_told_something(void **state)
{
    static const enum reason reasons[] = {REASON_HTTP, REASON_TLS,   REASON_SSH, REASON_RTSP,
                                          REASON_SIP,  REASON_PROXY, REASON_RDP, REASON_SMB};

    (void)state;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        assert_true((foreign_answer(reasons[i]) == NULL) != (reason_goodbye(reasons[i]) == NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_bytes_tell_as_soon_as_they_can),
        cmocka_unit_test(what_people_and_telnet_begin_with_is_neither),
        cmocka_unit_test(no_text_is_waited_on),
        cmocka_unit_test(first_line_tells),
        cmocka_unit_test(every_other_protocol_is_told_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

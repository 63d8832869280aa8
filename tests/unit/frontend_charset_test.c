/* Tests of charsets in the front end for lines: what is typed at terminals that are not UTF-8, and telnet's negotiation
 * of a charset, on a real connection whose client is the test. */
#include "config.h"

#include "frontend/line.h"

#include "fake_typist.h"
#include "frontend/telnet_charset.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_WORDS "\xff\xfd\x00\xff\xfd\x18\xff\xfd\x1f\xff\xfb\x2a" /* DO BINARY, TTYPE, NAWS; WILL CHARSET */
#define SB "\xff\xfa\x2a"
#define SE "\xff\xf0"

static int begin(void **state)
{
    fake_typist_begin(state);
    typist_limits.line_bytes = 200;
    charsets_open(&typist_charsets);
    return 0;
}

static int end(void **state)
{
    fake_typist_end(state);
    charsets_close(&typist_charsets);
    return 0;
}

static void set(const char *charset)
{
    unsigned number;

    assert_true(charsets_find(charset, strlen(charset), &number));
    typist.fe->ops->set_charset(typist.fe, number);
}

static void assert_charset(const char *want, bool wants_telnet)
{
    bool is_telnet;
    unsigned number = typist.fe->ops->charset(typist.fe, &is_telnet);

    assert_string_equal(charsets_name(number), want);
    assert_int_equal(is_telnet, wants_telnet);
}

#define feed(literal) fake_typist_feed(literal, sizeof(literal) - 1)

static void assert_sent_at(int line, const char *want, size_t len)
{
    struct strbuf got = {0};

    fake_loop_turn(&typist_loop);
    if (len > 0 || !fake_is_quiet(typist.far)) {
        fake_read(typist.far, &got);
    }
    if (got.len != len || memcmp(strbuf_str(&got), want, len) != 0) {
        for (size_t i = 0; i < got.len; i++) {
            print_message("%02x ", (unsigned char)got.data[i]);
        }
        fail_msg("line %d: %zu bytes were sent", line, got.len);
    }
    strbuf_fini(&got);
}
#define assert_sent(literal) assert_sent_at(__LINE__, literal, sizeof(literal) - 1)

/* ---- lines ---- */

static void lines_are_decoded(void **state)
{
    (void)state;
    set("cp1251");
    feed("\xcf\xf0\xe8\xe2\xe5\xf2\r\n\xff\n");
    assert_lines("Привет|я|");
    set("latin1");
    feed("caf\xe9\nna\xefve\n");
    assert_lines("café|naïve|");
    set("utf-8");
    feed("caf\xc3\xa9\n");
    assert_lines("café|");
    assert_int_equal(typist.notices, 0);
}

/* Second bytes are \, | and letters of ASCII; keys erase whole letters. */
static void characters_of_two_bytes_come_in_any_pieces(void **state)
{
    static const char text[] = "\x95\\\x83|\x93\xfa\x96{\x7f\n\x93\xfa\x08\x95\\\x17x\r\n";

    (void)state;
    set("shift-jis");
    for (size_t piece = 1; piece < sizeof(text); piece++) {
        for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
            fake_typist_feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        assert_lines("表ポ日|x|");
    }
}

static void half_a_character_takes_no_line_end_with_it(void **state)
{
    (void)state;
    set("big5");
    feed("a\xa4\nb\xa4\r\nc\n");
    assert_lines("a|b|c|");
    assert_int_equal(typist.notices, 1); /* told once for each charset */
    set("gbk");
    feed("x\xd6\n");
    assert_lines("x|");
    assert_int_equal(typist.notices, 2);
}

static void a_line_that_is_too_long_as_utf8_is_cut(void **state)
{
    (void)state;
    typist_limits = (struct frontend_limits){.line_bytes = 8, .line_parts = 4};
    set("cp1251");
    for (int i = 0; i < 20; i++) {
        feed("\xe6");
    }
    feed("\nx\n");
    assert_lines("жжжж~|x|");
}

/* The charset is that of the moment when a line runs. */
static void lines_that_wait_are_decoded_when_they_run(void **state)
{
    (void)state;
    typist.holds_after = 1;
    feed("one\n\xe6\n\xe6\n");
    assert_lines("one|");
    set("cp1251");
    typist.fe->ops->resume(typist.fe);
    assert_lines("ж|");
    set("latin1");
    typist.fe->ops->resume(typist.fe);
    assert_lines("æ|");
}

/* ---- bytes 255 ---- */

/* Words with them, and the letters behind them in the alphabet, which are telnet's commands. */
static void byte_255_of_plain_text_is_a_letter(void **state)
{
    (void)state;
    set("cp1251");
    feed("\xff\n\xff\xf1\xed\xee\n\xec\xe5\xed\xff\n\xff\xec\xe0\n\xf1\xe8\xff\xfe \xe4\n\xff\xfe\n\xff\xf4\n");
    assert_lines("я|ясно|меня|яма|сияю д|яю|яф|");
    feed("\xff");
    feed("\xec\xe0\n");
    assert_lines("яма|");
    assert_sent("");
    assert_charset("cp1251", false);
}

/* Ctrl-C of a client that was silent so far. */
static void telnet_begins_in_such_text(void **state)
{
    (void)state;
    set("cp1251");
    feed("\xe6\xff\xf4\xff\xfd\x06");
    assert_sent(FIRST_WORDS "\xff\xfc\x06");
    feed("\xff\xff\xe6\r\n");
    assert_lines("яж|"); /* what was typed before it is erased */
    assert_charset("cp1251", true);
}

static void begin_telnet(void)
{
    feed("\xff\xfb\x1f");
    assert_sent(FIRST_WORDS);
}

static void letters_of_telnet_s_clients_need_not_be_doubled(void **state)
{
    (void)state;
    begin_telnet();
    set("cp1251");
    feed("\xec\xe5\xed\xff\xff\r\n");
    assert_lines("меня|");
    feed("\xff\xf1\xed\xee\r\n\xec\xe5\xed\xff\xec \xff\xf4\r\n\xff\xec\xe0\r\n\xf1\xe8\xff\xfe, \xff\xfe\r\n");
    assert_lines("ясно|меням яф|яма|сияю, яю|");
    feed("\xff\xfa\xe6\xff\n\xff\xfb\xff\xfb\n");
    assert_lines("яъжя|яыяы|");
    feed("\xff");
    feed("\xe6\r\n");
    assert_lines("яж|");
    assert_sent("");
}

static void telnet_goes_on_among_such_letters(void **state)
{
    (void)state;
    begin_telnet();
    set("cp1251");
    feed("\xff\xf1");
    feed("\xff\xf1hi\r\n");
    assert_lines("hi|");
    feed("\xe6\xff\xf4\xff\xfd\x06");
    assert_sent("\xff\xfc\x06");
    feed("\xff\xfa\x1f\0\x50\0\x18\xff\xf0z\r\n");
    assert_lines("z|");
    assert_int_equal(typist.columns, 80);
    feed("\xe6\xff\xf7"); /* "send ec" */
    feed("x\r\n");
    assert_lines("x|");
    feed("\xe6\xff\xec");
    assert_lines("ж|."); /* the end of a pipe's text */
}

/* No healing of UTF-8 where there is none. */
static void nothing_is_put_back_that_was_not_eaten(void **state)
{
    (void)state;
    begin_telnet();
    set("cp1251");
    feed("a\xd1\xff\xf5\xff\xfd\x06\r\n");
    assert_lines("aС|");
}

/* ---- negotiation ---- */

static void a_charset_is_requested_of_a_client_that_agrees(void **state)
{
    struct strbuf want = {0};

    (void)state;
    begin_telnet();
    feed("\xff\xfd\x2a");
    telnet_charset_add_request(&want, &typist_charsets, TELNET_CHARSET_ANY);
    assert_ptr_equal(strstr(want.data + 4, ";UTF-8;ISO-8859-1;"), want.data + 4);
    assert_non_null(strstr(want.data + 4, ";KOI8-R;"));
    assert_sent_at(__LINE__, want.data, want.len);
    strbuf_fini(&want);
    feed(SB "\x02KOI8-R" SE "\xd7\n");
    assert_lines("в|");
    assert_charset("koi8-r", true);
    feed(SB "\x02" "CP1251" SE); /* nothing was requested again */
    assert_charset("koi8-r", true);
    assert_sent("");
}

static void what_was_not_offered_is_not_accepted(void **state)
{
    static const char *const answers[] = {("\x02" "EBCDIC"), "\x02", "\x03", "\x09", "", "\x02UTF-8"};

    (void)state;
    begin_telnet();
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        feed("\xff\xfe\x2a\xff\xfd\x2a");
        feed(SB);
        fake_typist_puts(answers[i]);
        feed(SE);
        assert_charset("utf-8", true);
    }
}

static void a_client_may_request_one_itself(void **state)
{
    (void)state;
    begin_telnet();
    feed("\xff\xfb\x2a");
    assert_sent("\xff\xfd\x2a"); /* DO CHARSET */
    feed(SB "\x01;EBCDIC;Windows-1251;KOI8-R" SE "\xe6\r\n");
    assert_sent(SB "\x02Windows-1251" SE);
    assert_lines("ж|");
    assert_charset("cp1251", true);
    feed(SB "\x01[TTABLE]\x01 koi8-r utf-8" SE);
    assert_sent(SB "\x02utf-8" SE);
    assert_charset("utf-8", true);
    feed(SB "\x01;EBCDIC" SE SB "\x01" SE SB "\x01;" SE);
    assert_sent(SB "\x03" SE SB "\x03" SE SB "\x03" SE);
    feed(SB "\x04\x01;a;\x08\x01;b;\x08\x01" SE);
    assert_sent(SB "\x05" SE); /* no tables */
    assert_charset("utf-8", true);
}

/* RFC 2066: if both request at the same time, it is the client's request that fails. */
static void of_two_requests_the_client_s_fails(void **state)
{
    struct strbuf want = {0};

    (void)state;
    begin_telnet();
    feed("\xff\xfd\x2a" SB "\x01;KOI8-R" SE);
    telnet_charset_add_request(&want, &typist_charsets, TELNET_CHARSET_ANY);
    telnet_charset_add(&want, TELNET_CHARSET_REJECTED, "");
    assert_sent_at(__LINE__, want.data, want.len);
    strbuf_fini(&want);
    feed(SB "\x02windows-1252" SE);
    assert_charset("cp1252", true);
}

static void programs_get_utf8_only(void **state)
{
    (void)state;
    begin_telnet();
    typist.is_json = true;
    feed("\xff\xfd\x2a");
    assert_sent(SB "\x01;UTF-8" SE);
    feed(SB "\x03" SE SB "\x01;KOI8-R" SE);
    assert_sent(SB "\x03" SE);
    assert_charset("utf-8", true);
}

static void what_a_person_has_chosen_stays(void **state)
{
    (void)state;
    begin_telnet();
    set("cp1251");
    feed("\xff\xfd\x2a");
    assert_sent(SB "\x01;windows-1251" SE);
    feed(SB "\x02UTF-8" SE "\xff\xfb\x2a" SB "\x01;UTF-8;KOI8-R" SE);
    assert_sent("\xff\xfd\x2a" SB "\x03" SE);
    assert_charset("cp1251", true);
    feed(SB "\x01;UTF-8;CP1251" SE "\xe6\n");
    assert_sent(SB "\x02" "CP1251" SE);
    assert_lines("ж|");
}

static void a_refusal_is_taken(void **state)
{
    (void)state;
    begin_telnet();
    feed("\xff\xfe\x2a\xff\xfc\x2a");
    assert_sent("");
    assert_charset("utf-8", true);
}

/* Negotiated from a hostile peer: endless lists, and names with bytes of telnet. */
static void odd_requests_are_bounded(void **state)
{
    (void)state;
    begin_telnet();
    feed("\xff\xfb\x2a");
    assert_sent("\xff\xfd\x2a");
    feed(SB "\x01;ko\xff\xffi8-r;latin1\r\n;\xff\xff" SE);
    assert_sent(SB "\x03" SE);
    feed(SB "\x01;");
    for (int i = 0; i < 100; i++) {
        feed("no-charset-at-all;");
    }
    feed("KOI8-R" SE);
    assert_sent(SB "\x03" SE); /* behind what is looked at */
    assert_charset("utf-8", true);
}

/* Bytes of telnet, line ends and lead bytes, in any order and any pieces: every line is clean UTF-8, which
 * fake_typist.c asserts. */
static void any_bytes_come_to_clean_lines(void **state)
{
    static const char some[] = "\xff\xff\xff\xfd\xfb\xfa\xf0\xf4\xec\x2a\x1f\x06\x01"
                               "\r\n\0a;\\|\x81\x95\xe3\x98\x7f\x08\x1b[";
    unsigned charsets = 0;

    srand(2);
    while (charsets_name(charsets) != NULL) {
        charsets++;
    }
    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < 40 && typist.conn != NULL && conn_is_open(typist.conn); i++) {
            char bytes[50];
            size_t n = 1 + (size_t)rand() % sizeof(bytes);

            for (size_t at = 0; at < n; at++) {
                bytes[at] = (char)(rand() % 3 > 0 ? some[(size_t)rand() % (sizeof(some) - 1)] : rand() % 256);
            }
            if (rand() % 8 == 0) {
                typist.fe->ops->set_charset(typist.fe, (unsigned)rand() % charsets);
            }
            fake_typist_feed(bytes, n);
        }
        end(state);
        begin(state);
    }
}

#define charset_test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        charset_test(lines_are_decoded),
        charset_test(characters_of_two_bytes_come_in_any_pieces),
        charset_test(half_a_character_takes_no_line_end_with_it),
        charset_test(a_line_that_is_too_long_as_utf8_is_cut),
        charset_test(lines_that_wait_are_decoded_when_they_run),
        charset_test(byte_255_of_plain_text_is_a_letter),
        charset_test(telnet_begins_in_such_text),
        charset_test(letters_of_telnet_s_clients_need_not_be_doubled),
        charset_test(telnet_goes_on_among_such_letters),
        charset_test(nothing_is_put_back_that_was_not_eaten),
        charset_test(a_charset_is_requested_of_a_client_that_agrees),
        charset_test(what_was_not_offered_is_not_accepted),
        charset_test(a_client_may_request_one_itself),
        charset_test(of_two_requests_the_client_s_fails),
        charset_test(programs_get_utf8_only),
        charset_test(what_a_person_has_chosen_stays),
        charset_test(a_refusal_is_taken),
        charset_test(odd_requests_are_bounded),
        charset_test(any_bytes_come_to_clean_lines),
    };

    charsets_open(&typist_charsets);
    for (unsigned i = 0; charsets_name(i) != NULL; i++) {
        if (!charsets_has(&typist_charsets, i)) {
            printf("1..0 # SKIP this system has no converter for %s\n", charsets_name(i));
            charsets_close(&typist_charsets);
            return 0;
        }
    }
    charsets_close(&typist_charsets);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

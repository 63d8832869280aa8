/* Tests of frontend/telnet.h: bytes as real clients send them, on a real connection. */
#include "config.h"

#include "frontend/telnet.h"

#include "fakes.h"
#include "frontend/frontend.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct fake_loop f;
static struct fake_peer peer;
static struct telnet_peer *telnet;
static struct strbuf text; /* what was decoded since it was looked at last */

#define FIRST_WORDS "\xff\xfd\x00\xff\xfd\x18\xff\xfd\x1f\xff\xfb\x2a" /* DO BINARY, TTYPE, NAWS; WILL CHARSET */

static int begin(void **state)
{
    struct net_limits limits = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &limits);
    fake_peer_open(&peer, &f, 0);
    telnet = telnet_peer_new(peer.conn, "", 0);
    assert_int_equal(conn_queued_bytes(peer.conn), 0); /* it is made without a word */
    telnet_peer_greet(telnet, true);
    return 0;
}

static int end(void **state)
{
    (void)state;
    telnet_peer_free(telnet);
    strbuf_fini(&text);
    fake_loop_net_fini(&f);
    fake_peer_fini(&peer);
    fake_loop_fini(&f);
    return 0;
}

static void decode(const char *data, size_t len)
{
    char *out = malloc(len + 1); /* exactly so much: more would be seen */
    char *in = malloc(len > 0 ? len : 1);

    memcpy(in, data, len);
    strbuf_add(&text, out, telnet_peer_decode(telnet, in, len, out));
    free(in);
    free(out);
}

#define feed(literal) decode(literal, sizeof(literal) - 1)

static void assert_text_at(int line, const char *want, size_t len)
{
    if (text.len != len || memcmp(strbuf_str(&text), want, len) != 0) {
        fail_msg("line %d: text '%s', not '%s'", line, strbuf_str(&text), want);
    }
    strbuf_reset(&text);
}
#define assert_text(literal) assert_text_at(__LINE__, literal, sizeof(literal) - 1)

static void assert_answer_at(int line, const char *want, size_t len)
{
    fake_loop_turn(&f);
    fake_peer_read(&peer);
    if (peer.got.len != len || memcmp(strbuf_str(&peer.got), want, len) != 0) {
        for (size_t i = 0; i < peer.got.len; i++) {
            print_message("%02x ", (unsigned char)peer.got.data[i]);
        }
        fail_msg("line %d: %zu bytes were answered", line, peer.got.len);
    }
    strbuf_reset(&peer.got);
}
#define assert_answer(literal) assert_answer_at(__LINE__, literal, sizeof(literal) - 1)

static void assert_describes(const char *part)
{
    struct strbuf out = {0};
    struct reply r = {.form = "text"};

    telnet_peer_describe(telnet, &r);
    assert_true(reply_is_whole(&r));
    frontend_form(0)->reply(&out, 0, &r, &(struct reply_context){0});
    assert_non_null(strstr(out.data, part));
    strbuf_fini(&out);
}

/* ---- negotiation ---------------------------------------------------------------------------------- */

static void binary_type_and_size_are_asked_for_and_a_charset_offered(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    assert_describes("its text is not binary");
    feed("\xff\xfb\x00\xff\xfb\x18\xff\xfb\x1f");
    assert_answer("\xff\xfa\x18\x01\xff\xf0"); /* TTYPE SEND; the rest is agreed */
    assert_describes("its text is binary");
    feed("\xff\xfa\x18\x00XTERM-256COLOR\xff\xf0\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0");
    assert_answer("");
    assert_describes("terminal type: XTERM-256COLOR\r\n");
    assert_describes("window: 80 columns, 24 rows\r\n");
    feed("\xff\xfa\x1f\x01\x00\x00\x32\xff\xf0"); /* at each resize */
    assert_describes("window: 256 columns, 50 rows\r\n");
    assert_text("");
}

/* After Ctrl-C inetutils and netkit are deaf until the timing mark is refused. */
static void timing_mark_is_refused_each_time(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    feed("half a line\xff\xf4\xff\xfd\x06");
    assert_answer("\xff\xfc\x06");
    feed("\xff\xf4\xff\xfd\x06");
    assert_answer("\xff\xfc\x06");
    assert_text("half a line\x15"); /* typed no more */
    assert_false(telnet_peer_is_eof(telnet)); /* IP ends nothing */
}

static void unknown_options_are_refused(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    /* inetutils with "open host -port", plink, and one that nobody knows. */
    feed("\xff\xfd\x26\xff\xfb\x26\xff\xfd\x03\xff\xfb\x20\xff\xfb\x21\xff\xfb\x22\xff\xfb\x27"
         "\xff\xfd\x05\xff\xfd\x63");
    assert_answer("\xff\xfc\x26\xff\xfe\x26\xff\xfc\x03\xff\xfe\x20\xff\xfe\x21\xff\xfe\x22\xff\xfe\x27"
                  "\xff\xfc\x05\xff\xfc\x63");
    feed("\xff\xfe\x26\xff\xfc\x26\xff\xfe\x03"); /* agreed already: answering would make a loop */
    assert_answer("");
    assert_text("");
}

static void refusal_is_taken_and_not_asked_again(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    feed("\xff\xfc\x00\xff\xfc\x18\xff\xfc\x1f");
    assert_answer("");
    assert_describes("its text is not binary");
    feed("hello\r\n");
    assert_text("hello\r\n");
}

static void are_you_there_is_told_once_in_a_go(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    assert_false(telnet_peer_take_question(telnet));
    feed("a\xff\xf6" "b\xff\xf6\xff\xf6"); /* in one go: one answer */
    assert_true(telnet_peer_take_question(telnet));
    assert_false(telnet_peer_take_question(telnet));
    assert_int_equal(telnet_peer_take_cost(telnet), 1);
    assert_int_equal(telnet_peer_take_cost(telnet), 0);
    feed("\xff\xf6");
    assert_true(telnet_peer_take_question(telnet));
    assert_text("ab");
    assert_answer("");
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void doubled_iac_is_one_byte_and_commands_are_none(void **state)
{
    (void)state;
    feed("a\xff\xff" "b\xff\xf1\xff\xf2\xff\xf9" "c");
    assert_text("a\xff" "bc");
}

static void pieces_do_not_matter(void **state)
{
    static const char stream[] = "one\r\n\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0"
                                 "two\xff\xff\xff\xf1\r\n\xd1\xff\xf4\xff\xfd\x06!";
    size_t len = sizeof(stream) - 1;

    (void)state;
    for (size_t cut = 0; cut <= len; cut++) {
        end(NULL);
        begin(NULL);
        decode(stream, cut);
        decode(stream + cut, len - cut);
        assert_text("one\r\ntwo\xff\r\n\xd1\x83!");
        assert_answer(FIRST_WORDS "\xff\xfc\x06");
    }
    end(NULL);
    begin(NULL);
    for (size_t i = 0; i < len; i++) {
        decode(stream + i, 1);
    }
    assert_text("one\r\ntwo\xff\r\n\xd1\x83!");
}

static void end_of_file_ends_the_text(void **state)
{
    (void)state;
    feed("last\xff\xec" "beyond\r\n");
    assert_text("last");
    assert_true(telnet_peer_is_eof(telnet));
    assert_false(telnet_peer_is_broken(telnet));
    feed("more");
    assert_text("");
}

/* An IAC that no command follows is a byte as any other, and takes nothing with it. */
static void iac_before_what_is_no_command_is_text(void **state)
{
    (void)state;
    feed("moya \xff\nsecond\n");
    assert_text("moya \xff\nsecond\n");
    feed("a\xff b\xff\x01\xff\xe0\xff\xd1\x8f\n");
    assert_text("a\xff b\xff\x01\xff\xe0\xff\xd1\x8f\n");
    feed("a\xff");
    feed("\n");
    assert_text("a\xff\n");
    feed("\xff\x00\x18"); /* ncat -t */
    assert_text("\x18");
    assert_answer(FIRST_WORDS);
}

static void subnegotiation_without_an_end_gives_way_to_a_command(void **state)
{
    (void)state;
    feed("\xff\xfa\x1f\x00\x50\xff\xfb\x00" "a\xff\xfa\x1f\xff\xf1" "b\xff\xfa\x1f\xff\xfa\x18\xff\xf0" "c");
    assert_text("abc");
    feed("\xff\xfa\x1f\x00\xff\x00\x18\xff\xf0"); /* 255 columns, not doubled */
    assert_describes("window: 255 columns, 24 rows\r\n");
    assert_describes("its text is binary");
}

/* ---- keys ----------------------------------------------------------------------------------------- */

static void editing_commands_are_keys(void **state)
{
    (void)state;
    feed("ab\xff\xf7" "c\xff\xf8" "d\xff\xf4\xff\xfd\x06" "e\r\n");
    assert_text("ab\bc\x15" "d\x15" "e\r\n");
    feed("\xff\xf4\xff\xfd\x06\xff\xf7\xff\xf8" "\x04"); /* where no line is begun there is nothing to erase */
    assert_text("\x04");
    feed("a\r\0\xff\xf4");
    assert_text("a\r\0");
    feed("a\xff\xf4\xff\xf4");
    assert_text("a\x15");
    feed("b\xff\xf3\xff\xf5\xff\xed\xff\xee"); /* break, abort output, suspend, abort: nothing */
    assert_text("b");
}

/* ---- healing -------------------------------------------------------------------------------------- */

static void eaten_byte_of_a_letter_is_put_back(void **state)
{
    (void)state;
    feed("\xd1\xff\xf4\xff\xfd\x06"); /* у: 83 became an interrupt */
    assert_text("\xd1\x83");
    feed("\xd1\xff\xf5\xff\xfd\x06"); /* я: 8F, abort output */
    assert_text("\xd1\x8f");
    feed("\xd0\xff\xed\xff\xfd\x06"); /* К: 9A, suspend */
    assert_text("\xd0\x9a");
    feed("\xd0\xff\xf3\xff\xfd\x06"); /* М: 9C, break */
    assert_text("\xd0\x9c");
    feed("\xe3\xff\xf4\xff\xfd\x06\x84"); /* in the middle of three bytes */
    assert_text("\xe3\x83\x84");
    feed("\xe3\x83\xff\xf4\xff\xfd\x06"); /* and as the last of them */
    assert_text("\xe3\x83\x83");
}

static void nothing_is_put_into_whole_text(void **state)
{
    (void)state;
    feed("abc\xff\xf5\xff\xfd\x06\xd1\x83\xff\xf3\xff\xfd\x06\xff\xf3\xff\xed\xff\xf5");
    assert_text("abc\xd1\x83");
    feed("\xff\xf4"); /* but that is Ctrl-C */
    assert_text("\x15");
}

/* The first IAC of all may be the one that ate the byte. */
static void letter_is_healed_that_began_before_telnet_did(void **state)
{
    (void)state;
    telnet_peer_free(telnet);
    telnet = telnet_peer_new(peer.conn, "say \xd1", 5);
    feed("\xff\xf4\xff\xfd\x06");
    assert_text("\x83");
    telnet_peer_free(telnet);
    telnet = telnet_peer_new(peer.conn, "say", 3);
    feed("\xff\xf3\xff\xfd\x06");
    assert_text("");
}

/* ---- what a hostile peer sends -------------------------------------------------------------------- */

static void endless_subnegotiation_breaks_it(void **state)
{
    char data[1000];
    int calls = 0;

    (void)state;
    feed("before\xff\xfa\x1f");
    memset(data, 'x', sizeof(data));
    while (!telnet_peer_is_broken(telnet)) {
        decode(data, sizeof(data));
        assert_true(++calls < 20);
    }
    assert_text("before"); /* nothing of it passes for text */
    decode(data, sizeof(data));
    assert_text("");
}

static void odd_subnegotiations_are_harmless(void **state)
{
    (void)state;
    feed("\xff\xfa\xff\xf0" "a");
    feed("\xff\xfa\x1f\xff\xf0" "b");
    feed("\xff\xfa\x1f\x00\x50\x00\x18\x00\xff\xf0" "c");
    feed("\xff\xfa\x18\xff\xf0" "d");
    feed("\xff\xfa\x18\x00\xff\xf0" "e");
    feed("\xff\xfa\x18\x00\x1b[2J\xc2\x9b" "evil\xff\xff\xff\xf0" "f");
    feed("\xff\xfa\x27\x00\x01X\xff\xf0\xff\xfa\x46\x01\xff\xf0" "g");
    if (!telnet_peer_is_broken(telnet)) {
        struct reply r = {.form = "text"};

        telnet_peer_describe(telnet, &r);
        assert_null(strchr(r.terminal, '\033'));
    }
    assert_true(text.len <= 7);
    strbuf_reset(&text);
}

static void terminal_s_name_is_cut(void **state)
{
    char data[600] = "\xff\xfa\x18";

    (void)state;
    data[3] = '\0';
    memset(data + 4, 'T', 500);
    memcpy(data + 504, "\xff\xf0", 2);
    decode(data, 506);
    assert_describes("terminal type: TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\r\n");
}

/* A client for MUDs has three types.  Nobody is asked more often, whatever comes. */
static void mud_clients_are_asked_for_more(void **state)
{
    static const char ask[] = "\xff\xfa\x18\x01\xff\xf0";

    (void)state;
    assert_answer(FIRST_WORDS);
    feed("\xff\xfb\x18");
    assert_answer(ask);
    feed("\xff\xfa\x18\x00TINTIN++\xff\xf0");
    assert_answer(ask);
    feed("\xff\xfa\x18\x00XTERM-256COLOR\xff\xf0");
    assert_answer(ask);
    assert_int_equal(telnet_peer_mtts(telnet), 0);
    feed("\xff\xfa\x18\x00MTTS 271\xff\xf0");
    assert_answer("");
    assert_int_equal(telnet_peer_mtts(telnet), 271);
    feed("\xff\xfa\x18\x00MUDLET\xff\xf0\xff\xfa\x18\x00MTTS 1\xff\xf0");
    assert_answer("");
    assert_int_equal(telnet_peer_mtts(telnet), 271);
    assert_describes("terminal type: TINTIN++\r\n");
}

/* MCCP2 would have what follows inflated: here it is bytes as all others. */
static void compression_is_not_understood(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    feed("\xff\xfa\x56\xff\xf0\x78\x9c\xcb\x48\xcd\xc9\xc9\xe7\x02\x00");
    assert_text("\x78\x9c\xcb\x48\xcd\xc9\xc9\xe7\x02\x00");
    assert_false(telnet_peer_is_broken(telnet));
    assert_answer("");
}

/* ---- what is not due, and what is paid for ---- */

static void nothing_is_answered_that_is_not_due(void **state)
{
    (void)state;
    assert_answer(FIRST_WORDS);
    feed("\xff\xfb\x00\xff\xfc\x1f");
    assert_answer("");
    assert_int_equal(telnet_peer_take_cost(telnet), 0);
    for (int i = 0; i < 5000; i++) {
        feed("\xff\xfb\x00\xff\xfc\x1f\xff\xfe\x01\xff\xfc\x63\xff\xfe\x00\xff\xf1\xff\xf9\xff\xf2\xff\xf0");
    }
    assert_answer("");
    assert_text("");
    assert_int_equal(telnet_peer_take_cost(telnet), 0);
    assert_false(telnet_peer_is_broken(telnet));
}

static void answers_are_work(void **state)
{
    (void)state;
    for (int i = 0; i < 160; i++) {
        feed("\xff\xfd\x06\xff\xfb\x63");
    }
    assert_int_equal(telnet_peer_take_cost(telnet), 20);
    for (int i = 0; i < 15; i++) {
        feed("\xff\xfd\x06");
    }
    assert_int_equal(telnet_peer_take_cost(telnet), 0);
    feed("\xff\xfd\x06");
    assert_int_equal(telnet_peer_take_cost(telnet), 1);
}

/* Any bytes at all: no crash, and never more text than bytes. */
static void rubbish_is_survived(void **state)
{
    static const unsigned char likely[] = {0xff, 0xff, 0xff, 0xfa, 0xf0, 0xfb, 0xfd, 0xf4, 0xec, 0x00,
                                           0x18, 0x1f, 0x56, 0x27, 0xd1, 0x83, 'a',  '\r', '\n', 0x01};
    uint32_t seed = 3;

    (void)state;
    for (int round = 0; round < 3000; round++) {
        char data[200];
        size_t from = 0;

        for (size_t i = 0; i < sizeof(data); i++) {
            seed = seed * 1664525 + 1013904223;
            data[i] = (seed >> 28) < 13 ? (char)likely[(seed >> 8) % sizeof(likely)] : (char)(seed >> 16);
        }
        while (from < sizeof(data)) {
            size_t n;

            seed = seed * 1664525 + 1013904223;
            n = 1 + (seed >> 8) % (sizeof(data) - from);
            decode(data + from, n); /* into exactly n + 1 bytes */
            from += n;
        }
        strbuf_reset(&text);
        telnet_peer_free(telnet);
        conn_drop_unsent(peer.conn);
        telnet = telnet_peer_new(peer.conn, data, 2);
        telnet_peer_greet(telnet, true);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(binary_type_and_size_are_asked_for_and_a_charset_offered),
        TEST(timing_mark_is_refused_each_time),
        TEST(unknown_options_are_refused),
        TEST(refusal_is_taken_and_not_asked_again),
        TEST(are_you_there_is_told_once_in_a_go),
        TEST(doubled_iac_is_one_byte_and_commands_are_none),
        TEST(iac_before_what_is_no_command_is_text),
        TEST(subnegotiation_without_an_end_gives_way_to_a_command),
        TEST(editing_commands_are_keys),
        TEST(pieces_do_not_matter),
        TEST(end_of_file_ends_the_text),
        TEST(eaten_byte_of_a_letter_is_put_back),
        TEST(nothing_is_put_into_whole_text),
        TEST(letter_is_healed_that_began_before_telnet_did),
        TEST(endless_subnegotiation_breaks_it),
        TEST(odd_subnegotiations_are_harmless),
        TEST(terminal_s_name_is_cut),
        TEST(mud_clients_are_asked_for_more),
        TEST(compression_is_not_understood),
        TEST(nothing_is_answered_that_is_not_due),
        TEST(answers_are_work),
        TEST(rubbish_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

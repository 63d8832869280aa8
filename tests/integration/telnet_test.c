/* The bytes of telnet clients, as captured from them, and the bytes that they are answered with. */
#include "config.h"

#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BYTES(literal) literal, sizeof(literal) - 1

/* What the server asks for once, at the first IAC: DO BINARY, DO TTYPE, DO NAWS. */
#define ASKED "\xff\xfd\x00\xff\xfd\x18\xff\xfd\x1f"
#define SEND_TTYPE "\xff\xfa\x18\x01\xff\xf0"

/* Two people in the lobby.  Alice's socket is a unix one, of which a piece can be awaited to be read. */
struct pair {
    struct daemon *d;
    struct client *alice, *bob;
};

static struct pair pair_new(void)
{
    struct pair p;

    p.d = daemon_start("-o", harness_text("server.listen=unix:%s/socket,127.0.0.1:0", harness_dir()));
    p.alice = client_join(p.d, "alice");
    p.bob = client_open_at(daemon_address(p.d, 1));
    client_take_name(p.bob, "bob");
    client_sync(p.bob);
    client_sync(p.alice);
    return p;
}

static void show_hex(char *out, const char *data, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < len && i < 200; i++) {
        *out++ = digits[(unsigned char)data[i] >> 4];
        *out++ = digits[(unsigned char)data[i] & 15];
        *out++ = ' ';
    }
    *out = '\0';
}

/* Sends bytes in pieces, and sees that exactly those others are the answer to them. */
static void check_answer(struct client *c, const char *sent, size_t sent_len, size_t piece,
                         const char *wanted, size_t wanted_len)
{
    size_t from = client_seen_bytes(c), len;
    char hex[2][601];

    client_send_pieces(c, sent, sent_len, piece);
    client_send(c, "\n/back\n");
    client_expect_literal(c, "-- You were not away.\r\n");
    len = client_seen_bytes(c) - from - strlen("-- You were not away.\r\n"); /* nothing comes behind it */
    if (len != wanted_len || memcmp(client_seen(c) + from, wanted, len) != 0) {
        show_hex(hex[0], wanted, wanted_len);
        show_hex(hex[1], client_seen(c) + from, len);
        harness_fail("expected as the answer: %s\nbut it is: %s", hex[0], hex[1]);
    }
}

static const struct conversation {
    const char *client;
    const char *sent;
    size_t sent_len;
    const char *answer;
    size_t answer_len;
} conversations[] = {
    {"inetutils, Ctrl-C", BYTES("\xff\xf4\xff\xfd\x06"), BYTES(ASKED "\xff\xfc\x06")},
    {"inetutils, open host -port",
     BYTES("\xff\xfd\x26\xff\xfb\x26\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x21\xff\xfb\x22"
           "\xff\xfb\x27\xff\xfd\x05"),
     BYTES(ASKED "\xff\xfc\x26\xff\xfe\x26\xff\xfc\x03" SEND_TTYPE
                 "\xff\xfe\x20\xff\xfe\x21\xff\xfe\x22\xff\xfe\x27\xff\xfc\x05")},
    {"plink -telnet",
     BYTES("\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb\x03\xff\xfd\x03"),
     BYTES(ASKED "\xff\xfe\x20" SEND_TTYPE "\xff\xfe\x27\xff\xfc\x01\xff\xfe\x03\xff\xfc\x03")},
    {"ncat -t", BYTES("\xff\x00\x18"), BYTES(ASKED)},
    {"send ayt", BYTES("\xff\xf6"), BYTES(ASKED "-- yes, chatd is here\r\n")},
    {"send brk, ip, abort, susp, ao, ec, el, ga, nop",
     BYTES("\xff\xf3\xff\xf4\xff\xee\xff\xed\xff\xf5\xff\xf7\xff\xf8\xff\xf9\xff\xf1"), BYTES(ASKED)},
    {"DO of an unknown option, each time",
     BYTES("\xff\xfd\x63\xff\xfd\x63"), BYTES(ASKED "\xff\xfc\x63\xff\xfc\x63")},
    {"WILL of an unknown option", BYTES("\xff\xfb\x63"), BYTES(ASKED "\xff\xfe\x63")},
    {"WILL COMPRESS2, DO COMPRESS2",
     BYTES("\xff\xfb\x56\xff\xfd\x56"), BYTES(ASKED "\xff\xfe\x56\xff\xfc\x56")},
    {"DONT and WONT of what is off", BYTES("\xff\xfe\x01\xff\xfc\x22\xff\xfe\x63"), BYTES(ASKED)},
    {"DO BINARY refused", BYTES("\xff\xf6\xff\xfc\x00"), BYTES(ASKED "-- yes, chatd is here\r\n")},
    {"all that was asked for, agreed",
     BYTES("\xff\xfb\x00\xff\xfb\x18\xff\xfb\x1f"), BYTES(ASKED SEND_TTYPE)},
    {"all of it refused", BYTES("\xff\xfc\x00\xff\xfc\x18\xff\xfc\x1f"), BYTES(ASKED)},
    {"an empty subnegotiation", BYTES("\xff\xfa\x18\xff\xf0\xff\xfa\x1f\xff\xf0"), BYTES(ASKED)},
};

enum { CONVERSATIONS = sizeof(conversations) / sizeof(conversations[0]) };

static void check_conversations(struct daemon *d, size_t piece)
{
    for (size_t i = 0; i < CONVERSATIONS; i++) {
        const struct conversation *t = &conversations[i];
        struct client *c = client_open(d);

        client_take_name(c, "alice");
        check_answer(c, t->sent, t->sent_len, piece > 0 ? piece : t->sent_len, t->answer, t->answer_len);
        client_send(c, "/quit\n");
        client_expect_eof(c);
        client_close(c);
    }
}

static void every_client_is_answered_byte_for_byte(void)
{
    check_conversations(daemon_start(), 0);
}

static void every_client_is_answered_the_same_in_pieces(void)
{
    struct daemon *d = daemon_start("-o", harness_text("server.listen=unix:%s/socket", harness_dir()));

    for (size_t piece = 1; piece < 4; piece++) {
        check_conversations(d, piece);
    }
}

static void raw_client_is_never_sent_an_iac(void)
{
    struct daemon *d = daemon_start("-o", "server.motd=hello");
    struct client *c = client_join(d, "alice");

    client_send(c, "hello\nпривет\n/help\n/terminal\n/nonesuch\n/set colour on\n/me waves\n/who\n/rooms\n"
                   "/msg alice psst\n/format json\n/history\n/format text\n\x01\x1b[A\xfe\xfb\x18\n/quit\n");
    client_expect_eof(c);
    assert_int_equal(client_count_literal(c, "\xff"), 0);
    assert_int_equal(client_count_literal(c, "your client sends plain lines"), 1);
}

static void timing_mark_is_answered_each_time_and_binary_asked_once(void)
{
    struct pair p = pair_new();

    for (int i = 0; i < 10; i++) {
        client_send_literal(p.alice, "\xff\xf4\xff\xfd\x06");
        client_expect_literal(p.alice, "\xff\xfc\x06");
    }
    client_sync(p.alice);
    assert_int_equal(client_count_literal(p.alice, "\xff\xfd\x00"), 1);
    assert_int_equal(client_count_literal(p.alice, "\xff\xfb"), 0); /* the server never says WILL */
}

static void interrupt_and_break_do_not_disconnect(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "before\n\xff\xf4\xff\xf3\xff\xee\xff\xed\xff\xf5" "after\n");
    client_expect_next(p.bob, "[#lobby] alice: before");
    client_expect_next(p.bob, "[#lobby] alice: after");
}

static void iac_eof_ends_in_order(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "one\nlast\xff\xec" "never\n");
    client_expect_next(p.bob, "[#lobby] alice: one");
    client_expect_next(p.bob, "[#lobby] alice: last");
    client_expect_next(p.bob, "[#lobby] -- alice left");
    client_expect_eof(p.alice);
    daemon_wait_log(p.d, "client closed client=1 reason=eof");
}

static void what_ncat_sends_first_is_tolerated(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\x00\x18hello\n");
    client_expect_next(p.bob, "[#lobby] alice: hello");
}

static void doubled_iac_is_a_byte_and_no_letter(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "a\xff\xff" "b\n");
    client_expect_next(p.bob, "[#lobby] alice: ab");
}

static void negotiation_inside_a_line_leaves_the_line_alone(void)
{
    struct pair p = pair_new();
    static const char text[] = "he\xff\xfb\x18ll\xff\xf1o \xff\xfa\x1f\x00\x50\x00\x18\xff\xf0"
                               "жан\xff\xfd\x05на\r\n";

    for (size_t piece = 1; piece < sizeof(text); piece++) {
        client_send_pieces(p.alice, text, sizeof(text) - 1, piece);
        client_expect_next(p.bob, "[#lobby] alice: hello жанна");
    }
}

/* ---- letters that a client's line mode eats ---- */

static const struct {
    const char *sent;
    size_t len;
    const char *heard;
} mangled[] = {
    {BYTES("х\xd1\xff\xf4\xff\xfd\x06х"), "хух"},                        /* 83 */
    {BYTES("\xe3\x83\xff\xf4\xff\xfd\x06!"), "ッ!"},                       /* 83 83: the third byte */
    {BYTES("\xc3\xff\xf4\xff\xfd\x06o"), "Ão"},                           /* 83 */
    {BYTES("\xd1\xff\xf5\xff\xfd\x06!"), "я!"},                           /* 8F */
    {BYTES("\xd0\xff\xed\xff\xfd\x06от"), "Кот"},                         /* 9A */
    {BYTES("\xc3\xff\xed\xff\xfd\x06"), "Ú"},                             /* 9A */
    {BYTES("\xd0\xff\xf3\xff\xfd\x06ир"), "Мир"},                         /* 9C */
    {BYTES("\xc3\xff\xf3\xff\xfd\x06" "ber"), "Über"},                    /* 9C */
    {BYTES("\xd1\xff\xf4\xff\xfd\x06\xd1\xff\xf5\xff\xfd\x06"), "уя"},
    {BYTES("whole\xff\xf4\xff\xfd\x06 letters"), "whole letters"},        /* nothing is missing */
    {BYTES("у\xff\xf4\xff\xfd\x06"), "у"},
    {BYTES("cut \xd1\xff\xf6 and on"), "cut  and on"},                    /* AYT has eaten nothing */
};

enum { MANGLED = sizeof(mangled) / sizeof(mangled[0]) };

static void eaten_bytes_are_put_back(void)
{
    struct pair p = pair_new();

    for (size_t i = 0; i < MANGLED; i++) {
        client_send_bytes(p.alice, mangled[i].sent, mangled[i].len);
        client_send(p.alice, "\r\n");
        client_expect_next(p.bob, harness_text("[#lobby] alice: %s", mangled[i].heard));
    }
}

static void eaten_bytes_are_put_back_in_whatever_pieces(void)
{
    struct pair p = pair_new();

    for (size_t i = 0; i < MANGLED; i++) {
        for (size_t piece = 1; piece < mangled[i].len; piece++) {
            client_send_pieces(p.alice, mangled[i].sent, mangled[i].len, piece);
            client_send(p.alice, "\r\n");
            client_expect_next(p.bob, harness_text("[#lobby] alice: %s", mangled[i].heard));
        }
    }
}

static void eaten_byte_is_put_back_in_a_line_that_waits(void)
{
    struct pair p = pair_new();

    /* The first letter ever that is spoilt is also the first IAC ever. */
    client_send_pieces(p.alice, BYTES("привет, м\xd1"), 100);
    client_send_pieces(p.alice, BYTES("\xff"), 1);
    client_send_pieces(p.alice, BYTES("\xf4\xff\xfd\x06жик\n"), 100);
    client_expect_next(p.bob, "[#lobby] alice: привет, мужик");
}

/* ---- what is known of the terminal ---- */

static void size_and_type_of_the_terminal_are_shown(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0\xff\xfb\x18");
    client_expect_literal(p.alice, SEND_TTYPE);
    client_send_literal(p.alice, "\xff\xfa\x18\x00XTERM-256COLOR\xff\xf0\xff\xfb\x00/terminal\n");
    client_expect(p.alice, "-- your client speaks telnet; its text is binary: every letter arrives whole");
    client_expect_next(p.alice, "-- terminal type: XTERM-256COLOR");
    client_expect_next(p.alice, "-- window: 80 columns, 24 rows");
    client_send_literal(p.alice, "\xff\xfa\x1f\x00\xff\xff\x01\x00\xff\xf0/terminal\n"); /* 255 is doubled */
    client_expect_line(p.alice, "-- window: 255 columns, 256 rows");
    client_send_literal(p.alice, "\xff\xfa\x1f\x00\x50\x00\xff\xf0\xff\xfc\x00/terminal\n"); /* too short */
    client_expect(p.alice, "its text is not binary");
    client_expect_line(p.alice, "-- window: 255 columns, 256 rows");
}

static void terminal_type_is_cleaned_and_cut(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x18\xff\xfa\x18\x00" "evil\x1b[2J\r\n-- type\xff\xf0/terminal\n");
    client_expect_line(p.alice, "-- terminal type: evil-- type");
    client_send_literal(p.alice, "\xff\xfa\x18\x00");
    client_send(p.alice, harness_repeat("x", 1000));
    client_send_literal(p.alice, "\xff\xf0/terminal\n");
    client_expect_line(p.alice, harness_text("-- terminal type: %s", harness_repeat("x", 40)));
}

/* ---- harm ---- */

static void huge_subnegotiation_ends_that_connection_only(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfa\x18");
    client_pour(p.alice, harness_repeat("x", 20000), 20000);
    client_expect(p.alice, "!! bad-telnet: ");
    client_expect_next(p.bob, "[#lobby] -- alice left");
    daemon_wait_log(p.d, "client closed client=1 reason=bad-telnet");
    client_sync(p.bob);
}

static void compressed_data_does_no_harm(void)
{
    struct pair p = pair_new();

    /* IAC SB COMPRESS2 IAC SE, and "hello\n" deflated. */
    client_send_literal(p.alice, "\xff\xfa\x56\xff\xf0"
                                 "\x78\x9c\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x08\x4b\x02\x1f\nx\n");
    client_sync(p.bob);
    client_send(p.bob, "still here\n");
    client_sync(p.bob);
    client_rest(p.alice);
}

static void synch_leaves_no_stray_byte(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send_literal(alice, "half \xff");
    client_send_urgent(alice, '\xf2'); /* the DM of a Synch, as inetutils sends it */
    client_send(alice, "line\n");
    client_expect_next(bob, "[#lobby] alice: half line");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(send(client_fd(alice), "\xff\xf2", 2, MSG_OOB | MSG_NOSIGNAL), 2);
        client_sendf(alice, "%d\n", i);
        client_expect_next(bob, harness_text("[#lobby] alice: %d", i));
    }
    client_send_urgent(alice, 'x'); /* from somebody raw: just a byte */
    client_send(alice, "yz\n");
    client_expect_next(bob, "[#lobby] alice: xyz");
}

static void any_bytes_at_all_harm_nobody_else(void)
{
    static const unsigned char likely[] = {255, 255, 255, 250, 240, 253, 251, 24, 31, 0, 86,
                                           '\n', '\r', 27, 4, 200};
    struct pair p = pair_new();
    unsigned seed = 1;

    for (int round = 0; round < 60; round++) {
        struct client *c = client_open_at(daemon_address(p.d, (unsigned)round % 2));
        char bytes[3000];

        for (size_t i = 0; i < sizeof(bytes); i++) {
            seed = seed * 1103515245 + 12345;
            bytes[i] = (char)(seed >> 16 & 1 ? likely[seed >> 17 & 15] : seed >> 20);
        }
        client_pour(c, bytes, sizeof(bytes));
        client_half_close(c);
        client_rest(c);
        client_close(c);
    }
    client_sync(p.bob);
    client_sync(p.alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(every_client_is_answered_byte_for_byte),
        HARNESS_TEST(every_client_is_answered_the_same_in_pieces),
        HARNESS_TEST(raw_client_is_never_sent_an_iac),
        HARNESS_TEST(timing_mark_is_answered_each_time_and_binary_asked_once),
        HARNESS_TEST(interrupt_and_break_do_not_disconnect),
        HARNESS_TEST(iac_eof_ends_in_order),
        HARNESS_TEST(what_ncat_sends_first_is_tolerated),
        HARNESS_TEST(doubled_iac_is_a_byte_and_no_letter),
        HARNESS_TEST(negotiation_inside_a_line_leaves_the_line_alone),
        HARNESS_TEST(eaten_bytes_are_put_back),
        HARNESS_TEST(eaten_bytes_are_put_back_in_whatever_pieces),
        HARNESS_TEST(eaten_byte_is_put_back_in_a_line_that_waits),
        HARNESS_TEST(size_and_type_of_the_terminal_are_shown),
        HARNESS_TEST(terminal_type_is_cleaned_and_cut),
        HARNESS_TEST(huge_subnegotiation_ends_that_connection_only),
        HARNESS_TEST(compressed_data_does_no_harm),
        HARNESS_TEST(synch_leaves_no_stray_byte),
        HARNESS_TEST(any_bytes_at_all_harm_nobody_else),
    };

    return harness_main(tests);
}

/* Tests of telnet: bytes captured from telnet clients, and the answers to them. */
#include "config.h"

#include "harness.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BYTES(literal) literal, sizeof(literal) - 1

/* The server's requests, sent once after the first IAC: DO BINARY, DO TTYPE, DO NAWS; and WILL CHARSET. */
#define ASKED "\xff\xfd\x00\xff\xfd\x18\xff\xfd\x1f\xff\xfb\x2a"
#define SEND_TTYPE "\xff\xfa\x18\x01\xff\xf0"

/* Two people in the lobby.  Alice has a unix socket, on which the test can wait until a piece is read. */
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

/* Sends bytes in pieces, and checks that the answer is exactly these bytes. */
static void check_answer(struct client *c, const char *sent, size_t sent_len, size_t piece,
                         const char *wanted, size_t wanted_len)
{
    size_t from = client_seen_bytes(c), len;
    char hex[2][601];

    client_send_pieces(c, sent, sent_len, piece);
    client_send(c, "\n/back\n");
    client_expect_literal(c, "-- You were not away.\r\n");
    len = client_seen_bytes(c) - from - strlen("-- You were not away.\r\n"); /* nothing follows it */
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
    {"ncat -t", BYTES("\xff\x00\x18"), BYTES("")},
    {"send ayt", BYTES("\xff\xf6"), BYTES(ASKED "-- yes, chatd is here\r\n")},
    {"send brk, ip, abort, susp, ao, ec, el, ga, nop",
     BYTES("\xff\xf3\xff\xf4\xff\xee\xff\xed\xff\xf5\xff\xf7\xff\xf8\xff\xf9\xff\xf1"), BYTES("")},
    {"the same after a word of telnet",
     BYTES("\xff\xfb\x00\xff\xf3\xff\xf4\xff\xee\xff\xed\xff\xf5\xff\xf7\xff\xf8\xff\xf9\xff\xf1"), BYTES(ASKED)},
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
    {"an empty subnegotiation", BYTES("\xff\xfb\x1f\xff\xfa\x18\xff\xf0\xff\xfa\x1f\xff\xf0"), BYTES(ASKED)},
    {"refusals first", BYTES("\xff\xfc\x22\xff\xfe\x01"), BYTES(ASKED)},
    {"repeated offers of what is agreed",
     BYTES("\xff\xfb\x00\xff\xfb\x00\xff\xfb\x00\xff\xfb\x1f\xff\xfb\x1f"), BYTES(ASKED)},
    {"PuTTY's keepalive", BYTES("\xff\xfb\x1f\xff\xf1\xff\xf1\xff\xf1"), BYTES(ASKED)},
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
    assert_int_equal(client_count_literal(p.alice, "\xff\xfb\x2a"), 1);
    assert_int_equal(client_count_literal(p.alice, "\xff\xfb"), 1); /* the server says WILL for nothing else */
}

static void interrupt_and_break_do_not_disconnect(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x1f" "before\n\xff\xf4\xff\xf3\xff\xee\xff\xed\xff\xf5" "after\n");
    client_expect_next(p.bob, "[#lobby] alice: before");
    client_expect_next(p.bob, "[#lobby] alice: after");
}

/* Ctrl-D has sent half of the line; Ctrl-C then drops it. */
static void ctrl_c_drops_the_half_line_that_is_here_already(void)
{
    struct pair p = pair_new();

    client_send_pieces(p.alice, BYTES("one\nnever mind"), 100);
    client_send_pieces(p.alice, BYTES("\xff\xf4\xff\xfd\x06"), 100);
    client_expect_literal(p.alice, "\xff\xfc\x06");
    client_send(p.alice, "two\r\n");
    client_expect_next(p.bob, "[#lobby] alice: one");
    client_expect_next(p.bob, "[#lobby] alice: two");
    client_send_pieces(p.alice, BYTES("never mind, жан"), 100);
    client_send_literal(p.alice, "\xff\xf4\xff\xfd\x06" "\x04"); /* and leaves */
    client_expect_next(p.bob, "[#lobby] -- alice quit");
    client_expect_eof(p.alice);
}

static void erase_commands_edit_the_line(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x1fhelo\xff\xf7lo\nwrong\xff\xf8right\n");
    client_expect_next(p.bob, "[#lobby] alice: hello");
    client_expect_next(p.bob, "[#lobby] alice: right");
}

static void iac_eof_ends_in_order(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x1fone\nlast\xff\xec" "never\n");
    client_expect_next(p.bob, "[#lobby] alice: one");
    client_expect_next(p.bob, "[#lobby] alice: last");
    client_expect_next(p.bob, "[#lobby] -- alice quit");
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
    client_send_literal(p.alice, "\xff\xfb\x1f" "c\xff\xff" "d\n");
    client_expect_next(p.bob, "[#lobby] alice: cd");
}

/* ---- byte 255 that is no telnet ---- */

static const struct {
    const char *sent;
    size_t len;
    const char *heard[3];
} legacy[] = {
    {BYTES("moya \xff\nsecond\n"), {"moya", "second"}},
    {BYTES("moya \xff\r\nsecond\r\n"), {"moya", "second"}},
    {BYTES("\xff\xfa text\nand on\n"), {" text", "and on"}},
    {BYTES("\xe3\xf3\xeb\xff\xfe\nI walk\n"), {"I walk"}},                /* гуляю */
    {BYTES("\xec\xe5\xf1\xff\xf6\na month\n"), {"a month"}},              /* месяц */
    {BYTES("\xff\xec\xe0\na pit\n"), {"a pit"}},                           /* яма: no IAC EOF */
    {BYTES("1 \xff\xf1\xed\xee\n2 \xff\xf0\xea\xee\n"), {"1", "2"}},      /* ясно, ярко */
    {BYTES("na\xffve\n\xff\n\xff\xff\nend\n"), {"nave", "end"}},
    {BYTES("\xff\xfeh\0i\0\n\0"), {"hi"}},                               /* UTF-16, as Windows writes files */
    {BYTES("a\xff\xfb\nb\xff\xfd\nc\xff\xfc\n"), {"a", "b", "c"}},
};

enum { LEGACY = sizeof(legacy) / sizeof(legacy[0]) };

static void check_legacy(struct pair *p, size_t piece)
{
    for (size_t i = 0; i < LEGACY; i++) {
        client_send_pieces(p->alice, legacy[i].sent, legacy[i].len, piece > 0 ? piece : legacy[i].len);
        client_send(p->alice, "next\n");
        for (size_t line = 0; line < 3 && legacy[i].heard[line] != NULL; line++) {
            client_expect_next(p->bob, harness_text("[#lobby] alice: %s", legacy[i].heard[line]));
        }
        client_expect_next(p->bob, "[#lobby] alice: next");
    }
    client_sync(p->alice);
    assert_int_equal(client_count_literal(p->alice, "\xff"), 0); /* no telnet is sent to a peer that speaks none */
    assert_int_equal(client_count_literal(p->alice, "are not UTF-8"), 1);
}

static void text_in_other_encodings_loses_no_line_and_is_no_telnet(void)
{
    struct pair p = pair_new();

    check_legacy(&p, 0);
}

static void text_in_other_encodings_loses_no_line_in_pieces(void)
{
    struct pair p = pair_new();

    for (size_t piece = 1; piece < 4; piece++) {
        check_legacy(&p, piece);
    }
}

static void byte_255_of_a_telnet_client_swallows_no_line_end(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x1f" "a\xff\nb\xff\r\nc\xff!\n");
    client_expect_next(p.bob, "[#lobby] alice: a");
    client_expect_next(p.bob, "[#lobby] alice: b");
    client_expect_next(p.bob, "[#lobby] alice: c!");
}

/* ---- telnet that says nothing ---- */

static void what_says_nothing_is_not_answered_however_often_it_comes(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } nothings[] = {
        {BYTES("\xff\xfe\x01")}, {BYTES("\xff\xfc\x22")}, {BYTES("\xff\xfb\x1f")},
        {BYTES("\xff\xfb\x00")}, {BYTES("\xff\xfe\x63")}, {BYTES("\xff\xf1")},
        {BYTES("\0")},           {BYTES("\n")},           {BYTES("\r\n")},
        {BYTES("\r\0")},         {BYTES("\xff\xf9")},     {BYTES("\xff\xf2")},
        {BYTES("\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0")}, {BYTES("\xff\xfa\x63xyz\xff\xf0")},
    };
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=5");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    size_t before;

    client_send_literal(alice, "\xff\xfb\x00\xff\xfb\x1f");
    client_expect_literal(alice, ASKED);
    client_send(alice, "begun\n");
    client_expect_line(bob, "[#lobby] alice: begun");
    client_sync(alice);
    before = client_seen_bytes(alice);
    for (size_t i = 0; i < sizeof(nothings) / sizeof(nothings[0]); i++) {
        for (int times = 0; times < 3000; times++) {
            client_send_bytes(alice, nothings[i].bytes, nothings[i].len);
        }
    }
    client_send(alice, "ended\n");
    client_expect_next(bob, "[#lobby] alice: ended");
    client_poll(alice);
    assert_int_equal(client_seen_bytes(alice), before);
}

/* Each request is answered.  That is work, so a client that sends many is read more slowly. */
static void answers_of_telnet_are_bounded_and_end_nothing(void)
{
    struct daemon *d = daemon_start("-o", "flood.lines_per_second=1000", "-o", "flood.burst=2");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    for (int round = 0; round < 20; round++) {
        client_send_bytes(alice, harness_repeat("\xff\xf6", 4000), 8000); /* AYT */
        client_send_bytes(alice, harness_repeat("\xff\xfd\x06", 100), 300); /* DO TIMING-MARK */
        client_send_bytes(alice, harness_repeat("\xff\xfb\x63", 100), 300);
        client_sendf(alice, "%d\n", round);
    }
    for (int round = 0; round < 20; round++) {
        client_expect_line(bob, harness_text("[#lobby] alice: %d", round));
    }
    client_sync(alice);
    assert_int_equal(client_count_literal(alice, "\xff\xfc\x06"), 2000);
    assert_int_equal(client_count_literal(alice, "\xff\xfe\x63"), 2000);
    assert_true(client_count_literal(alice, "-- yes, chatd is here") >= 1);
    assert_true(client_count_literal(alice, "-- yes, chatd is here") < 400);
    assert_true(client_count_literal(alice, "nothing is lost") >= 1);
}

static void are_you_there_is_answered_in_the_form_that_was_chosen(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    client_send_literal(alice, "/format json\n\xff\xf6");
    client_expect(alice, "{\"type\":\"here\"}");
}

static void are_you_there_is_answered_beside_a_command_that_is_pending(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 3; i++) {
        /* The answer to AYT does not belong to the search that runs. */
        client_send_literal(alice, "/format json\n/history some words\n\xff\xf6/format text\n");
        client_expect(alice, "{\"type\":\"here\"}");
        client_expect(alice, "{\"type\":\"ok\",\"command\":\"history\"}");
        client_sync(alice);
        client_send(alice, "/quit\n");
        client_expect_eof(alice);
        alice = client_join(d, "alice");
    }
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
    {BYTES("whole\xff\xf3\xff\xfd\x06 letters"), "whole letters"},        /* nothing is missing */
    {BYTES("half a line\xff\xf4\xff\xfd\x06у"), "у"},                    /* this one was Ctrl-C */
    {BYTES("\xff\xfb\x1f" "cut \xd1\xff\xf6 and on"), "cut  and on"},    /* AYT does not stand for a byte */
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

    /* The first IAC of the connection stands for a byte of a letter. */
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

/* ---- rows ---- */

/* As client_sync(), with an answer that fits into a narrow window. */
static void sync_rows(struct client *c)
{
    client_send(c, "/version\n");
    client_expect(c, "-- chatd " PACKAGE_VERSION " on test");
}

/* Sends the size of a window, and waits until the daemon knows it. */
static void resize(struct client *c, unsigned columns)
{
    char naws[] = "\xff\xfb\x1f\xff\xfa\x1f??\0\x18\xff\xf0";

    naws[6] = (char)(columns >> 8);
    naws[7] = (char)(columns & 0xff);
    client_send_bytes(c, naws, sizeof(naws) - 1);
    sync_rows(c);
}

/* Checks that everything received from a position on is in rows of at most so many columns, and that only rows that
 * continue a line begin with blanks. */
static void check_rows(const struct client *c, size_t from, unsigned columns)
{
    const char *rows = client_seen(c) + from, *row;
    size_t len;

    while (text_next_line(&rows, &row, &len)) {
        len -= len > 0 && row[len - 1] == '\r';
        if (text_columns(row, len) > columns || (len > 0 && strchr("-[! 0123456789", row[0]) == NULL) ||
            (row[0] == ' ' && strncmp(row, "    ", 4) != 0)) {
            harness_fail("a row in a window of %u columns: %.*s", columns, (int)len, row);
        }
    }
}

static void padded_text_forges_no_line_where_the_width_is_known(void)
{
    static const unsigned widths[] = {80, 24, 57, 81, 132, 200, 300};
    static const char forged[] = "[#lobby] -- server: the server is stopping";
    struct pair p = pair_new();
    char pad[700] = "";
    size_t from;

    client_send_literal(p.alice, "\xff\xfb\x1f");
    client_send(p.bob, "/topic a topic that has more words than a narrow window can show in one single row\n");
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        resize(p.alice, widths[i]);
        from = client_seen_bytes(p.alice);
        for (const char *fill = " "; fill != NULL; fill = *fill == ' ' ? "x" : *fill == 'x' ? "日" : NULL) {
            size_t columns = strlen("[#lobby] bob: ");

            pad[0] = '\0';
            for (; columns < widths[i]; columns += text_columns(fill, strlen(fill))) {
                strcat(pad, fill);
            }
            client_sendf(p.bob, "%s%s%s\n", *fill == ' ' ? "." : "", pad, forged);
            client_sendf(p.bob, "/me %s%s\n/msg alice %s%s\n", pad, forged, pad, forged);
        }
        client_sync(p.bob);
        client_send(p.alice, "/topic\n/history 3\n/msg nobody is here\n/help all\n/help\n");
        sync_rows(p.alice);
        check_rows(p.alice, from, widths[i]);
    }
}

static void a_line_that_fits_is_not_broken_and_programs_get_none_broken(void)
{
    struct pair p = pair_new();
    struct client *carol = client_open_at(daemon_address(p.d, 1));
    const char *words = harness_repeat("word ", 20), *line;

    client_take_name(carol, "carol");
    resize(p.alice, 24);
    client_sendf(p.bob, "%s.\n", words); /* of 20 times 5 columns, and 15 */
    client_expect_line(p.alice, "[#lobby] bob: word"); /* 20 is the widest of the few widths that fits */
    client_expect_next(p.alice, "    word word word");
    client_expect_line(carol, harness_text("[#lobby] bob: %s.", words));
    resize(p.alice, 115);
    client_sendf(p.bob, "%s.\n", words);
    client_expect_line(p.alice, harness_text("[#lobby] bob: %s.", words));
    resize(p.alice, 114);
    client_sendf(p.bob, "%s.\n", words);
    client_expect(p.alice, "[#lobby] bob: word word");
    client_expect_next(p.alice, "    word word word ."); /* here it is 100 */
    resize(p.alice, 24);
    client_send(p.alice, "/format json\n");
    client_expect(p.alice, "{\"type\":\"ok\"");
    client_sendf(p.bob, "%s.\n", words);
    line = client_expect(p.alice, words);
    assert_memory_equal(line, "{\"type\":\"say\"", 13);
    client_send(p.alice, "/format text\n");
    resize(p.alice, 0);
    client_sendf(p.bob, "%s.\n", words);
    client_expect_line(p.alice, harness_text("[#lobby] bob: %s.", words));
}

static void help_fits_the_window_and_uses_it(void)
{
    static const unsigned widths[] = {40, 80, 120};
    struct pair p = pair_new();
    size_t rows = 0;

    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        size_t from, count;

        resize(p.alice, widths[i]);
        from = client_seen_bytes(p.alice);
        count = client_count_literal(p.alice, "\r\n");
        client_send(p.alice, "/help\n");
        sync_rows(p.alice);
        check_rows(p.alice, from, widths[i]);
        count = client_count_literal(p.alice, "\r\n") - count;
        assert_true(i == 0 || count < rows);
        rows = count;
    }
}

/* ---- harm ---- */

/* Sixty windows of sixty widths, two of which change all the time: messages are broken for few widths only, and no
 * client waits. */
static void windows_of_every_width_delay_nobody(void)
{
    enum { WINDOWS = 60, LINES = 50 };
    struct pair p = pair_new();
    struct client *windows[WINDOWS];
    const char *text = harness_repeat("日本語 and words ", 80);

    for (int i = 0; i < WINDOWS; i++) {
        windows[i] = client_open_at(daemon_address(p.d, 1));
        resize(windows[i], (unsigned)(24 + 4 * i));
    }
    for (int i = 0; i < LINES; i++) {
        resize(windows[0], (unsigned)(24 + 3 * i));
        resize(windows[1], (unsigned)(250 - 3 * i));
        client_sendf(p.bob, "%d %s\n", i, text);
    }
    client_sync(p.bob);
    for (int i = 0; i < WINDOWS; i++) {
        client_expect(windows[i], harness_text("[#lobby] bob: %d", LINES - 1));
        sync_rows(windows[i]);
    }
}

static void huge_subnegotiation_ends_that_connection_only(void)
{
    struct pair p = pair_new();

    client_send_literal(p.alice, "\xff\xfb\x18\xff\xfa\x18");
    client_pour(p.alice, harness_repeat("x", 20000), 20000);
    client_expect(p.alice, "!! bad-telnet: ");
    client_expect_next(p.bob, "[#lobby] -- alice quit");
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
    client_sync(p.alice);
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
    client_send_urgent(alice, 'x'); /* from a client without telnet it is just a byte */
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
        HARNESS_TEST(ctrl_c_drops_the_half_line_that_is_here_already),
        HARNESS_TEST(erase_commands_edit_the_line),
        HARNESS_TEST(iac_eof_ends_in_order),
        HARNESS_TEST(what_ncat_sends_first_is_tolerated),
        HARNESS_TEST(doubled_iac_is_a_byte_and_no_letter),
        HARNESS_TEST(text_in_other_encodings_loses_no_line_and_is_no_telnet),
        HARNESS_TEST(text_in_other_encodings_loses_no_line_in_pieces),
        HARNESS_TEST(byte_255_of_a_telnet_client_swallows_no_line_end),
        HARNESS_TEST(what_says_nothing_is_not_answered_however_often_it_comes),
        HARNESS_TEST(answers_of_telnet_are_bounded_and_end_nothing),
        HARNESS_TEST(are_you_there_is_answered_in_the_form_that_was_chosen),
        HARNESS_TEST(are_you_there_is_answered_beside_a_command_that_is_pending),
        HARNESS_TEST(negotiation_inside_a_line_leaves_the_line_alone),
        HARNESS_TEST(eaten_bytes_are_put_back),
        HARNESS_TEST(eaten_bytes_are_put_back_in_whatever_pieces),
        HARNESS_TEST(eaten_byte_is_put_back_in_a_line_that_waits),
        HARNESS_TEST(size_and_type_of_the_terminal_are_shown),
        HARNESS_TEST(terminal_type_is_cleaned_and_cut),
        HARNESS_TEST(padded_text_forges_no_line_where_the_width_is_known),
        HARNESS_TEST(a_line_that_fits_is_not_broken_and_programs_get_none_broken),
        HARNESS_TEST(help_fits_the_window_and_uses_it),
        HARNESS_TEST_ONCE(windows_of_every_width_delay_nobody),
        HARNESS_TEST(huge_subnegotiation_ends_that_connection_only),
        HARNESS_TEST(compressed_data_does_no_harm),
        HARNESS_TEST(synch_leaves_no_stray_byte),
        HARNESS_TEST(any_bytes_at_all_harm_nobody_else),
    };

    return harness_main(tests);
}

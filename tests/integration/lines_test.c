/* Tests of lines: where a line ends, in any pieces; which lines are cut, and which are refused. */
#include "config.h"

#include "harness.h"

#include <string.h>
#include <utf8proc.h>

enum {
    LINE_BYTES = 2048, /* limits.line_bytes by default */
    LINE_PARTS = 16,
};

/* Two people in the lobby.  One speaks over a unix socket, on which the test can wait until a piece is read. */
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
    client_expect_line(p.alice, "[#lobby] -- guest2 is now bob");
    return p;
}

/* Checks that bob has heard these lines from alice and nothing else, up to a last one. */
static void expect_heard(struct pair *p, const char *const lines[])
{
    client_send(p->alice, "that is all\n");
    for (; *lines != NULL; lines++) {
        client_expect_next(p->bob, harness_text("[#lobby] alice: %s", *lines));
    }
    client_expect_next(p->bob, "[#lobby] alice: that is all");
}

#define LINES(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(,) NULL})
#define BYTES(literal) literal, sizeof(literal) - 1

static const struct framing {
    const char *sent;
    size_t len;
    const char *const *heard;
} framings[] = {
    {BYTES("lf\n"), LINES("lf")},
    {BYTES("crlf\r\n"), LINES("crlf")},
    {BYTES("crnul\r\0"), LINES("crnul")},
    {BYTES("cr\r"), LINES("cr")},
    {BYTES("a\rb\rc\r"), LINES("a", "b", "c")},
    {BYTES("a\nb\r\nc\r\0d\re\n"), LINES("a", "b", "c", "d", "e")},
    {BYTES("\n\n\r\n\r\0\r\r\r\n"), LINES()},
    {BYTES("\r\n\na\r\n\n\nb\n\r"), LINES("a", "b")},
    {BYTES("a\n\0b\n"), LINES("a", "b")}, /* a NUL belongs to the line end only behind a CR */
    {BYTES("n\0u\0l\n"), LINES("nul")},
    {BYTES("\0\0\n\x01\x02\n   \n"), LINES()},
    {BYTES("//x\n///y\n// z\n"), LINES("/x", "//y", "/ z")},
    {BYTES("  led by spaces, and followed  \n"), LINES("  led by spaces, and followed")},
    {BYTES(" /who is said\n"), LINES(" /who is said")},
    {BYTES("\tbetween\ttabs\n"), LINES("        between tabs")},
    {BYTES("not at the begin: \x04\n"), LINES("not at the begin:")},
    {BYTES("жанна\r\n世界\r\n"), LINES("жанна", "世界")},
};

enum { FRAMINGS = sizeof(framings) / sizeof(framings[0]) };

/* Spaces at the end of a line are removed. */
static void every_line_end_is_one(void)
{
    struct pair p = pair_new();

    for (size_t i = 0; i < FRAMINGS; i++) {
        client_send_bytes(p.alice, framings[i].sent, framings[i].len);
        expect_heard(&p, framings[i].heard);
    }
}

static void each_byte_may_come_alone(void)
{
    struct pair p = pair_new();

    for (size_t i = 0; i < FRAMINGS; i++) {
        client_send_pieces(p.alice, framings[i].sent, framings[i].len, 1);
        expect_heard(&p, framings[i].heard);
    }
}

static void lines_may_be_torn_anywhere(void)
{
    static const char text[] = "one\r\ntwo\nthree\r\0four\r\r\n//five\r\nжанна\n";
    struct pair p = pair_new();

    for (size_t piece = 2; piece < sizeof(text) - 1; piece++) {
        client_send_pieces(p.alice, text, sizeof(text) - 1, piece);
        expect_heard(&p, LINES("one", "two", "three", "four", "/five", "жанна"));
    }
}

static void line_in_thousands_of_pieces_is_one_line(void)
{
    struct pair p = pair_new();
    const char *text = harness_repeat("ю", 3000);
    const char *joined = "";

    client_send_pieces(p.alice, text, strlen(text), 1);
    client_send(p.alice, "\n");
    for (size_t i = 0; i < 3; i++) { /* 6000 bytes: three parts */
        const char *line = client_line(p.bob);

        assert_memory_equal(line, "[#lobby] alice: ", strlen("[#lobby] alice: "));
        joined = harness_text("%s%s", joined, line + strlen("[#lobby] alice: "));
    }
    assert_string_equal(joined, text);
    expect_heard(&p, LINES());
}

static void last_line_needs_no_end_before_a_half_close(void)
{
    static const char *const texts[] = {"one\ntwo", "one\ntwo\n", "one\r\ntwo\r", "one\rtwo\r\n",
                                        "\n\none\n\ntwo"};
    struct pair p = pair_new();

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct client *carol = client_open_at(daemon_address(p.d, i % 2));

        client_take_name(carol, "carol");
        client_send(carol, texts[i]);
        client_half_close(carol);
        client_expect_eof(carol);
        client_expect_line(p.bob, "[#lobby] carol: one");
        client_expect_next(p.bob, "[#lobby] carol: two");
        client_expect_next(p.bob, "[#lobby] -- carol quit");
    }
}

static void ctrl_d_at_the_begin_of_a_line_leaves(void)
{
    struct pair p = pair_new();

    client_send(p.alice, "before\n\x04" "after\n");
    client_expect_next(p.bob, "[#lobby] alice: before");
    client_expect_next(p.bob, "[#lobby] -- alice quit");
    client_expect_eof(p.alice);
    daemon_wait_log(p.d, "client closed client=1 reason=eof");
}

static void ctrl_d_behind_a_half_typed_line_sends_it_on(void)
{
    struct pair p = pair_new();

    client_send_pieces(p.alice, BYTES("half"), 4); /* as a terminal does for Ctrl-D in the middle of a line */
    client_send_pieces(p.alice, BYTES(" and half\n\x04"), 20);
    client_expect_next(p.bob, "[#lobby] alice: half and half");
    client_expect_next(p.bob, "[#lobby] -- alice quit");
}

/* ---- long lines ---- */

/* Reads the parts of alice's line from bob until they are as long as the text, and compares. */
static size_t expect_parts(struct pair *p, const char *text)
{
    static const char before[] = "[#lobby] alice: ";
    size_t done = 0, parts = 0;

    while (done < strlen(text)) {
        const char *line = client_line(p->bob), *part = line + strlen(before);

        if (strncmp(line, before, strlen(before)) != 0 || strlen(part) > LINE_BYTES ||
            strncmp(text + done, part, strlen(part)) != 0) {
            harness_fail("expected a part of at most %d bytes of: %s\nbut it is: %s", LINE_BYTES, text + done,
                         line);
        }
        for (const char *at = part; *at != '\0';) {
            utf8proc_int32_t cp;
            utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &cp);

            assert_true(n > 0); /* otherwise a character was cut */
            at += n;
        }
        done += strlen(part);
        parts++;
    }
    return parts;
}

static void long_line_is_said_in_parts(void)
{
    static const struct {
        const char *piece;
        size_t times, parts;
    } texts[] = {
        {"x", 2048, 1},    {"x", 2049, 2},   {"x", 5000, 3},    {"ю", 1024, 1},     {"ю", 1025, 2},
        {"世", 2000, 3},   {"🙂", 1500, 3},  {"a世", 1000, 2},  {"x", 32768, 16},   {"ю", 16384, 16},
    };
    struct pair p = pair_new();

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *text = harness_repeat(texts[i].piece, texts[i].times);

        client_sendf(p.alice, "%s\n", text);
        assert_int_equal(expect_parts(&p, text), texts[i].parts);
        expect_heard(&p, LINES());
    }
}

static void long_line_is_cut_at_spaces(void)
{
    struct pair p = pair_new();
    const char *text = harness_text("%sx", harness_repeat("some words ", 500));
    size_t done = 0;

    client_sendf(p.alice, "%s\n", text);
    while (done < strlen(text)) {
        const char *part = client_expect(p.bob, "[#lobby] alice: ") + strlen("[#lobby] alice: ");

        assert_memory_equal(part, text + done, strlen(part));
        done += strlen(part);
        assert_true(text[done] == '\0' || text[done - 1] == ' ' || text[done] == ' ');
    }
    expect_heard(&p, LINES());
}

static void line_past_its_parts_is_refused_whole(void)
{
    static const size_t lengths[] = {32769, 32770, 40000, 100000, 1000000};
    struct pair p = pair_new();

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        client_sendf(p.alice, "%s\nand on\n", harness_repeat("x", lengths[i]));
        client_expect(p.alice, "!! line-too-long: ");
        client_expect_next(p.bob, "[#lobby] alice: and on");
        expect_heard(&p, LINES());
        client_sync_without(p.alice, "!! line-too-long");
    }
}

static void too_long_a_line_is_refused_in_whatever_pieces(void)
{
    struct pair p = pair_new();
    const char *text = harness_text("%s\r\nand on\r\n", harness_repeat("x", 33000));

    client_send_pieces(p.alice, text, strlen(text), 7);
    client_expect(p.alice, "!! line-too-long: ");
    client_expect_next(p.bob, "[#lobby] alice: and on");
    client_send_pieces(p.alice, text, strlen(text), 32769);
    client_expect(p.alice, "!! line-too-long: ");
    client_expect_next(p.bob, "[#lobby] alice: and on");
    expect_heard(&p, LINES());
}

static void too_long_a_command_is_not_run(void)
{
    struct pair p = pair_new();

    client_sendf(p.alice, "/me %s\n/post lobby %s\nand on\n", harness_repeat("x", 40000),
                 harness_repeat("y", 40000));
    client_expect(p.alice, "!! line-too-long: ");
    client_expect(p.alice, "!! line-too-long: ");
    client_expect_next(p.bob, "[#lobby] alice: and on");
}

static void text_that_makes_too_many_parts_is_refused_whole(void)
{
    struct pair p = pair_new();
    /* Cut at its spaces, each part has little more than half of its limit, which makes 30 parts. */
    const char *word = harness_text("%s ", harness_repeat("x", 1090));

    client_sendf(p.alice, "%s\nand on\n", harness_repeat(word, 30));
    client_expect(p.alice, "!! text-too-long: ");
    client_expect_next(p.bob, "[#lobby] alice: and on");
}

static void too_long_a_last_line_without_an_end_is_refused(void)
{
    struct pair p = pair_new();

    client_send(p.alice, harness_repeat("x", 40000));
    client_half_close(p.alice);
    client_expect(p.alice, "!! line-too-long: ");
    client_expect_eof(p.alice);
    client_expect_next(p.bob, "[#lobby] -- alice quit");
}

static void many_lines_at_once_are_run_in_order(void)
{
    struct pair p = pair_new();
    const char *all = "";

    for (int i = 0; i < 500; i++) {
        all = harness_text("%sline %d\n", all, i);
    }
    client_send(p.alice, all);
    for (int i = 0; i < 500; i++) {
        client_expect_next(p.bob, harness_text("[#lobby] alice: line %d", i));
    }
    expect_heard(&p, LINES());
}

static void lines_are_heard_over_each_address_family(void)
{
    struct daemon *d = daemon_start("-o", harness_text("server.listen=127.0.0.1:0,%s:0,unix:%s/socket",
                                                       harness_has_ipv6() ? "[::1]" : "127.0.0.2", harness_dir()));
    struct client *people[3];

    for (unsigned i = 0; i < 3; i++) {
        people[i] = client_open_at(daemon_address(d, i));
        client_take_name(people[i], harness_text("p%u", i));
    }
    for (unsigned i = 0; i < 3; i++) {
        client_sendf(people[i], "from %u\n", i);
        client_expect_line(people[(i + 1) % 3], harness_text("[#lobby] p%u: from %u", i, i));
        client_expect_line(people[(i + 2) % 3], harness_text("[#lobby] p%u: from %u", i, i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(every_line_end_is_one),
        HARNESS_TEST(each_byte_may_come_alone),
        HARNESS_TEST(lines_may_be_torn_anywhere),
        HARNESS_TEST(line_in_thousands_of_pieces_is_one_line),
        HARNESS_TEST(last_line_needs_no_end_before_a_half_close),
        HARNESS_TEST(ctrl_d_at_the_begin_of_a_line_leaves),
        HARNESS_TEST(ctrl_d_behind_a_half_typed_line_sends_it_on),
        HARNESS_TEST(long_line_is_said_in_parts),
        HARNESS_TEST(long_line_is_cut_at_spaces),
        HARNESS_TEST(line_past_its_parts_is_refused_whole),
        HARNESS_TEST(too_long_a_line_is_refused_in_whatever_pieces),
        HARNESS_TEST(too_long_a_command_is_not_run),
        HARNESS_TEST(text_that_makes_too_many_parts_is_refused_whole),
        HARNESS_TEST(too_long_a_last_line_without_an_end_is_refused),
        HARNESS_TEST(many_lines_at_once_are_run_in_order),
        HARNESS_TEST(lines_are_heard_over_each_address_family),
    };

    return harness_main(tests);
}

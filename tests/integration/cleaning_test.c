/* Tests of the text that another member receives when a client sends bytes that could end a line, control a terminal or
 * mislead a reader. */
#include "config.h"

#include "harness.h"

#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1

struct sample {
    const char *sent;
    size_t len;
    const char *heard; /* NULL if nothing is heard */
};

/* Says each sample, and checks what the other member hears. */
static void check_samples(const struct sample *samples, size_t count)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    for (size_t i = 0; i < count; i++) {
        client_send_bytes(alice, samples[i].sent, samples[i].len);
        client_send(alice, "\nnext\n");
        if (samples[i].heard != NULL) {
            client_expect_next(bob, harness_text("[#lobby] alice: %s", samples[i].heard));
        }
        client_expect_next(bob, "[#lobby] alice: next");
    }
}

#define CHECK_SAMPLES(samples) check_samples(samples, sizeof(samples) / sizeof((samples)[0]))

static void control_bytes_are_dropped(void)
{
    static const struct sample samples[] = {
        {BYTES("a\x01\x02\x03" "b"), "ab"},
        {BYTES("bell\a vt\v ff\f"), "bell vt ff"},
        {BYTES("shift\x0e in\x0f xon\x11 xoff\x13 sub\x1a"), "shift in xon xoff sub"},
        {BYTES("nul\0byte"), "nulbyte"},
        {BYTES("\x1c\x1d\x1e\x1f"), NULL},
        {BYTES("a\tb"), "a       b"},
    };

    CHECK_SAMPLES(samples);
}

static void escape_sequences_are_dropped_whole(void)
{
    static const struct sample samples[] = {
        {BYTES("a\x1b[Ab"), "ab"},                        /* an arrow key */
        {BYTES("\x1b[200~pasted\x1b[201~"), "pasted"},    /* bracketed paste */
        {BYTES("\x1bOPf1"), "f1"},                        /* SS3 */
        {BYTES("\x1b[31mred\x1b[0m"), "red"},
        {BYTES("\x1b[2J\x1b[1;1Hhome"), "home"},
        {BYTES("cut\x1b[3"), "cut"},
        {BYTES("cut\x1b"), "cut"},
        {BYTES("\x1b[1;2;3;4A"), NULL},
    };

    CHECK_SAMPLES(samples);
}

static void an_escape_never_reaches_another_terminal(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    char bytes[3] = "x\x1b";

    for (unsigned c = 1; c < 255; c++) { /* ESC and every byte, in each kind of text */
        bytes[2] = (char)(c == '\n' || c == '\r' ? ' ' : c);
        client_send_bytes(alice, bytes, 3);
        client_send(alice, "y\n/me ");
        client_send_bytes(alice, bytes, 3);
        client_send(alice, "y\n/msg bob ");
        client_send_bytes(alice, bytes, 3);
        client_send(alice, "y\n/topic ");
        client_send_bytes(alice, bytes, 3);
        client_send(alice, "y\n/away ");
        client_send_bytes(alice, bytes, 3);
        client_send(alice, "y\n");
    }
    client_sync(alice);
    client_sync(bob);
    assert_int_equal(client_count_literal(bob, "\x1b"), 0);
    client_send(bob, "/whois alice\n/history\n/rooms\n");
    client_sync(bob);
    for (size_t i = 0; i < client_seen_bytes(bob); i++) {
        unsigned char c = (unsigned char)client_seen(bob)[i];

        if (c < ' ' && c != '\r' && c != '\n') {
            harness_fail("a control byte %02x came through", c);
        }
    }
}

static void c1_controls_are_dropped(void)
{
    static const struct sample samples[] = {
        {BYTES("a\xc2\x85" "b"), "ab"},        /* NEL: a line end to some terminals */
        {BYTES("a\xc2\x9b" "31mb"), "a31mb"},  /* CSI in one character: harmless without it */
        {BYTES("a\xc2\x80\xc2\x8d\xc2\x90\xc2\x9d\xc2\x9f" "b"), "ab"},
        {BYTES("a\x85\x9b" "b"), "ab"},   /* the same as bare bytes */
    };

    CHECK_SAMPLES(samples);
}

static void what_turns_the_direction_of_text_is_dropped(void)
{
    static const struct sample samples[] = {
        {BYTES("a\u202eb\u202cc"), "abc"},
        {BYTES("\u2066a\u2067b\u2068c\u2069"), "abc"},
        {BYTES("\u200ea\u200fb\u061cc"), "abc"},
        {BYTES("\u202a\u202b\u202dx"), "x"},
        {BYTES("עברית ok"), "עברית ok"},
    };

    CHECK_SAMPLES(samples);
}

static void unicode_line_ends_are_dropped(void)
{
    static const struct sample samples[] = {
        {BYTES("a\u2028b"), "ab"},
        {BYTES("a\u2029b"), "ab"},
        {BYTES("\ufeff" "bom"), "bom"},
        {BYTES("\ufff9x\ufffax\ufffb"), "xx"},
    };

    CHECK_SAMPLES(samples);
}

static void invalid_utf8_is_dropped(void)
{
    static const struct sample samples[] = {
        {BYTES("a\xc3(b"), "a(b"},
        {BYTES("a\xe2\x82" "b"), "ab"},
        {BYTES("a\xc0\xaf" "b"), "ab"},                 /* overlong / */
        {BYTES("a\xe0\x80\xaf" "b"), "ab"},
        {BYTES("a\xc0\x8a" "b"), "ab"},                 /* overlong LF */
        {BYTES("a\xed\xa0\x80" "b"), "ab"},             /* a surrogate */
        {BYTES("a\xf4\x90\x80\x80" "b"), "ab"},         /* past U+10FFFF */
        {BYTES("a\xfe" "b"), "ab"},
        {BYTES("a\xef\xbf\xbf" "b"), "ab"},             /* a noncharacter */
        {BYTES("caf\xe9 latin-1"), "caf latin-1"},
        {BYTES("\x80\xbf"), NULL},
        {BYTES("cut \xd1"), "cut"},
    };

    CHECK_SAMPLES(samples);
}

static void letters_in_another_encoding_are_told_once(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send_literal(alice, "caf\xe9\n\xef\xf0\xe8\xe2\xe5\xf2\n/me \xe9t\xe9\n");
    client_expect(alice, "are not UTF-8");
    client_send_literal(alice, "\xe9\xe9\n\xe9x\xe9\n");
    client_sync(alice);
    assert_int_equal(client_count_literal(alice, "are not UTF-8"), 1);
    client_expect_next(bob, "[#lobby] alice: caf");
    client_expect_next(bob, "[#lobby] * alice t");
    client_expect_next(bob, "[#lobby] alice: x");
    client_send(bob, "caf\u00e9 \x1b[A\u200e\n");
    client_sync(bob);
    assert_int_equal(client_count_literal(bob, "are not UTF-8"), 0);
}

/* ---- keys ---- */

static const struct sample typed[] = {
    {BYTES("helo\blo"), "hello"},
    {BYTES("helo\x7flo"), "hello"},
    {BYTES("\b\b\x7fx\b\b\b\b" "abc"), "abc"},
    {BYTES("жна\b\bанна"), "жанна"},
    {BYTES("ok 👩‍👩‍👧🇨🇭e\u0301\b\b\b!"), "ok !"},
    {BYTES("/quit\x15" "here"), "here"},
    {BYTES("one two\x17three"), "one three"},
    {BYTES("secret\x17\x17"), NULL},
    {BYTES("a\b"), NULL},
    {BYTES("/nonesuch\x15 "), NULL},
};

/* As Windows' telnet and a terminal in character mode send them. */
static void keys_edit_the_line(void)
{
    CHECK_SAMPLES(typed);
}

static void keys_edit_the_line_in_segments_of_one_byte(void)
{
    struct daemon *d = daemon_start("-o", harness_text("server.listen=unix:%s/socket", harness_dir()));
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
        client_send_pieces(alice, typed[i].sent, typed[i].len, 1);
        client_send(alice, "\nnext\n");
        if (typed[i].heard != NULL) {
            client_expect_next(bob, harness_text("[#lobby] alice: %s", typed[i].heard));
        }
        client_expect_next(bob, "[#lobby] alice: next");
    }
}

static void keys_reach_no_line_before(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "first\n\b\b\b\x15\x17\x7fsecond\n");
    client_expect_next(bob, "[#lobby] alice: first");
    client_expect_next(bob, "[#lobby] alice: second");
}

/* ---- tabs ---- */

static void pasted_code_keeps_its_columns(void)
{
    static const struct sample samples[] = {
        {BYTES("if (x) {"), "if (x) {"},
        {BYTES("\treturn y;\t/* z */"), "        return y;       /* z */"},
        {BYTES("\t\tdeep"), "                deep"},
        {BYTES("мир\t世界\t!"), "мир     世界    !"},
    };

    CHECK_SAMPLES(samples);
}

static void tabs_do_not_bloat_a_line(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_sendf(alice, "%sx\n", harness_repeat("\t", 2000));
    client_expect_next(bob, harness_text("[#lobby] alice: %sx", harness_repeat(" ", 2000)));
    client_sendf(alice, "%sx\n", harness_repeat("\t", 255));
    client_expect_next(bob, harness_text("[#lobby] alice: %sx", harness_repeat(" ", 2040)));
}

static void letters_of_every_script_arrive_whole(void)
{
    static const struct sample samples[] = {
        {BYTES("Zażółć gęślą jaźń"), "Zażółć gęślą jaźń"},
        {BYTES("яКМНх ухо Ü Ú Ã Å Ý"), "яКМНх ухо Ü Ú Ã Å Ý"},
        {BYTES("日本語 ツ 한국어"), "日本語 ツ 한국어"},
        {BYTES("हिन्दी ไทย العربية"), "हिन्दी ไทย العربية"},
        {BYTES("👩‍👩‍👧 🏳️‍🌈 🇨🇭"), "👩‍👩‍👧 🏳️‍🌈 🇨🇭"},
    };

    CHECK_SAMPLES(samples);
}

/* ---- forging ---- */

/* Every line that bob reads begins as the server's lines do, and names its author. */
static void no_text_can_forge_a_line(void)
{
    static const char forged[] = "[#lobby] admin: hi";
    static const struct {
        const char *bytes;
        size_t len;
    } ends[] = {
        {BYTES("\r\n")},       {BYTES("\n")},         {BYTES("\r")},         {BYTES("\r\0")},
        {BYTES("\xc2\x85")},     {BYTES("\u2028")},     {BYTES("\u2029")},     {BYTES("\v")},
        {BYTES("\f")},         {BYTES("\x1b" "E")},   {BYTES("\x1b" "D")},   {BYTES("\x1b[E")},
        {BYTES("\x1b[1G")},    {BYTES("\x1b[2K")},    {BYTES("\b\b\b\b\b")}, {BYTES("\x1b" "c")},
        {BYTES("\xc0\x8a")},   {BYTES("\xe0\x80\x8a")}, {BYTES("\x85")},     {BYTES("\x9b" "E")},
        {BYTES("\x1e")},       {BYTES("\x1c")},       {BYTES("\u202e")},     {BYTES("\x84")},
    };
    static const char *const ways[] = {"", "/me ", "/msg bob ", "/post lobby ", "/topic ", "/away ",
                                       "/quit "};
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");

    for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
            struct client *mallory = client_open(d);

            client_take_name(mallory, "mallory");
            client_sendf(mallory, "%sx", ways[way]);
            client_send_bytes(mallory, ends[i].bytes, ends[i].len);
            client_sendf(mallory, "%s\n", forged);
            client_half_close(mallory);
            client_expect_eof(mallory);
            client_close(mallory);
        }
    }
    client_send(bob, "/history 200\n/who\n/rooms\n");
    client_sync(bob);
    for (const char *at = client_seen(bob); (at = strstr(at, forged)) != NULL; at++) {
        if (at == client_seen(bob) || at[-1] == '\n' || at[-1] == '\r') {
            harness_fail("a line was forged:\n%s", at);
        }
    }
    /* The text before it names its author, or belongs to a topic or an answer. */
    assert_true(client_count_literal(bob, "[#lobby] mallory: [#lobby] admin: hi") > 0);
}

static void no_name_can_forge_a_line(void)
{
    static const char *const names[] = {
        "x\r\n[#lobby]", "a]", "[a", "a:", "a b", "a\u2028b", "*", "--", "!!", "#x", "a,b",
        "a\u00a0b", "a\u3000b", "a\u00adb", "a\u200bb", "x\ufdfa",
    };
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");
    struct client *mallory = client_join(d, "mallory");

    client_expect_line(bob, "[#lobby] -- guest2 is now mallory");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        client_sendf(mallory, "/nick %s\n/join %s\n", names[i], names[i]);
    }
    client_sync(mallory);
    client_sync(bob);
    for (const char *at = client_seen(bob), *end; *at != '\0'; at = end + 1) {
        end = strchr(at, '\n');
        if (strncmp(at, "[#lobby] ", 9) != 0 && strncmp(at, "-- ", 3) != 0 && strncmp(at, "!! ", 3) != 0) {
            harness_fail("not a line of the server's: %s", at);
        }
    }
}

/* Each shows nothing, or takes no column. */
static const char *const blanks[] = {
    "\u200b",             /* zero width space */
    "\u2060",             /* word joiner */
    "\u3164",             /* Hangul filler, a letter */
    "\u2800",             /* Braille pattern blank */
    "\u00a0",             /* no-break space */
    "\u3000 \u2003",      /* wide spaces */
    "\u00ad",             /* soft hyphen */
    "\U000e0041\U000e007f", /* tags */
    "\ufe0f",             /* a variation selector */
    "\U000e0100",
    "\u034f",             /* combining grapheme joiner */
    "\u115f\u1160\uffa0", /* more fillers */
    "\U0001d159",         /* null notehead */
};

static void lines_that_show_nothing_are_heard_by_nobody(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        client_sendf(alice, "%s\n  %s%s \nnext\n", blanks[i], blanks[i], blanks[i]);
        client_expect_next(bob, "[#lobby] alice: next");
        client_sendf(alice, "%s.\n", blanks[i]);
        client_expect_next(bob, harness_text("[#lobby] alice: %s.", blanks[i]));
    }
    client_sendf(alice, "seen%s\n", harness_repeat("\u2060", 2000)); /* longer than one part */
    client_expect(bob, "[#lobby] alice: seen");
    client_send(alice, "next\n");
    client_expect_next(bob, "[#lobby] alice: next");
}

static void commands_take_text_that_shows_nothing_for_none(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol;

    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        client_sendf(alice, "/msg bob %s\n/post lobby %s\n/me %s\n", blanks[i], blanks[i], blanks[i]);
        client_expect(alice, "!! usage: ");
        client_expect(alice, "!! usage: ");
        client_expect(alice, "!! usage: ");
        client_sendf(alice, "/topic %s\n/away  %s\n/nick %s\n/join %s\n", blanks[i], blanks[i], blanks[i], blanks[i]);
        client_expect(alice, "-- #lobby has no topic");
        client_expect(alice, "-- You are away: not here just now");
        client_expect(alice, "!! ");
        client_expect(alice, "!! ");
        carol = client_join(d, "carol");
        client_expect(bob, "is now carol");
        client_sendf(carol, "/quit %s\n", blanks[i]);
        client_expect_eof(carol);
        client_expect_next(bob, "[#lobby] -- carol quit");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(control_bytes_are_dropped),
        HARNESS_TEST(escape_sequences_are_dropped_whole),
        HARNESS_TEST(an_escape_never_reaches_another_terminal),
        HARNESS_TEST(c1_controls_are_dropped),
        HARNESS_TEST(what_turns_the_direction_of_text_is_dropped),
        HARNESS_TEST(unicode_line_ends_are_dropped),
        HARNESS_TEST(invalid_utf8_is_dropped),
        HARNESS_TEST(letters_in_another_encoding_are_told_once),
        HARNESS_TEST(keys_edit_the_line),
        HARNESS_TEST(keys_edit_the_line_in_segments_of_one_byte),
        HARNESS_TEST(keys_reach_no_line_before),
        HARNESS_TEST(pasted_code_keeps_its_columns),
        HARNESS_TEST(tabs_do_not_bloat_a_line),
        HARNESS_TEST(letters_of_every_script_arrive_whole),
        HARNESS_TEST(no_text_can_forge_a_line),
        HARNESS_TEST(no_name_can_forge_a_line),
        HARNESS_TEST(lines_that_show_nothing_are_heard_by_nobody),
        HARNESS_TEST(commands_take_text_that_shows_nothing_for_none),
    };

    return harness_main(tests);
}

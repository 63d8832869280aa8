/* Tests of frontend/framing.h, as a part of the front end for lines: on a real connection whose client is the test. */
#include "config.h"

#include "frontend/framing.h"

#include "fake_typist.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- where a line ends ---------------------------------------------------------------------------- */

static void line_ends_at_lf_crlf_cr_and_cr_nul(void **state)
{
    (void)state;
    fake_typist_feed("a\nb\r\nc\rd\r\0e\n\nf\n", 16);
    assert_lines("a|b|c|d|e||f|");
    fake_typist_feed("g\r\rh\n\ri\r\n\r\nj\r\n\0k\n", 18);
    assert_lines("g||h||i||j|k|"); /* a NUL elsewhere is nothing */
}

static void line_may_come_in_any_pieces(void **state)
{
    (void)state;
    fake_typist_puts("he");
    assert_lines("");
    fake_typist_puts("l");
    fake_typist_puts("lo\r");
    assert_lines("hello|"); /* at once, not when the LF has come */
    fake_typist_puts("\n");
    assert_lines("");
    fake_typist_puts("x\r");
    fake_typist_feed("\0y\n", 3);
    assert_lines("x|y|");
}

static void half_line_waits_in_a_buffer_that_goes_with_it(void **state)
{
    (void)state;
    fake_typist_puts("12345678901234567890123456789012");
    assert_lines("");
    fake_typist_puts("\n");
    assert_lines("12345678901234567890123456789012|");
}

static void what_is_kept_of_the_input_is_counted_and_no_more_than_needed(void **state)
{
    char piece[1000];
    size_t sent = 0;

    (void)state;
    typist_limits = (struct frontend_limits){.line_bytes = 2048, .line_parts = 16};
    memset(piece, 'x', sizeof(piece));
    fake_typist_feed(piece, 40); /* half a line that is being typed is nothing */
    assert_int_equal(conn_input_bytes(typist.conn), 0);
    for (sent = 40; sent + sizeof(piece) <= 30000; sent += sizeof(piece)) {
        fake_typist_feed(piece, sizeof(piece));
        assert_in_range(conn_input_bytes(typist.conn), sent + sizeof(piece), (sent + sizeof(piece)) * 9 / 8 + 16);
    }
    typist.holds_after = 1;
    fake_typist_puts("\nshort\n"); /* the long one is run, and the short one waits */
    assert_int_equal(conn_input_bytes(typist.conn), 0);
    typist.holds_after = 0;
    typist.fe->ops->resume(typist.fe);
    fake_typist_feed(piece, sizeof(piece));
    assert_true(conn_input_bytes(typist.conn) >= sizeof(piece));
    fake_typist_puts("\n");
    assert_int_equal(conn_input_bytes(typist.conn), 0);
    assert_int_equal(typist_loop.net.input_bytes, 0);
}

/* What a string of the alphabet comes to, by the rule: LF, or CR with an LF or a NUL behind it. */
static void reference(const char *s, size_t len, struct strbuf *out)
{
    bool open = false;

    for (size_t i = 0; i < len; i++) {
        if (s[i] == '\n' || s[i] == '\r') {
            strbuf_addc(out, '|');
            open = false;
            if (s[i] == '\r' && i + 1 < len && (s[i + 1] == '\n' || s[i + 1] == '\0')) {
                i++;
            }
        } else if (s[i] != '\0') {
            open = true;
            strbuf_addc(out, s[i]);
        }
    }
    strbuf_adds(out, open ? "|." : ".");
}

/* Feeds s cut at the places of the bits of cuts, and ends. */
static void feed_cut(const char *s, size_t len, unsigned cuts)
{
    size_t from = 0;

    fake_typist_open();
    typist.fe->ops->resume(typist.fe);
    for (size_t i = 1; i <= len; i++) {
        if (i == len || (cuts >> i & 1) != 0) {
            fake_typist_feed(s + from, i - from);
            from = i;
        }
    }
    shutdown(typist.far, SHUT_WR);
    fake_loop_turns(&typist_loop, 2);
}

/* Every string of up to six letters of the alphabet, cut in every way. */
static void pieces_never_matter(void **state)
{
    static const char alphabet[] = {'a', '\r', '\n', '\0'};
    char s[6];

    (void)state;
    fake_typist_close();
    for (size_t len = 1; len <= sizeof(s); len++) {
        for (unsigned n = 0; n < 1u << (2 * len); n++) {
            struct strbuf want = {0};

            for (size_t i = 0; i < len; i++) {
                s[i] = alphabet[n >> (2 * i) & 3];
            }
            reference(s, len, &want);
            for (unsigned way = 0; way <= len; way++) {
                unsigned cuts = way == len ? ~0u : 1u << way; /* whole, in two, or a byte at a time */

                feed_cut(s, len, cuts);
                if (strcmp(strbuf_str(&typist.lines), want.data) != 0) {
                    fail_msg("string %u of length %zu, cut at %x: '%s', not '%s'", n, len, cuts,
                             strbuf_str(&typist.lines), want.data);
                }
                fake_typist_close();
            }
            strbuf_fini(&want);
        }
    }
    fake_typist_open();
}

/* The same with lines held back after every one, and run on in the next turn. */
static void holding_back_changes_nothing(void **state)
{
    static const char alphabet[] = {'a', '\r', '\n', '\0'};
    char s[5];

    (void)state;
    fake_typist_close();
    for (unsigned n = 0; n < 1u << (2 * sizeof(s)); n++) {
        struct strbuf want = {0};

        for (size_t i = 0; i < sizeof(s); i++) {
            s[i] = alphabet[n >> (2 * i) & 3];
        }
        reference(s, sizeof(s), &want);
        for (unsigned cuts = 0; cuts < 1u << sizeof(s); cuts += 5) {
            size_t from = 0;

            fake_typist_open(); /* and the first lines wait too */
            typist.holds_after = 1;
            for (size_t i = 1; i <= sizeof(s); i++) {
                if (i == sizeof(s) || (cuts >> i & 1) != 0) {
                    fake_typist_feed(s + from, i - from);
                    if (cuts % 2 != 0) {
                        typist.fe->ops->resume(typist.fe);
                    }
                    from = i;
                }
            }
            shutdown(typist.far, SHUT_WR);
            for (int i = 0; i < 30 && typist.ended == 0; i++) {
                fake_loop_turn(&typist_loop);
                if (typist.conn != NULL) {
                    typist.fe->ops->resume(typist.fe);
                }
            }
            if (strcmp(strbuf_str(&typist.lines), want.data) != 0) {
                fail_msg("string %u, cut at %x: '%s', not '%s'", n, cuts, strbuf_str(&typist.lines), want.data);
            }
            fake_typist_close();
        }
        strbuf_fini(&want);
    }
    fake_typist_open();
}

/* ---- lines that wait ------------------------------------------------------------------------------ */

static void held_lines_wait_and_the_peer_is_not_read(void **state)
{
    (void)state;
    typist.holds_after = 1;
    fake_typist_puts("a\nb\nc\nd");
    assert_lines("a|");
    assert_int_equal(typist.conn->armed & EV_READ, 0);
    typist.fe->ops->resume(typist.fe);
    assert_lines("b|");
    typist.fe->ops->resume(typist.fe);
    assert_lines("c|");
    assert_int_equal(typist.conn->armed & EV_READ, 0);
    typist.fe->ops->resume(typist.fe);
    assert_lines("");
    assert_int_equal(typist.conn->armed & EV_READ, EV_READ);
    fake_typist_puts("e\n");
    assert_lines("de|");
}

static void lines_wait_until_the_first_resume(void **state)
{
    (void)state;
    fake_typist_close();
    fake_typist_open();
    fake_typist_puts("a\nb\n");
    fake_typist_puts("c\n");
    assert_lines("");
    assert_int_equal(typist.conn->armed & EV_READ, 0);
    typist.fe->ops->resume(typist.fe);
    fake_loop_turn(&typist_loop);
    assert_lines("a|b|c|");
}

static void others_have_their_turn_after_so_many_lines(void **state)
{
    char data[200];
    int before = 0;

    (void)state;
    memset(data, '\n', sizeof(data));
    fake_typist_feed(data, sizeof(data));
    while (typist.count < 200) { /* 32 when it is read, and 32 each time it goes on */
        assert_true(typist.count - before <= 64);
        assert_int_equal(typist.count, 32 * (typist.readies + 1));
        before = typist.count;
        fake_loop_turn(&typist_loop);
    }
    assert_int_equal(typist.readies, 6);
    fake_typist_feed(data, 32); /* exactly as many: nothing is left to wait */
    assert_int_equal(typist.count, 232);
    fake_loop_turns(&typist_loop, 2);
    assert_int_equal(typist.readies, 6);
}

static void end_waits_for_the_lines_before_it(void **state)
{
    (void)state;
    typist.holds_after = 1;
    fake_typist_puts("a\nb\nlast");
    shutdown(typist.far, SHUT_WR);
    fake_loop_turns(&typist_loop, 3);
    assert_lines("a|");
    typist.fe->ops->resume(typist.fe);
    fake_loop_turns(&typist_loop, 3);
    assert_lines("b|");
    typist.fe->ops->resume(typist.fe);
    fake_loop_turns(&typist_loop, 3);
    assert_lines("last|"); /* without an end of its own it is a line too, and may wait as well */
    assert_int_equal(typist.ended, 0);
    typist.fe->ops->resume(typist.fe);
    assert_lines(".");
}

static void line_that_ends_the_connection_is_the_last(void **state)
{
    (void)state;
    fake_typist_close();
    fake_typist_open();
    fake_typist_puts("a\nb\n");
    conn_finish(typist.conn, REASON_QUIT);
    typist.fe->ops->resume(typist.fe);
    assert_lines("");
}

/* ---- lines that are too long ---------------------------------------------------------------------- */

/* The longest line has 32 bytes here, a part 8. */
static void longest_line_is_whole_and_a_longer_one_is_told_once(void **state)
{
    static const char digits[] = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
    static const char *const ends[] = {"\n", "\r\n", "\r"};

    (void)state;
    for (size_t len = 30; len <= 70; len++) {
        for (size_t e = 0; e < 3; e++) {
            for (size_t cut = 1; cut < len + 1; cut += 3) {
                char data[100], want[100];

                snprintf(data, sizeof(data), "%.*s%snext\n", (int)len, digits, ends[e]);
                snprintf(want, sizeof(want), len <= 32 ? "%.*s|next|" : "%.*s~|next|", len <= 32 ? (int)len : 8,
                         digits);
                fake_typist_feed(data, cut);
                fake_typist_feed(data + cut, strlen(data) - cut);
                assert_lines(want);
            }
        }
    }
}

static void endless_line_takes_no_memory(void **state)
{
    char data[1000];

    (void)state;
    memset(data, 'x', sizeof(data));
    for (int i = 0; i < 100; i++) {
        fake_typist_feed(data, sizeof(data));
    }
    assert_lines("xxxxxxxx~|");
    fake_typist_puts("y\nz\n");
    assert_lines("z|");
}

static void endless_line_that_is_cut_by_the_end_is_told_once(void **state)
{
    char data[100];

    (void)state;
    memset(data, 'x', sizeof(data));
    fake_typist_feed(data, sizeof(data));
    shutdown(typist.far, SHUT_WR);
    fake_loop_turns(&typist_loop, 2);
    assert_lines("xxxxxxxx~|.");
}

/* ---- what is no line ------------------------------------------------------------------------------ */

static void lines_are_clean(void **state)
{
    (void)state;
    fake_typist_puts("a\x1b[Ab\tc\x07\xc3\n");
    assert_lines("ab c|"); /* eight bytes, a part, have no place for more blanks */
    typist_limits.line_bytes = 16;
    fake_typist_puts("\ta\tb\n");
    assert_lines(" a b|");
    typist_limits.line_bytes = 17;
    fake_typist_puts("\ta\tb\n");
    assert_lines("        a       b|");
}

static void letters_that_are_not_utf8_are_told_once(void **state)
{
    (void)state;
    fake_typist_puts("a\x1b[Ab\tc\x07\n");
    assert_int_equal(typist.notices, 0);
    fake_typist_puts("caf\xe9\ncaf\xe9\n\xef\n");
    fake_typist_puts("caf\xe9\n");
    assert_int_equal(typist.notices, 1);
    assert_lines("ab c|caf|caf||caf|");
}

/* Of a client that keeps its connection alive with them. */
static void nuls_before_a_line_are_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        fake_typist_feed("\0", 1);
        fake_typist_puts("\xff");
        fake_typist_puts("\xf1");
    }
    fake_typist_puts("a\n");
    assert_lines("a|");
    assert_int_equal(typist.notices, 0);
    fake_typist_feed("\0\0\x04", 3);
    assert_lines(".");
}

static void keys_edit_the_line(void **state)
{
    static const char typed[] = "\bhelo\blo \x7f\n\x7f\x7f" "all wrong\x15\xd0\xb6\xd0\xb0\b!\none two\x17" "2\n";

    (void)state;
    for (size_t piece = 1; piece < sizeof(typed); piece++) {
        for (size_t at = 0; at < sizeof(typed) - 1; at += piece) {
            fake_typist_feed(typed + at, sizeof(typed) - 1 - at < piece ? sizeof(typed) - 1 - at : piece);
        }
        assert_lines("hello|\xd0\xb6!|one 2|");
    }
}

/* Nothing of an erased line is kept, and what comes then stands at a line's begin. */
static void an_erased_line_is_gone(void **state)
{
    char data[1000];

    (void)state;
    memset(data, 'x', sizeof(data));
    fake_typist_feed(data, sizeof(data));
    assert_lines("xxxxxxxx~|");
    fake_typist_puts("y\x15z\n"); /* the rest of what is too long is erased too */
    assert_lines("z|");
    fake_typist_feed(data, sizeof(data));
    fake_typist_puts("\x15");
    fake_typist_puts("a\x15" "b\n");
    assert_lines("xxxxxxxx~|b|");
    fake_typist_feed(data, 30);
    fake_typist_puts("\x15");
    fake_typist_feed(data, 30);
    fake_typist_puts("\n");
    assert_lines("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|");
    fake_typist_feed(data, 30);
    fake_typist_puts("\x15short\n"); /* no longer than any line, without what is erased */
    data[990] = '\x15';
    data[995] = '\n';
    fake_typist_feed(data, 996);
    assert_lines("short|xxxx|");
    fake_typist_puts("half\x15");
    fake_typist_puts("\x04");
    assert_lines(".");
}

static void ctrl_d_at_a_line_s_begin_is_the_end(void **state)
{
    (void)state;
    fake_typist_puts("a\x04" "b\n");
    assert_lines("ab|"); /* within a line it is nothing */
    fake_typist_puts("c\r\n\x04" "d\n");
    assert_lines("c|.");
    fake_loop_turns(&typist_loop, 2);
    assert_int_equal(typist.reason, REASON_EOF);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_typist_begin, fake_typist_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(line_ends_at_lf_crlf_cr_and_cr_nul),
        TEST(line_may_come_in_any_pieces),
        TEST(half_line_waits_in_a_buffer_that_goes_with_it),
        TEST(what_is_kept_of_the_input_is_counted_and_no_more_than_needed),
        TEST(pieces_never_matter),
        TEST(holding_back_changes_nothing),
        TEST(held_lines_wait_and_the_peer_is_not_read),
        TEST(lines_wait_until_the_first_resume),
        TEST(others_have_their_turn_after_so_many_lines),
        TEST(end_waits_for_the_lines_before_it),
        TEST(line_that_ends_the_connection_is_the_last),
        TEST(longest_line_is_whole_and_a_longer_one_is_told_once),
        TEST(endless_line_takes_no_memory),
        TEST(endless_line_that_is_cut_by_the_end_is_told_once),
        TEST(lines_are_clean),
        TEST(letters_that_are_not_utf8_are_told_once),
        TEST(nuls_before_a_line_are_nothing),
        TEST(keys_edit_the_line),
        TEST(an_erased_line_is_gone),
        TEST(ctrl_d_at_a_line_s_begin_is_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of frontend/line.h: framing, on a real connection whose client is the test. */
#include "config.h"

#include "frontend/line.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- a session that writes down what it is told --------------------------------------------------- */

static struct fake_loop f;
static struct frontend_limits limits;

static struct peer {
    struct conn_owner owner;
    struct conn *conn; /* NULL once closed */
    struct frontend *fe;
    int far;
    struct strbuf lines; /* "line|line|"; a cut one as "line~|" */
    int count, ended, closed, readies, notices, work;
    unsigned columns; /* as told at the last change */
    enum reason reason;
    int holds_after; /* lines are held after so many; 0: never */
    bool work_holds; /* after telnet's answers */
    bool keeps_hold; /* ready does not resume */
} p;

static bool on_line(struct conn_owner *owner, char *text, size_t len, bool cut)
{
    assert_ptr_equal(owner, &p.owner);
    assert_int_equal(text[len], '\0');
    strbuf_add(&p.lines, text, len);
    strbuf_adds(&p.lines, cut ? "~|" : "|");
    memset(text, '#', len); /* it may be changed at will */
    p.count++;
    return p.holds_after == 0 || p.count % p.holds_after != 0;
}

static void on_notice(struct conn_owner *owner, enum frontend_notice notice)
{
    assert_ptr_equal(owner, &p.owner);
    if (notice == FRONTEND_NOT_UTF8) {
        p.notices++;
    } else {
        strbuf_adds(&p.lines, "?|");
    }
}

static bool on_worked(struct conn_owner *owner, unsigned lines)
{
    assert_ptr_equal(owner, &p.owner);
    p.work += (int)lines;
    return !p.work_holds;
}

static void on_ended(struct conn_owner *owner)
{
    (void)owner;
    assert_int_equal(++p.ended, 1);
    strbuf_adds(&p.lines, ".");
    conn_finish(p.conn, REASON_EOF);
}

static struct payload *on_gap(struct conn_owner *owner, uint32_t count)
{
    (void)owner;
    (void)count;
    return payload_new("gap", 3, PAYLOAD_KEPT);
}

static void on_closed(struct conn_owner *owner, enum reason reason)
{
    (void)owner;
    p.closed++;
    p.reason = reason;
    p.conn = NULL;
    p.fe->ops->free(p.fe);
    p.fe = NULL;
}

static void on_ready(struct conn_owner *owner)
{
    (void)owner;
    p.readies++;
    if (!p.keeps_hold) {
        p.fe->ops->resume(p.fe);
    }
}

static void on_end(struct conn_owner *owner, enum reason reason)
{
    (void)owner;
    conn_finish(p.conn, reason);
}

static void on_freed(struct conn_owner *owner)
{
    (void)owner;
    assert_null(p.conn);
}

static void on_resized(struct conn_owner *owner)
{
    (void)owner;
    p.columns = p.fe->ops->columns(p.fe);
}

static const struct frontend_events events = {
    .resized = on_resized,
    .line = on_line,
    .notice = on_notice,
    .worked = on_worked,
    .ended = on_ended,
    .ready = on_ready,
};

static const struct conn_owner_ops owner_ops = {
    .gap = on_gap,
    .end = on_end,
    .closed = on_closed,
    .freed = on_freed,
};

static void open_person(void)
{
    static const struct frontend_host host = {.limits = &limits, .events = &events};
    static const struct addr nowhere = {.kind = ADDR_UNIX};

    p = (struct peer){.owner.ops = &owner_ops};
    p.conn = conn_new(&f.net, fake_pair(&p.far, 0), &nowhere);
    conn_set_owner(p.conn, &p.owner);
    line_attach(p.conn, &host);
    p.fe = frontend_of_conn(p.conn);
}

static void close_person(void)
{
    if (p.conn != NULL) {
        conn_close(p.conn, REASON_QUIT);
    }
    close(p.far); /* one that lingers is freed by that */
    fake_loop_turns(&f, 2);
    assert_int_equal(p.closed, 1);
    assert_int_equal(f.net.count, 0);
    strbuf_fini(&p.lines);
}

static int begin(void **state)
{
    struct net_limits net = fake_net_limits();

    (void)state;
    fake_loop_init(&f, &net);
    limits = (struct frontend_limits){.line_bytes = 8, .line_parts = 4};
    open_person();
    p.fe->ops->resume(p.fe);
    return 0;
}

static int end(void **state)
{
    (void)state;
    close_person();
    fake_loop_fini(&f);
    return 0;
}

static void feed(const char *data, size_t len)
{
    fake_write(p.far, data, len);
    fake_loop_turn(&f);
}

static void feeds(const char *text)
{
    feed(text, strlen(text));
}

static void assert_lines_at(int line, const char *want)
{
    if (strcmp(strbuf_str(&p.lines), want) != 0) {
        fail_msg("line %d: got '%s', not '%s'", line, strbuf_str(&p.lines), want);
    }
    strbuf_reset(&p.lines);
}
#define assert_lines(want) assert_lines_at(__LINE__, want)

/* ---- where a line ends ---------------------------------------------------------------------------- */

static void line_ends_at_lf_crlf_cr_and_cr_nul(void **state)
{
    (void)state;
    feed("a\nb\r\nc\rd\r\0e\n\nf\n", 16);
    assert_lines("a|b|c|d|e||f|");
    feed("g\r\rh\n\ri\r\n\r\nj\r\n\0k\n", 18);
    assert_lines("g||h||i||j|k|"); /* a NUL elsewhere is nothing */
}

static void line_may_come_in_any_pieces(void **state)
{
    (void)state;
    feeds("he");
    assert_lines("");
    feeds("l");
    feeds("lo\r");
    assert_lines("hello|"); /* at once, not when the LF has come */
    feeds("\n");
    assert_lines("");
    feeds("x\r");
    feed("\0y\n", 3);
    assert_lines("x|y|");
}

static void half_line_waits_in_a_buffer_that_goes_with_it(void **state)
{
    (void)state;
    feeds("12345678901234567890123456789012");
    assert_lines("");
    feeds("\n");
    assert_lines("12345678901234567890123456789012|");
}

static void what_is_kept_of_the_input_is_counted_and_no_more_than_needed(void **state)
{
    char piece[1000];
    size_t sent = 0;

    (void)state;
    limits = (struct frontend_limits){.line_bytes = 2048, .line_parts = 16};
    memset(piece, 'x', sizeof(piece));
    feed(piece, 40); /* half a line that is being typed is nothing */
    assert_int_equal(conn_input_bytes(p.conn), 0);
    for (sent = 40; sent + sizeof(piece) <= 30000; sent += sizeof(piece)) {
        feed(piece, sizeof(piece));
        assert_in_range(conn_input_bytes(p.conn), sent + sizeof(piece), (sent + sizeof(piece)) * 9 / 8 + 16);
    }
    p.holds_after = 1;
    feeds("\nshort\n"); /* the long one is run, and the short one waits */
    assert_int_equal(conn_input_bytes(p.conn), 0);
    p.holds_after = 0;
    p.fe->ops->resume(p.fe);
    feed(piece, sizeof(piece));
    assert_true(conn_input_bytes(p.conn) >= sizeof(piece));
    feeds("\n");
    assert_int_equal(conn_input_bytes(p.conn), 0);
    assert_int_equal(f.net.input_bytes, 0);
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

    open_person();
    p.fe->ops->resume(p.fe);
    for (size_t i = 1; i <= len; i++) {
        if (i == len || (cuts >> i & 1) != 0) {
            feed(s + from, i - from);
            from = i;
        }
    }
    shutdown(p.far, SHUT_WR);
    fake_loop_turns(&f, 2);
}

/* Every string of up to six letters of the alphabet, cut in every way. */
static void pieces_never_matter(void **state)
{
    static const char alphabet[] = {'a', '\r', '\n', '\0'};
    char s[6];

    (void)state;
    close_person();
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
                if (strcmp(strbuf_str(&p.lines), want.data) != 0) {
                    fail_msg("string %u of length %zu, cut at %x: '%s', not '%s'", n, len, cuts,
                             strbuf_str(&p.lines), want.data);
                }
                close_person();
            }
            strbuf_fini(&want);
        }
    }
    open_person();
}

/* The same with lines held back after every one, and run on in the next turn. */
static void holding_back_changes_nothing(void **state)
{
    static const char alphabet[] = {'a', '\r', '\n', '\0'};
    char s[5];

    (void)state;
    close_person();
    for (unsigned n = 0; n < 1u << (2 * sizeof(s)); n++) {
        struct strbuf want = {0};

        for (size_t i = 0; i < sizeof(s); i++) {
            s[i] = alphabet[n >> (2 * i) & 3];
        }
        reference(s, sizeof(s), &want);
        for (unsigned cuts = 0; cuts < 1u << sizeof(s); cuts += 5) {
            size_t from = 0;

            open_person(); /* and the first lines wait too */
            p.holds_after = 1;
            for (size_t i = 1; i <= sizeof(s); i++) {
                if (i == sizeof(s) || (cuts >> i & 1) != 0) {
                    feed(s + from, i - from);
                    if (cuts % 2 != 0) {
                        p.fe->ops->resume(p.fe);
                    }
                    from = i;
                }
            }
            shutdown(p.far, SHUT_WR);
            for (int i = 0; i < 30 && p.ended == 0; i++) {
                fake_loop_turn(&f);
                if (p.conn != NULL) {
                    p.fe->ops->resume(p.fe);
                }
            }
            if (strcmp(strbuf_str(&p.lines), want.data) != 0) {
                fail_msg("string %u, cut at %x: '%s', not '%s'", n, cuts, strbuf_str(&p.lines), want.data);
            }
            close_person();
        }
        strbuf_fini(&want);
    }
    open_person();
}

/* ---- lines that wait ------------------------------------------------------------------------------ */

static void held_lines_wait_and_the_peer_is_not_read(void **state)
{
    (void)state;
    p.holds_after = 1;
    feeds("a\nb\nc\nd");
    assert_lines("a|");
    assert_int_equal(p.conn->armed & EV_READ, 0);
    p.fe->ops->resume(p.fe);
    assert_lines("b|");
    p.fe->ops->resume(p.fe);
    assert_lines("c|");
    assert_int_equal(p.conn->armed & EV_READ, 0);
    p.fe->ops->resume(p.fe);
    assert_lines("");
    assert_int_equal(p.conn->armed & EV_READ, EV_READ);
    feeds("e\n");
    assert_lines("de|");
}

static void lines_wait_until_the_first_resume(void **state)
{
    (void)state;
    close_person();
    open_person();
    feeds("a\nb\n");
    feeds("c\n");
    assert_lines("");
    assert_int_equal(p.conn->armed & EV_READ, 0);
    p.fe->ops->resume(p.fe);
    fake_loop_turn(&f);
    assert_lines("a|b|c|");
}

static void others_have_their_turn_after_so_many_lines(void **state)
{
    char data[200];
    int before = 0;

    (void)state;
    memset(data, '\n', sizeof(data));
    feed(data, sizeof(data));
    while (p.count < 200) { /* 32 when it is read, and 32 each time it goes on */
        assert_true(p.count - before <= 64);
        assert_int_equal(p.count, 32 * (p.readies + 1));
        before = p.count;
        fake_loop_turn(&f);
    }
    assert_int_equal(p.readies, 6);
    feed(data, 32); /* exactly as many: nothing is left to wait */
    assert_int_equal(p.count, 232);
    fake_loop_turns(&f, 2);
    assert_int_equal(p.readies, 6);
}

static void end_waits_for_the_lines_before_it(void **state)
{
    (void)state;
    p.holds_after = 1;
    feeds("a\nb\nlast");
    shutdown(p.far, SHUT_WR);
    fake_loop_turns(&f, 3);
    assert_lines("a|");
    p.fe->ops->resume(p.fe);
    fake_loop_turns(&f, 3);
    assert_lines("b|");
    p.fe->ops->resume(p.fe);
    fake_loop_turns(&f, 3);
    assert_lines("last|"); /* without an end of its own it is a line too, and may wait as well */
    assert_int_equal(p.ended, 0);
    p.fe->ops->resume(p.fe);
    assert_lines(".");
}

static void line_that_ends_the_connection_is_the_last(void **state)
{
    (void)state;
    close_person();
    open_person();
    feeds("a\nb\n");
    conn_finish(p.conn, REASON_QUIT);
    p.fe->ops->resume(p.fe);
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
                feed(data, cut);
                feed(data + cut, strlen(data) - cut);
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
        feed(data, sizeof(data));
    }
    assert_lines("xxxxxxxx~|");
    feeds("y\nz\n");
    assert_lines("z|");
}

static void endless_line_that_is_cut_by_the_end_is_told_once(void **state)
{
    char data[100];

    (void)state;
    memset(data, 'x', sizeof(data));
    feed(data, sizeof(data));
    shutdown(p.far, SHUT_WR);
    fake_loop_turns(&f, 2);
    assert_lines("xxxxxxxx~|.");
}

/* ---- what is no line ------------------------------------------------------------------------------ */

static void lines_are_clean(void **state)
{
    (void)state;
    feeds("a\x1b[Ab\tc\x07\xc3\n");
    assert_lines("ab c|"); /* eight bytes, a part, have no place for more blanks */
    limits.line_bytes = 16;
    feeds("\ta\tb\n");
    assert_lines(" a b|");
    limits.line_bytes = 17;
    feeds("\ta\tb\n");
    assert_lines("        a       b|");
}

static void letters_that_are_not_utf8_are_told_once(void **state)
{
    (void)state;
    feeds("a\x1b[Ab\tc\x07\n");
    assert_int_equal(p.notices, 0);
    feeds("caf\xe9\ncaf\xe9\n\xef\n");
    feeds("caf\xe9\n");
    assert_int_equal(p.notices, 1);
    assert_lines("ab c|caf|caf||caf|");
}

/* Of a client that keeps its connection alive with them. */
static void nuls_before_a_line_are_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        feed("\0", 1);
        feeds("\xff");
        feeds("\xf1");
    }
    feeds("a\n");
    assert_lines("a|");
    assert_int_equal(p.notices, 0);
    feed("\0\0\x04", 3);
    assert_lines(".");
}

static void keys_edit_the_line(void **state)
{
    static const char typed[] = "\bhelo\blo \x7f\n\x7f\x7f" "all wrong\x15\xd0\xb6\xd0\xb0\b!\none two\x17" "2\n";

    (void)state;
    for (size_t piece = 1; piece < sizeof(typed); piece++) {
        for (size_t at = 0; at < sizeof(typed) - 1; at += piece) {
            feed(typed + at, sizeof(typed) - 1 - at < piece ? sizeof(typed) - 1 - at : piece);
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
    feed(data, sizeof(data));
    assert_lines("xxxxxxxx~|");
    feeds("y\x15z\n"); /* the rest of what is too long is erased too */
    assert_lines("z|");
    feed(data, sizeof(data));
    feeds("\x15");
    feeds("a\x15" "b\n");
    assert_lines("xxxxxxxx~|b|");
    feed(data, 30);
    feeds("\x15");
    feed(data, 30);
    feeds("\n");
    assert_lines("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|");
    feed(data, 30);
    feeds("\x15short\n"); /* no longer than any line, without what is erased */
    data[990] = '\x15';
    data[995] = '\n';
    feed(data, 996);
    assert_lines("short|xxxx|");
    feeds("half\x15");
    feeds("\x04");
    assert_lines(".");
}

static void ctrl_d_at_a_line_s_begin_is_the_end(void **state)
{
    (void)state;
    feeds("a\x04" "b\n");
    assert_lines("ab|"); /* within a line it is nothing */
    feeds("c\r\n\x04" "d\n");
    assert_lines("c|.");
    fake_loop_turns(&f, 2);
    assert_int_equal(p.reason, REASON_EOF);
}

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

        close_person();
        open_person();
        p.fe->ops->resume(p.fe);
        conn_send_bytes(p.conn, "a greeting", 10); /* which it must not see first */
        feeds(requests[i]);
        fake_loop_turns(&f, 2);
        assert_lines(i == 1 ? "|" : "");
        fake_read(p.far, &got);
        assert_ptr_equal(strstr(got.data, "HTTP/1.1 400 Bad Request\r\n"), got.data);
        assert_non_null(strstr(got.data, "Content-Length: 58\r\n"));
        assert_int_equal(strlen(strstr(got.data, "\r\n\r\n") + 4), 58);
        assert_int_equal(p.reason, REASON_HTTP);
        strbuf_fini(&got);
    }
}

static void person_s_first_line_is_not_taken_for_a_web_client(void **state)
{
    static const char *const lines[] = {"GET", "GET ", "HI ALL", "GET out", "get / HTTP/1.1",
                                        "A HTTP/", "GET / HTTP/x", "HTTP/1.1", " GET / HTTP/1.1"};

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        close_person();
        open_person();
        p.fe->ops->resume(p.fe);
        feeds(lines[i]);
        feeds("\n");
        assert_int_equal(p.count, 1);
    }
    feeds("GET / HTTP/1.1\n"); /* nor any later line */
    assert_int_equal(p.count, 2);
}

static void telnet_is_answered_and_not_part_of_a_line(void **state)
{
    struct strbuf got = {0};
    struct reply r = {0};

    (void)state;
    feeds("a");
    assert_true(fake_is_quiet(p.far)); /* nothing is negotiated with who does not begin */
    feeds("b\xff\xfb\x1f" "c\r");
    feed("\0d\r\n", 4);
    assert_lines("abc|d|");
    fake_read(p.far, &got);
    assert_true(got.len > 0);
    strbuf_fini(&got);
    p.fe->ops->describe(p.fe, &r);
    assert_true(r.telnet);
}

static void size_of_the_window_is_told_before_the_lines_behind_it(void **state)
{
    (void)state;
    feeds("a\n");
    assert_int_equal(p.fe->ops->columns(p.fe), 0);
    feed("\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0" "b\n", 14);
    assert_int_equal(p.columns, 80);
    assert_int_equal(p.fe->ops->columns(p.fe), 80);
    feed("\xff\xfa\x1f\0\0\0\x18\xff\xf0", 9); /* a width that is not known (RFC 1073) */
    assert_int_equal(p.columns, 0);
    assert_lines("a|b|");
}

static void telnet_s_end_of_file_is_the_end(void **state)
{
    (void)state;
    feeds("\xff\xfb\x1f" "a\r\nlast\xff\xec ignored\r\n");
    assert_lines("a|last|.");
}

/* Letters of CP1251 and Latin-1. */
static void byte_255_of_plain_text_swallows_nothing(void **state)
{
    static const char text[] = "moya \xff\nx\xff\xfe\ny\xff\xfa\xff\xf6\n\xff\xec\n\xff\r\nz\xff";

    (void)state;
    for (size_t piece = 1; piece < sizeof(text); piece++) {
        for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
            feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        feeds("\n");
        assert_lines("moya |x|y|||z|");
        assert_true(fake_is_quiet(p.far));
    }
    assert_int_equal(p.notices, 1);
}

/* The first byte of telnet may be the last of a read, and stands in the unfinished line by then. */
static void telnet_begins_in_whatever_pieces(void **state)
{
    static const char text[] = "a\xff\xfb\x1f" "b\n\xd1\xff\xf4\xff\xfd\x06" "c\nlost\xff\xf4\xff\xfd\x06" "d\n";

    (void)state;
    for (size_t piece = 1; piece < sizeof(text); piece++) {
        for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
            feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        assert_lines("ab|\xd1\x83" "c|d|");
        close_person();
        open_person();
        p.fe->ops->resume(p.fe);
        for (size_t at = 6; at < sizeof(text) - 1; at += piece) {
            feed(text + at, sizeof(text) - 1 - at < piece ? sizeof(text) - 1 - at : piece);
        }
        assert_lines("\xd1\x83" "c|d|");
        close_person();
        open_person();
        p.fe->ops->resume(p.fe);
    }
}

static void telnet_s_work_may_hold_the_lines_back(void **state)
{
    (void)state;
    feeds("\xff\xf6" "a\n");
    assert_lines("?|a|");
    assert_int_equal(p.work, 1);
    p.work_holds = true;
    feeds("\xff\xf6\xff\xf6" "b\nhalf\xff\xf4");
    assert_lines("?|");
    assert_int_equal(p.work, 2);
    assert_int_equal(p.conn->armed & EV_READ, 0);
    p.fe->ops->resume(p.fe);
    feeds("c\n");
    assert_lines("b|c|");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

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

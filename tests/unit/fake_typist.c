/* fake_typist.c: a connection with the front end for lines, and a session that writes down what it is told. */
#include "config.h"

#include "fake_typist.h"

#include "base/text.h"
#include "frontend/line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fake_typist typist;
struct fake_loop typist_loop;
struct frontend_limits typist_limits;
struct charsets typist_charsets;

static bool on_line(struct conn_owner *owner, char *text, size_t len, bool cut)
{
    assert_ptr_equal(owner, &typist.owner);
    assert_int_equal(text[len], '\0');
    assert_true(text_is_clean(text, len));
    strbuf_add(&typist.lines, text, len);
    strbuf_adds(&typist.lines, cut ? "~|" : "|");
    memset(text, '#', len); /* it may be changed at will */
    typist.count++;
    return typist.holds_after == 0 || typist.count % typist.holds_after != 0;
}

static void on_notice(struct conn_owner *owner, enum frontend_notice notice)
{
    assert_ptr_equal(owner, &typist.owner);
    if (notice == FRONTEND_NOT_UTF8) {
        typist.notices++;
    } else {
        strbuf_adds(&typist.lines, "?|");
    }
}

static bool on_worked(struct conn_owner *owner, unsigned lines)
{
    assert_ptr_equal(owner, &typist.owner);
    typist.work += (int)lines;
    return !typist.work_holds;
}

static void on_ended(struct conn_owner *owner)
{
    (void)owner;
    assert_int_equal(++typist.ended, 1);
    strbuf_adds(&typist.lines, ".");
    conn_finish(typist.conn, REASON_EOF);
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
    typist.closed++;
    typist.reason = reason;
    typist.conn = NULL;
    typist.fe->ops->free(typist.fe);
    typist.fe = NULL;
}

static void on_ready(struct conn_owner *owner)
{
    (void)owner;
    typist.readies++;
    if (!typist.keeps_hold) {
        typist.fe->ops->resume(typist.fe);
    }
}

static void on_end(struct conn_owner *owner, enum reason reason)
{
    (void)owner;
    conn_finish(typist.conn, reason);
}

static void on_freed(struct conn_owner *owner)
{
    (void)owner;
    assert_null(typist.conn);
}

static void on_resized(struct conn_owner *owner)
{
    (void)owner;
    typist.columns = typist.fe->ops->columns(typist.fe);
}

static bool on_takes_charset(struct conn_owner *owner)
{
    (void)owner;
    return !typist.is_json;
}

static const struct frontend_events events = {
    .resized = on_resized,
    .takes_charset = on_takes_charset,
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

void fake_typist_open(void)
{
    static const struct frontend_host host = {
        .limits = &typist_limits, .events = &events, .charsets = &typist_charsets};
    static const struct addr nowhere = {.kind = ADDR_UNIX};

    typist = (struct fake_typist){.owner.ops = &owner_ops};
    typist.conn = conn_new(&typist_loop.net, fake_pair(&typist.far, 0), &nowhere);
    conn_set_owner(typist.conn, &typist.owner);
    line_attach(typist.conn, &host);
    typist.fe = frontend_of_conn(typist.conn);
}

void fake_typist_close(void)
{
    if (typist.conn != NULL) {
        conn_close(typist.conn, REASON_QUIT);
    }
    close(typist.far); /* one that lingers is freed by that */
    fake_loop_turns(&typist_loop, 2);
    assert_int_equal(typist.closed, 1);
    assert_int_equal(typist_loop.net.count, 0);
    strbuf_fini(&typist.lines);
}

int fake_typist_begin(void **state)
{
    struct net_limits net = fake_net_limits();

    (void)state;
    fake_loop_init(&typist_loop, &net);
    typist_limits = (struct frontend_limits){.line_bytes = 8, .line_parts = 4};
    fake_typist_open();
    typist.fe->ops->resume(typist.fe);
    return 0;
}

int fake_typist_end(void **state)
{
    (void)state;
    fake_typist_close();
    fake_loop_fini(&typist_loop);
    return 0;
}

void fake_typist_feed(const char *data, size_t len)
{
    fake_write(typist.far, data, len);
    fake_loop_turn(&typist_loop);
}

void fake_typist_puts(const char *text)
{
    fake_typist_feed(text, strlen(text));
}

void fake_typist_lines_at(int line, const char *want)
{
    if (strcmp(strbuf_str(&typist.lines), want) != 0) {
        fail_msg("line %d: got '%s', not '%s'", line, strbuf_str(&typist.lines), want);
    }
    strbuf_reset(&typist.lines);
}

/* frontend/line.c: which of a connection's bytes are text, and what these are given to.
 *
 * The first bytes may be another protocol's, and end the connection (frontend/foreign.h); telnet is taken out where the
 * peer speaks it (frontend/telnet.h); keys are edited (frontend/typing.h), as long as frontend/line_keys.h has it so;
 * what is left is cut into lines (frontend/framing.h). */
#include "config.h"

#include "frontend/line.h"

#include "base/container.h"
#include "base/mem.h"
#include "frontend/foreign.h"
#include "frontend/line_keys.h"
#include "frontend/line_priv.h"
#include "frontend/line_session.h"
#include "frontend/line_telnet.h"
#include "frontend/telnet_begin.h"
#include "frontend/telnet_letters.h"
#include "frontend/typing_screen.h"

#include <stdint.h>
#include <string.h>

/* ---- text ---- */

static void feed_text(struct line *l, char *text, size_t n)
{
    if (line_has(l, LINE_EDITS)) {
        typing_feed(l->typing, text, n);
        line_charge(l, typing_take_cost(l->typing));
    } else {
        framing_feed(&l->framing, text, n);
    }
}

/* One that was negotiated is that of the text that has come with it. */
static void note_charset(struct line *l)
{
    unsigned charset;

    if (telnet_peer_take_charset(line_telnet(l), &charset)) {
        line_telnet_set_charset(l, charset);
        line_events(l)->resized(l->framing.conn->owner);
    }
}

/* Feeds what of the n bytes at data is text. */
static void feed_telnet(struct line *l, const char *data, size_t n)
{
    const struct frontend_events *events = l->framing.host->events;
    struct conn_owner *owner = l->framing.conn->owner;
    struct telnet_peer *telnet = line_telnet(l);
    char text[NET_READ_BYTES + 2];
    unsigned columns = telnet_peer_columns(telnet), rows = telnet_peer_rows(telnet);
    bool was_heard = telnet_peer_is_heard(telnet), had_type = telnet_peer_terminal(telnet) != NULL;
    unsigned mtts = telnet_peer_mtts(telnet);
    size_t len;

    telnet_peer_set_charsets(telnet, events->takes_charset(owner) ? l->framing.host->charsets : NULL);
    len = telnet_peer_decode(telnet, data, n, text);
    note_charset(l);
    if (line_has(l, LINE_EDITS) && (telnet_peer_columns(telnet) != columns || telnet_peer_rows(telnet) != rows)) {
        typing_screen_resize(l->typing, telnet_peer_columns(telnet), telnet_peer_rows(telnet));
    }
    if (telnet_peer_columns(telnet) != columns || (telnet_peer_terminal(telnet) != NULL) != had_type ||
        telnet_peer_mtts(telnet) != mtts ||
        (telnet_peer_is_heard(telnet) != was_heard && !line_is_utf8(l))) {
        events->resized(owner);
    }
    if (telnet_peer_take_question(telnet)) {
        events->notice(owner, FRONTEND_HERE);
    }
    line_charge(l, telnet_peer_take_cost(telnet));
    if (!line_has(l, LINE_RULED)) {
        line_keys_apply_rule(l);
    }
    if (line_has(l, LINE_ASKED)) {
        line_keys_note_answer(l); /* what comes with the answer is keys already */
    }
    if (len > 0) {
        feed_text(l, text, len);
    }
}

/* As long as the peer has spoken no telnet all is text; what turns out to be telnet's beginning is taken back out of
 * the unfinished line. */
static void feed_plain(struct line *l, char *data, size_t n)
{
    char begun[TELNET_BEGIN_BACK];
    size_t len = 0;
    char *line = line_is_utf8(l) ? framing_held(&l->framing, &len) : NULL; /* else it was all of it text */
    size_t at = line_is_utf8(l) ? telnet_begin_find(len > 0 ? line : data, len, data, n) : telnet_letters_find(data, n);
    size_t back = at < len ? len - at : 0;
    size_t plain = at == SIZE_MAX ? n : at - len + back;

    if (plain > 0) {
        framing_feed(&l->framing, data, plain);
    }
    if (at == SIZE_MAX || !conn_is_open(l->framing.conn)) {
        return;
    }
    if (back > 0) {
        memcpy(begun, line + at, back);
        framing_take_back(&l->framing, back);
    }
    line_telnet_begin(l, true);
    if (back > 0) {
        feed_telnet(l, begun, back);
    }
    feed_telnet(l, data + plain, n - plain);
}

/* Looks at the connection's first bytes.  True when data is for us. */
static bool begin(struct line *l, const char *data, size_t n)
{
    char first[FOREIGN_FIRST_BYTES];
    enum reason foreign;
    bool undecided;
    size_t len, more;
    const char *held = framing_held(&l->framing, &len);

    if (held != NULL) {
        memcpy(first, held, len);
    }
    more = n < sizeof(first) - len ? n : sizeof(first) - len;
    memcpy(first + len, data, more);
    foreign = foreign_by_bytes(first, len + more, &undecided);
    if (undecided) {
        framing_hold(&l->framing, data, n);
        return false;
    }
    l->framing.has_begun = true;
    if (foreign != REASON_NONE) {
        foreign_refuse(l->framing.conn, foreign);
        return false;
    }
    if (held != NULL) {
        framing_take_back(&l->framing, len);
        feed_plain(l, first, len);
    }
    return conn_is_open(l->framing.conn);
}

/* ---- the connection's input side ---- */

static struct line *line_of_input(struct conn_input *in)
{
    return CONTAINER_OF(in, struct line, fe.input);
}

static void on_input(struct conn_input *in, char *data, size_t n)
{
    struct line *l = line_of_input(in);
    bool is_secret;

    if (l->framing.is_eof || (!l->framing.has_begun && !begin(l, data, n))) {
        return;
    }
    is_secret = l->framing.is_secret;
    if (line_has(l, LINE_AWAITS_KEYS)) {
        line_keys_look(l, data, n);
    }
    if (line_telnet(l) != NULL) {
        feed_telnet(l, data, n);
    } else if (line_has(l, LINE_EDITS)) {
        feed_text(l, data, n);
    } else {
        feed_plain(l, data, n);
    }
    /* The lines are copies. */
    if (is_secret || l->framing.is_secret || line_telnet(l) != NULL || line_has(l, LINE_EDITS)) {
        mem_wipe(data, n);
    }
    line_keys_settle(l, n);
    if (line_telnet(l) != NULL && telnet_peer_is_broken(line_telnet(l))) {
        conn_request_end(l->framing.conn, REASON_TELNET);
        return;
    }
    l->framing.is_eof |= line_telnet(l) != NULL && telnet_peer_is_eof(line_telnet(l));
    framing_settle(&l->framing);
}

static void on_eof(struct conn_input *in)
{
    framing_end(&line_of_input(in)->framing);
}

static void on_ready(struct conn_input *in)
{
    struct line *l = line_of_input(in);

    l->framing.host->events->ready(l->framing.conn->owner);
}

static const struct conn_input_ops input_ops = {
    .input = on_input,
    .eof = on_eof,
    .ready = on_ready,
};

void line_attach(struct conn *conn, const struct frontend_host *host)
{
    struct line *l = mem_zalloc(sizeof(*l));

    l->fe.input.ops = &input_ops;
    l->fe.ops = &line_session_ops;
    l->framing.conn = conn;
    l->framing.host = host;
    l->framing.is_waiting = true;
    conn_set_input(conn, &l->fe.input);
}

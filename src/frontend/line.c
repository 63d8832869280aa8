/* frontend/line.c: which of a connection's bytes are text.
 *
 * The first bytes may be another protocol's, and end the connection (frontend/foreign.h); telnet is taken out where the
 * peer speaks it (frontend/telnet.h); what is left is cut into lines (frontend/framing.h). */
#include "config.h"

#include "frontend/line.h"

#include "base/container.h"
#include "base/mem.h"
#include "frontend/foreign.h"
#include "frontend/framing.h"
#include "frontend/telnet.h"
#include "frontend/telnet_begin.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct line {
    struct frontend fe;
    struct framing framing;
    struct telnet_peer *telnet; /* NULL until the peer speaks it */
};

/* Feeds what of the n bytes at data is text. */
static void feed_telnet(struct line *l, const char *data, size_t n)
{
    const struct frontend_events *events = l->framing.host->events;
    struct conn_owner *owner = l->framing.conn->owner;
    char text[NET_READ_BYTES + 2];
    unsigned columns = telnet_peer_columns(l->telnet);
    size_t len = telnet_peer_decode(l->telnet, data, n, text);
    unsigned cost = telnet_peer_take_cost(l->telnet);

    if (telnet_peer_columns(l->telnet) != columns) {
        events->resized(owner);
    }
    if (telnet_peer_take_question(l->telnet)) {
        events->notice(owner, FRONTEND_HERE);
    }
    if (cost > 0 && !events->worked(owner, cost)) {
        l->framing.is_waiting = true;
    }
    if (len > 0) {
        framing_feed(&l->framing, text, len);
    }
}

/* As long as the peer has spoken no telnet all is text; what turns out to be telnet's beginning is taken back out of
 * the unfinished line. */
static void feed_plain(struct line *l, char *data, size_t n)
{
    char begun[TELNET_BEGIN_BACK];
    size_t len;
    char *line = framing_held(&l->framing, &len);
    size_t at = telnet_begin_find(len > 0 ? line : data, len, data, n);
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
    line = framing_held(&l->framing, &len);
    l->telnet = telnet_peer_new(l->framing.conn, line != NULL ? line : "", len);
    telnet_peer_greet(l->telnet);
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
    if (l->telnet == NULL) {
        feed_plain(l, data, n);
    } else {
        feed_telnet(l, data, n);
    }
    if (is_secret || l->framing.is_secret || l->telnet != NULL) { /* of telnet, the lines are copies */
        mem_wipe(data, n);
    }
    if (l->telnet != NULL && telnet_peer_is_broken(l->telnet)) {
        conn_request_end(l->framing.conn, REASON_TELNET);
        return;
    }
    l->framing.is_eof |= l->telnet != NULL && telnet_peer_is_eof(l->telnet);
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

/* ---- the session's side ---- */

static void line_resume(struct frontend *fe)
{
    framing_resume(&CONTAINER_OF(fe, struct line, fe)->framing);
}

static void line_describe(const struct frontend *fe, struct reply *r)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (l->telnet != NULL) {
        telnet_peer_describe(l->telnet, r);
    } else {
        r->kind = REPLY_TERMINAL_PLAIN;
    }
}

static unsigned line_columns(const struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    return l->telnet != NULL ? telnet_peer_columns(l->telnet) : 0;
}

static bool line_hide(struct frontend *fe, bool on)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    l->framing.is_secret = on;
    return l->telnet != NULL && telnet_peer_hide(l->telnet, on);
}

static void line_free(struct frontend *fe)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (l->telnet != NULL) {
        telnet_peer_free(l->telnet);
    }
    framing_fini(&l->framing);
    free(l);
}

static const struct frontend_ops ops = {
    .resume = line_resume,
    .describe = line_describe,
    .columns = line_columns,
    .hide = line_hide,
    .free = line_free,
};

void line_attach(struct conn *conn, const struct frontend_host *host)
{
    struct line *l = mem_zalloc(sizeof(*l));

    l->fe.input.ops = &input_ops;
    l->fe.ops = &ops;
    l->framing.conn = conn;
    l->framing.host = host;
    l->framing.is_waiting = true;
    conn_set_input(conn, &l->fe.input);
}

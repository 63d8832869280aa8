/* frontend/line.c: which of a connection's bytes are text, and whether these are lines or keys.
 *
 * The first bytes may be another protocol's, and end the connection (frontend/foreign.h); telnet is taken out where the
 * peer speaks it (frontend/telnet.h); keys are edited (frontend/typing.h); what is left is cut into lines
 * (frontend/framing.h).
 *
 * Editing begins when a client sends keys: one that speaks telnet once it agrees to that (frontend/telnet.h), another
 * one, such as "stty -icanon -echo; nc", when bytes come without a line's end.  It begins and ends between two reads or
 * runs of lines (settle_editing()), since a line may ask for it while lines are run. */
#include "config.h"

#include "frontend/line.h"

#include "base/charsets.h"
#include "base/container.h"
#include "base/mem.h"
#include "frontend/foreign.h"
#include "frontend/framing.h"
#include "frontend/telnet.h"
#include "frontend/telnet_begin.h"
#include "frontend/telnet_letters.h"
#include "frontend/terminals.h"
#include "frontend/typing.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ERASE_ROW "\r\033[K"

/* What is known about editing; bits of framing.state. */
enum {
    EDITS = 1,       /* typing is valid, and not telnet */
    WANTED = 2,      /* it is to begin */
    UNWANTED = 4,    /* it is to end */
    ASKED = 8,       /* the client was asked for keys, by telnet */
    AWAITS_KEYS = 16, /* a client without telnet: what comes next tells whether it sends keys */
    UNASKED = 32,    /* the person has not asked for it, and is not told when it fails */
    RULED = 64,      /* the rule of the settings was applied */
};

struct line {
    struct frontend fe;
    struct framing framing;
    union {
        struct telnet_peer *telnet; /* NULL until the peer speaks it */
        struct typing *typing;      /* while EDITS; it knows the telnet */
    };
};

static bool has(const struct line *l, unsigned bits)
{
    return (l->framing.state & bits) != 0;
}

static void set(struct line *l, unsigned bits, bool on)
{
    l->framing.state = (uint8_t)(on ? l->framing.state | bits : l->framing.state & ~bits);
}

static struct telnet_peer *telnet_of(const struct line *l)
{
    return has(l, EDITS) ? typing_telnet(l->typing) : l->telnet;
}

static const struct frontend_events *events_of(const struct line *l)
{
    return l->framing.host->events;
}

static bool is_utf8(const struct line *l)
{
    return l->framing.charset == CHARSETS_UTF8;
}

/* ---- editing ---- */

/* What of a line is here already is the first that is typed. */
static void begin_editing(struct line *l)
{
    struct telnet_peer *telnet = l->telnet;
    struct strbuf begun = {0};
    size_t len;
    const char *line;

    framing_decode_held(&l->framing);
    line = framing_held(&l->framing, &len);
    if (line != NULL && !l->framing.is_waiting) {
        strbuf_add(&begun, line, len);
        framing_take_back(&l->framing, len);
    }
    l->typing = typing_new(&l->framing, telnet);
    l->framing.state = EDITS | RULED;
    events_of(l)->edits(l->framing.conn->owner, true);
    events_of(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_ON);
    if (telnet == NULL) {
        events_of(l)->resized(l->framing.conn->owner);
    }
    if (begun.len > 0) {
        typing_feed_text(l->typing, begun.data, begun.len);
        mem_wipe(begun.data, begun.len);
    }
    strbuf_fini(&begun);
}

static void end_editing(struct line *l)
{
    struct typing *typing = l->typing;
    struct telnet_peer *telnet = typing_telnet(typing);
    bool is_wanted = has(l, UNWANTED);

    events_of(l)->edits(l->framing.conn->owner, false);
    l->telnet = telnet;
    l->framing.state = RULED;
    if (telnet != NULL) {
        telnet_peer_edit(telnet, false);
    }
    typing_end(typing);
    if (!is_wanted) {
        events_of(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_OFF);
    }
}

/* If the client is no telnet, it shows what was said to it, so that is erased again. */
static void erase_telnet(struct line *l)
{
    if (!telnet_peer_is_heard(telnet_of(l))) {
        conn_send_bytes(l->framing.conn, ERASE_ROW, strlen(ERASE_ROW));
    }
}

/* The client has begun to speak telnet; or it has not, but sends CR LF as telnets do. */
static void begin_telnet(struct line *l, bool is_known)
{
    size_t len;
    const char *line = framing_held(&l->framing, &len);

    l->telnet = telnet_peer_new(l->framing.conn, line != NULL ? line : "", len);
    if (!is_utf8(l)) {
        telnet_peer_set_utf8(l->telnet, false);
        telnet_peer_fix_charset(l->telnet, l->framing.charset);
    }
    telnet_peer_greet(l->telnet, is_known);
}

/* Speaks it to a client that has not.  erase_telnet() follows. */
static void speak_telnet(struct line *l)
{
    begin_telnet(l, false);
}

/* The last read had just bytes, or none is known of if that is 0. */
static void begin_if_wanted(struct line *l, size_t bytes)
{
    set(l, WANTED, false);
    if (l->telnet != NULL) {
        telnet_peer_edit(l->telnet, true);
        set(l, ASKED, true);
    } else if (bytes > 0 && bytes <= strlen("\r\n")) {
        begin_editing(l); /* Enter has come alone: it is a key */
    } else if (l->framing.has_crlf) {
        speak_telnet(l);
        telnet_peer_edit(l->telnet, true);
        erase_telnet(l);
        set(l, ASKED, true);
    } else {
        set(l, AWAITS_KEYS, true);
    }
}

/* The client's answer, if it was asked. */
static void note_mode(struct line *l)
{
    switch (telnet_peer_mode(telnet_of(l))) {
    case TELNET_KEYS:
        if (!has(l, EDITS)) {
            begin_editing(l);
        }
        break;
    case TELNET_REFUSES:
        if (has(l, EDITS)) {
            end_editing(l);
        } else if (has(l, ASKED)) {
            bool is_asked = !has(l, UNASKED);

            set(l, ASKED | UNASKED, false);
            telnet_peer_edit(l->telnet, false);
            if (is_asked) {
                events_of(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_REFUSED);
            }
        }
        break;
    case TELNET_ASKED:
    case TELNET_LINES:
        break;
    }
}

/* Begins or ends to edit, as was asked for; bytes is the length of the read that has done so. */
static void settle_editing(struct line *l, size_t bytes)
{
    if (!conn_is_open(l->framing.conn)) {
        return;
    }
    if (has(l, UNWANTED)) {
        if (has(l, EDITS)) {
            end_editing(l);
        } else if (l->telnet != NULL) {
            telnet_peer_edit(l->telnet, false);
        }
        l->framing.state = RULED;
    } else if (has(l, WANTED) && !has(l, EDITS)) {
        begin_if_wanted(l, bytes);
    }
    if (telnet_of(l) != NULL) {
        note_mode(l);
    }
}

/* The type of the terminal is known: the rule decides. */
static void apply_rule(struct line *l)
{
    const char *type = telnet_peer_terminal(l->telnet);
    enum frontend_edit_rule rule = l->framing.host->limits->edit;
    enum terminals_kind kind = terminals_kind(type != NULL ? type : "");

    if (type == NULL) {
        return;
    }
    set(l, RULED, true);
    if (has(l, ASKED | WANTED | UNWANTED)) {
        return;
    }
    if (rule == FRONTEND_EDIT_AUTO ? kind == TERMINALS_SCREEN
                                   : rule == FRONTEND_EDIT_ALL && kind != TERMINALS_MUD && kind != TERMINALS_DUMB) {
        set(l, UNASKED | WANTED, true);
    }
}

/* What comes next from a client without telnet that was asked for keys: a whole line is none. */
static void look_for_keys(struct line *l, const char *data, size_t n)
{
    bool has_end = memchr(data, '\n', n) != NULL || memchr(data, '\r', n) != NULL;

    if (has_end && n == 1) {
        return; /* who knows? */
    }
    set(l, AWAITS_KEYS, false);
    if (has_end) {
        events_of(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_LINES);
    } else {
        begin_editing(l);
    }
}

/* ---- text ---- */

static void charge(struct line *l, unsigned lines)
{
    if (lines > 0 && !events_of(l)->worked(l->framing.conn->owner, lines)) {
        l->framing.is_waiting = true;
    }
}

static void feed_text(struct line *l, char *text, size_t n)
{
    if (has(l, EDITS)) {
        typing_feed(l->typing, text, n);
        charge(l, typing_take_cost(l->typing));
    } else {
        framing_feed(&l->framing, text, n);
    }
}

static void set_charset(struct line *l, unsigned charset)
{
    framing_set_charset(&l->framing, charset);
    if (telnet_of(l) != NULL) {
        telnet_peer_set_utf8(telnet_of(l), is_utf8(l));
    }
}

/* One that was negotiated is that of the text that has come with it. */
static void note_charset(struct line *l)
{
    unsigned charset;

    if (telnet_peer_take_charset(telnet_of(l), &charset)) {
        set_charset(l, charset);
        events_of(l)->resized(l->framing.conn->owner);
    }
}

/* Feeds what of the n bytes at data is text. */
static void feed_telnet(struct line *l, const char *data, size_t n)
{
    const struct frontend_events *events = l->framing.host->events;
    struct conn_owner *owner = l->framing.conn->owner;
    struct telnet_peer *telnet = telnet_of(l);
    char text[NET_READ_BYTES + 2];
    unsigned columns = telnet_peer_columns(telnet), rows = telnet_peer_rows(telnet);
    bool was_heard = telnet_peer_is_heard(telnet), had_type = telnet_peer_terminal(telnet) != NULL;
    size_t len;

    telnet_peer_set_charsets(telnet, events->takes_charset(owner) ? l->framing.host->charsets : NULL);
    len = telnet_peer_decode(telnet, data, n, text);
    note_charset(l);
    if (has(l, EDITS) && (telnet_peer_columns(telnet) != columns || telnet_peer_rows(telnet) != rows)) {
        typing_resize(l->typing, telnet_peer_columns(telnet), telnet_peer_rows(telnet));
    }
    if (telnet_peer_columns(telnet) != columns || (telnet_peer_terminal(telnet) != NULL) != had_type ||
        (telnet_peer_is_heard(telnet) != was_heard && !is_utf8(l))) {
        events->resized(owner);
    }
    if (telnet_peer_take_question(telnet)) {
        events->notice(owner, FRONTEND_HERE);
    }
    charge(l, telnet_peer_take_cost(telnet));
    if (!has(l, RULED)) {
        apply_rule(l);
    }
    if (has(l, ASKED)) {
        note_mode(l); /* what comes with the answer is keys already */
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
    char *line = is_utf8(l) ? framing_held(&l->framing, &len) : NULL; /* else it was all of it text */
    size_t at = is_utf8(l) ? telnet_begin_find(len > 0 ? line : data, len, data, n) : telnet_letters_find(data, n);
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
    begin_telnet(l, true);
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
    if (has(l, AWAITS_KEYS)) {
        look_for_keys(l, data, n);
    }
    if (telnet_of(l) != NULL) {
        feed_telnet(l, data, n);
    } else if (has(l, EDITS)) {
        feed_text(l, data, n);
    } else {
        feed_plain(l, data, n);
    }
    if (is_secret || l->framing.is_secret || telnet_of(l) != NULL || has(l, EDITS)) { /* the lines are copies */
        mem_wipe(data, n);
    }
    settle_editing(l, n);
    if (telnet_of(l) != NULL && telnet_peer_is_broken(telnet_of(l))) {
        conn_request_end(l->framing.conn, REASON_TELNET);
        return;
    }
    l->framing.is_eof |= telnet_of(l) != NULL && telnet_peer_is_eof(telnet_of(l));
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
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    framing_go_on(&l->framing);
    if (has(l, EDITS)) {
        typing_go_on(l->typing);
        charge(l, typing_take_cost(l->typing));
    }
    settle_editing(l, 0);
    framing_settle(&l->framing);
}

static void line_describe(const struct frontend *fe, struct reply *r)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);
    const struct telnet_peer *telnet = telnet_of(l);

    if (telnet != NULL) {
        telnet_peer_describe(telnet, r);
    } else {
        r->kind = REPLY_TERMINAL_PLAIN;
    }
    r->edits = has(l, EDITS);
    r->charset = is_utf8(l) ? NULL : charsets_name(l->framing.charset);
}

static unsigned line_columns(const struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (has(l, EDITS)) {
        return typing_columns(l->typing); /* the terminal may have told another width */
    }
    return l->telnet != NULL ? telnet_peer_columns(l->telnet) : 0;
}

static unsigned line_rows(const struct frontend *fe)
{
    const struct telnet_peer *telnet = telnet_of(CONTAINER_OF(fe, const struct line, fe));

    return telnet != NULL ? telnet_peer_rows(telnet) : 0;
}

static struct frontend_screen line_screen(const struct frontend *fe)
{
    const struct telnet_peer *telnet = telnet_of(CONTAINER_OF(fe, const struct line, fe));
    const char *type = telnet != NULL ? telnet_peer_terminal(telnet) : NULL;

    if (type == NULL) {
        return (struct frontend_screen){0};
    }
    return (struct frontend_screen){.is_known = terminals_kind(type) == TERMINALS_SCREEN,
                                    .colours = terminals_colours(type),
                                    .does_bidi = terminals_does_bidi(type)};
}

static unsigned line_charset(const struct frontend *fe, bool *is_telnet)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    *is_telnet = telnet_of(l) != NULL && telnet_peer_is_heard(telnet_of(l));
    return l->framing.charset;
}

/* A telnet doubles bytes 255 before it has negotiated anything, and inetutils' eats others until it is binary. */
static void line_set_charset(struct frontend *fe, unsigned charset)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    set_charset(l, charset);
    if (telnet_of(l) != NULL) {
        telnet_peer_fix_charset(telnet_of(l), charset);
    } else if (!is_utf8(l) && !has(l, EDITS) && l->framing.has_crlf) {
        speak_telnet(l);
        set(l, RULED, true);
        erase_telnet(l);
    }
}

/* A client that has negotiated takes an IAC NOP for what it is; nc, and a telnet that was silent so far, may show
 * it. */
static unsigned line_probe(struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);
    struct telnet_peer *telnet = telnet_of(l);

    return telnet != NULL && telnet_peer_is_heard(telnet) ? telnet_peer_probe(telnet) : 0;
}

static enum frontend_hiding line_hide(struct frontend *fe, bool on, bool is_text)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);
    struct telnet_peer *telnet;
    bool is_told, is_sure;

    l->framing.is_secret = on;
    if (has(l, EDITS)) {
        typing_set_secret(l->typing, on);
    } else if (on && is_text && l->telnet == NULL && l->framing.has_crlf) {
        speak_telnet(l);
        set(l, RULED, true); /* the client does not speak telnet by itself: that is not asked for */
    }
    telnet = telnet_of(l);
    is_sure = telnet != NULL && telnet_peer_is_heard(telnet);
    is_told = telnet != NULL && (is_sure || is_text) && telnet_peer_hide(telnet, on);
    if (is_told) {
        erase_telnet(l);
    }
    if (has(l, EDITS) || (is_told && is_sure)) {
        return FRONTEND_HIDDEN;
    }
    return is_told ? FRONTEND_HIDDEN_IF_TELNET : FRONTEND_SHOWN;
}

static enum frontend_editing line_edit(struct frontend *fe, bool on)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);
    bool is_on = has(l, EDITS);

    set(l, on ? UNWANTED : WANTED, false);
    set(l, on ? WANTED : UNWANTED, on != is_on);
    set(l, UNASKED, false);
    return is_on == on && is_on ? FRONTEND_EDITS : on ? FRONTEND_EDITS_SOON : FRONTEND_EDITS_NOT;
}

static void line_disturb(struct frontend *fe, bool is_last)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (has(l, EDITS)) {
        typing_disturb(l->typing, is_last);
    }
}

static unsigned line_paste(struct frontend *fe, bool say)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    return has(l, EDITS) ? typing_paste(l->typing, say) : 0;
}

static void line_free(struct frontend *fe)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (telnet_of(l) != NULL) {
        telnet_peer_free(telnet_of(l));
    }
    if (has(l, EDITS)) {
        typing_free(l->typing);
    }
    framing_fini(&l->framing);
    free(l);
}

static const char *line_get_typed(const struct frontend *fe, size_t *len)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    *len = 0;
    return has(l, EDITS) ? typing_get_typed(l->typing, len) : NULL;
}

static void line_put_typed(struct frontend *fe, const char *lines, size_t len)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (has(l, EDITS)) {
        typing_put_typed(l->typing, lines, len);
    }
}

static const struct frontend_ops ops = {
    .resume = line_resume,
    .describe = line_describe,
    .columns = line_columns,
    .rows = line_rows,
    .screen = line_screen,
    .charset = line_charset,
    .set_charset = line_set_charset,
    .hide = line_hide,
    .edit = line_edit,
    .disturb = line_disturb,
    .paste = line_paste,
    .get_typed = line_get_typed,
    .put_typed = line_put_typed,
    .probe = line_probe,
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

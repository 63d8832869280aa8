/* frontend/line.c: framing.
 *
 * Bytes are cut into lines where they lie, in the loop's read buffer; only what is left over, a line
 * without an end or lines that must wait for their turn, is copied into a buffer of the connection's,
 * which is gone when it is empty.  While lines wait, the connection is not read: so the buffer holds at
 * most the longest line and one read. */
#include "config.h"

#include "frontend/line.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/typed.h"
#include "frontend/foreign.h"
#include "frontend/telnet.h"

#include <stdlib.h>
#include <string.h>

enum {
    REST_LEAST = 48,     /* bytes of place for what is left over: half a line that is being typed */
    LINES_PER_TURN = 32, /* run for one connection before others have their turn */
    CTRL_D = 0x04,
};

/* Bytes that are not run yet. */
struct rest {
    uint32_t len, space; /* of data: in use, allocated */
    uint32_t scanned;    /* bytes of data that are known to hold no line end */
    char data[];         /* space bytes, and one for a NUL */
};

struct line {
    struct frontend fe;
    struct conn *conn;
    const struct frontend_host *host;
    struct telnet_peer *telnet; /* NULL until the peer speaks it */
    struct rest *rest;          /* NULL: nothing is left over */
    bool is_after_cr : 1;       /* an LF or NUL that comes next belongs to the last line's end */
    bool has_begun : 1;         /* the first bytes are known to be for us; until then they wait in rest */
    bool is_later : 1;          /* not the connection's first line any more */
    bool is_overlong : 1;       /* what comes up to the next line end is dropped */
    bool is_waiting : 1;        /* the session, or the next turn, says when lines are run again */
    bool is_eof : 1;            /* no more bytes count */
    bool is_ended : 1;          /* the session has been told so */
    bool told_not_utf8 : 1;
};

/* ---- the rest ---- */

/* Half a line that is being typed is not worth the counting. */
static void note_input(struct line *l)
{
    conn_note_input(l->conn, l->rest != NULL && l->rest->space > REST_LEAST ? l->rest->space : 0);
}

/* Makes place for len bytes, and for little more than that: a peer decides how long they stay. */
static void rest_set_space(struct line *l, uint32_t len)
{
    bool is_new = l->rest == NULL;
    uint32_t space = len + len / 8;

    space = space < REST_LEAST ? REST_LEAST : space;
    l->rest = mem_realloc(l->rest, sizeof(*l->rest) + space + 1);
    l->rest->space = space;
    if (is_new) {
        l->rest->len = l->rest->scanned = 0;
    }
    note_input(l);
}

static void rest_free(struct line *l)
{
    free(l->rest);
    l->rest = NULL;
    note_input(l);
}

static void rest_append(struct line *l, const char *data, size_t n)
{
    uint32_t len = l->rest != NULL ? l->rest->len : 0;

    if (l->rest == NULL || len + n > l->rest->space) {
        rest_set_space(l, len + (uint32_t)n);
    }
    memcpy(l->rest->data + len, data, n);
    l->rest->len = len + (uint32_t)n;
}

static void rest_consume(struct line *l, size_t n)
{
    struct rest *rest = l->rest;

    rest->len -= (uint32_t)n;
    if (rest->len == 0) {
        rest_free(l);
        return;
    }
    memmove(rest->data, rest->data + n, rest->len);
    if (rest->space > REST_LEAST && rest->len < rest->space / 4) {
        rest_set_space(l, rest->len);
    }
}

/* Takes the last n bytes off. */
static void rest_shorten(struct line *l, size_t n)
{
    struct rest *rest = l->rest;

    rest->len -= (uint32_t)n;
    if (rest->scanned > rest->len) {
        rest->scanned = rest->len;
    }
    if (rest->len == 0) {
        rest_free(l);
    }
}

/* Notes that what is left is a line without an end, which need not be looked through again, unless it
 * is left since lines wait. */
static void rest_note_scanned(struct line *l)
{
    if (l->rest != NULL) {
        l->rest->scanned = l->is_waiting ? 0 : l->rest->len;
    }
}

/* ---- lines ---- */

/* The peer speaks something else: nothing of it may be run as lines. */
static void refuse(struct line *l, enum reason reason)
{
    const char *answer = foreign_answer(reason);

    conn_drop_unsent(l->conn);
    if (answer == NULL) {
        conn_request_end(l->conn, reason);
    } else {
        conn_send_bytes(l->conn, answer, strlen(answer));
        conn_finish(l->conn, reason);
    }
}

static uint32_t max_line(const struct line *l)
{
    return l->host->limits->line_bytes * l->host->limits->line_parts;
}

/* Runs one line of len bytes; the byte behind it is overwritten.  False: no further one now. */
static bool run_line(struct line *l, char *text, size_t len, bool cut)
{
    enum reason foreign = l->is_later ? REASON_NONE : foreign_by_line(text, len, cut);
    char *expanded = NULL;
    struct typed_found found;
    size_t came = len;
    bool goes_on;

    l->is_later |= len > 0; /* RFC 9112, 2.2: empty lines before a request do not count */
    if (foreign != REASON_NONE) {
        refuse(l, foreign);
        return false;
    }
    len = typed_clean(text, len, &found);
    if (found.not_utf8 && !l->told_not_utf8) {
        l->told_not_utf8 = true;
        l->host->events->notice(l->conn->owner, FRONTEND_NOT_UTF8);
    }
    if (found.tabs) {
        text = expanded = typed_expand_tabs(text, len, l->host->limits->line_bytes, &len);
    }
    text[len] = '\0';
    goes_on = l->host->events->line(l->conn->owner, text, len, cut) && conn_is_open(l->conn);
    free(expanded);
    if (goes_on && len == 0 && came > 0) { /* it was looked at for nothing */
        goes_on = l->host->events->worked(l->conn->owner, 1 + (unsigned)(came / l->host->limits->line_bytes));
    }
    return goes_on;
}

static const char *find_end(const char *s, size_t len)
{
    const char *lf = memchr(s, '\n', len);
    const char *cr = memchr(s, '\r', lf != NULL ? (size_t)(lf - s) : len);

    return cr != NULL ? cr : lf;
}

/* Where a line begins anew that is unfinished or too long: behind the last key that erases all of it.  What is erased
 * need not be kept, and what follows stands at a line's begin. */
static char *find_erased(char *s, size_t len)
{
    char *key = memrchr(s, TYPED_ERASE_LINE, len);

    return key != NULL ? key + 1 : NULL;
}

/* Who does not read the answers gets no occasion for more of them. */
static bool wait_while_behind(struct line *l)
{
    if (!conn_is_behind(l->conn)) {
        return false;
    }
    l->is_waiting = true;
    conn_notify_drained(l->conn);
    return true;
}

/* Runs the lines in the n bytes at data, of which the first scanned hold no line end, until one
 * must wait.  Returns how many bytes are done with. */
static size_t run_lines(struct line *l, char *data, size_t n, size_t scanned)
{
    size_t done = 0;
    int lines = 0;

    while (done < n && !l->is_waiting && conn_is_open(l->conn)) {
        char *start = data + done;
        char *end, *erased;
        bool is_whole;
        size_t len;

        if (l->is_after_cr) {
            l->is_after_cr = false;
            if (*start == '\n' || *start == '\0') {
                done++;
                continue;
            }
        }
        if (*start == '\0' && !l->is_overlong) { /* some clients keep the connection alive with them */
            done++;
            scanned -= scanned > 0;
            continue;
        }
        if (*start == CTRL_D && !l->is_overlong) {
            l->is_eof = true; /* telnet on an empty line: its user wants to go */
            return n;
        }
        if (lines == LINES_PER_TURN) {
            l->is_waiting = true;
            conn_yield(l->conn);
            break;
        }
        if (wait_while_behind(l)) {
            break;
        }
        end = (char *)(uintptr_t)find_end(start + scanned, n - done - scanned);
        len = end == NULL ? n - done : (size_t)(end - start);
        is_whole = end != NULL && !l->is_overlong && len <= max_line(l);
        erased = is_whole ? NULL : find_erased(start + scanned, len - scanned);
        scanned = 0;
        if (erased != NULL) {
            done = (size_t)(erased - data);
            l->is_overlong = false;
            continue;
        }
        if (end == NULL && !l->is_overlong && len <= max_line(l)) {
            break; /* the rest comes later */
        }
        done = end == NULL ? n : (size_t)(end - data) + 1;
        l->is_after_cr = end != NULL && *end == '\r';
        if (!l->is_overlong) {
            bool cut = len > max_line(l);

            lines++;
            if (!run_line(l, start, cut ? l->host->limits->line_bytes : len, cut)) {
                l->is_waiting = true;
            }
            l->is_overlong = cut; /* told at once; what is left of it is dropped */
        }
        if (end != NULL) {
            l->is_overlong = false;
        }
    }
    return done;
}

/* The peer has ended: the unterminated last line is one too. */
static void run_end(struct line *l)
{
    if (!l->is_eof || l->is_waiting || l->is_ended || !conn_is_open(l->conn)) {
        return;
    }
    if (l->rest != NULL) {
        uint32_t len = l->rest->len;
        bool goes_on = l->is_overlong || run_line(l, l->rest->data, len, false);

        rest_consume(l, len);
        if (!goes_on) {
            l->is_waiting = true;
            return;
        }
    }
    l->is_ended = true;
    l->host->events->ended(l->conn->owner);
}

/* Runs what is left over. */
static void run_rest(struct line *l)
{
    struct rest *rest = l->rest;

    if (rest != NULL && l->has_begun && !l->is_waiting) {
        rest_consume(l, run_lines(l, rest->data, rest->len, rest->scanned));
        rest_note_scanned(l);
    }
}

/* Reads on when nothing waits. */
static void settle(struct line *l)
{
    run_end(l);
    if (!conn_is_open(l->conn)) {
        return;
    }
    if (l->is_waiting || wait_while_behind(l)) { /* the latter by telnet's answers, without a line */
        conn_pause(l->conn);
    } else {
        conn_resume(l->conn);
    }
}

static void feed(struct line *l, char *data, size_t n)
{
    if (l->rest != NULL || l->is_waiting) {
        rest_append(l, data, n);
        run_rest(l);
    } else {
        size_t done = run_lines(l, data, n, 0);

        if (done < n) {
            rest_append(l, data + done, n - done);
            rest_note_scanned(l);
        }
    }
}

/* Feeds what of the n bytes at data is text. */
static void feed_telnet(struct line *l, const char *data, size_t n)
{
    char text[NET_READ_BYTES + 2];
    unsigned columns = telnet_peer_columns(l->telnet);
    size_t len = telnet_peer_decode(l->telnet, data, n, text);
    unsigned cost = telnet_peer_take_cost(l->telnet);

    if (telnet_peer_columns(l->telnet) != columns) {
        l->host->events->resized(l->conn->owner);
    }
    if (telnet_peer_take_question(l->telnet)) {
        l->host->events->notice(l->conn->owner, FRONTEND_HERE);
    }
    if (cost > 0 && !l->host->events->worked(l->conn->owner, cost)) {
        l->is_waiting = true;
    }
    if (len > 0) {
        feed(l, text, len);
    }
}

/* As long as the peer has spoken no telnet all is text; what turns out to be telnet's beginning is taken back out of
 * the unfinished line. */
static void feed_plain(struct line *l, char *data, size_t n)
{
    char begun[TELNET_BACK_BYTES];
    size_t len = l->rest != NULL ? l->rest->len : 0;
    size_t at = telnet_find(len > 0 ? l->rest->data : data, len, data, n);
    size_t back = at < len ? len - at : 0;
    size_t plain = at == SIZE_MAX ? n : at - len + back;

    if (plain > 0) {
        feed(l, data, plain);
    }
    if (at == SIZE_MAX || !conn_is_open(l->conn)) {
        return;
    }
    if (back > 0) {
        memcpy(begun, l->rest->data + at, back);
        rest_shorten(l, back);
    }
    l->telnet = telnet_peer_new(l->conn, l->rest != NULL ? l->rest->data : "", l->rest != NULL ? l->rest->len : 0);
    telnet_peer_greet(l->telnet);
    if (back > 0) {
        feed_telnet(l, begun, back);
    }
    feed_telnet(l, data + plain, n - plain);
}

/* Looks at the connection's first bytes.  True when data is for us. */
static bool begin(struct line *l, const char *data, size_t n)
{
    struct rest *held = l->rest;
    size_t len = held != NULL ? held->len : 0;
    char first[FOREIGN_FIRST_BYTES];
    enum reason foreign;
    bool undecided;

    if (len > 0) {
        memcpy(first, held->data, len);
    }
    memcpy(first + len, data, n < sizeof(first) - len ? n : sizeof(first) - len);
    foreign = foreign_by_bytes(first, n < sizeof(first) - len ? len + n : sizeof(first), &undecided);
    if (undecided) {
        rest_append(l, data, n);
        return false;
    }
    l->has_begun = true;
    if (foreign != REASON_NONE) {
        refuse(l, foreign);
        return false;
    }
    if (held != NULL) {
        l->rest = NULL;
        feed_plain(l, held->data, len);
        free(held);
    }
    return conn_is_open(l->conn);
}

/* ---- the connection's input side ---- */

static struct line *line_of_input(struct conn_input *in)
{
    return CONTAINER_OF(in, struct line, fe.input);
}

static void on_input(struct conn_input *in, char *data, size_t n)
{
    struct line *l = line_of_input(in);

    if (l->is_eof || (!l->has_begun && !begin(l, data, n))) {
        return;
    }
    if (l->telnet == NULL) {
        feed_plain(l, data, n);
    } else {
        feed_telnet(l, data, n);
    }
    if (l->telnet != NULL && telnet_peer_is_broken(l->telnet)) {
        conn_request_end(l->conn, REASON_TELNET);
        return;
    }
    l->is_eof |= l->telnet != NULL && telnet_peer_is_eof(l->telnet);
    settle(l);
}

static void on_eof(struct conn_input *in)
{
    struct line *l = line_of_input(in);

    l->is_eof = true;
    if (!l->has_begun) {
        l->has_begun = true;
        run_rest(l);
    }
    settle(l);
}

static void on_ready(struct conn_input *in)
{
    struct line *l = line_of_input(in);

    l->host->events->ready(l->conn->owner);
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

    l->is_waiting = false;
    run_rest(l);
    settle(l);
}

static void line_describe(const struct frontend *fe, struct strbuf *out)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (l->telnet != NULL) {
        telnet_peer_describe(l->telnet, out);
    } else {
        strbuf_adds(out, "your client sends plain lines: nc, a script, or a telnet that has not negotiated\n");
    }
}

static unsigned line_columns(const struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    return l->telnet != NULL ? telnet_peer_columns(l->telnet) : 0;
}

static void line_free(struct frontend *fe)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (l->telnet != NULL) {
        telnet_peer_free(l->telnet);
    }
    if (l->rest != NULL) {
        rest_free(l); /* the connection may stay for a while, to be written */
    }
    free(l);
}

static const struct frontend_ops ops = {
    .resume = line_resume,
    .describe = line_describe,
    .columns = line_columns,
    .free = line_free,
};

void line_attach(struct conn *conn, const struct frontend_host *host)
{
    struct line *l = mem_zalloc(sizeof(*l));

    l->fe.input.ops = &input_ops;
    l->fe.ops = &ops;
    l->conn = conn;
    l->host = host;
    l->is_waiting = true;
    conn_set_input(conn, &l->fe.input);
}

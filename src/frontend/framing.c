/* frontend/framing.c: text cut into lines.
 *
 * Bytes are cut where they lie, in the loop's read buffer; only what is left over, a line without an end or lines that
 * must wait for their turn, is copied into a buffer of the connection's, which is gone when it is empty.  While lines
 * wait, the connection is not read: so the buffer holds at most the longest line and one read. */
#include "config.h"

#include "frontend/framing.h"

#include "base/charsets.h"
#include "base/mem.h"
#include "base/typed.h"
#include "frontend/foreign.h"
#include "net/conn.h"

#include <stdlib.h>
#include <string.h>

enum {
    REST_LEAST = 48,     /* bytes of place for what is left over: half a line that is being typed */
    CTRL_D = 0x04,
};

/* Bytes that are not run yet. */
struct rest {
    uint32_t len, space; /* of data: in use, allocated */
    uint32_t scanned;    /* bytes of data that are known to hold no line end */
    uint32_t decoded;    /* the first bytes of data, which are UTF-8, whatever the charset */
    char data[];         /* space bytes, and one for a NUL */
};

/* ---- the rest ---- */

/* Half a line that is being typed is not worth the counting. */
static void note_input(struct framing *f)
{
    conn_note_input(f->conn,
                    f->ahead_bytes + (f->rest != NULL && f->rest->space > REST_LEAST ? f->rest->space : 0));
}

void framing_note_ahead(struct framing *f, size_t bytes)
{
    f->ahead_bytes = (uint32_t)bytes;
    note_input(f);
}

/* Makes place for len bytes, and for little more than that: a peer decides how long they stay. */
static void rest_set_space(struct framing *f, uint32_t len)
{
    bool is_new = f->rest == NULL;
    uint32_t space = len + len / 8;

    space = space < REST_LEAST ? REST_LEAST : space;
    if (f->is_secret && !is_new) { /* realloc() might leave a copy behind */
        struct rest *rest = mem_alloc(sizeof(*rest) + space + 1);

        memcpy(rest, f->rest, sizeof(*rest) + f->rest->len);
        mem_wipe(f->rest->data, f->rest->len);
        free(f->rest);
        f->rest = rest;
    } else {
        f->rest = mem_realloc(f->rest, sizeof(*f->rest) + space + 1);
    }
    f->rest->space = space;
    if (is_new) {
        f->rest->len = f->rest->scanned = f->rest->decoded = 0;
    }
    note_input(f);
}

static void rest_free(struct framing *f)
{
    free(f->rest);
    f->rest = NULL;
    note_input(f);
}

static void rest_append(struct framing *f, const char *data, size_t n)
{
    uint32_t len = f->rest != NULL ? f->rest->len : 0;

    if (f->rest == NULL || len + n > f->rest->space) {
        rest_set_space(f, len + (uint32_t)n);
    }
    memcpy(f->rest->data + len, data, n);
    f->rest->len = len + (uint32_t)n;
}

/* What is copied may hold a password: the copy is wiped when the line has run, so the original is wiped here. */
static void rest_move(struct framing *f, char *data, size_t n, bool is_decoded)
{
    rest_append(f, data, n);
    mem_wipe(data, n);
    if (is_decoded) {
        f->rest->decoded = f->rest->len;
    }
}

static void rest_consume(struct framing *f, size_t n)
{
    struct rest *rest = f->rest;

    rest->len -= (uint32_t)n;
    if (rest->len == 0) {
        rest_free(f);
        return;
    }
    rest->decoded -= rest->decoded < n ? rest->decoded : (uint32_t)n;
    memmove(rest->data, rest->data + n, rest->len);
    mem_wipe(rest->data + rest->len, n); /* a password may have stood there */
    if (rest->space > REST_LEAST && rest->len < rest->space / 4) {
        rest_set_space(f, rest->len);
    }
}

/* Notes that what is left is a line without an end, which need not be looked through again, unless it
 * is left since lines wait. */
static void rest_note_scanned(struct framing *f)
{
    if (f->rest != NULL) {
        f->rest->scanned = f->is_waiting ? 0 : f->rest->len;
    }
}

/* ---- lines ---- */

static uint32_t max_line(const struct framing *f)
{
    return f->host->limits->line_bytes * f->host->limits->line_parts;
}

/* Appends a line as UTF-8, which the first decoded bytes of it are. */
static void add_decoded(const struct framing *f, struct strbuf *out, const char *text, size_t len, size_t decoded)
{
    const struct charset *charset = charsets_get(f->host->charsets, f->charset);

    decoded = charset == NULL || decoded > len ? len : decoded;
    strbuf_add(out, text, decoded);
    if (decoded < len) {
        (void)charset_decode(charset, out, text + decoded, len - decoded, true);
    }
}

/* Cleans a line of len bytes and passes it on; the byte behind it is overwritten. */
static bool pass_line(struct framing *f, char *text, size_t len, bool cut)
{
    char *expanded = NULL;
    struct typed_found found;
    size_t came = len;
    bool goes_on;

    len = typed_clean(text, len, &found);
    if (found.not_utf8 && !f->told_not_utf8) {
        f->told_not_utf8 = true;
        f->host->events->notice(f->conn->owner, FRONTEND_NOT_UTF8);
    }
    if (found.tabs) {
        text = expanded = typed_expand_tabs(text, len, f->host->limits->line_bytes, &len);
    }
    text[len] = '\0';
    goes_on = f->host->events->line(f->conn->owner, text, len, cut) && conn_is_open(f->conn);
    if (expanded != NULL) {
        mem_wipe(expanded, strlen(expanded));
        free(expanded);
    }
    if (goes_on && len == 0 && came > 0) { /* it was looked at for nothing */
        goes_on = f->host->events->worked(f->conn->owner, 1 + (unsigned)(came / f->host->limits->line_bytes));
    }
    return goes_on;
}

/* The same for a line in a charset, whose UTF-8 may be longer. */
static __attribute__((noinline)) bool pass_encoded(struct framing *f, const char *text, size_t len, size_t decoded,
                                                   bool cut)
{
    struct strbuf line = {0};
    bool goes_on;

    add_decoded(f, &line, text, len, decoded);
    cut |= line.len > max_line(f);
    goes_on = pass_line(f, line.data, cut && line.len > f->host->limits->line_bytes ? f->host->limits->line_bytes
                                                                                   : line.len, cut);
    mem_wipe(line.data, line.room);
    strbuf_fini(&line);
    return goes_on;
}

/* Runs one line of len bytes, of which the first decoded are UTF-8; the byte behind it is overwritten.  False: no
 * further one now. */
static bool run_line(struct framing *f, char *text, size_t len, size_t decoded, bool cut)
{
    enum reason foreign = f->is_later ? REASON_NONE : foreign_by_line(text, len, cut);

    f->is_later |= len > 0; /* RFC 9112, 2.2: empty lines before a request do not count */
    if (foreign != REASON_NONE) {
        foreign_refuse(f->conn, foreign);
        return false;
    }
    if (f->charset != CHARSETS_UTF8 && decoded < len) {
        return pass_encoded(f, text, len, decoded, cut);
    }
    return pass_line(f, text, len, cut);
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
static bool wait_while_behind(struct framing *f)
{
    if (!conn_is_behind(f->conn)) {
        return false;
    }
    f->is_waiting = true;
    conn_notify_drained(f->conn);
    return true;
}

/* Whether c, where a line would begin, is none of it: the rest of an end, or a NUL, which some clients keep the
 * connection alive with. */
static bool is_between_lines(struct framing *f, char c, size_t *scanned)
{
    bool is_after_cr = f->is_after_cr;

    f->is_after_cr = false;
    if (is_after_cr && (c == '\n' || c == '\0')) {
        f->has_crlf = true;
        return true;
    }
    if (c == '\0' && !f->is_overlong) {
        *scanned -= *scanned > 0;
        return true;
    }
    return false;
}

void framing_yield(struct framing *f)
{
    f->is_waiting = true;
    conn_yield(f->conn);
}

/* Whether others have their turn before the next line. */
static bool must_wait(struct framing *f, int lines)
{
    if (lines == FRAMING_TURN_LINES) {
        framing_yield(f);
        return true;
    }
    return wait_while_behind(f);
}

/* Runs the line that begins at start, or drops what of it is too much.  Returns how many of the n bytes are done with;
 * 0: the rest comes later. */
static size_t take_line(struct framing *f, char *start, size_t n, size_t scanned, size_t decoded, int *lines)
{
    char *end = (char *)(uintptr_t)find_end(start + scanned, n - scanned);
    size_t len = end == NULL ? n : (size_t)(end - start);
    bool cut = len > max_line(f);

    if (end == NULL || f->is_overlong || cut) {
        char *erased = find_erased(start + scanned, len - scanned);

        if (erased != NULL) {
            f->is_overlong = false;
            return (size_t)(erased - start);
        }
        if (end == NULL && !f->is_overlong && !cut) {
            return 0;
        }
    }
    f->is_after_cr = end != NULL && *end == '\r';
    f->has_crlf |= f->is_after_cr && len + 1 < n && (end[1] == '\n' || end[1] == '\0');
    if (!f->is_overlong) {
        ++*lines;
        if (!run_line(f, start, cut ? f->host->limits->line_bytes : len, decoded, cut)) {
            f->is_waiting = true;
        }
        f->is_overlong = cut; /* told at once; what is left of it is dropped */
    }
    if (end != NULL) {
        f->is_overlong = false;
    }
    return end == NULL ? n : len + 1;
}

/* Runs the lines in the n bytes at data, of which the first scanned hold no line end, and the first decoded are UTF-8,
 * until one must wait.  Returns how many bytes are done with. */
static size_t run_lines(struct framing *f, char *data, size_t n, size_t scanned, size_t decoded)
{
    size_t done = 0, took;
    int lines = 0;

    while (done < n && !f->is_waiting && conn_is_open(f->conn)) {
        if (is_between_lines(f, data[done], &scanned)) {
            done++;
            continue;
        }
        if (data[done] == CTRL_D && !f->is_overlong) {
            f->is_eof = true; /* telnet on an empty line: its user wants to go */
            return n;
        }
        if (must_wait(f, lines)) {
            break;
        }
        took = take_line(f, data + done, n - done, scanned, decoded > done ? decoded - done : 0, &lines);
        if (took == 0) {
            break;
        }
        done += took;
        scanned = 0;
    }
    return done;
}

/* Runs the unterminated last line; or only tells its author, if its end may be missing because somebody on the way has
 * cut the connection.  False: no further one now. */
static bool run_last(struct framing *f)
{
    if (f->is_overlong) {
        return true;
    }
    if (f->conn->is_cut) {
        f->host->events->notice(f->conn->owner, FRONTEND_CUT);
        return true;
    }
    return run_line(f, f->rest->data, f->rest->len, f->rest->decoded, false);
}

/* The peer has ended: the unterminated last line is one too. */
static void run_end(struct framing *f)
{
    if (!f->is_eof || f->is_waiting || f->is_ended || !conn_is_open(f->conn)) {
        return;
    }
    if (f->rest != NULL) {
        uint32_t len = f->rest->len;
        bool goes_on = run_last(f);

        rest_consume(f, len);
        if (!goes_on) {
            f->is_waiting = true;
            return;
        }
    }
    f->is_ended = true;
    f->host->events->ended(f->conn->owner);
}

/* Runs what is left over. */
static void run_rest(struct framing *f)
{
    struct rest *rest = f->rest;

    if (rest != NULL && f->has_begun && !f->is_waiting) {
        rest_consume(f, run_lines(f, rest->data, rest->len, rest->scanned, rest->decoded));
        rest_note_scanned(f);
    }
}

void framing_settle(struct framing *f)
{
    run_end(f);
    if (!conn_is_open(f->conn)) {
        return;
    }
    /* The latter by telnet's answers or the echo of keys, without a line. */
    if ((f->is_waiting && !f->is_read_ahead) || wait_while_behind(f)) {
        conn_pause(f->conn);
    } else {
        conn_resume(f->conn);
    }
}

static void feed(struct framing *f, char *data, size_t n, bool is_decoded)
{
    if (f->rest != NULL || f->is_waiting) {
        rest_move(f, data, n, is_decoded);
        run_rest(f);
    } else {
        size_t done = run_lines(f, data, n, 0, is_decoded ? n : 0);

        if (done < n) {
            rest_move(f, data + done, n - done, is_decoded);
            rest_note_scanned(f);
        }
    }
}

void framing_feed(struct framing *f, char *data, size_t n)
{
    feed(f, data, n, false);
}

void framing_feed_decoded(struct framing *f, char *data, size_t n)
{
    feed(f, data, n, true);
}

void framing_set_charset(struct framing *f, unsigned charset)
{
    f->charset = (uint8_t)charset;
    f->told_not_utf8 = false; /* that was of another one */
}

void framing_go_on(struct framing *f)
{
    f->is_waiting = false;
    run_rest(f);
}

void framing_end(struct framing *f)
{
    f->is_eof = true;
    if (!f->has_begun) {
        f->has_begun = true;
        run_rest(f);
    }
    framing_settle(f);
}

/* ---- the unfinished line ---- */

void framing_hold(struct framing *f, const char *data, size_t n)
{
    rest_append(f, data, n);
}

char *framing_held(const struct framing *f, size_t *len)
{
    *len = f->rest != NULL ? f->rest->len : 0;
    return f->rest != NULL ? f->rest->data : NULL;
}

void framing_take_back(struct framing *f, size_t n)
{
    struct rest *rest = f->rest;

    rest->len -= (uint32_t)n;
    if (rest->scanned > rest->len) {
        rest->scanned = rest->len;
    }
    if (rest->decoded > rest->len) {
        rest->decoded = rest->len;
    }
    if (rest->len == 0) {
        rest_free(f);
    }
}

void framing_decode_held(struct framing *f)
{
    struct rest *rest = f->rest;
    struct strbuf text = {0};

    if (rest == NULL) {
        return;
    }
    add_decoded(f, &text, rest->data, rest->len, rest->decoded);
    mem_wipe(rest->data, rest->len);
    rest->len = rest->scanned = 0;
    rest_move(f, text.data, text.len, true);
    strbuf_fini(&text);
}

void framing_fini(struct framing *f)
{
    if (f->rest != NULL) {
        rest_free(f); /* the connection may stay for a while, to be written */
    }
}

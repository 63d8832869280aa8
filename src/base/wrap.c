/* base/wrap.c: breaks lines into rows. */
#include "config.h"

#include "base/wrap.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { ESC = 0x1b, BREAK_BYTES = 2 + WRAP_INDENT };

static const char line_break[] = "\r\n    ";
_Static_assert(sizeof(line_break) - 1 == BREAK_BYTES, "a break indents");

/* The row that is being filled; positions are indices into out. */
struct row {
    struct strbuf *out;
    unsigned columns;         /* the most that it may have */
    unsigned used;            /* the columns that it has */
    bool has_space;           /* there are spaces between two words of it */
    size_t space_at, word_at; /* where the last spaces, and the word behind them, begin */
    unsigned word_columns;
    size_t cluster_at;        /* where the last cluster begins */
    unsigned cluster_columns;
    int32_t prev;             /* the character before, for finding clusters; 0 if a cluster begins */
    utf8proc_int32_t state;
};

/* Replaces the bytes from..to by a break; the text behind them has so many columns. */
static void insert_break(struct row *r, size_t from, size_t to, unsigned columns)
{
    struct strbuf *out = r->out;
    size_t tail = out->len - to;

    strbuf_add(out, line_break, BREAK_BYTES); /* to make space */
    memmove(out->data + from + BREAK_BYTES, out->data + to, tail);
    memcpy(out->data + from, line_break, BREAK_BYTES);
    out->len = from + BREAK_BYTES + tail;
    out->data[out->len] = '\0';
    r->cluster_at = r->cluster_at - to + from + BREAK_BYTES;
    r->used = WRAP_INDENT + columns;
    r->has_space = false;
}

/* Makes space for more columns; is_new says that they begin a new cluster, and do not belong to the last one. */
static void make_place(struct row *r, unsigned more, bool is_new)
{
    unsigned place = r->columns - WRAP_INDENT;
    size_t end = r->out->len;

    if (r->used + more <= r->columns) {
        return;
    }
    if (r->has_space && r->word_columns + more <= place) {
        insert_break(r, r->space_at, r->word_at, r->word_columns);
    } else if (!is_new && r->cluster_columns + more <= place) {
        insert_break(r, r->cluster_at, r->cluster_at, r->cluster_columns);
    } else {
        insert_break(r, end, end, 0);
    }
}

/* Adds a character of n bytes. */
static void add_char(struct row *r, const char *s, size_t n, int32_t cp)
{
    bool is_new = r->prev < 0x80 && cp < 0x80;
    unsigned columns = cp >= 0x20 && cp < 0x7f ? 1 : text_char_columns(cp);

    if (is_new) {
        r->state = 0;
    } else {
        is_new = r->prev == 0 || utf8proc_grapheme_break_stateful(r->prev, cp, &r->state);
    }
    make_place(r, columns, is_new);
    if (is_new) {
        r->cluster_at = r->out->len;
        r->cluster_columns = 0;
    }
    strbuf_add(r->out, s, n);
    r->used += columns;
    r->word_columns += columns;
    r->cluster_columns += columns;
    r->prev = cp;
}

/* Adds the run of ASCII at s, in which every character is a cluster, if one row can hold it.  Returns its length, or
 * 0. */
static size_t add_run(struct row *r, const char *s, size_t len)
{
    size_t n = 0;

    if (r->prev >= 0x80) { /* it may form a cluster with the first character */
        return 0;
    }
    while (n < len && n < r->columns && s[n] > ' ' && s[n] < 0x7f) {
        n++;
    }
    if (n == 0 || (r->used + n > r->columns &&
                   !(r->has_space && r->word_columns + n <= r->columns - WRAP_INDENT))) {
        return 0;
    }
    make_place(r, (unsigned)n, true);
    strbuf_add(r->out, s, n);
    r->cluster_at = r->out->len - 1; /* a mark may follow */
    r->cluster_columns = 1;
    r->used += (unsigned)n;
    r->word_columns += (unsigned)n;
    r->prev = s[n - 1];
    r->state = 0;
    return n;
}

/* Adds the spaces at s, or breaks there and leaves them out.  Returns how many there are. */
static size_t add_spaces(struct row *r, const char *s, size_t len)
{
    size_t n = 0;

    while (n < len && s[n] == ' ') {
        n++;
    }
    r->prev = 0;
    r->state = 0;
    if (r->used + n < r->columns) {
        r->has_space = true;
        r->space_at = r->out->len;
        strbuf_add(r->out, s, n);
        r->word_at = r->out->len;
        r->used += (unsigned)n;
        r->word_columns = 0;
    } else if (n < len && s[n] != '\r') {
        insert_break(r, r->out->len, r->out->len, 0);
        r->word_columns = 0;
    }
    return n;
}

/* The length of what takes no columns at s: an escape sequence up to its letter, a bell, or a byte of a line end.  0 if
 * there is none. */
static size_t hidden_bytes(const char *s, size_t len)
{
    size_t n = 1;

    if (s[0] == ESC) {
        while (n < len && s[n - 1] != 'm') {
            n++;
        }
        return n;
    }
    return s[0] == '\a' || s[0] == '\r' || s[0] == '\n';
}

void wrap_lines(struct strbuf *out, const char *text, size_t len, unsigned columns)
{
    struct row r = {.out = out, .columns = columns > WRAP_LEAST ? columns : WRAP_LEAST};

    for (size_t i = 0; i < len;) {
        size_t n = hidden_bytes(text + i, len - i);
        int32_t cp;

        if (n > 0) {
            strbuf_add(out, text + i, n);
            if (text[i] == '\n') {
                r = (struct row){.out = out, .columns = r.columns};
            }
        } else if (text[i] == ' ') {
            n = add_spaces(&r, text + i, len - i);
        } else if ((n = add_run(&r, text + i, len - i)) == 0) {
            n = utf8_next(text + i, len - i, &cp);
            add_char(&r, text + i, n, cp);
        }
        i += n;
    }
}

unsigned wrap_rows(const char *line, size_t len, unsigned columns)
{
    struct strbuf out = {0};
    unsigned rows = 1;

    wrap_lines(&out, line, len, columns);
    for (size_t i = 0; i < out.len; i++) {
        rows += out.data[i] == '\n';
    }
    strbuf_fini(&out);
    return rows;
}

size_t wrap_columns(const char *text, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len;) {
        size_t n = hidden_bytes(text + i, len - i), from = i;

        i += n;
        while (n == 0 && i < len && hidden_bytes(text + i, len - i) == 0) {
            i++;
        }
        columns += n == 0 ? text_columns(text + from, i - from) : 0;
    }
    return columns;
}

static const uint8_t widths[WRAP_CLASSES] = {WRAP_LEAST, 26,  34,  44,  56,  68,  80,
                                             90,         100, 120, 140, 160, 200, 250};

unsigned wrap_class(unsigned columns)
{
    unsigned class = WRAP_CLASSES - 1;

    while (class > 0 && widths[class] > columns) {
        class--;
    }
    return class;
}

unsigned wrap_class_columns(unsigned class)
{
    return widths[class];
}

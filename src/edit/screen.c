/* edit/screen.c: rows, and the bytes that draw them.
 *
 * The control sequences are ECMA-48's that every terminal of clients has: CUU, CUD (up, down), ED (erase below). */
#include "config.h"

#include "edit/screen.h"

#include "base/cluster.h"
#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

#define ERASE_BELOW "\033[J"

enum { ALL_ROWS = UINT16_MAX };

/* One row of a view, from a byte of its text to another. */
struct row {
    size_t begin, end;
    unsigned columns; /* with the prompt */
    bool is_last;
};

/* How a view is broken into rows. */
struct layout {
    const struct screen_view *view;
    const char *prompt;
    unsigned prompt_columns;
    unsigned columns; /* the most of a row */
};

static void begin_layout(struct layout *l, const struct screen *screen, const struct screen_view *view)
{
    *l = (struct layout){.view = view, .prompt = view->prompt, .columns = screen->columns - 1u};
    l->prompt_columns = (unsigned)text_columns(l->prompt, strlen(l->prompt));
    if (l->prompt_columns > l->columns / 2) {
        l->prompt = "> ";
        l->prompt_columns = 2;
    }
}

/* Where the piece that begins at at ends, which one row must hold: a cluster, or a character of one that is too
 * wide. */
static size_t piece_end(const struct layout *l, size_t at, unsigned *columns)
{
    const struct screen_view *v = l->view;
    size_t end = cluster_end(v->text, v->len, at);
    int32_t cp;

    *columns = end - at == 1 ? 1 : (unsigned)text_columns(v->text + at, end - at);
    if (*columns > l->columns - l->prompt_columns) { /* so the first row has one too */
        end = at + utf8_next(v->text + at, v->len - at, &cp);
        *columns = text_char_columns(cp);
    }
    return end;
}

/* The row that begins at begin; the first one has the prompt. */
static struct row row_from(const struct layout *l, size_t begin)
{
    struct row row = {.begin = begin, .end = begin, .columns = begin == 0 ? l->prompt_columns : 0};

    while (row.end < l->view->len) {
        unsigned columns;
        size_t end = piece_end(l, row.end, &columns);

        if (row.columns + columns > l->columns) {
            return row;
        }
        row.columns += columns;
        row.end = end;
    }
    row.is_last = true;
    return row;
}

/* What of a layout concerns the drawing. */
struct plan {
    unsigned rows;       /* of all of it */
    unsigned cursor_row;
    struct row cursor;   /* the row with the cursor */
    unsigned changed_row; /* the first row that may look otherwise than it is drawn */
};

/* A change may take the cluster before it to another row, and the row before that begins is the first that may look
 * otherwise. */
static void make_plan(struct plan *plan, const struct layout *l)
{
    const struct screen_view *v = l->view;
    size_t changed = v->changed < v->len ? v->changed : v->len;
    size_t at = 0;
    struct row row;

    *plan = (struct plan){0};
    changed = changed > 0 ? cluster_begin(v->text, changed) : 0;
    changed -= changed > 0;
    do {
        row = row_from(l, at);
        if (row.begin <= v->cursor) {
            plan->cursor = row;
            plan->cursor_row = plan->rows;
        }
        if (row.begin <= changed) {
            plan->changed_row = plan->rows;
        }
        plan->rows++;
        at = row.end;
    } while (!row.is_last);
}

static uint32_t hash(const char *s)
{
    uint32_t h = 5381;

    while (*s != '\0') {
        h = h * 33 + (unsigned char)*s++;
    }
    return h;
}

/* ---- bytes ---- */

static void go_to_row(struct strbuf *out, unsigned from, unsigned to)
{
    strbuf_addc(out, '\r');
    if (to < from) {
        strbuf_addf(out, "\033[%uA", from - to);
    } else if (to > from) {
        strbuf_addf(out, "\033[%uB", to - from);
    }
}

/* The row up to the byte end of the text. */
static void put_row(struct strbuf *out, const struct layout *l, const struct row *row, size_t end)
{
    if (row->begin == 0) {
        strbuf_adds(out, l->prompt);
    }
    strbuf_add(out, l->view->text + row->begin, end - row->begin);
}

/* Draws the rows from first on and up to, without, end; the cursor is at the beginning of the first one. */
static void put_rows(struct strbuf *out, const struct layout *l, unsigned first, unsigned end)
{
    size_t at = 0;

    for (unsigned i = 0; i < end; i++) {
        struct row row = row_from(l, at);

        if (i >= first) {
            strbuf_adds(out, i > first ? "\r\n" : "");
            put_row(out, l, &row, row.end);
        }
        at = row.end;
    }
}

static unsigned columns_before(const struct layout *l, const struct row *row, size_t cursor)
{
    return (row->begin == 0 ? l->prompt_columns : 0) +
           (unsigned)text_columns(l->view->text + row->begin, cursor - row->begin);
}

/* ---- drawing ---- */

void screen_init(struct screen *screen, unsigned columns, unsigned rows)
{
    *screen = (struct screen){.columns = SCREEN_COLUMNS, .rows = SCREEN_ROWS};
    if (columns > 0) {
        screen->columns = (uint16_t)(columns < SCREEN_LEAST_COLUMNS ? SCREEN_LEAST_COLUMNS : columns);
    }
    if (rows > 0) {
        screen->rows = (uint16_t)rows;
    }
}

/* Text was added behind the last character, where the cursor is, and fits in the row.  Then it is all that has to be
 * written. */
static bool put_appended(struct screen *screen, struct strbuf *out, const struct layout *l)
{
    const struct screen_view *v = l->view;
    size_t columns;

    if (!screen->is_at_end || v->cursor != v->len || v->changed < screen->len || v->len < screen->len) {
        return false;
    }
    if (screen->len > 0 &&
        cluster_end(v->text, v->len, cluster_begin(v->text, screen->len)) != screen->len) {
        return false; /* it belongs to the last character */
    }
    columns = screen->cursor_columns + text_columns(v->text + screen->len, v->len - screen->len);
    if (columns > l->columns) {
        return false;
    }
    strbuf_add(out, v->text + screen->len, v->len - screen->len);
    screen->cursor_columns = (uint16_t)columns;
    screen->len = screen->cursor = v->len;
    return true;
}

/* The first row to be shown, so that the cursor's is among them. */
static unsigned choose_first(const struct screen *screen, const struct plan *plan, unsigned shown)
{
    unsigned first = screen->is_drawn ? screen->first_row : 0;

    if (plan->cursor_row >= first + shown) {
        first = plan->cursor_row - shown + 1;
    }
    if (first + shown > plan->rows) {
        first = plan->rows - shown;
    }
    return plan->cursor_row < first ? plan->cursor_row : first;
}

/* Draws at most so many rows. */
static void draw(struct screen *screen, struct strbuf *out, const struct layout *l, unsigned most)
{
    const struct screen_view *v = l->view;
    uint32_t prompt = hash(l->prompt);
    unsigned shown, first, from, at;
    struct plan plan;

    make_plan(&plan, l);
    shown = plan.rows < most ? plan.rows : most;
    first = choose_first(screen, &plan, shown);
    at = screen->cursor_row; /* all counted from the first row that is shown */
    if (!screen->is_drawn || first != screen->first_row || prompt != screen->prompt_hash) {
        from = 0;
    } else if (v->changed == UINT32_MAX && v->len == screen->len) {
        from = shown;
    } else {
        from = plan.changed_row > first ? plan.changed_row - first : 0;
    }
    if (from < shown) {
        if (screen->is_drawn) {
            go_to_row(out, at, from);
            strbuf_adds(out, ERASE_BELOW);
        }
        put_rows(out, l, first + from, first + shown);
        at = shown - 1;
    }
    screen->is_at_end = v->cursor == v->len && first + shown == plan.rows;
    if (from >= shown || !screen->is_at_end) {
        go_to_row(out, at, plan.cursor_row - first);
        put_row(out, l, &plan.cursor, v->cursor);
    }
    screen->is_drawn = true;
    screen->prompt_hash = prompt;
    screen->len = v->len;
    screen->cursor = v->cursor;
    screen->first_row = (uint16_t)first;
    screen->shown_rows = (uint16_t)shown;
    screen->cursor_row = (uint16_t)(plan.cursor_row - first);
    screen->cursor_columns = (uint16_t)columns_before(l, &plan.cursor, v->cursor);
}

static unsigned most_rows(const struct screen *screen)
{
    return screen->rows > 3 ? screen->rows / 2u : 1;
}

void screen_draw(struct screen *screen, struct strbuf *out, const struct screen_view *view)
{
    struct layout l;

    begin_layout(&l, screen, view);
    if (screen->is_drawn && hash(l.prompt) == screen->prompt_hash) {
        if ((view->changed == UINT32_MAX && view->len == screen->len && view->cursor == screen->cursor) ||
            put_appended(screen, out, &l)) {
            return;
        }
    }
    draw(screen, out, &l, most_rows(screen));
}

void screen_erase(struct screen *screen, struct strbuf *out)
{
    if (screen->is_drawn) {
        go_to_row(out, screen->cursor_row, 0);
        strbuf_adds(out, ERASE_BELOW);
        screen->is_drawn = false;
    }
}

void screen_leave(struct screen *screen, struct strbuf *out, const struct screen_view *view)
{
    struct screen_view all = *view;
    struct layout l;

    all.cursor = all.len;
    begin_layout(&l, screen, &all);
    if (screen->is_drawn && screen->shown_rows >= most_rows(screen)) {
        screen_erase(screen, out); /* there may be rows that were not shown */
    }
    if (!screen->is_drawn || hash(l.prompt) != screen->prompt_hash || !put_appended(screen, out, &l)) {
        draw(screen, out, &l, ALL_ROWS);
    }
    strbuf_adds(out, "\r\n");
    screen->is_drawn = false;
}

/* Rows above the cursor may have become more: they are as wide as the window was. */
void screen_resize(struct screen *screen, struct strbuf *out, unsigned columns, unsigned rows)
{
    unsigned was = screen->columns;
    struct screen now;

    screen_init(&now, columns, rows);
    if (screen->is_drawn && now.columns < was) {
        unsigned each = (was - 1u + now.columns - 1u) / now.columns;

        screen->cursor_row = (uint16_t)(screen->cursor_row * each + screen->cursor_columns / now.columns);
    }
    screen_erase(screen, out);
    *screen = now;
}

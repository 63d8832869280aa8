/* The terminal of tests: the cells of its rows, and a cursor. */
#include "config.h"

#include "fake_terminal.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct fake_terminal term;

static void add_row_text(struct strbuf *out, unsigned row, unsigned end)
{
    size_t blanks = 0;

    for (unsigned i = 0; i < end; i++) {
        const char *cell = term.cells[row][i];

        if (strcmp(cell, " ") == 0) {
            blanks++;
            continue;
        }
        for (; blanks > 0; blanks--) {
            strbuf_addc(out, ' ');
        }
        strbuf_adds(out, cell);
    }
}

static void clear_row(unsigned row, unsigned from)
{
    for (unsigned i = from; i < FAKE_TERMINAL_COLUMNS; i++) {
        strcpy(term.cells[row][i], " ");
    }
}

void fake_terminal_reset(unsigned columns, bool joins)
{
    strbuf_fini(&term.above);
    memset(&term, 0, sizeof(term));
    term.columns = columns;
    term.joins = joins;
    for (unsigned i = 0; i < FAKE_TERMINAL_ROWS; i++) {
        clear_row(i, 0);
    }
}

static void line_feed(void)
{
    if (term.row + 1 < FAKE_TERMINAL_ROWS) {
        term.row++;
        return;
    }
    add_row_text(&term.above, 0, term.columns);
    strbuf_addc(&term.above, '\n');
    memmove(term.cells[0], term.cells[1], sizeof(term.cells[0]) * (FAKE_TERMINAL_ROWS - 1));
    clear_row(FAKE_TERMINAL_ROWS - 1, 0);
}

static bool is_emoji(int32_t cp)
{
    return cp >= 0x1f000 || (cp >= 0x2600 && cp < 0x27c0);
}

/* The cell of the last character before the cursor. */
static char *last_cell(void)
{
    unsigned at = term.column;

    assert_true(at > 0);
    do {
        at--;
    } while (at > 0 && term.cells[term.row][at][0] == '\0');
    return term.cells[term.row][at];
}

/* Whether a character goes to the cell of the last one: marks do, and an emoji behind an emoji and a joiner. */
static bool joins_last(unsigned width, int32_t cp)
{
    int32_t first;

    if (width == 0 || !term.joins || !term.was_joiner || !is_emoji(cp)) {
        return width == 0;
    }
    (void)utf8_next(last_cell(), strlen(last_cell()), &first);
    return is_emoji(first);
}

static void put_char(const char *s, size_t n, int32_t cp)
{
    unsigned width = text_char_columns(cp);
    char *cell;

    if (joins_last(width, cp)) {
        cell = last_cell();
        assert_true(strlen(cell) + n < FAKE_TERMINAL_CELL);
        memcpy(cell + strlen(cell) + n, "", 1);
        memcpy(cell + strlen(cell), s, n);
    } else {
        assert_true(term.column + width < term.columns); /* the last column is never used */
        for (unsigned i = 0; i < width; i++) {
            cell = term.cells[term.row][term.column++];
            memcpy(cell, s, i == 0 ? n : 0);
            cell[i == 0 ? n : 0] = '\0';
        }
    }
    term.was_joiner = cp == 0x200d;
}

static size_t escape(const char *s)
{
    char *end;
    unsigned n = (unsigned)strtoul(s + 2, &end, 10);

    assert_int_equal(s[1], '[');
    n = n == 0 ? 1 : n;
    switch (*end) {
    case 'A':
        assert_true(n <= term.row);
        term.row -= n;
        break;
    case 'B':
        assert_true(term.row + n < FAKE_TERMINAL_ROWS);
        term.row += n;
        break;
    case 'J':
        clear_row(term.row, term.column);
        for (unsigned i = term.row + 1; i < FAKE_TERMINAL_ROWS; i++) {
            clear_row(i, 0);
        }
        break;
    default:
        fail_msg("an unknown sequence: %s", s + 1);
    }
    return (size_t)(end - s) + 1;
}

void fake_terminal_write(const char *s, size_t len)
{
    for (size_t i = 0, n; i < len; i += n) {
        int32_t cp;

        n = 1;
        if (s[i] == '\r') {
            term.column = 0;
        } else if (s[i] == '\n') {
            line_feed();
        } else if (s[i] == '\033') {
            n = escape(s + i);
        } else {
            n = utf8_next(s + i, len - i, &cp);
            put_char(s + i, n, cp);
            continue;
        }
        term.was_joiner = false;
    }
}

const char *fake_terminal_shown(bool to_cursor)
{
    static struct strbuf all;
    unsigned end = to_cursor ? term.row + 1 : FAKE_TERMINAL_ROWS;

    strbuf_reset(&all);
    strbuf_add(&all, strbuf_str(&term.above), term.above.len);
    for (unsigned i = 0; i < end; i++) {
        add_row_text(&all, i, to_cursor && i == term.row ? term.column : term.columns);
        strbuf_addc(&all, '\n');
    }
    strbuf_cut(&all, all.len - 1);
    return strbuf_str(&all);
}

const char *fake_terminal_squeezed(const char *s)
{
    static char buf[2][65536];
    static int which;
    char *out = buf[which = !which], *at = out;

    for (; *s != '\0'; s++) {
        if (*s != ' ' && *s != '\n') {
            *at++ = *s;
        }
    }
    *at = '\0';
    return out;
}

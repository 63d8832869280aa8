/* Tests of edit/screen.h: the bytes go to a small terminal, and what it shows is compared.  It has two ways to show
 * emoji, about which terminals differ. */
#include "config.h"

#include "edit/screen.h"

#include "base/cluster.h"
#include "base/text.h"
#include "base/utf8.h"
#include "edit/buffer.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a terminal ---- */

enum { ROWS = 12, COLUMNS = 40, CELL = 200 };

static struct terminal {
    char cells[ROWS][COLUMNS][CELL]; /* "" for the second half of a wide one too */
    unsigned row, column, columns;
    bool joins;       /* emoji and a joiner take the columns of one emoji */
    bool was_joiner;
    struct strbuf above; /* the rows that have left it, each with a '\n' */
} term;

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
    for (unsigned i = from; i < COLUMNS; i++) {
        strcpy(term.cells[row][i], " ");
    }
}

static void term_reset(unsigned columns, bool joins)
{
    strbuf_fini(&term.above);
    memset(&term, 0, sizeof(term));
    term.columns = columns;
    term.joins = joins;
    for (unsigned i = 0; i < ROWS; i++) {
        clear_row(i, 0);
    }
}

static void line_feed(void)
{
    if (term.row + 1 < ROWS) {
        term.row++;
        return;
    }
    add_row_text(&term.above, 0, term.columns);
    strbuf_addc(&term.above, '\n');
    memmove(term.cells[0], term.cells[1], sizeof(term.cells[0]) * (ROWS - 1));
    clear_row(ROWS - 1, 0);
}

static void put_char(const char *s, size_t n, int32_t cp)
{
    unsigned width = text_char_columns(cp);
    char *cell;

    if (width == 0 || (term.joins && term.was_joiner)) {
        unsigned at = term.column;

        assert_true(at > 0);
        do {
            at--;
        } while (at > 0 && term.cells[term.row][at][0] == '\0');
        cell = term.cells[term.row][at];
        assert_true(strlen(cell) + n < CELL);
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
        assert_true(term.row + n < ROWS);
        term.row += n;
        break;
    case 'J':
        clear_row(term.row, term.column);
        for (unsigned i = term.row + 1; i < ROWS; i++) {
            clear_row(i, 0);
        }
        break;
    default:
        fail_msg("an unknown sequence: %s", s + 1);
    }
    return (size_t)(end - s) + 1;
}

static void term_write(const char *s, size_t len)
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

/* ---- a line in it ---- */

static struct screen screen;
static struct buffer buffer;
static const char *prompt = "#lobby> ";
static struct strbuf said; /* the messages and lines above, as they should be */
static size_t written;

typedef void draw_fn(struct screen *, struct strbuf *, const struct screen_view *);

static void draw_with(draw_fn *how)
{
    struct strbuf out = {0};

    how(&screen, &out,
        &(struct screen_view){.prompt = prompt, .text = buffer_text(&buffer), .len = buffer.len,
                              .cursor = buffer_cursor(&buffer), .changed = buffer.changed});
    buffer.changed = BUFFER_UNCHANGED;
    term_write(strbuf_str(&out), out.len);
    written = out.len;
    strbuf_fini(&out);
}

static void erase(void)
{
    struct strbuf out = {0};

    screen_erase(&screen, &out);
    term_write(strbuf_str(&out), out.len);
    strbuf_fini(&out);
}

static void begin(unsigned columns, unsigned rows, bool joins)
{
    term_reset(columns, joins);
    screen_init(&screen, columns, rows);
    buffer_fini(&buffer);
    strbuf_fini(&said);
}

/* What the terminal shows from its first row on, up to the cursor or all. */
static const char *shown(bool to_cursor)
{
    static struct strbuf all;
    unsigned end = to_cursor ? term.row + 1 : ROWS;

    strbuf_reset(&all);
    strbuf_add(&all, strbuf_str(&term.above), term.above.len);
    for (unsigned i = 0; i < end; i++) {
        add_row_text(&all, i, to_cursor && i == term.row ? term.column : term.columns);
        strbuf_addc(&all, '\n');
    }
    strbuf_cut(&all, all.len - 1);
    return strbuf_str(&all);
}

/* Blanks at the ends of rows cannot be told from empty cells, so the text is compared without blanks and breaks. */
static char *squeezed(const char *s)
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

static void assert_shown(void)
{
    struct strbuf want = {0};

    strbuf_add(&want, strbuf_str(&said), said.len);
    strbuf_adds(&want, prompt);
    strbuf_add(&want, buffer_text(&buffer), buffer_cursor(&buffer));
    assert_string_equal(squeezed(shown(true)), squeezed(strbuf_str(&want)));
    strbuf_adds(&want, buffer_text(&buffer) + buffer_cursor(&buffer));
    assert_string_equal(squeezed(shown(false)), squeezed(strbuf_str(&want)));
    strbuf_fini(&want);
}

static void hear(const char *line)
{
    erase();
    strbuf_adds(&said, line);
    term_write(line, strlen(line));
    term_write("\r\n", 2);
}

static void type(const char *text)
{
    buffer_insert(&buffer, text, strlen(text));
}

static void a_message_is_printed_above_the_line(void **state)
{
    (void)state;
    begin(40, 24, true);
    type("hello wor");
    draw_with(screen_draw);
    assert_shown();
    hear("[#lobby] bob: hi");
    hear("[#lobby] bob: there");
    draw_with(screen_draw);
    assert_shown();
    type("ld");
    draw_with(screen_draw);
    assert_shown();
    assert_int_equal(written, 2); /* a character at the end is all that is sent */
    draw_with(screen_draw);
    assert_int_equal(written, 0);
    assert_string_equal(shown(true), "[#lobby] bob: hi\n[#lobby] bob: there\n#lobby> hello world");
}

static void a_wide_line_takes_rows_and_gives_them_back(void **state)
{
    (void)state;
    for (int joins = 0; joins < 2; joins++) {
        begin(20, 24, joins);
        type("世界世界世界世界世界世界 👩‍👩‍👧👩‍👩‍👧 and more of it");
        draw_with(screen_draw);
        assert_shown();
        buffer.cursor = 0;
        draw_with(screen_draw);
        assert_shown();
        buffer.cursor = 9;
        type("ж");
        draw_with(screen_draw);
        assert_shown();
        hear("a message");
        draw_with(screen_draw);
        assert_shown();
        buffer_erase(&buffer, 3, buffer.len);
        draw_with(screen_draw);
        assert_shown();
    }
}

static void a_line_is_left_to_be_read(void **state)
{
    (void)state;
    begin(20, 8, true); /* four rows of the line are shown */
    for (int i = 0; i < 12; i++) {
        type("0123456789");
        draw_with(screen_draw);
    }
    assert_null(strstr(shown(false), "#lobby"));
    buffer.cursor = 0;
    draw_with(screen_draw);
    assert_string_equal(shown(true), "#lobby>");
    draw_with(screen_leave);
    assert_int_equal(term.column, 0);
    strbuf_adds(&said, prompt);
    strbuf_adds(&said, buffer_text(&buffer));
    buffer_erase(&buffer, 0, buffer.len);
    draw_with(screen_draw);
    assert_shown();
    type("x");
    draw_with(screen_draw);
    buffer.cursor = 0;
    draw_with(screen_leave);
    strbuf_adds(&said, prompt);
    strbuf_adds(&said, "x");
    buffer_erase(&buffer, 0, buffer.len);
    draw_with(screen_draw);
    assert_shown();
}

static void a_prompt_that_changes_or_is_too_wide_is_seen_to(void **state)
{
    (void)state;
    begin(40, 24, true);
    type("hi");
    draw_with(screen_draw);
    prompt = "#ops> ";
    draw_with(screen_draw);
    assert_shown();
    prompt = "#a-very-long-name-of-a-room-indeed> ";
    draw_with(screen_draw);
    assert_memory_equal(shown(true), "> hi", 4);
    prompt = "#lobby> ";
}

/* Random edits, messages and lines on both kinds of terminals: nothing is ever left over or missing. */
static void no_edit_leaves_garbage(void **state)
{
    static const char *const texts[] = {"a", "bc ", "ж", "世", "e\u0301", "👍🏽",
                                        "👩‍👩‍👧", "❤️", "🇩🇪", "\u0301", " ", "word"};
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 60; round++) {
        begin(18 + (unsigned)round % 22, 24, round % 2);
        for (int i = 0; i < 150; i++) {
            uint32_t r = (seed = seed * 1664525 + 1013904223) >> 8, at;

            buffer_settle(&buffer);
            at = buffer.cursor;
            switch (r % 10) {
            case 0:
                buffer.cursor = buffer_left(&buffer);
                break;
            case 1:
                buffer.cursor = buffer_right(&buffer);
                break;
            case 2:
                buffer_erase(&buffer, buffer_left(&buffer), at);
                break;
            case 3:
                buffer_erase(&buffer, buffer_word_left(&buffer), at);
                break;
            case 4:
                buffer.cursor = r & 1024 ? 0 : buffer.len;
                break;
            case 5:
                hear("[#a] b: c");
                break;
            case 6:
                (void)buffer_transpose(&buffer);
                break;
            default:
                if (text_columns(buffer_text(&buffer), buffer.len) < (screen.columns - 4u) * 3 && buffer.len < 150) {
                    type(texts[r / 16 % (sizeof(texts) / sizeof(texts[0]))]);
                }
            }
            if (buffer.len > 0 && cluster_begin(buffer.text, 0) == 0 && buffer.text[0] == '\xcc') {
                buffer_erase(&buffer, 0, buffer_right(&(struct buffer){.text = buffer.text, .len = buffer.len}));
            }
            if (r % 3 != 0) {
                draw_with(screen_draw);
                assert_shown();
            }
            if (r % 40 == 0) {
                draw_with(screen_leave);
                strbuf_adds(&said, prompt);
                strbuf_adds(&said, buffer_text(&buffer));
                buffer_erase(&buffer, 0, buffer.len);
            }
        }
    }
}

static void a_narrower_window_leaves_no_row(void **state)
{
    struct strbuf out = {0};

    (void)state;
    begin(40, 24, true);
    type("123456789012345678901234567890123456789012345678901234567890");
    draw_with(screen_draw);
    /* The terminal breaks two rows of 39 and 29 columns into four of 20: the cursor is in the last one. */
    screen_resize(&screen, &out, 20, 24);
    assert_string_equal(strbuf_str(&out), "\r\033[3A\033[J");
    strbuf_fini(&out);
    term_reset(20, true);
    draw_with(screen_draw);
    screen_resize(&screen, &out, 80, 24); /* a wider one joins none */
    assert_string_equal(strbuf_str(&out), "\r\033[3A\033[J");
    strbuf_fini(&out);
}

static int clean_up(void **state)
{
    (void)state;
    begin(40, 24, true);
    strbuf_fini(&term.above);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_printed_above_the_line),
        cmocka_unit_test(a_wide_line_takes_rows_and_gives_them_back),
        cmocka_unit_test(a_line_is_left_to_be_read),
        cmocka_unit_test(a_prompt_that_changes_or_is_too_wide_is_seen_to),
        cmocka_unit_test(no_edit_leaves_garbage),
        cmocka_unit_test(a_narrower_window_leaves_no_row),
    };

    return cmocka_run_group_tests(tests, NULL, clean_up);
}

/* edit/screen.h: shows the line being typed in the last rows of a terminal.
 *
 * Tells the bytes that draw the line, that draw what has changed, and that erase it again.  Terminals dispute how wide
 * some characters are, emoji above all.  So each row is ended here, before the last column, by the greatest width that
 * a character has anywhere; the cursor moves up and down by rows, and in a row only by writing the text before it once
 * more.  A line of many rows is shown in part, with the cursor in it.  Pure. */
#ifndef CHATD_EDIT_SCREEN_H
#define CHATD_EDIT_SCREEN_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCREEN_LEAST_COLUMNS = 10, SCREEN_COLUMNS = 80, SCREEN_ROWS = 24 };

/* What is to be seen. */
struct screen_view {
    const char *prompt; /* clean text; not shown if it is too wide */
    const char *text;   /* clean text */
    uint32_t len, cursor;
    uint32_t changed;   /* the first byte of text that may have changed since the last call; UINT32_MAX: none */
};

/* Embedded by its owner, which calls screen_init(). */
struct screen {
    uint16_t columns, rows; /* of the window */
    bool is_drawn;
    bool is_at_end;         /* the cursor is behind the last character, in the last row that is shown */
    uint32_t prompt_hash;
    uint32_t len;           /* of the text that is shown */
    uint32_t cursor;
    uint16_t first_row;     /* of the line: the first one that is shown */
    uint16_t shown_rows;
    uint16_t cursor_row;    /* counted from first_row */
    uint16_t cursor_columns; /* before the cursor */
};

/* The size of the window; 0 for what is not known. */
void screen_init(struct screen *screen, unsigned columns, unsigned rows);
/* Draws the view, or what has changed of it.  If nothing is drawn, the cursor stands at the beginning of an empty
 * row. */
void screen_draw(struct screen *screen, struct strbuf *out, const struct screen_view *view);
/* Erases the line: the cursor stands where its first row has begun. */
void screen_erase(struct screen *screen, struct strbuf *out);
/* Leaves the line to be read: all of it is drawn, and the cursor stands at the beginning of the row below it. */
void screen_leave(struct screen *screen, struct strbuf *out, const struct screen_view *view);
/* The window has another size: erases the line, which the terminal may have broken into more rows. */
void screen_resize(struct screen *screen, struct strbuf *out, unsigned columns, unsigned rows);

#endif

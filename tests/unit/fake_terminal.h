/* A small terminal for tests of what is drawn: characters, CR, LF, and the control sequences CUU, CUD and ED.
 *
 * It fails the test when a character would reach the last column, where terminals differ, or when an unknown sequence
 * comes.  It has two ways to show emoji, about which terminals differ. */
#ifndef CHATD_TESTS_FAKE_TERMINAL_H
#define CHATD_TESTS_FAKE_TERMINAL_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum { FAKE_TERMINAL_ROWS = 12, FAKE_TERMINAL_COLUMNS = 40, FAKE_TERMINAL_CELL = 200 };

extern struct fake_terminal {
    /* Of a wide character, the second cell is "". */
    char cells[FAKE_TERMINAL_ROWS][FAKE_TERMINAL_COLUMNS][FAKE_TERMINAL_CELL];
    unsigned row, column, columns;
    bool joins; /* emoji with a joiner between them take the columns of one */
    bool was_joiner;
    struct strbuf above; /* the rows that have left it, each with a '\n' */
} term;

/* Empties it; columns is at most FAKE_TERMINAL_COLUMNS. */
void fake_terminal_reset(unsigned columns, bool joins);
void fake_terminal_write(const char *s, size_t len);
/* What it has shown, from the first row that has left it on, up to the cursor or all; valid until the next call. */
const char *fake_terminal_shown(bool to_cursor);
/* The text without blanks and line ends: blanks at the end of a row cannot be told from empty cells.  Valid until the
 * call after the next. */
const char *fake_terminal_squeezed(const char *s);

#endif

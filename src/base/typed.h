/* base/typed.h: a line as somebody typed it: the keys that edit it, its tabs, bytes of another encoding.
 *
 * A client that sends keys one by one sends Backspace and its like too: they act here.  Everything is a pure
 * function; any thread. */
#ifndef CHATD_BASE_TYPED_H
#define CHATD_BASE_TYPED_H

#include <stdbool.h>
#include <stddef.h>

enum {
    TYPED_BACKSPACE = 0x08,  /* Backspace of a terminal, or the next one */
    TYPED_DELETE = 0x7f,
    TYPED_ERASE_LINE = 0x15, /* Ctrl-U */
    TYPED_ERASE_WORD = 0x17, /* Ctrl-W */
};

/* What typed_clean() has met. */
struct typed_found {
    bool tabs;     /* left in the text */
    bool not_utf8; /* bytes that belong to no well-formed character of UTF-8; dropped */
};

/* Cleans the len bytes at text in place, as text_clean() does, and returns how many are left.  But the keys act on
 * what stands before them: TYPED_BACKSPACE and TYPED_DELETE take the last character with them (a grapheme cluster of
 * UAX #29; of one that is longer than any emoji, its last 48 bytes), TYPED_ERASE_WORD the last word and the blanks
 * behind it, TYPED_ERASE_LINE everything.  A tab stays a tab, for typed_expand_tabs().  O(len). */
size_t typed_clean(char *text, size_t len, struct typed_found *found);

/* The len bytes of valid UTF-8 at text with each tab as blanks up to the next column that is a multiple of 8, or, when
 * that makes more than max bytes, with each tab as one blank.  *expanded is the length.  NUL-terminated, to be freed by
 * the caller. */
char *typed_expand_tabs(const char *text, size_t len, size_t max, size_t *expanded);

#endif

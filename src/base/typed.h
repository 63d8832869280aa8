/* base/typed.h: a line as it was typed: applies editing keys, expands tabs, finds bytes of another encoding.
 *
 * A client that sends each key as it is pressed sends Backspace and other editing keys too; they take effect here.  All
 * functions are pure; any thread. */
#ifndef CHATD_BASE_TYPED_H
#define CHATD_BASE_TYPED_H

#include <stdbool.h>
#include <stddef.h>

enum {
    TYPED_BACKSPACE = 0x08,  /* terminals send this one for the Backspace key, or TYPED_DELETE */
    TYPED_DELETE = 0x7f,
    TYPED_ERASE_LINE = 0x15, /* Ctrl-U */
    TYPED_ERASE_WORD = 0x17, /* Ctrl-W */
};

/* What typed_clean() has found in the text. */
struct typed_found {
    bool tabs;     /* there are tabs, which are left in the text */
    bool not_utf8; /* there were bytes that are no well-formed UTF-8; they were dropped */
};

/* Cleans the len bytes at text in place, as text_clean() does, and returns the new length.  In addition, editing keys
 * act on the text before them: TYPED_BACKSPACE and TYPED_DELETE remove the last cluster (base/cluster.h),
 * TYPED_ERASE_WORD removes the last word and the blanks behind it, and TYPED_ERASE_LINE removes everything.  A tab
 * stays a tab, for typed_expand_tabs().  O(len). */
size_t typed_clean(char *text, size_t len, struct typed_found *found);

/* Copies the len bytes of valid UTF-8 at text and replaces each tab by blanks up to the next column that is a multiple
 * of 8; or by one blank, if the result would be longer than max bytes.  *expanded is the length of the result, which is
 * NUL-terminated; the caller frees it. */
char *typed_expand_tabs(const char *text, size_t len, size_t max, size_t *expanded);

#endif

/* base/text.h: UTF-8 text from people: cleans, counts, measures and cuts it.
 *
 * All functions are pure; any thread. */
#ifndef CHATD_BASE_TEXT_H
#define CHATD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cleans the len bytes at src and writes the result to dst.  dst has space for len bytes; it may be src itself or lie
 * before src in the same text.  Returns the length of the result: valid UTF-8, not NUL-terminated, that cannot end a
 * line, control a terminal, or change the direction of the text around it.
 *
 * These are dropped: invalid UTF-8 (each byte that cannot be part of a valid sequence, and overlong forms,
 * surrogates and code points past U+10FFFF), C0 and C1 controls and DEL, U+2028 and U+2029,
 * the bidirectional controls (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), U+FEFF,
 * U+FFF9 to U+FFFB, and noncharacters.  The escape sequences that terminals send for keys and pastes are dropped
 * whole, or as far as they go if the text ends within one (ECMA-48 CSI: ESC [ parameters final, such as an arrow
 * key's 1B 5B 41 or the bracketed paste marker 1B 5B 32 30 30 7E; SS3: ESC O final).  A TAB becomes a space.  Cleaning
 * clean text changes nothing.  O(len). */
size_t text_clean(char *dst, const char *src, size_t len);

/* Returns true if text_clean() would not change the len bytes at s. */
bool text_is_clean(const char *s, size_t len);

/* The number of code points in valid UTF-8. */
size_t text_chars(const char *s, size_t len);

/* Returns true if the len bytes of valid UTF-8 at s show nothing: there are no characters, or only spaces, invisible
 * ones (default-ignorable: zero-width characters, fillers, tags, variation selectors) and blank ones (U+2800).  Stops
 * at the first character that shows something. */
bool text_is_blank(const char *s, size_t len);

/* Finds where to cut valid UTF-8 of len bytes so that the first part has at most max_bytes (at least 4) bytes.  The cut
 * is at len if the text fits; otherwise behind the last space in the second half of the part; otherwise before the
 * character that does not fit.  It is never inside a character.  It is not inside a cluster either (before a combining
 * mark or a joiner, between the halves of a flag), if that leaves more than half of the part.  The result is at least 1
 * if len > 0. */
size_t text_cut(const char *s, size_t len, size_t max_bytes);

/* Finds the next line of *text: *len bytes at *line, without the line end, which the last line need not have.  Moves
 * *text behind it.  Returns false if there is none left. */
bool text_next_line(const char **text, const char **line, size_t *len);

/* Finds the next item of *list, whose items are separated by commas: *len bytes at *item, without the blanks around it.
 * Moves *list behind it.  Empty items are skipped.  A part of the form word=value belongs to the item before it,
 * together with the comma between them: "unix:/sock,mode=0660".  Returns false if there is none left. */
bool text_next_item(const char **list, const char **item, size_t *len);

/* Chooses the form of a noun or verb for a number: "1 line", "0 lines". */
static inline const char *text_plural(uint64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* Writes n in decimal digits at dst, at most TEXT_NUMBER_BYTES of them and no NUL, and returns where they end.  For
 * hot paths, where printf() would be most of the cost. */
enum { TEXT_NUMBER_BYTES = 20 };
char *text_put_number(char *dst, uint64_t n);

/* The greatest number of columns that valid UTF-8 takes on any terminal: one that does not join emoji, makes characters
 * wide if the text asks for it (U+FE0F), and knows characters that are newer than this program.  Characters whose width
 * is ambiguous (Unicode's UAX #11) count as narrow. */
size_t text_columns(const char *s, size_t len);
/* The same for one character; 0 for controls. */
unsigned text_char_columns(int32_t cp);

/* Returns true if the valid UTF-8 has a character that is written from right to left (UAX #9: R, AL, AN). */
bool text_has_rtl(const char *s, size_t len);

#endif

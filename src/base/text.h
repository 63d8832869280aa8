/* base/text.h: UTF-8 text of people: cleaning it, counting it, cutting it, folding it.
 *
 * Everything here is a pure function; any thread. */
#ifndef CHATD_BASE_TEXT_H
#define CHATD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Cleans the len bytes at src into dst, which has place for len bytes and may be src itself or lie before
 * it in the same text, and returns how many bytes dst then holds: valid UTF-8 that can neither end a line nor drive a
 * terminal nor turn the direction of what stands around it.  Not NUL-terminated.
 *
 * Dropped: invalid UTF-8 (each byte that cannot be part of a valid sequence; overlong forms,
 * surrogates and code points past U+10FFFF too), C0 and C1 controls and DEL, U+2028 and U+2029,
 * the bidirectional controls (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), U+FEFF,
 * U+FFF9 to U+FFFB, noncharacters.  Dropped whole: the escape sequences that terminals send for
 * keys and pastes (ECMA-48 CSI: ESC [ parameters final, such as an arrow key's 1B 5B 41 or the
 * bracketed paste marker 1B 5B 32 30 30 7E; SS3: ESC O final), or what there is of one that the
 * text's end cuts off.  A TAB becomes a space.  Cleaning clean text changes nothing.  O(len). */
size_t text_clean(char *dst, const char *src, size_t len);

/* True when the len bytes at s are what text_clean() would leave as they are. */
bool text_is_clean(const char *s, size_t len);

/* True when the len bytes at s are well-formed UTF-8. */
bool text_is_utf8(const char *s, size_t len);

/* The number of bytes of the UTF-8 sequence that the last bytes of s (len bytes) begin but do not
 * end and that are still missing: 0 when s ends on a whole character or in invalid bytes, else 1
 * to 3.  Looks at no more than the last 3 bytes. */
unsigned text_missing_bytes(const char *s, size_t len);

/* The number of code points in valid UTF-8. */
size_t text_chars(const char *s, size_t len);

/* True when the len bytes of valid UTF-8 at s show nothing: spaces, characters that are invisible (default-ignorable:
 * zero-width ones, fillers, tags, variation selectors) or blank (U+2800), or no characters at all.  Looks no further
 * than the first one that shows something. */
bool text_is_blank(const char *s, size_t len);

/* Where to cut valid UTF-8 of len bytes so that the first part has at most max_bytes (at least 4)
 * bytes: len itself when it fits; else just behind the last space within the second half of the
 * part; else before the last character that does not fit, never inside a character, and where that
 * leaves more than half of the part not inside a cluster: not before a combining mark or a joiner,
 * not between the halves of a flag.  At least 1 for len > 0. */
size_t text_cut(const char *s, size_t len, size_t max_bytes);

/* The folded form by which names and searches are compared: compatibility decomposition, case
 * folding, composition (Unicode NFKC_Casefold); folding it again changes nothing.  Up to 18 times as
 * many code points as s has.  NUL-terminated, to be freed by the caller; NULL when s is not valid
 * UTF-8. */
char *text_fold(const char *s, size_t len);

/* The same of a short text: NULL also when its decomposition has more than most code points, which is found out at the
 * cost of most. */
char *text_fold_short(const char *s, size_t len, size_t most);

/* The composed form (NFC) of valid UTF-8, to be freed by the caller; NULL when s is not valid. */
char *text_compose(const char *s, size_t len);

/* The next line of *text, len bytes at *line without the end, which the last one need not have; *text is then behind
 * it.  False when there is none left. */
bool text_next_line(const char **text, const char **line, size_t *len);

/* The next item of *list, items separated by commas: len bytes at *item, without the blanks around it; *list is then
 * behind it.  Empty items are passed over.  What has the form word=value goes with the item before it, with the comma
 * between them: "unix:/sock,mode=0660".  False when there is none left. */
bool text_next_item(const char **list, const char **item, size_t *len);

/* The noun or verb that goes with a number: "1 line", "0 lines". */
static inline const char *text_plural(uint64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* Writes n in decimal digits at dst, at most TEXT_NUMBER_BYTES of them and no NUL, and returns where they end: for
 * what is written so often that printf() would be most of it. */
enum { TEXT_NUMBER_BYTES = 20 };
char *text_put_number(char *dst, uint64_t n);

/* The columns that valid UTF-8 takes at most: on a terminal that does not join emoji, makes them wide where text asks
 * for it (U+FE0F), and knows characters that are newer than this program.  Characters whose width is ambiguous
 * (Unicode's UAX #11) count as narrow. */
size_t text_columns(const char *s, size_t len);
/* The same for one character; 0 for controls. */
unsigned text_char_columns(int32_t cp);

#endif

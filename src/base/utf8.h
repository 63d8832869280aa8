/* base/utf8.h: the encoding: well-formed sequences of bytes, and the code points in them.
 *
 * All functions are pure; any thread. */
#ifndef CHATD_BASE_UTF8_H
#define CHATD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns true for a byte that is not a sequence's first one. */
static inline bool utf8_is_continuation(uint8_t c)
{
    return (c & 0xc0) == 0x80;
}

/* Reads one code point of the left bytes (at least 1) at s.  Returns its length; 0 if there is no
 * well-formed one. */
size_t utf8_decode(const uint8_t *s, size_t left, uint32_t *cp);

/* As utf8_decode(), but a byte that is not well-formed is read as U+FFFD, of length 1, so that a caller's
 * loop always goes on. */
size_t utf8_next(const char *s, size_t left, int32_t *cp);

/* The number of bytes from s on that are printable ASCII characters or spaces; eight are tested at a time. */
size_t utf8_plain_run(const uint8_t *s, size_t len);

/* Returns true if the len bytes at s are well-formed UTF-8. */
bool utf8_is_valid(const char *s, size_t len);

/* The number of bytes that are missing if the len bytes at s end inside a UTF-8 sequence: 1 to 3.  0 if they end
 * with a whole character or with invalid bytes.  Reads only the last 3 bytes. */
unsigned utf8_missing_bytes(const char *s, size_t len);

#endif

/* base/utf8.c: the encoding.
 *
 * RFC 3629 section 4 (Unicode, table 3-7) defines well-formed sequences. */
#include "config.h"

#include "base/utf8.h"

#include <string.h>

/* The length of a sequence that begins with lead; 0 if none does. */
static unsigned sequence_len(uint8_t lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Returns false for a second byte that makes an overlong form, a surrogate or a code point past U+10FFFF. */
static bool is_second_byte(uint8_t lead, uint8_t second)
{
    uint8_t min = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t max = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;

    return second >= min && second <= max;
}

size_t utf8_decode(const uint8_t *s, size_t left, uint32_t *cp)
{
    unsigned need = sequence_len(s[0]);

    if (need <= 1) {
        *cp = s[0];
        return need;
    }
    if (left < need || !is_second_byte(s[0], s[1])) {
        return 0;
    }
    *cp = ((uint32_t)s[0] & (0x7fU >> need)) << 6 | (s[1] & 0x3fU);
    for (unsigned i = 2; i < need; i++) {
        if (!utf8_is_continuation(s[i])) {
            return 0;
        }
        *cp = *cp << 6 | (s[i] & 0x3fU);
    }
    return need;
}

size_t utf8_next(const char *s, size_t left, int32_t *cp)
{
    uint32_t c;
    size_t n = utf8_decode((const uint8_t *)s, left, &c);

    *cp = n != 0 ? (int32_t)c : 0xfffd;
    return n != 0 ? n : 1;
}

size_t utf8_plain_run(const uint8_t *s, size_t len)
{
    const uint64_t ones = 0x0101010101010101U;
    size_t i = 0;

    while (len - i >= sizeof(uint64_t)) {
        uint64_t w;

        memcpy(&w, s + i, sizeof(w));
        /* A byte's top bit is set here by 80 to FF in the first term, by 00 to 1F in the second, by 7F in
         * the third; carries and borrows come only from bytes that are such themselves. */
        if (((w | (w - 0x20 * ones) | (w + ones)) & 0x80 * ones) != 0) {
            break;
        }
        i += sizeof(w);
    }
    while (i < len && s[i] >= 0x20 && s[i] < 0x7f) {
        i++;
    }
    return i;
}

bool utf8_is_valid(const char *s, size_t len)
{
    size_t i = 0;

    while (i < len) {
        uint32_t cp;
        size_t n = utf8_decode((const uint8_t *)s + i, len - i, &cp);

        if (n == 0) {
            return false;
        }
        i += n;
    }
    return true;
}

unsigned utf8_missing_bytes(const char *s, size_t len)
{
    for (unsigned back = 1; back <= 3 && back <= len; back++) {
        const uint8_t *lead = (const uint8_t *)s + len - back;
        unsigned need;

        if (utf8_is_continuation(*lead)) {
            continue;
        }
        need = sequence_len(*lead);
        if (need <= back || (back >= 2 && !is_second_byte(lead[0], lead[1]))) {
            return 0;
        }
        return need - back;
    }
    return 0;
}

/* base/text.c: UTF-8 text from people.
 *
 * Cleaning works on whole sequences: the result is a concatenation of well-formed, harmless sequences, and
 * no rule looks at bytes on both sides of a dropped sequence.  So dropping a sequence cannot join its neighbours
 * into a new control, escape sequence or code point, and cleaning twice gives the same as cleaning once.
 *
 * ECMA-48 sections 5.3 and 5.4 define escape sequences.  utf8proc provides Unicode's tables. */
#include "config.h"

#include "base/text.h"

#include "base/check.h"
#include "base/utf8.h"

#include <string.h>
#include <utf8proc.h>

enum { ESC = 0x1b };

/* Returns false for a code point beyond ASCII that text_clean() drops. */
static bool is_harmless(uint32_t cp)
{
    if (cp < 0x2000) {
        return cp >= 0xa0 && cp != 0x61c;
    }
    if (cp < 0x2070) {
        return !((cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || (cp & 0xfffe) == 0x200e);
    }
    if (cp < 0xfdd0) {
        return true;
    }
    return !(cp <= 0xfdef || cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb) || (cp & 0xfffe) == 0xfffe);
}

/* The length of the character beyond ASCII at s; 0 if it is dropped.  The first two tests are there for
 * speed: they find lead bytes whose code points are all harmless and whose second byte is any continuation byte. */
static size_t clean_char(const uint8_t *s, size_t left)
{
    uint32_t cp;
    size_t n;

    if (s[0] >= 0xc3 && s[0] <= 0xdf && s[0] != 0xd8) { /* U+00C0 to U+07FF without U+0600 to U+063F */
        return left >= 2 && utf8_is_continuation(s[1]) ? 2 : 0;
    }
    if (s[0] >= 0xe3 && s[0] <= 0xec) { /* U+3000 to U+CFFF */
        return left >= 3 && utf8_is_continuation(s[1]) && utf8_is_continuation(s[2]) ? 3 : 0;
    }
    n = utf8_decode(s, left, &cp);
    return n != 0 && is_harmless(cp) ? n : 0;
}

/* The number of bytes from s on that are kept as they are. */
static size_t clean_run(const uint8_t *s, size_t len)
{
    size_t i = 0;

    while (i < len) {
        size_t n = s[i] < 0x80 ? utf8_plain_run(s + i, len - i) : clean_char(s + i, len - i);

        if (n == 0) {
            break;
        }
        i += n;
    }
    return i;
}

static size_t skip_range(const uint8_t *s, size_t i, size_t len, uint8_t first, uint8_t last)
{
    while (i < len && s[i] >= first && s[i] <= last) {
        i++;
    }
    return i;
}

/* The number of bytes to drop at an ESC, of the len bytes from there on.  If the text ends within a sequence, all of it
 * is dropped; of a malformed sequence only the ESC is dropped, and the rest is text.  The bytes of a malformed sequence
 * are read at most twice, because they hold no other ESC. */
static size_t escape_len(const uint8_t *s, size_t len)
{
    size_t i;

    if (len >= 2 && s[1] == '[') { /* ECMA-48 5.4: CSI, parameter bytes, intermediate bytes, final byte */
        i = skip_range(s, 2, len, 0x30, 0x3f);
        i = skip_range(s, i, len, 0x20, 0x2f);
    } else if (len >= 2 && s[1] == 'O') { /* SS3, then the one character that it shifts */
        i = 2;
    } else {
        return 1;
    }
    if (i == len) {
        return len;
    }
    return s[i] >= 0x40 && s[i] <= 0x7e ? i + 1 : 1;
}

/* The number of bytes to drop where clean_run() stopped. */
static size_t unclean_len(const uint8_t *s, size_t len)
{
    uint32_t cp;
    size_t n;

    if (s[0] == ESC) {
        return escape_len(s, len);
    }
    n = utf8_decode(s, len, &cp);
    return n != 0 ? n : 1;
}

size_t text_clean(char *dst, const char *src, size_t len)
{
    const uint8_t *s = (const uint8_t *)src;
    size_t in = 0;
    size_t out = 0;

    while (in < len) {
        size_t run = clean_run(s + in, len - in);

        if (run != 0 && dst + out != src + in) {
            memmove(dst + out, src + in, run);
        }
        in += run;
        out += run;
        if (in == len) {
            break;
        }
        if (s[in] == '\t') {
            dst[out++] = ' ';
            in++;
        } else {
            in += unclean_len(s + in, len - in);
        }
    }
    return out;
}

bool text_is_clean(const char *s, size_t len)
{
    return clean_run((const uint8_t *)s, len) == len;
}

size_t text_chars(const char *s, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += !utf8_is_continuation((uint8_t)s[i]);
    }
    return n;
}

/* Returns true for a character that shows nothing, whether it takes a column or not. */
static bool is_blank(int32_t cp)
{
    static const struct {
        int32_t first, last;
    } others[] = {
        {0x2065, 0x2065},   {0xfff0, 0xfff8},   {0xe0000, 0xe0fff}, /* default-ignorable, and not assigned yet */
        {0x2800, 0x2800},   {0x16fe4, 0x16fe4}, {0x1d159, 0x1d159}, /* signs that are blank */
        {0x13430, 0x1345f},                                         /* that arrange other signs */
    };

    if (utf8proc_get_property(cp)->ignorable) {
        return true;
    }
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
        return true;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (cp >= others[i].first && cp <= others[i].last) {
            return true;
        }
    }
    return false;
}

bool text_is_blank(const char *s, size_t len)
{
    size_t at = 0;

    while (at < len) {
        int32_t cp = (uint8_t)s[at];
        size_t n = cp < 0x80 ? 1 : utf8_next(s + at, len - at, &cp);

        if (cp < 0x80 ? cp > ' ' && cp != 0x7f : !is_blank(cp)) {
            return false;
        }
        at += n;
    }
    return true;
}

/* Returns true if the character at at does not combine with the space before it (Unicode's UAX #29, GB9). */
static bool is_space_alone(const char *s, size_t len, size_t at)
{
    int32_t cp;

    if (at == len || (uint8_t)s[at] < 0x80) {
        return true;
    }
    utf8_next(s + at, len - at, &cp);
    return utf8proc_grapheme_break(' ', cp);
}

/* The last boundary between grapheme clusters (UAX #29) at or before max_bytes, which is less than len;
 * 0 if there is none.  Searches from the beginning of the text, because all of the text before them decides whether
 * two flags or emoji belong together. */
static size_t last_cluster_end(const char *s, size_t len, size_t max_bytes)
{
    utf8proc_int32_t state = 0;
    utf8proc_int32_t prev;
    utf8proc_int32_t cp;
    size_t best = 0;
    size_t at = utf8_next(s, len, &prev);

    while (at <= max_bytes) {
        size_t n = utf8_next(s + at, len - at, &cp);

        if (utf8proc_grapheme_break_stateful(prev, cp, &state)) {
            best = at;
        }
        prev = cp;
        at += n;
    }
    return best;
}

size_t text_cut(const char *s, size_t len, size_t max_bytes)
{
    size_t at;
    size_t cluster;

    CHECK(max_bytes >= 4);
    if (len <= max_bytes) {
        return len;
    }
    for (at = max_bytes; at > max_bytes / 2; at--) {
        if (s[at - 1] == ' ' && is_space_alone(s, len, at)) {
            return at;
        }
    }
    at = max_bytes;
    while (at > max_bytes - 3 && utf8_is_continuation((uint8_t)s[at])) {
        at--;
    }
    if ((uint8_t)s[at - 1] < 0x80 && (uint8_t)s[at] < 0x80) {
        return at;
    }
    cluster = last_cluster_end(s, len, max_bytes);
    return cluster > max_bytes / 2 ? cluster : at;
}

bool text_next_line(const char **text, const char **line, size_t *len)
{
    if (**text == '\0') {
        return false;
    }
    *line = *text;
    *len = strcspn(*text, "\n");
    *text += *len + ((*text)[*len] == '\n');
    return true;
}

/* Returns true for ", word=": the part behind the comma belongs to the item before it. */
static bool is_setting(const char *s)
{
    size_t len;

    s += *s == ',';
    s += strspn(s, " \t");
    len = strspn(s, "abcdefghijklmnopqrstuvwxyz");
    return len > 0 && s[len] == '=';
}

bool text_next_item(const char **list, const char **item, size_t *len)
{
    const char *s = *list + strspn(*list, " \t,");

    *item = s;
    do {
        s += *s == ',';
        s += strcspn(s, ",");
    } while (is_setting(s));
    *list = s;
    while (s > *item && (s[-1] == ' ' || s[-1] == '\t')) {
        s--;
    }
    *len = (size_t)(s - *item);
    return *len > 0;
}

char *text_put_number(char *dst, uint64_t n)
{
    char digits[TEXT_NUMBER_BYTES];
    int count = 0;

    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    while (count > 0) {
        *dst++ = digits[--count];
    }
    return dst;
}

unsigned text_char_columns(int32_t cp)
{
    int columns = utf8proc_charwidth(cp);

    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_CN:
        return 2; /* perhaps an emoji of a later version of Unicode */
    case UTF8PROC_CATEGORY_MN:
        return cp == 0xfe0f ? 1 : (unsigned)columns; /* U+FE0F makes the character before it a wide emoji */
    case UTF8PROC_CATEGORY_CF:
        return cp < 0x2000 ? 1 : (unsigned)columns; /* signs before Arabic numbers are visible */
    default:
        return (unsigned)columns;
    }
}

size_t text_columns(const char *s, size_t len)
{
    size_t columns = 0;
    size_t i = 0;

    while (i < len) {
        int32_t cp;
        size_t plain = utf8_plain_run((const uint8_t *)s + i, len - i);

        columns += plain;
        i += plain;
        if (i < len) {
            i += utf8_next(s + i, len - i, &cp);
            columns += text_char_columns(cp);
        }
    }
    return columns;
}

bool text_has_rtl(const char *s, size_t len)
{
    size_t at = utf8_plain_run((const uint8_t *)s, len);
    int32_t cp;

    while (at < len) {
        utf8proc_bidi_class_t class;

        at += utf8_next(s + at, len - at, &cp);
        class = cp < 0x590 ? UTF8PROC_BIDI_CLASS_L : (utf8proc_bidi_class_t)utf8proc_get_property(cp)->bidi_class;
        if (class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL || class == UTF8PROC_BIDI_CLASS_AN) {
            return true;
        }
    }
    return false;
}

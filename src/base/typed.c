/* base/typed.c: applies editing keys and expands tabs.
 *
 * A line is split at the keys, and each piece between two keys is cleaned and moved to the end of the text so far.  So
 * a key erases clean text, and a line without keys or tabs costs no more than the search for them. */
#include "config.h"

#include "base/typed.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    TAB_COLUMNS = 8,
    /* The longest emoji in use, a family with skin tones, has 41 bytes.  Without a bound, the cost of a line of
     * combining marks and Backspaces would be quadratic. */
    CLUSTER_BYTES = 48,
};

static bool is_key(char c)
{
    return c == TYPED_BACKSPACE || c == TYPED_DELETE || c == TYPED_ERASE_LINE || c == TYPED_ERASE_WORD || c == '\t';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Where the character before at begins; at is greater than 0. */
static size_t step_back(const char *s, size_t at)
{
    do {
        at--;
    } while (at > 0 && utf8_is_continuation((uint8_t)s[at]));
    return at;
}

static int32_t char_at(const char *s, size_t len, size_t at, size_t *next)
{
    int32_t cp;

    *next = at + utf8_next(s + at, len - at, &cp);
    return cp;
}

/* Returns true if a cluster ends between two characters whatever stands before them.  Behind a joiner or a mark this
 * depends on the text before, except for ASCII; between the halves of flags the answer is no. */
static bool is_sure_boundary(int32_t before, int32_t after)
{
    unsigned boundclass = utf8proc_get_property(before)->boundclass;

    return (after < 0x80 || (boundclass != UTF8PROC_BOUNDCLASS_ZWJ && boundclass != UTF8PROC_BOUNDCLASS_EXTEND)) &&
           utf8proc_grapheme_break(before, after);
}

/* Where the last cluster of valid UTF-8 begins. */
static size_t erase_cluster(const char *s, size_t len)
{
    utf8proc_int32_t state = 0;
    int32_t prev, cp;
    size_t begin, at, last, next;

    if (len < 2 || ((uint8_t)s[len - 1] < 0x80 && (uint8_t)s[len - 2] < 0x80)) {
        return len > 0 ? len - 1 : 0;
    }
    begin = step_back(s, len);
    cp = char_at(s, len, begin, &next);
    while (begin > 0) {
        at = step_back(s, begin);
        prev = char_at(s, len, at, &next);
        if (len - at > CLUSTER_BYTES || is_sure_boundary(prev, cp)) {
            break;
        }
        begin = at;
        cp = prev;
    }
    last = begin;
    prev = char_at(s, len, begin, &at);
    for (; at < len; at = next) {
        cp = char_at(s, len, at, &next);
        if (utf8proc_grapheme_break_stateful(prev, cp, &state)) {
            last = at;
        }
        prev = cp;
    }
    return last;
}

static size_t erase_word(const char *s, size_t len)
{
    while (len > 0 && is_blank(s[len - 1])) {
        len--;
    }
    while (len > 0 && !is_blank(s[len - 1])) {
        len--;
    }
    return len;
}

size_t typed_clean(char *text, size_t len, struct typed_found *found)
{
    size_t in = 0;
    size_t out = 0;

    *found = (struct typed_found){0};
    if (text_is_clean(text, len)) {
        return len;
    }
    while (in < len) {
        size_t n = 0;

        while (in + n < len && !is_key(text[in + n])) {
            n++;
        }
        found->not_utf8 |= !utf8_is_valid(text + in, n);
        out += text_clean(text + out, text + in, n);
        in += n;
        if (in == len) {
            break;
        }
        switch (text[in++]) {
        case '\t':
            text[out++] = '\t';
            break;
        case TYPED_ERASE_LINE:
            out = 0;
            break;
        case TYPED_ERASE_WORD:
            out = erase_word(text, out);
            break;
        default:
            out = erase_cluster(text, out);
        }
    }
    found->tabs = memchr(text, '\t', out) != NULL;
    return out;
}

/* Writes the text with its tabs expanded to their columns; if dst is NULL, only counts.  Returns the length. */
static size_t put_expanded(char *dst, const char *text, size_t len)
{
    size_t columns = 0;
    size_t out = 0;

    for (size_t at = 0; at < len;) {
        const char *tab = memchr(text + at, '\t', len - at);
        size_t n = tab != NULL ? (size_t)(tab - text) - at : len - at;
        size_t blanks;

        columns += text_columns(text + at, n);
        blanks = tab != NULL ? TAB_COLUMNS - columns % TAB_COLUMNS : 0;
        if (dst != NULL) {
            memcpy(dst + out, text + at, n);
            memset(dst + out + n, ' ', blanks);
        }
        columns += blanks;
        out += n + blanks;
        at += n + (tab != NULL);
    }
    return out;
}

char *typed_expand_tabs(const char *text, size_t len, size_t max, size_t *expanded)
{
    size_t n = put_expanded(NULL, text, len);
    char *dst;

    if (n <= max) {
        dst = mem_alloc(n + 1);
        put_expanded(dst, text, len);
    } else {
        n = len;
        dst = mem_strndup(text, n);
        for (size_t i = 0; i < n; i++) {
            dst[i] = dst[i] == '\t' ? ' ' : dst[i];
        }
    }
    dst[n] = '\0';
    *expanded = n;
    return dst;
}

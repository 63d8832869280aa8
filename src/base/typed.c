/* base/typed.c: applies editing keys and expands tabs.
 *
 * A line is split at the keys, and each piece between two keys is cleaned and moved to the end of the text so far.  So
 * a key erases clean text, and a line without keys or tabs costs no more than the search for them. */
#include "config.h"

#include "base/typed.h"

#include "base/cluster.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"

#include <string.h>

enum { TAB_COLUMNS = 8 };

static bool is_key(char c)
{
    return c == TYPED_BACKSPACE || c == TYPED_DELETE || c == TYPED_ERASE_LINE || c == TYPED_ERASE_WORD || c == '\t';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
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
            out = cluster_begin(text, out);
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

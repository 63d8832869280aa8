/* base/cluster.c: finds the ends of clusters, by looking at a few characters. */
#include "config.h"

#include "base/cluster.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <utf8proc.h>

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

size_t cluster_begin(const char *s, size_t len)
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

size_t cluster_end(const char *s, size_t len, size_t at)
{
    utf8proc_int32_t state = 0;
    size_t begin = at, next;
    int32_t prev, cp;

    if (len - at < 2 || ((uint8_t)s[at] < 0x80 && (uint8_t)s[at + 1] < 0x80)) {
        return len > at ? at + 1 : at;
    }
    prev = char_at(s, len, at, &at);
    for (; at < len; at = next) {
        cp = char_at(s, len, at, &next);
        if (next - begin > CLUSTER_BYTES || utf8proc_grapheme_break_stateful(prev, cp, &state)) {
            break;
        }
        prev = cp;
    }
    return at;
}

size_t cluster_cut(const char *s, size_t len, size_t columns)
{
    size_t at = 0, end, used = 0;

    while (at < len) {
        end = cluster_end(s, len, at);
        used += text_columns(s + at, end - at);
        if (used > columns) {
            break;
        }
        at = end;
    }
    return at;
}

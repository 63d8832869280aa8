/* base/charset_fit.c: replacing what has no place, cluster by cluster. */
#include "config.h"

#include "base/charset_fit.h"

#include "base/charset.h"
#include "base/cluster.h"
#include "base/fold.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    DECOMPOSED = 32, /* code points of one that is decomposed: U+FDFA has 18 */
    REGIONAL_A = 0x1f1e6, /* the letters of flags */
    REGIONAL_Z = 0x1f1ff,
};

/* What ASCII has, in the order of the code points, for those from first to last. */
static const struct like {
    int32_t first, last;
    const char *ascii;
} likes[] = {
    {0x00a1, 0x00a1, "!"},    {0x00a9, 0x00a9, "(C)"},  {0x00ab, 0x00ab, "\""},
    {0x00ae, 0x00ae, "(R)"},  {0x00b1, 0x00b1, "+-"},   {0x00b4, 0x00b4, "'"},    {0x00b7, 0x00b7, "."},
    {0x00bb, 0x00bb, "\""},   {0x00c6, 0x00c6, "AE"},   {0x00d7, 0x00d7, "x"},    {0x00d8, 0x00d8, "O"},
    {0x00df, 0x00df, "ss"},   {0x00e6, 0x00e6, "ae"},   {0x00f7, 0x00f7, ":"},    {0x00f8, 0x00f8, "o"},
    {0x0110, 0x0110, "D"},    {0x0111, 0x0111, "d"},    {0x0131, 0x0131, "i"},    {0x0141, 0x0141, "L"},
    {0x0142, 0x0142, "l"},    {0x0152, 0x0152, "OE"},   {0x0153, 0x0153, "oe"},   {0x02bb, 0x02bd, "'"},
    {0x02c6, 0x02c6, "^"},    {0x02dc, 0x02dc, "~"},    {0x2010, 0x2015, "-"},    {0x2018, 0x201b, "'"},
    {0x201c, 0x201f, "\""},   {0x2020, 0x2021, "+"},    {0x2022, 0x2023, "*"},    {0x2032, 0x2032, "'"},
    {0x2033, 0x2033, "\""},   {0x2039, 0x2039, "<"},    {0x203a, 0x203a, ">"},    {0x203c, 0x203c, "!!"},
    {0x2043, 0x2043, "-"},    {0x2044, 0x2044, "/"},    {0x20ac, 0x20ac, "EUR"},  {0x2116, 0x2116, "No"},
    {0x2190, 0x2190, "<-"},   {0x2192, 0x2192, "->"},   {0x2194, 0x2194, "<->"},  {0x21d0, 0x21d0, "<="},
    {0x21d2, 0x21d2, "=>"},   {0x2212, 0x2212, "-"},    {0x2215, 0x2215, "/"},    {0x2217, 0x2217, "*"},
    {0x2219, 0x2219, "*"},    {0x223c, 0x223c, "~"},    {0x2248, 0x2248, "~"},    {0x2260, 0x2260, "!="},
    {0x2264, 0x2264, "<="},   {0x2265, 0x2265, ">="},   {0x2500, 0x2501, "-"},    {0x2502, 0x2503, "|"},
    {0x250c, 0x254b, "+"},    {0x2550, 0x2550, "="},    {0x2551, 0x2551, "|"},    {0x2552, 0x256c, "+"},
    {0x25a0, 0x25a1, "#"},    {0x25cf, 0x25cf, "*"},    {0x2639, 0x2639, ":("},   {0x263a, 0x263a, ":)"},
    {0x2713, 0x2714, "v"},    {0x2717, 0x2718, "x"},    {0x2764, 0x2764, "<3"},   {0x3001, 0x3001, ","},
    {0x3002, 0x3002, "."},    {0x300a, 0x300b, "\""},   {0x300c, 0x300f, "\""},   {0x301c, 0x301c, "~"},
    {0x1f600, 0x1f604, ":D"}, {0x1f609, 0x1f609, ";)"}, {0x1f615, 0x1f615, ":/"}, {0x1f61b, 0x1f61b, ":P"},
    {0x1f622, 0x1f622, ":'("}, {0x1f641, 0x1f641, ":("}, {0x1f642, 0x1f642, ":)"},
};

static const char *find_like(int32_t cp)
{
    size_t low = 0, high = sizeof(likes) / sizeof(likes[0]);

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (cp < likes[mid].first) {
            high = mid;
        } else if (cp > likes[mid].last) {
            low = mid + 1;
        } else {
            return likes[mid].ascii;
        }
    }
    return NULL;
}

/* Marks, joiners and variation selectors: nothing is lost that a reader would miss. */
static bool is_dispensable(int32_t cp)
{
    const utf8proc_property_t *p = utf8proc_get_property(cp);

    return p->ignorable || p->category == UTF8PROC_CATEGORY_MN || p->category == UTF8PROC_CATEGORY_ME;
}

static bool add_if_has(const struct charset *charset, struct strbuf *out, int32_t cp)
{
    utf8proc_uint8_t s[4];
    size_t n = (size_t)utf8proc_encode_char(cp, s);

    if (!charset_has(charset, (char *)s, n)) {
        return false;
    }
    strbuf_add(out, (char *)s, n);
    return true;
}

/* The letters and marks of which it consists. */
static bool add_parts(const struct charset *charset, struct strbuf *out, int32_t cp)
{
    utf8proc_int32_t parts[DECOMPOSED];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(cp, parts, DECOMPOSED, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
                                                 &boundary);
    bool has_any = false;

    if (n < 1 || n > DECOMPOSED || (n == 1 && parts[0] == cp)) {
        return false;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        const char *like = find_like(parts[i]);

        if (is_dispensable(parts[i])) {
            continue;
        }
        if (!add_if_has(charset, out, parts[i])) {
            if (like == NULL) {
                return false;
            }
            strbuf_adds(out, like);
        }
        has_any = true;
    }
    return has_any;
}

/* One code point of a cluster, or something for it. */
static bool add_char(const struct charset *charset, struct strbuf *out, int32_t cp)
{
    const char *like = find_like(cp);

    if (is_dispensable(cp) || add_if_has(charset, out, cp)) {
        return true;
    }
    if (like != NULL) {
        strbuf_adds(out, like);
        return true;
    }
    if (cp >= REGIONAL_A && cp <= REGIONAL_Z) {
        strbuf_addc(out, (char)('A' + (cp - REGIONAL_A)));
        return true;
    }
    return add_parts(charset, out, cp);
}

static void add_replaced(const struct charset *charset, struct strbuf *out, const char *s, size_t len)
{
    size_t begin = out->len;

    for (size_t at = 0; at < len;) {
        int32_t cp;

        at += utf8_next(s + at, len - at, &cp);
        if (!add_char(charset, out, cp)) {
            strbuf_cut(out, begin);
            strbuf_addc(out, '?');
            return;
        }
    }
}

/* A letter whose mark follows it is one that has the mark in most charsets; one code point alone stays what it is. */
static bool add_composed(const struct charset *charset, struct strbuf *out, const char *s, size_t len)
{
    int32_t first;
    bool is_one = utf8_next(s, len, &first) == len;
    char *composed = is_one ? NULL : fold_compose(s, len);
    bool has = composed != NULL && charset_has(charset, composed, strlen(composed));

    if (has) {
        strbuf_adds(out, composed);
    }
    free(composed);
    return has;
}

/* The ASCII characters that begin the text and belong to no cluster with what follows. */
static size_t ascii_run(const char *s, size_t len)
{
    size_t n = 0;

    while (n < len && (unsigned char)s[n] < 0x80) {
        n++;
    }
    return n == len || n == 0 ? n : n - 1;
}

void charset_fit_add(const struct charset *charset, struct strbuf *out, const char *s, size_t len)
{
    size_t at = 0;

    if (charset_has(charset, s, len)) {
        strbuf_add(out, s, len);
        return;
    }
    while (at < len) {
        size_t n = ascii_run(s + at, len - at);

        strbuf_add(out, s + at, n);
        at += n;
        if (at < len) {
            n = cluster_end(s, len, at) - at;
            if (charset_has(charset, s + at, n)) {
                strbuf_add(out, s + at, n);
            } else if (!add_composed(charset, out, s + at, n)) {
                add_replaced(charset, out, s + at, n);
            }
            at += n;
        }
    }
}

void charset_fit_encode(const struct charset *charset, struct strbuf *text, bool is_telnet)
{
    struct strbuf fitted = {0}, encoded = {0};

    if (charset != NULL && text->len > 0) {
        charset_fit_add(charset, &fitted, text->data, text->len);
        charset_encode(charset, &encoded, strbuf_str(&fitted), fitted.len, is_telnet);
        strbuf_fini(&fitted);
        strbuf_fini(text);
        *text = encoded;
    }
}

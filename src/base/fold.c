/* base/fold.c: Unicode's forms of a text.
 *
 * utf8proc provides the tables, and composes; decomposing and ordering are done here, in linear time. */
#include "config.h"

#include "base/fold.h"

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* NFKC_Casefold (Unicode 3.13, R5): as utf8proc_NFKC_Casefold(), which takes only NUL-terminated text. */
#define FOLD_OPTIONS \
    (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)

/* Sorts the len adjacent marks at cps by combining class; marks of the same class keep their order. */
static void sort_marks(int32_t *cps, size_t len)
{
    int32_t *sorted = mem_alloc(len * sizeof(*sorted));
    size_t place[257] = {0};

    for (size_t i = 0; i < len; i++) {
        place[utf8proc_get_property(cps[i])->combining_class + 1]++;
    }
    for (size_t c = 1; c < 257; c++) {
        place[c] += place[c - 1];
    }
    for (size_t i = 0; i < len; i++) {
        sorted[place[utf8proc_get_property(cps[i])->combining_class]++] = cps[i];
    }
    memcpy(cps, sorted, len * sizeof(*sorted));
    free(sorted);
}

/* The canonical ordering (Unicode 3.11, D109).  utf8proc_decompose() would sort by swapping, which is quadratic for a
 * line of marks in the wrong order, and a peer can send one. */
static void order_marks(int32_t *cps, size_t len)
{
    size_t i = 0;

    while (i < len) {
        size_t first = i;
        uint16_t prev = 0;
        bool sorted = true;

        for (; i < len; i++) {
            uint16_t class = (uint16_t)utf8proc_get_property(cps[i])->combining_class;

            if (class == 0) {
                break;
            }
            sorted = sorted && class >= prev;
            prev = class;
        }
        if (!sorted) {
            sort_marks(cps + first, i - first);
        }
        i++;
    }
}

/* Decomposes valid UTF-8 into cps, which has space for room + 1 code points.  Returns the number of code points, or -1
 * if there are more than room. */
static utf8proc_ssize_t decompose(const char *s, size_t len, utf8proc_option_t options, int32_t *cps,
                                  utf8proc_ssize_t room)
{
    utf8proc_ssize_t n = 0;
    size_t at = 0;
    int boundary = 0; /* not used without UTF8PROC_CHARBOUND */

    while (at < len && n <= room) {
        int32_t cp;

        at += utf8_next(s + at, len - at, &cp);
        n += utf8proc_decompose_char(cp, cps + n, room - n, options, &boundary);
    }
    return n <= room ? n : -1;
}

/* Orders decomposed text, composes it if options ask for it, and encodes it in the same memory. */
static char *encode(int32_t *cps, utf8proc_ssize_t n, utf8proc_option_t options)
{
    order_marks(cps, (size_t)n);
    n = utf8proc_reencode(cps, n, options);
    CHECK(n >= 0);
    return mem_realloc(cps, (size_t)n + 1);
}

/* As utf8proc_map(), but in linear time and with mem_alloc(). */
static char *map(const char *s, size_t len, utf8proc_option_t options)
{
    utf8proc_ssize_t room =
        utf8proc_decompose((const uint8_t *)s, (utf8proc_ssize_t)len, NULL, 0, options);
    utf8proc_ssize_t n;
    int32_t *cps;

    if (room < 0) {
        return NULL;
    }
    cps = mem_alloc(((size_t)room + 1) * sizeof(*cps)); /* one more: utf8proc_reencode() adds a NUL */
    n = decompose(s, len, options, cps, room);
    CHECK(n >= 0);
    return encode(cps, n, options);
}

static char *fold_ascii(const char *s, size_t len)
{
    char *folded = mem_strndup(s, len);

    for (size_t i = 0; i < len; i++) {
        if (folded[i] >= 'A' && folded[i] <= 'Z') {
            folded[i] = (char)(folded[i] - 'A' + 'a');
        }
    }
    return folded;
}

char *fold_text(const char *s, size_t len)
{
    if (utf8_plain_run((const uint8_t *)s, len) < len) {
        return map(s, len, FOLD_OPTIONS);
    }
    return fold_ascii(s, len);
}

char *fold_short(const char *s, size_t len, size_t most)
{
    utf8proc_ssize_t n;
    int32_t *cps;

    if (utf8_plain_run((const uint8_t *)s, len) == len) {
        return len <= most ? fold_ascii(s, len) : NULL;
    }
    if (!utf8_is_valid(s, len)) {
        return NULL;
    }
    cps = mem_alloc((most + 1) * sizeof(*cps));
    n = decompose(s, len, FOLD_OPTIONS, cps, (utf8proc_ssize_t)most);
    if (n < 0) {
        free(cps);
        return NULL;
    }
    return encode(cps, n, FOLD_OPTIONS);
}

char *fold_compose(const char *s, size_t len)
{
    if (utf8_plain_run((const uint8_t *)s, len) == len) {
        return mem_strndup(s, len);
    }
    return map(s, len, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

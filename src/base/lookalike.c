/* base/lookalike.c: makes the skeleton of a name, and the word that it can be read as.
 *
 * The compatibility decomposition of a character removes width, style and ligatures; the rest is looked up in the table
 * of Unicode's data. */
#include "config.h"

#include "base/lookalike.h"

#include "base/check.h"
#include "base/fold.h"
#include "base/lookalike_table.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MOST_DECOMPOSED = 18 /* the most code points that one decomposes into */ };

/* ---- one character ---- */

/* What cp looks like; NULL if the table does not have it. */
static const char *find_alike(int32_t cp)
{
    size_t low = 0, high = lookalike_table_row_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct lookalike_row *row = &lookalike_table_rows[middle];

        if ((int32_t)row->cp == cp) {
            return lookalike_table_text + row->at;
        }
        if ((int32_t)row->cp < cp) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static bool is_mark(int32_t cp)
{
    utf8proc_category_t category = utf8proc_category(cp);

    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

/* The letter that cp is read as at a glance: a digit, a small capital, or a letter of a similar shape; otherwise cp. */
static int32_t read_as(int32_t cp)
{
    static const char letters[] = "abcdefghiijkimnoprstuvwyz"
                                  "oieastm"
                                  "kmeeetouis";
    static const char *const alikes = "ᴀʙᴄᴅᴇꜰɢʜɪlᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
                                      "013457ꭑ"
                                      "ĸʍɛɜꞓτθμɩƨ";
    const uint8_t *at = (const uint8_t *)alikes;
    int32_t alike;

    for (size_t i = 0; letters[i] != '\0'; i++) {
        at += utf8proc_iterate(at, -1, &alike);
        if (alike == cp) {
            return letters[i];
        }
    }
    return cp;
}

/* ---- a text ---- */

static void add_char(struct strbuf *out, int32_t cp)
{
    char bytes[4];
    utf8proc_ssize_t n;

    if (cp == 'n' && out->len > 0 && out->data[out->len - 1] == 'r') {
        out->data[out->len - 1] = 'm'; /* "rn" looks like it */
        return;
    }
    n = utf8proc_encode_char(cp, (uint8_t *)bytes);
    strbuf_add(out, bytes, (size_t)n);
}

/* Adds one character that has no decomposition. */
static void add_alike(struct strbuf *out, int32_t cp, bool is_word)
{
    const char *alike = is_word && read_as(cp) != cp ? NULL : find_alike(cp);
    char self[5] = {0};
    const uint8_t *at = (const uint8_t *)(alike != NULL ? alike : self);

    utf8proc_encode_char(cp, (uint8_t *)self);
    while (*at != '\0') {
        at += utf8proc_iterate(at, -1, &cp);
        cp = utf8proc_tolower(cp);
        if (!is_word) {
            add_char(out, cp);
        } else if (!is_mark(cp)) {
            add_char(out, read_as(cp));
        }
    }
}

static char *map(const char *s, bool is_word)
{
    const uint8_t *at = (const uint8_t *)s;
    struct strbuf out = {0};
    utf8proc_ssize_t n;
    int32_t cp;

    while (*at != '\0' && (n = utf8proc_iterate(at, -1, &cp)) > 0) {
        int32_t parts[MOST_DECOMPOSED];
        int boundary = 0; /* not used without UTF8PROC_CHARBOUND */
        utf8proc_ssize_t count = utf8proc_decompose_char(cp, parts, MOST_DECOMPOSED,
                                                         UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);

        for (utf8proc_ssize_t i = 0; i < count && i < MOST_DECOMPOSED; i++) {
            if (!is_word || !is_mark(parts[i])) {
                add_alike(&out, parts[i], is_word);
            }
        }
        at += n;
    }
    return strbuf_take(&out);
}

char *lookalike_skeleton(const char *s)
{
    char *decomposed = map(s, false), *skeleton = fold_compose(decomposed, strlen(decomposed));

    CHECK(skeleton != NULL); /* valid UTF-8 comes to valid UTF-8 */
    free(decomposed);
    return skeleton;
}

char *lookalike_word(const char *s)
{
    return map(s, true);
}

/* ---- words ---- */

static bool is_read_as(char *read, const char *word)
{
    bool is_equal = strcmp(read, word) == 0;

    free(read);
    return is_equal;
}

bool lookalike_is(const char *s, const char *word)
{
    return is_read_as(lookalike_word(s), word);
}

/* The length of s without the decimal digits at its end. */
static size_t unnumbered_len(const char *s)
{
    const uint8_t *at = (const uint8_t *)s;
    size_t len = 0;
    utf8proc_ssize_t n;
    int32_t cp;

    while (*at != '\0' && (n = utf8proc_iterate(at, -1, &cp)) > 0) {
        at += n;
        if (utf8proc_category(cp) != UTF8PROC_CATEGORY_ND) {
            len = (size_t)(at - (const uint8_t *)s);
        }
    }
    return len;
}

bool lookalike_is_numbered(const char *s, const char *word)
{
    size_t len = unnumbered_len(s);
    struct strbuf plain = {0};
    bool is_alike;

    strbuf_add(&plain, s, len);
    is_alike = s[len] != '\0' && lookalike_is(strbuf_str(&plain), word);
    strbuf_fini(&plain);
    return is_alike;
}

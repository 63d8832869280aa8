/* base/name.c: checks names and makes their two forms.
 *
 * Both forms must pass the same rules: the shown one, because people see it, and the folded one, because
 * a letter may fold to characters that no name may hold (U+FDFA folds to four words). */
#include "config.h"

#include "base/name.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/fold.h"
#include "base/lookalike.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    MARKS_IN_A_ROW = 3, /* enough for the scripts that stack them, too few to draw over other lines */
    MOST_DECOMPOSED = 4 /* the most code points in NFD of one character of NFC, such as U+1F82 */
};

enum kind { KIND_OTHER, KIND_BASE, KIND_MARK, KIND_JOIN };

static enum kind kind_of(int32_t cp)
{
    if (cp == '-' || cp == '_') {
        return KIND_JOIN;
    }
    if (utf8proc_get_property(cp)->ignorable) { /* Default_Ignorable_Code_Point: invisible */
        return KIND_OTHER;
    }
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
        return KIND_BASE;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return KIND_MARK;
    default:
        return KIND_OTHER;
    }
}

/* Letters that look like the signs with which lines begin and which separate names from text: ':', '!', '*', '-', '<'
 * and '>'.  No letter looks like '[', ']' or '#'. */
static bool is_sign(int32_t cp)
{
    static const int32_t signs[] = {
        0x1c3,  /* Latin letter retroflex click: ! */
        0x2d0,  /* modifier letter triangular colon */
        0x2d1,  /* modifier letter half triangular colon */
        0x16b2, /* runic letter kauna: < */
        0x2cba, 0x2cbb, /* Coptic letter dialect-P ni: - */
        0xa4fd, /* Lisu letter tone mya jeu: : */
        0x1031f, /* Old Italic letter ess: * */
        0x16f3f, /* Miao letter archaic zza: > */
    };

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (cp == signs[i]) {
            return true;
        }
    }
    return false;
}

/* Returns false for letters and marks that look like such a sign and stand behind a letter of another script.  Within
 * their own scripts they are necessary.  base is the last letter or digit before cp; 0 if there is none. */
static bool is_at_home(int32_t cp, int32_t base)
{
    static const struct {
        int32_t cp, first, last; /* the script's own characters */
    } homes[] = {
        {0x903, 0x900, 0x97f},    {0x983, 0x980, 0x9ff},    {0xa03, 0xa00, 0xa7f},    {0xa83, 0xa80, 0xaff},
        {0xb03, 0xb00, 0xb7f},    {0xc03, 0xc00, 0xc7f},    {0xc83, 0xc80, 0xcff},    {0xd03, 0xd00, 0xd7f},
        {0xd83, 0xd80, 0xdff},    {0xe30, 0xe00, 0xe7f},    {0xeb0, 0xe80, 0xeff},    {0xf7f, 0xf00, 0xfff},
        {0x1038, 0x1000, 0x109f}, {0x1433, 0x1400, 0x167f}, {0x1438, 0x1400, 0x167f}, {0x17c7, 0x1780, 0x17ff},
        {0x2d42, 0x2d30, 0x2d7f}, {0x2d46, 0x2d30, 0x2d7f}, {0x2d4c, 0x2d30, 0x2d7f}, {0x2d51, 0x2d30, 0x2d7f},
        {0x2d53, 0x2d30, 0x2d7f}, {0x2d57, 0x2d30, 0x2d7f},
    };

    for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
        if (cp == homes[i].cp) {
            return base == 0 || (base >= homes[i].first && base <= homes[i].last);
        }
    }
    return true;
}

/* Checks one form. */
static enum name_fault check(const char *s, size_t max_chars)
{
    const uint8_t *at = (const uint8_t *)s;
    int32_t cp, base = 0;
    size_t chars = 0;
    unsigned marks = 0;

    if (*at == '\0') {
        return NAME_EMPTY;
    }
    while (*at != '\0') {
        utf8proc_ssize_t n = utf8proc_iterate(at, -1, &cp);
        enum kind kind = n > 0 ? kind_of(cp) : KIND_OTHER;

        if (kind == KIND_OTHER || is_sign(cp) || !is_at_home(cp, base)) {
            return NAME_BAD_CHAR;
        }
        if (chars == 0 && kind != KIND_BASE) {
            return NAME_BAD_START;
        }
        base = kind == KIND_BASE ? cp : base;
        marks = kind == KIND_MARK ? marks + 1 : 0;
        if (marks > MARKS_IN_A_ROW) {
            return NAME_BAD_CHAR;
        }
        if (++chars > max_chars) {
            return NAME_TOO_LONG;
        }
        at += n;
    }
    return NAME_OK;
}

enum name_fault name_init(struct name *out, const char *s, size_t len, size_t max_chars)
{
    enum name_fault fault;

    *out = (struct name){0};
    /* Text that composes to max_chars or fewer is no longer than this, so longer text need not be composed. */
    if (text_chars(s, len) > MOST_DECOMPOSED * max_chars) {
        return NAME_TOO_LONG;
    }
    if (memchr(s, '\0', len) != NULL || (out->shown = fold_compose(s, len)) == NULL) {
        return NAME_BAD_CHAR;
    }
    fault = check(out->shown, max_chars);
    if (fault == NAME_OK) {
        out->folded = fold_short(out->shown, strlen(out->shown), MOST_DECOMPOSED * max_chars);
        fault = out->folded == NULL ? NAME_TOO_LONG : NAME_OK;
    }
    if (fault == NAME_OK && strcmp(out->folded, out->shown) != 0) {
        fault = check(out->folded, max_chars);
    } else if (fault == NAME_OK) {
        free(out->folded); /* as with most names: both forms share one string */
        out->folded = out->shown;
    }
    if (fault != NAME_OK) {
        name_fini(out);
    }
    return fault;
}

char *name_fold(const char *s, size_t len)
{
    return fold_short(s, len, MOST_DECOMPOSED * NAME_MOST_CHARS);
}

void name_fini(struct name *n)
{
    if (n->folded != n->shown) {
        free(n->folded);
    }
    free(n->shown);
    *n = (struct name){0};
}

struct name name_copy(const struct name *n)
{
    char *shown = mem_strdup(n->shown);

    return (struct name){.shown = shown, .folded = n->folded == n->shown ? shown : mem_strdup(n->folded)};
}

int name_is_reserved(const struct name *n)
{
    static const char *const reserved[] = {"you", "server", "system"};

    /* Both forms are checked: a capital letter and its small letter can look like different letters. */
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (lookalike_is(n->shown, reserved[i]) || lookalike_is(n->folded, reserved[i])) {
            return 1;
        }
    }
    return lookalike_is_numbered(n->shown, "guest") || lookalike_is_numbered(n->folded, "guest");
}

const char *name_fault_code(enum name_fault fault)
{
    static const char *const codes[] = {
        [NAME_OK] = "none",
        [NAME_EMPTY] = "empty",
        [NAME_TOO_LONG] = "too-long",
        [NAME_BAD_START] = "bad-start",
        [NAME_BAD_CHAR] = "bad-character",
        [NAME_RESERVED] = "reserved",
    };

    return codes[fault];
}

const char *name_fault_text(enum name_fault fault, size_t max_chars, char *buf, size_t size)
{
    const char *text = "is fine";

    switch (fault) {
    case NAME_OK:
        break;
    case NAME_EMPTY:
        text = "is empty";
        break;
    case NAME_TOO_LONG:
        snprintf(buf, size, "is longer than %zu %s", max_chars, text_plural(max_chars, "character", "characters"));
        return buf;
    case NAME_BAD_START:
        text = "must begin with a letter or a digit";
        break;
    case NAME_BAD_CHAR:
        text = "may hold only letters, digits, '-' and '_'";
        break;
    case NAME_RESERVED:
        text = "is reserved";
        break;
    }
    snprintf(buf, size, "%s", text);
    return buf;
}

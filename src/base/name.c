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
#include "base/script.h"
#include "base/text.h"

enum { MOST_DECOMPOSED = 4 /* the most code points in NFD of one character of NFC, such as U+1F82 */ };

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

/* Returns false for letters and marks that look like such a sign and stand behind a letter of another script, or behind
 * a digit.  Within their own scripts they are necessary.  base is the last letter or digit before cp; 0 if there is
 * none. */
static bool is_at_home(int32_t cp, int32_t base)
{
    static const int32_t signs[] = {
        0x903,  0x983,  0xa03,  0xa83,  0xb03,  0xc03,  0xc83,  0xd03,  0xd83,  0xe30,  0xeb0,
        0xf7f,  0x1038, 0x1433, 0x1438, 0x17c7, 0x2d42, 0x2d46, 0x2d4c, 0x2d51, 0x2d53, 0x2d57,
    };

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (cp == signs[i]) {
            return base == 0 || (!script_is_common(base) && script_is_shared(cp, base));
        }
    }
    return true;
}

/* ---- checking a form ---- */

/* What has been read of it. */
struct reading {
    size_t chars;
    int32_t base; /* the last letter or digit; 0 before the first */
    int32_t mark; /* the character before, if it is a mark; otherwise 0 */
    unsigned marks, stacked, general; /* marks behind base; those of them that take no column; that are of no script */
    int32_t zero; /* of the digits so far; -1 before the first */
    struct script_set scripts; /* in which all characters so far are used */
};

static enum name_fault check_mark(struct reading *r, int32_t cp)
{
    bool is_twice = cp == r->mark;

    r->mark = cp;
    r->marks++;
    r->stacked += utf8proc_category(cp) == UTF8PROC_CATEGORY_MN;
    r->general += script_is_common(cp);
    return is_twice || r->marks > NAME_MARKS || r->stacked > NAME_MARKS_STACKED || r->general > NAME_MARKS_GENERAL
               ? NAME_MANY_MARKS
               : NAME_OK;
}

static enum name_fault check_base(struct reading *r, int32_t cp)
{
    int32_t zero = script_zero(cp);
    bool is_mixed = zero >= 0 && r->zero >= 0 && zero != r->zero;

    r->base = cp;
    r->marks = r->stacked = r->general = 0;
    r->zero = zero >= 0 ? zero : r->zero;
    return is_mixed ? NAME_MIXED_DIGITS : NAME_OK;
}

/* cp is not of KIND_OTHER. */
static enum name_fault check_char(struct reading *r, int32_t cp, enum kind kind)
{
    enum name_fault fault = NAME_OK;

    if (kind == KIND_MARK) {
        fault = check_mark(r, cp);
    } else {
        r->mark = 0;
        fault = kind == KIND_BASE ? check_base(r, cp) : NAME_OK;
    }
    if (!script_narrow(&r->scripts, cp) && fault == NAME_OK) {
        fault = NAME_MIXED_SCRIPTS;
    }
    return fault;
}

/* Checks one form. */
static enum name_fault check(const char *s, size_t max_chars)
{
    struct reading r = {.zero = -1, .scripts = script_all()};
    const uint8_t *at = (const uint8_t *)s;
    enum name_fault fault = NAME_OK;

    if (*at == '\0') {
        return NAME_EMPTY;
    }
    while (*at != '\0' && fault == NAME_OK) {
        int32_t cp;
        utf8proc_ssize_t n = utf8proc_iterate(at, -1, &cp);
        enum kind kind = n > 0 ? kind_of(cp) : KIND_OTHER;

        if (kind == KIND_OTHER || is_sign(cp) || !is_at_home(cp, r.base)) {
            return NAME_BAD_CHAR;
        }
        if (r.chars == 0 && kind != KIND_BASE) {
            return NAME_BAD_START;
        }
        fault = check_char(&r, cp, kind);
        if (++r.chars > max_chars) {
            return NAME_TOO_LONG;
        }
        at += n;
    }
    return fault;
}

/* ---- names ---- */

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

enum name_fault name_init_person(struct name *out, const char *s, size_t len, size_t max_chars)
{
    enum name_fault fault = name_init(out, s, len, max_chars);

    if (fault == NAME_OK && name_is_reserved(out)) {
        name_fini(out);
        fault = NAME_RESERVED;
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
    static const char *const reserved[] = {"you", "server"};

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
        [NAME_MIXED_SCRIPTS] = "mixed-scripts",
        [NAME_MIXED_DIGITS] = "mixed-digits",
        [NAME_MANY_MARKS] = "too-many-marks",
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
    case NAME_MIXED_SCRIPTS:
        text = "may hold letters of one script only, or Chinese, Japanese or Korean ones with Latin ones";
        break;
    case NAME_MIXED_DIGITS:
        text = "may hold digits of one kind only, such as 0 to 9";
        break;
    case NAME_MANY_MARKS:
        text = "has too many marks on one letter";
        break;
    case NAME_RESERVED:
        text = "is reserved";
        break;
    }
    snprintf(buf, size, "%s", text);
    return buf;
}

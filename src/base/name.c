/* base/name.c: what a person or a room may be called.
 *
 * Both forms must pass the same rules: the shown one, because people see it, and the folded one, because
 * a letter may fold to what no name may hold (U+FDFA folds to four words). */
#include "config.h"

#include "base/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "base/text.h"

enum {
    MARKS_IN_A_ROW = 3, /* enough for the scripts that stack them, too few to draw over other lines */
    MOST_DECOMPOSED = 4 /* code points that a character of NFC at most has in NFD, such as U+1F82 */
};

enum kind { KIND_OTHER, KIND_BASE, KIND_MARK, KIND_JOIN };

static enum kind kind_of(int32_t cp)
{
    if (cp == '-' || cp == '_') {
        return KIND_JOIN;
    }
    if (utf8proc_get_property(cp)->ignorable) { /* Default_Ignorable_Code_Point: seen by nobody */
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

/* Checks one form. */
static enum name_fault check(const char *s, size_t max_chars)
{
    const uint8_t *at = (const uint8_t *)s;
    int32_t cp;
    size_t chars = 0;
    unsigned marks = 0;

    if (*at == '\0') {
        return NAME_EMPTY;
    }
    while (*at != '\0') {
        utf8proc_ssize_t n = utf8proc_iterate(at, -1, &cp);
        enum kind kind = n > 0 ? kind_of(cp) : KIND_OTHER;

        if (kind == KIND_OTHER) {
            return NAME_BAD_CHAR;
        }
        if (chars == 0 && kind != KIND_BASE) {
            return NAME_BAD_START;
        }
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
    /* Whatever composes to max_chars or fewer is no longer than this: so no more is worth composing. */
    if (text_chars(s, len) > MOST_DECOMPOSED * max_chars) {
        return NAME_TOO_LONG;
    }
    if (memchr(s, '\0', len) != NULL || (out->shown = text_compose(s, len)) == NULL) {
        return NAME_BAD_CHAR;
    }
    fault = check(out->shown, max_chars);
    if (fault == NAME_OK) {
        out->folded = text_fold_short(out->shown, strlen(out->shown), MOST_DECOMPOSED * max_chars);
        fault = out->folded == NULL ? NAME_TOO_LONG : NAME_OK;
    }
    if (fault == NAME_OK && strcmp(out->folded, out->shown) != 0) {
        fault = check(out->folded, max_chars);
    } else if (fault == NAME_OK) {
        free(out->folded); /* as it is with most: one string serves for both */
        out->folded = out->shown;
    }
    if (fault != NAME_OK) {
        name_fini(out);
    }
    return fault;
}

char *name_fold(const char *s, size_t len)
{
    return text_fold_short(s, len, MOST_DECOMPOSED * NAME_MOST_CHARS);
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

/* True for one or more decimal digits, of any script: not all of them fold to ASCII's. */
static int is_number(const char *s)
{
    const uint8_t *at = (const uint8_t *)s;
    int32_t cp;

    do {
        utf8proc_ssize_t n = utf8proc_iterate(at, -1, &cp);

        if (n <= 0 || utf8proc_category(cp) != UTF8PROC_CATEGORY_ND) {
            return 0;
        }
        at += n;
    } while (*at != '\0');
    return 1;
}

int name_is_reserved(const char *folded)
{
    static const char *const reserved[] = {"you", "server", "system"};

    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (strcmp(folded, reserved[i]) == 0) {
            return 1;
        }
    }
    return strncmp(folded, "guest", 5) == 0 && is_number(folded + 5);
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
        snprintf(buf, size, "is longer than %zu character%s", max_chars, max_chars == 1 ? "" : "s");
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

/* base/reserved.c: compiles the patterns as the words that they can be read as, and matches such words. */
#include "config.h"

#include "base/reserved.h"

#include "base/fold.h"
#include "base/glob.h"
#include "base/lookalike.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reserved {
    size_t count;
    struct glob *globs;
};

/* Compiles a pattern of len bytes. */
static bool compile(struct glob *glob, const char *pattern, size_t len)
{
    char *folded = fold_text(pattern, len);
    char *word = folded != NULL ? lookalike_word(folded) : NULL;
    bool is_good = word != NULL && glob_init(glob, word);

    free(word);
    free(folded);
    return is_good;
}

struct reserved *reserved_new(const char *list)
{
    struct reserved *reserved = mem_zalloc(sizeof(*reserved));
    const char *item;
    size_t len;

    while (text_next_item(&list, &item, &len)) {
        reserved->globs = mem_realloc(reserved->globs, (reserved->count + 1) * sizeof(reserved->globs[0]));
        reserved->count += compile(&reserved->globs[reserved->count], item, len);
    }
    return reserved;
}

void reserved_free(struct reserved *reserved)
{
    if (reserved != NULL) {
        free(reserved->globs);
        free(reserved);
    }
}

static bool matches(const struct reserved *reserved, const char *form)
{
    char *word = lookalike_word(form);
    bool has = false;

    for (size_t i = 0; i < reserved->count && !has; i++) {
        has = glob_matches(&reserved->globs[i], word);
    }
    free(word);
    return has;
}

/* Both forms are checked: a capital letter and its small letter can look like different letters. */
bool reserved_has(const struct reserved *reserved, const struct name *name)
{
    return reserved != NULL && reserved->count > 0 &&
           (matches(reserved, name->folded) || (name->shown != name->folded && matches(reserved, name->shown)));
}

bool reserved_check(const char *pattern, char *err, size_t err_size)
{
    struct glob glob;
    struct name name;
    char *plain = mem_strdup(pattern);
    size_t len = 0;
    enum name_fault fault;

    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at != '*' && *at != '?') {
            plain[len++] = *at;
        }
    }
    fault = name_init(&name, plain, len, NAME_MOST_CHARS);
    free(plain);
    if (fault == NAME_OK) {
        name_fini(&name);
    }
    if (fault == NAME_BAD_CHAR) {
        snprintf(err, err_size, "may hold only what a name may, and the wildcards * and ?");
        return false;
    }
    if (fault == NAME_TOO_LONG || !compile(&glob, pattern, strlen(pattern))) {
        snprintf(err, err_size, "is longer than %d characters", GLOB_CHARS);
        return false;
    }
    return true;
}

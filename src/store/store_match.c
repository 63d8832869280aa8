/* store/store_match.c: looking through texts, and what that costs. */
#include "config.h"

#include "store/store_match.h"

#include "base/fold.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* In bytes of ASCII looked through, some 0.5 ns each. */
enum {
    FOLD_WORK = 16, /* of a byte that must be folded */
    LINE_WORK = 64, /* of a line at least: it must be fetched from memory */
};

static bool is_ascii(const char *s)
{
    while (*s != '\0' && (unsigned char)*s < 0x80) {
        s++;
    }
    return *s == '\0';
}

static bool holds(const char *s, size_t len, const char *words, uint64_t *looked)
{
    size_t folded_len;
    char *own;
    bool found;

    if (is_ascii(s)) {
        *looked += len;
        return strcasestr(s, words) != NULL;
    }
    own = fold_text(s, len);
    folded_len = own != NULL ? strlen(own) : 0;
    *looked += (folded_len > len ? folded_len : len) * FOLD_WORK;
    found = own != NULL && strstr(own, words) != NULL;
    free(own);
    return found;
}

bool store_match_holds(const struct message *m, const char *words, uint64_t *looked)
{
    uint64_t work = 0;
    bool found = holds(m->text, m->text_len, words, &work) || holds(m->actor, strlen(m->actor), words, &work);

    *looked += work > LINE_WORK ? work : LINE_WORK;
    return found;
}

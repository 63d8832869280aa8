/* edit/older.c: one block of lines. */
#include "config.h"

#include "edit/older.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The beginning of the line that ends with the NUL before end. */
static uint32_t line_before(const struct older *r, uint32_t end)
{
    const char *nul = end > 1 ? memrchr(r->lines, '\0', end - 1) : NULL;

    return nul != NULL ? (uint32_t)(nul - r->lines) + 1 : 0;
}

const char *older_get(const struct older *r, size_t i)
{
    uint32_t at = r->len;

    do {
        if (at == 0) {
            return NULL;
        }
        at = line_before(r, at);
    } while (i-- > 0);
    return r->lines + at;
}

size_t older_find(const struct older *r, size_t i, const char *words)
{
    const char *line = older_get(r, i);

    while (line != NULL && strstr(line, words) == NULL) {
        line = line > r->lines ? r->lines + line_before(r, (uint32_t)(line - r->lines)) : NULL;
        i++;
    }
    return line != NULL ? i : SIZE_MAX;
}

void older_add(struct older *r, const char *line, size_t len)
{
    const char *newest = older_get(r, 0);
    uint32_t need = (uint32_t)len + 1, gone = 0;

    if (len == 0 || len >= OLDER_BYTES) {
        return;
    }
    if (newest != NULL && strlen(newest) == len && memcmp(newest, line, len) == 0) {
        return;
    }
    while (r->len - gone + need > OLDER_BYTES || r->count == OLDER_LINES) {
        gone += (uint32_t)strlen(r->lines + gone) + 1;
        r->count--;
    }
    if (gone > 0) {
        r->len -= gone;
        memmove(r->lines, r->lines + gone, r->len);
    }
    if (r->len + need > r->space) {
        r->space = r->len + need + need / 2 < OLDER_BYTES ? r->len + need + need / 2 : OLDER_BYTES;
        r->lines = mem_realloc(r->lines, r->space);
    }
    memcpy(r->lines + r->len, line, len);
    r->lines[r->len + len] = '\0';
    r->len += need;
    r->count++;
}

void older_put_before(struct older *r, const char *lines, size_t len)
{
    struct older all = {0};

    for (size_t at = 0; at < len; at += strlen(lines + at) + 1) {
        older_add(&all, lines + at, strlen(lines + at));
    }
    for (uint32_t at = 0; at < r->len; at += (uint32_t)strlen(r->lines + at) + 1) {
        older_add(&all, r->lines + at, strlen(r->lines + at));
    }
    older_fini(r);
    *r = all;
}

void older_fini(struct older *r)
{
    free(r->lines);
    *r = (struct older){0};
}

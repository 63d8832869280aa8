/* base/mem.c: allocation that aborts instead of failing. */
#include "config.h"

#include "base/mem.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

static void *or_abort(void *p, size_t size)
{
    if (p == NULL) {
        check_abort("out of memory: %zu bytes asked for", size);
    }
    return p;
}

void mem_need(bool worked)
{
    if (!worked) {
        check_abort("out of memory");
    }
}

void *mem_alloc(size_t size)
{
    return or_abort(malloc(size), size);
}

void *mem_zalloc(size_t size)
{
    return or_abort(calloc(1, size), size);
}

void *mem_zalloc_aligned(size_t alignment, size_t size)
{
    return memset(or_abort(aligned_alloc(alignment, size), size), 0, size);
}

void *mem_realloc(void *old, size_t size)
{
    return or_abort(realloc(old, size), size);
}

char *mem_strndup(const char *s, size_t len)
{
    char *copy = mem_alloc(len + 1);

    memcpy(copy, s, len);
    copy[len] = '\0';
    return copy;
}

char *mem_strdup(const char *s)
{
    return mem_strndup(s, strlen(s));
}

void mem_wipe(void *data, size_t len)
{
    explicit_bzero(data, len);
}

void mem_free_secret(char *s)
{
    if (s != NULL) {
        mem_wipe(s, strlen(s));
        free(s);
    }
}

/* base/strbuf.c: a string that grows by doubling. */
#include "config.h"

#include "base/strbuf.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The space tried first for a formatted piece; a longer piece is formatted twice. */
enum { FORMATTED_BYTES = 127 };

/* Makes space for len more bytes and the NUL. */
static void reserve(struct strbuf *b, size_t len)
{
    size_t need = b->len + len + 1;
    size_t room = b->room != 0 ? b->room : 64;

    if (need <= b->room) {
        return;
    }
    while (room < need) {
        room *= 2;
    }
    b->data = mem_realloc(b->data, room);
    b->room = room;
}

void strbuf_init(struct strbuf *b)
{
    *b = (struct strbuf){0};
}

void strbuf_fini(struct strbuf *b)
{
    free(b->data);
    strbuf_init(b);
}

void strbuf_reset(struct strbuf *b)
{
    b->len = 0;
    if (b->data != NULL) {
        b->data[0] = '\0';
    }
}

void strbuf_cut(struct strbuf *b, size_t len)
{
    CHECK(len <= b->len);
    b->len = len;
    if (b->data != NULL) {
        b->data[len] = '\0';
    }
}

const char *strbuf_str(const struct strbuf *b)
{
    return b->data != NULL ? b->data : "";
}

char *strbuf_take(struct strbuf *b)
{
    char *s;

    reserve(b, 0);
    s = b->data;
    s[b->len] = '\0';
    strbuf_init(b);
    return s;
}

void strbuf_add(struct strbuf *b, const char *data, size_t len)
{
    reserve(b, len);
    memcpy(b->data + b->len, data, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *s)
{
    strbuf_add(b, s, strlen(s));
}

void strbuf_addc(struct strbuf *b, char c)
{
    strbuf_add(b, &c, 1);
}

void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
    va_list again;
    size_t space;
    int n;

    reserve(b, FORMATTED_BYTES);
    space = b->room - b->len;
    va_copy(again, ap);
    n = vsnprintf(b->data + b->len, space, fmt, ap);
    CHECK(n >= 0);
    if ((size_t)n >= space) {
        reserve(b, (size_t)n);
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    b->len += (size_t)n;
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    strbuf_vaddf(b, fmt, ap);
    va_end(ap);
}

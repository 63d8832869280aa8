/* base/strbuf.h: a string that grows.
 *
 * Embedded by its owner, which zeroes it or calls strbuf_init() first, and calls strbuf_fini() at the end.  data is
 * NUL-terminated whenever it is not NULL.  Lengths are in bytes.  One thread at a time. */
#ifndef CHATD_BASE_STRBUF_H
#define CHATD_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
    char *data;  /* NULL until something is added */
    size_t len;  /* without the NUL */
    size_t room; /* bytes allocated */
};

void strbuf_init(struct strbuf *b);
void strbuf_fini(struct strbuf *b);
/* Empties the buffer and keeps its memory for the next use. */
void strbuf_reset(struct strbuf *b);
/* Takes back what was added since the buffer had so many bytes. */
void strbuf_cut(struct strbuf *b, size_t len);
/* The text; "" if there is none.  Valid until the next change. */
const char *strbuf_str(const struct strbuf *b);
/* The text, for the caller to free(); the buffer is empty afterwards. */
char *strbuf_take(struct strbuf *b);

void strbuf_add(struct strbuf *b, const char *data, size_t len);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

#endif

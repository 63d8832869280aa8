/* config/mistakes.c: collects mistakes and writes them in order.
 *
 * It knows places and sentences, not what the sentences are about.  The number of mistakes kept has a
 * bound, so that a file of garbage costs no more than one of settings. */
#include "config.h"

#include "config/mistakes.h"

#include "base/check.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SHOWN_ARGUMENT_BYTES = 200, SHOWN_VALUE_BYTES = 60 };

void mistakes_init(struct mistakes *m, const char *path, const char *const *overrides)
{
    *m = (struct mistakes){.path = path, .overrides = overrides};
}

void mistakes_fini(struct mistakes *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->list[i].text);
    }
    m->count = 0;
}

void mistakes_add(struct mistakes *m, size_t place, const char *fmt, ...)
{
    struct strbuf text = {0};
    va_list ap;

    if (m->count == MISTAKES_MAX) {
        m->skipped++;
        return;
    }
    if (place >= MISTAKES_OVERRIDE) {
        strbuf_adds(&text, "-o ");
        mistakes_show(&text, m->overrides[place - MISTAKES_OVERRIDE], SHOWN_ARGUMENT_BYTES);
    } else {
        CHECK(m->path != NULL);
        strbuf_adds(&text, m->path);
        if (place != 0) {
            strbuf_addf(&text, ":%zu", place);
        }
    }
    strbuf_adds(&text, ": ");
    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    m->list[m->count] = (struct mistake){.place = place, .order = m->count, .text = strbuf_take(&text)};
    m->count++;
}

static int compare(const void *a, const void *b)
{
    const struct mistake *left = a;
    const struct mistake *right = b;

    if (left->place != right->place) {
        return left->place < right->place ? -1 : 1;
    }
    return left->order < right->order ? -1 : 1;
}

void mistakes_write(struct mistakes *m, struct strbuf *out)
{
    qsort(m->list, m->count, sizeof(m->list[0]), compare);
    for (size_t i = 0; i < m->count; i++) {
        strbuf_addf(out, "%s\n", m->list[i].text);
    }
    if (m->skipped != 0) {
        strbuf_addf(out, "%s: %zu more %s not shown\n", m->path != NULL ? m->path : "-o", m->skipped,
                    text_plural(m->skipped, "error is", "errors are"));
    }
}

void mistakes_show(struct strbuf *out, const char *text, size_t max_bytes)
{
    size_t left = strlen(text);
    size_t end = out->len + max_bytes;
    utf8proc_int32_t code;

    while (left > 0) {
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)left, &code);
        size_t step = n > 0 ? (size_t)n : 1;

        if (out->len + step > end) {
            strbuf_adds(out, "...");
            return;
        }
        if (n <= 0 || code < 0x20 || (code >= 0x7f && code < 0xa0)) {
            strbuf_addc(out, '?');
        } else {
            strbuf_add(out, text, step);
        }
        text += step;
        left -= step;
    }
}

void mistakes_quote(struct strbuf *out, const char *text)
{
    strbuf_addc(out, '"');
    mistakes_show(out, text, SHOWN_VALUE_BYTES);
    strbuf_addc(out, '"');
}

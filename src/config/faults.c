/* config/faults.c: gathering faults and writing them in order.
 *
 * It knows places and sentences, not what the sentences are about.  The number of faults kept is
 * bounded, so that a file of garbage costs no more than one of settings. */
#include "config.h"

#include "config/faults.h"

#include "base/check.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SHOWN_ARGUMENT_BYTES = 200, SHOWN_VALUE_BYTES = 60 };

void faults_init(struct faults *f, const char *path, const char *const *overrides)
{
    *f = (struct faults){.path = path, .overrides = overrides};
}

void faults_fini(struct faults *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->list[i].text);
    }
    f->count = 0;
}

void faults_add(struct faults *f, size_t place, const char *fmt, ...)
{
    struct strbuf text = {0};
    va_list ap;

    if (f->count == FAULTS_MAX) {
        f->skipped++;
        return;
    }
    if (place >= FAULTS_OVERRIDE) {
        strbuf_adds(&text, "-o ");
        faults_show(&text, f->overrides[place - FAULTS_OVERRIDE], SHOWN_ARGUMENT_BYTES);
    } else {
        CHECK(f->path != NULL);
        strbuf_adds(&text, f->path);
        if (place != 0) {
            strbuf_addf(&text, ":%zu", place);
        }
    }
    strbuf_adds(&text, ": ");
    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    f->list[f->count] = (struct fault){.place = place, .order = f->count, .text = strbuf_take(&text)};
    f->count++;
}

static int compare(const void *a, const void *b)
{
    const struct fault *left = a;
    const struct fault *right = b;

    if (left->place != right->place) {
        return left->place < right->place ? -1 : 1;
    }
    return left->order < right->order ? -1 : 1;
}

void faults_write(struct faults *f, struct strbuf *out)
{
    qsort(f->list, f->count, sizeof(f->list[0]), compare);
    for (size_t i = 0; i < f->count; i++) {
        strbuf_addf(out, "%s\n", f->list[i].text);
    }
    if (f->skipped != 0) {
        strbuf_addf(out, "%s: %zu more %s not shown\n", f->path != NULL ? f->path : "-o", f->skipped,
                    text_plural(f->skipped, "error is", "errors are"));
    }
}

void faults_show(struct strbuf *out, const char *text, size_t max_bytes)
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

void faults_quote(struct strbuf *out, const char *text)
{
    strbuf_addc(out, '"');
    faults_show(out, text, SHOWN_VALUE_BYTES);
    strbuf_addc(out, '"');
}

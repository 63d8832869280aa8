/* frontend/terminal_text.c: views as a charset has them, and keys out of it. */
#include "config.h"

#include "frontend/terminal_text.h"

#include "base/charset_fit.h"
#include "base/cluster.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The length of the first n bytes of the view's text as the charset has them. */
static uint32_t fitted_len(const struct charset *charset, const struct screen_view *view, size_t n)
{
    struct strbuf begin = {0};
    uint32_t len;

    charset_fit_add(charset, &begin, view->text, n);
    len = (uint32_t)begin.len;
    strbuf_fini(&begin);
    return len;
}

void terminal_text_draw(const struct charset *charset, struct screen *screen, struct strbuf *out,
                        const struct screen_view *view, terminal_text_draw_fn *how)
{
    struct strbuf prompt = {0}, text = {0};
    struct screen_view fitted = {.changed = view->changed};

    if (charset == NULL) {
        how(screen, out, view);
        return;
    }
    charset_fit_add(charset, &prompt, view->prompt, strlen(view->prompt));
    charset_fit_add(charset, &text, view->text, view->len);
    fitted.prompt = strbuf_str(&prompt);
    fitted.text = strbuf_str(&text);
    fitted.len = (uint32_t)text.len;
    fitted.cursor = fitted_len(charset, view, view->cursor);
    if (view->changed != UINT32_MAX) { /* it may change the cluster before it */
        fitted.changed = fitted_len(charset, view, view->changed < view->len
                                                       ? cluster_begin(view->text, view->changed) : view->len);
    }
    how(screen, out, &fitted);
    strbuf_fini(&prompt);
    if (text.len > 0) {
        mem_wipe(text.data, text.len);
    }
    strbuf_fini(&text);
}

static size_t piece_len(const char *data, size_t n)
{
    size_t len = 0;

    while (len < n && data[len] != '\r' && data[len] != '\n') {
        len++;
    }
    return len < n ? len + 1 : n;
}

size_t terminal_text_take(const struct charset *charset, struct terminal_half *half, struct strbuf *text,
                          const char *data, size_t n)
{
    size_t len = piece_len(data, n), done;
    struct strbuf raw = {0};

    strbuf_add(&raw, half->bytes, half->len);
    strbuf_add(&raw, data, len);
    done = charset_decode(charset, text, raw.data, raw.len, false);
    half->len = (uint8_t)(raw.len - done);
    memcpy(half->bytes, raw.data + done, half->len);
    mem_wipe(raw.data, raw.len);
    strbuf_fini(&raw);
    return len;
}

/* frontend/terminal_text.h: the line being typed in the charset of its terminal.
 *
 * The editor's text is UTF-8.  What is drawn of it is what the terminal's charset has, so that columns are counted
 * right.  charset is NULL for UTF-8.  Pure. */
#ifndef CHATD_FRONTEND_TERMINAL_TEXT_H
#define CHATD_FRONTEND_TERMINAL_TEXT_H

#include "base/charset.h"
#include "base/strbuf.h"
#include "edit/screen.h"

#include <stddef.h>
#include <stdint.h>

/* Input that is no whole character yet.  Embedded, and zeroed. */
struct terminal_half {
    char bytes[CHARSET_HALF];
    uint8_t len;
};

typedef void terminal_text_draw_fn(struct screen *screen, struct strbuf *out, const struct screen_view *view);

/* Draws a view by how, as the charset has it; the result is UTF-8 still. */
void terminal_text_draw(const struct charset *charset, struct screen *screen, struct strbuf *out,
                        const struct screen_view *view, terminal_text_draw_fn *how);
/* Decodes input up to the end of a line, or all of the n bytes (at least 1) at data, and appends it to text.  Returns
 * the number of bytes that are done with. */
size_t terminal_text_take(const struct charset *charset, struct terminal_half *half, struct strbuf *text,
                          const char *data, size_t n);

#endif

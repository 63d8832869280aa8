/* frontend/waiting.c: a queue of lines in one block. */
#include "config.h"

#include "frontend/waiting.h"

#include "base/mem.h"
#include "base/typed.h"
#include "edit/editor.h"

#include <stdlib.h>
#include <string.h>

static void wipe(struct strbuf *text)
{
    if (text->len > 0) {
        mem_wipe(text->data, text->len);
    }
    strbuf_fini(text);
}

void waiting_add(struct waiting *w, enum waiting_kind kind, const char *line, size_t len)
{
    strbuf_addc(&w->lines, (char)kind);
    strbuf_add(&w->lines, line, len);
    strbuf_addc(&w->lines, '\n');
}

void waiting_add_pasted(struct waiting *w, const char *text, size_t len)
{
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        size_t n = end != NULL ? (size_t)(end - text) : len;
        size_t expanded;
        char *line = typed_expand_tabs(text, n, EDITOR_PASTE_BYTES, &expanded);

        if (expanded > 0) {
            waiting_add(w, WAITING_PASTED, line, expanded);
        }
        free(line);
        n += end != NULL;
        text += n;
        len -= n;
    }
}

char *waiting_take(struct waiting *w, enum waiting_kind *kind, size_t *len)
{
    const char *first = w->lines.data + w->at;
    char *line;

    *kind = (enum waiting_kind)first[0];
    *len = strcspn(first + 1, "\n") + 1;
    line = mem_strndup(first + 1, *len);
    w->at += 1 + *len;
    if (waiting_bytes(w) == 0) {
        wipe(&w->lines);
        w->at = 0;
    }
    return line;
}

void waiting_hold(struct waiting *w, struct strbuf *text, unsigned lines)
{
    wipe(&w->held);
    w->held = *text;
    *text = (struct strbuf){0};
    w->held_lines = lines;
}

unsigned waiting_release(struct waiting *w, bool say)
{
    unsigned lines = w->held_lines;

    if (say && w->held.len > 0) {
        waiting_add_pasted(w, w->held.data, w->held.len);
    }
    wipe(&w->held);
    w->held_lines = 0;
    return lines;
}

void waiting_fini(struct waiting *w)
{
    wipe(&w->lines);
    wipe(&w->held);
    *w = (struct waiting){0};
}

/* frontend/typing_lines.c: passes lines on to framing. */
#include "config.h"

#include "frontend/typing_lines.h"

#include "base/mem.h"
#include "frontend/typing_priv.h"
#include "frontend/typing_screen.h"

#include <stdlib.h>

enum { PASTE_LINES = 10 /* pasted at once and said without asking */ };

static void run_first(struct typing *t)
{
    enum waiting_kind kind;
    size_t len;
    char *line = waiting_take(&t->waiting, &kind, &len);

    if (kind == WAITING_PASTED) {
        typing_screen_show(t, line, len - 1);
    }
    framing_feed_decoded(t->framing, line, len);
    mem_wipe(line, len);
    free(line);
}

void typing_lines_run(struct typing *t)
{
    unsigned lines = 0;

    while (waiting_bytes(&t->waiting) > 0 && !t->framing->is_waiting && conn_is_open(t->framing->conn)) {
        if (lines++ == FRAMING_TURN_LINES) {
            framing_yield(t->framing);
            break;
        }
        run_first(t);
    }
}

static unsigned count_lines(const char *text, size_t len)
{
    unsigned lines = text[len - 1] != '\n';

    for (size_t i = 0; i < len; i++) {
        lines += text[i] == '\n';
    }
    return lines;
}

/* Several lines: what was typed before the cursor belongs to the first one. */
void typing_lines_take_paste(struct typing *t)
{
    struct strbuf pasted = t->editor.pasted;
    struct buffer *b = &t->editor.buffer;
    unsigned lines = count_lines(pasted.data, pasted.len);

    t->editor.pasted = (struct strbuf){0};
    if (t->editor.is_cut) {
        typing_tell(t, FRONTEND_PASTE_CUT);
    }
    if (lines > PASTE_LINES) {
        waiting_hold(&t->waiting, &pasted, lines);
        typing_events(t)->pasted(t->framing->conn->owner, lines);
        return;
    }
    if (b->cursor > 0) {
        struct strbuf all = {0};

        strbuf_add(&all, b->text, b->cursor);
        strbuf_add(&all, pasted.data, pasted.len);
        strbuf_fini(&pasted);
        pasted = all;
        buffer_erase(b, 0, b->cursor);
    }
    waiting_add_pasted(&t->waiting, pasted.data, pasted.len);
    strbuf_fini(&pasted);
    typing_lines_run(t);
}

void typing_lines_take_rest(struct typing *t, struct strbuf *rest)
{
    while (waiting_bytes(&t->waiting) > 0) {
        enum waiting_kind kind;
        size_t len;
        char *line = waiting_take(&t->waiting, &kind, &len);

        strbuf_add(rest, line, len);
        mem_wipe(line, len);
        free(line);
    }
    strbuf_add(rest, buffer_text(&t->editor.buffer), t->editor.buffer.len);
    strbuf_adds(rest, t->has_line ? "\n" : "");
    strbuf_add(rest, strbuf_str(&t->keys), t->keys.len);
}

/* frontend/typing.c: from keys to lines. */
#include "config.h"

#include "frontend/typing.h"

#include "base/mem.h"
#include "edit/older.h"
#include "frontend/typing_lines.h"
#include "frontend/typing_priv.h"
#include "frontend/typing_screen.h"

#include <stdlib.h>
#include <string.h>

#define CTRL_D "\004" /* framing's line by which the person leaves */

enum {
    LINES_BYTES = 8192, /* of lines that wait: when there are more, the next Enter waits too */
    LINE_WORK = 65536,  /* bytes that the editor looks at or draws for the cost of a line */
    LEAST_NOTED = 1024, /* bytes kept that are not worth the counting */
};

static void note_kept(struct typing *t)
{
    const struct editor *e = &t->editor;
    size_t bytes = waiting_bytes(&t->waiting) + t->waiting.held.len + t->keys.len + e->pasted.len + e->killed.len +
                   e->buffer.space;

    t->framing->is_read_ahead = t->keys.len == 0; /* else what comes would only wait with it */
    framing_note_ahead(t->framing, bytes > LEAST_NOTED ? bytes : 0);
}

/* ---- events of the editor ---- */

static void finish_line(struct typing *t)
{
    size_t len;
    char *line;

    if (t->editor.buffer.len == 0 && !t->editor.is_secret) {
        editor_drop(&t->editor); /* of a search that has found nothing */
        return;
    }
    typing_screen_leave(t);
    line = editor_take(&t->editor, &len,
                       !t->editor.is_secret &&
                           typing_events(t)->may_keep(t->framing->conn->owner, buffer_text(&t->editor.buffer)));
    t->told_full = false;
    waiting_add(&t->waiting, WAITING_TYPED, line, len);
    mem_wipe(line, len);
    free(line);
    typing_lines_run(t);
}

/* Ctrl-C: the line, or else what waits. */
static void abandon(struct typing *t)
{
    bool has_lines = waiting_bytes(&t->waiting) > 0 || t->waiting.held.len > 0;

    t->told_full = false;
    if (t->editor.buffer.len > 0) {
        typing_screen_leave(t);
        editor_drop(&t->editor);
    } else if (has_lines) {
        editor_drop(&t->editor);
        waiting_fini(&t->waiting);
        typing_tell(t, FRONTEND_LINES_DROPPED);
    } else {
        editor_drop(&t->editor);
    }
}

unsigned typing_paste(struct typing *t, bool say)
{
    unsigned lines = waiting_release(&t->waiting, say);

    note_kept(t);
    return lines;
}

static void take_event(struct typing *t, enum editor_event event)
{
    switch (event) {
    case EDITOR_NONE:
        break;
    case EDITOR_LINE:
        t->has_line = waiting_bytes(&t->waiting) > LINES_BYTES;
        if (!t->has_line) {
            finish_line(t);
        }
        break;
    case EDITOR_ABANDONED:
        abandon(t);
        break;
    case EDITOR_ENDED:
        waiting_add(&t->waiting, WAITING_TYPED, CTRL_D, strlen(CTRL_D));
        typing_lines_run(t);
        break;
    case EDITOR_FULL:
        if (!t->told_full) {
            t->told_full = true;
            typing_tell(t, FRONTEND_LINE_FULL);
        }
        t->wants_bell = true;
        break;
    case EDITOR_BELL:
        t->wants_bell = true;
        break;
    case EDITOR_CLEAR:
        typing_screen_clear(t);
        break;
    case EDITOR_PASTED:
        typing_lines_take_paste(t);
        break;
    case EDITOR_REPORT:
        typing_screen_note_report(t, t->editor.column, t->editor.row);
        break;
    case EDITOR_NOT_UTF8:
        if (!t->framing->told_not_utf8) {
            t->framing->told_not_utf8 = true;
            typing_tell(t, FRONTEND_NOT_UTF8);
        }
        break;
    }
}

/* Takes keys until a line must wait or others must have their turn.  Returns the number of bytes that are done with. */
static size_t take_keys(struct typing *t, const char *data, size_t n)
{
    uint64_t most = t->editor.work + EDITOR_SLICE;
    size_t done = 0;

    while (done < n && !t->has_line && !t->framing->is_eof && conn_is_open(t->framing->conn)) {
        enum editor_event event;

        if (t->editor.work >= most) {
            framing_yield(t->framing);
            break;
        }
        done += editor_feed(&t->editor, data + done, n - done, &event);
        take_event(t, event);
    }
    if (done > 0) {
        typing_screen_schedule(t);
    }
    return done;
}

void typing_feed_text(struct typing *t, const char *data, size_t n)
{
    size_t done = t->keys.len > 0 || t->has_line ? 0 : take_keys(t, data, n);

    if (done < n && conn_is_open(t->framing->conn)) {
        strbuf_add(&t->keys, data + done, n - done);
    }
    note_kept(t);
}

/* What is typed at the end of a line may choose another charset. */
void typing_feed(struct typing *t, const char *data, size_t n)
{
    size_t done = 0;

    while (done < n && typing_charset(t) != NULL) {
        struct strbuf text = {0};

        done += terminal_text_take(typing_charset(t), &t->half, &text, data + done, n - done);
        if (text.len > 0) {
            typing_feed_text(t, text.data, text.len);
            mem_wipe(text.data, text.len);
        }
        strbuf_fini(&text);
    }
    if (done < n) {
        t->half.len = 0;
        typing_feed_text(t, data + done, n - done);
    }
}

void typing_go_on(struct typing *t)
{
    struct strbuf keys = t->keys;

    typing_lines_run(t);
    if (t->has_line && waiting_bytes(&t->waiting) <= LINES_BYTES) {
        t->has_line = false;
        finish_line(t);
    }
    if (keys.len > 0 && !t->has_line) {
        t->keys = (struct strbuf){0};
        typing_feed_text(t, keys.data, keys.len);
        mem_wipe(keys.data, keys.len);
        strbuf_fini(&keys);
    }
    note_kept(t);
}

unsigned typing_take_cost(struct typing *t)
{
    uint64_t lines = (t->editor.work + t->drawn - t->charged) / LINE_WORK;

    t->charged += lines * LINE_WORK;
    return (unsigned)lines;
}

/* ---- the rest ---- */

static void offer(void *ctx, struct completion *c)
{
    struct typing *t = ctx;

    typing_events(t)->complete(t->framing->conn->owner, c);
}

static const struct editor_ops editor_ops = {.complete = offer};

void typing_set_secret(struct typing *t, bool on)
{
    if (t->editor.is_secret != on) {
        editor_set_secret(&t->editor, on);
        typing_screen_schedule(t);
    }
}

const char *typing_get_typed(const struct typing *t, size_t *len)
{
    *len = t->editor.older.len;
    return t->editor.older.lines;
}

void typing_put_typed(struct typing *t, const char *lines, size_t len)
{
    older_put_before(&t->editor.older, lines, len);
}

struct telnet_peer *typing_telnet(const struct typing *t)
{
    return t->telnet;
}

struct typing *typing_new(struct framing *f, struct telnet_peer *telnet)
{
    struct typing *t = mem_zalloc(sizeof(*t));

    t->framing = f;
    t->telnet = telnet;
    t->editor.ops = &editor_ops;
    t->editor.ctx = t;
    t->editor.is_secret = f->is_secret;
    f->is_read_ahead = true;
    typing_screen_begin(t);
    return t;
}

void typing_free(struct typing *t)
{
    typing_screen_unschedule(t);
    t->framing->is_read_ahead = false;
    framing_note_ahead(t->framing, 0);
    editor_fini(&t->editor);
    waiting_fini(&t->waiting);
    if (t->keys.len > 0) {
        mem_wipe(t->keys.data, t->keys.len);
    }
    strbuf_fini(&t->keys);
    free(t);
}

/* Framing keeps what it is given while lines wait. */
void typing_end(struct typing *t)
{
    struct framing *f = t->framing;
    struct strbuf rest = {0};
    struct terminal_half half = t->half;

    typing_lines_take_rest(t, &rest);
    typing_screen_end(t);
    typing_free(t);
    if (rest.len > 0) {
        framing_feed_decoded(f, rest.data, rest.len);
        mem_wipe(rest.data, rest.len);
    }
    if (half.len > 0) {
        framing_feed(f, half.bytes, half.len);
    }
    strbuf_fini(&rest);
}

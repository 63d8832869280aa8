/* frontend/typing.c: from keys to lines, and the line being typed in the queue. */
#include "config.h"

#include "frontend/typing.h"

#include "base/charset_fit.h"
#include "base/charsets.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/text.h"
#include "edit/editor.h"
#include "edit/older.h"
#include "edit/screen.h"
#include "frontend/telnet.h"
#include "frontend/terminal_text.h"
#include "frontend/waiting.h"

#include <stdlib.h>
#include <string.h>

#define PASTE_BEGIN "\033[?2004h" /* the terminal marks what is pasted (xterm's bracketed paste) */
#define PASTE_END "\033[?2004l"
#define ASK_SIZE "\0337\033[999;999H\033[6n\0338" /* where the cursor stops is the window's last corner */
#define CLEAR "\033[H\033[2J"
#define ERASE_ROW "\r\033[K"
#define CTRL_D "\004" /* framing's line by which the person leaves */

enum {
    LINES_BYTES = 8192, /* of lines that wait: when there are more, the next Enter waits too */
    PASTE_LINES = 10,   /* pasted at once and said without asking */
    LINE_WORK = 65536,  /* bytes that the editor looks at or draws for the cost of a line */
    LEAST_NOTED = 1024, /* bytes kept that are not worth the counting */
};

struct typing {
    struct typing *next_drawn;
    bool is_to_be_drawn;
    bool is_mute;          /* nothing is drawn any more: the connection ends */
    bool wants_bell;
    bool has_line;         /* Enter was pressed, but too many lines wait */
    bool has_asked_size;
    bool told_full;        /* the person was told that the line is too long */
    struct framing *framing;
    struct telnet_peer *telnet;
    struct editor editor;
    struct screen screen;
    struct strbuf keys;    /* input that waits: behind has_line, or for the next turn; UTF-8 */
    struct terminal_half half;
    struct waiting waiting;
    uint64_t charged;      /* of the editor's work and the bytes drawn */
    uint64_t drawn;
};

static const struct frontend_events *events_of(const struct typing *t)
{
    return t->framing->host->events;
}

static void tell(struct typing *t, enum frontend_notice notice)
{
    events_of(t)->notice(t->framing->conn->owner, notice);
}

/* ---- drawing ---- */

static void list(struct typing *t)
{
    struct frontend_drawn *drawn = t->framing->host->drawn;

    if (!t->is_to_be_drawn) {
        t->is_to_be_drawn = true;
        t->next_drawn = drawn->first;
        drawn->first = t;
    }
}

static void unlist(struct typing *t)
{
    struct typing **link = &t->framing->host->drawn->first;

    if (t->is_to_be_drawn) {
        while (*link != t) {
            link = &(*link)->next_drawn;
        }
        *link = t->next_drawn;
        t->is_to_be_drawn = false;
    }
}

/* What stands before the line: the session's prompt, or what Ctrl-R searches. */
static void add_prompt(const struct typing *t, struct strbuf *prompt)
{
    bool found;
    const char *words = editor_searched(&t->editor, &found);

    if (words != NULL) {
        strbuf_addf(prompt, "(%s \"%s\") ", found ? "search" : "nothing has", words);
    } else {
        events_of(t)->prompt(t->framing->conn->owner, prompt);
    }
}

/* NULL: it is UTF-8. */
static const struct charset *charset_of(const struct typing *t)
{
    return charsets_get(t->framing->host->charsets, t->framing->charset);
}

static void draw(struct typing *t, struct strbuf *out, terminal_text_draw_fn *how)
{
    struct buffer *b = &t->editor.buffer;
    struct strbuf prompt = {0};
    bool is_secret = t->editor.is_secret;

    add_prompt(t, &prompt);
    terminal_text_draw(charset_of(t), &t->screen, out,
                       &(struct screen_view){.prompt = strbuf_str(&prompt),
                                             .text = buffer_text(b),
                                             .len = is_secret ? 0 : b->len,
                                             .cursor = is_secret ? 0 : buffer_cursor(b),
                                             .changed = b->changed},
                       how);
    b->changed = BUFFER_UNCHANGED;
    strbuf_fini(&prompt);
}

static void queue(struct typing *t, struct strbuf *out)
{
    t->drawn += out->len;
    charset_fit_encode(charset_of(t), out, t->telnet != NULL && telnet_peer_is_heard(t->telnet));
    conn_send_bytes(t->framing->conn, out->data, out->len);
    strbuf_fini(out);
}

/* The line stays where it is, to be read, and the next one is drawn below it. */
static void leave(struct typing *t)
{
    struct strbuf out = {0};

    draw(t, &out, screen_leave);
    queue(t, &out);
    list(t);
}

void typing_disturb(struct typing *t, bool is_last)
{
    struct strbuf out = {0};

    if (t->is_mute) {
        return;
    }
    if (is_last) {
        if (t->editor.buffer.len > 0) {
            draw(t, &out, screen_leave);
        }
        screen_erase(&t->screen, &out);
        strbuf_adds(&out, PASTE_END);
        t->is_mute = true;
        unlist(t);
    } else {
        screen_erase(&t->screen, &out);
        list(t);
    }
    queue(t, &out);
}

/* A client that does not read gets the line when it does. */
static bool draw_now(struct typing *t)
{
    struct strbuf out = {0};

    if (!conn_is_open(t->framing->conn)) {
        return true;
    }
    if (conn_is_blocked(t->framing->conn)) {
        return false;
    }
    draw(t, &out, screen_draw);
    if (t->wants_bell) {
        t->wants_bell = false;
        strbuf_addc(&out, '\a');
    }
    queue(t, &out);
    return true;
}

void typing_draw(struct frontend_drawn *drawn)
{
    struct typing *t = drawn->first, *next;

    drawn->first = NULL;
    for (; t != NULL; t = next) {
        next = t->next_drawn;
        t->is_to_be_drawn = false;
        if (!draw_now(t)) {
            list(t);
        }
    }
}

/* ---- lines that wait ---- */

static void note_kept(struct typing *t)
{
    const struct editor *e = &t->editor;
    size_t bytes = waiting_bytes(&t->waiting) + t->waiting.held.len + t->keys.len + e->pasted.len + e->killed.len +
                   e->buffer.space;

    t->framing->is_read_ahead = t->keys.len == 0; /* else what comes would only wait with it */
    framing_note_ahead(t->framing, bytes > LEAST_NOTED ? bytes : 0);
}

/* A pasted line appears when it is said. */
static void show_pasted(struct typing *t, const char *text, size_t len)
{
    struct strbuf out = {0}, prompt = {0};

    typing_disturb(t, false);
    events_of(t)->prompt(t->framing->conn->owner, &prompt);
    terminal_text_draw(charset_of(t), &t->screen, &out,
                       &(struct screen_view){.prompt = strbuf_str(&prompt), .text = text, .len = (uint32_t)len,
                                             .changed = 0},
                       screen_leave);
    strbuf_fini(&prompt);
    queue(t, &out);
}

static void run_first(struct typing *t)
{
    enum waiting_kind kind;
    size_t len;
    char *line = waiting_take(&t->waiting, &kind, &len);

    if (kind == WAITING_PASTED) {
        show_pasted(t, line, len - 1);
    }
    framing_feed_decoded(t->framing, line, len);
    mem_wipe(line, len);
    free(line);
}

/* Runs lines until one must wait. */
static void run_lines(struct typing *t)
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

/* ---- events of the editor ---- */

static void finish_line(struct typing *t)
{
    size_t len;
    char *line;

    if (t->editor.buffer.len == 0 && !t->editor.is_secret) {
        editor_drop(&t->editor); /* of a search that has found nothing */
        return;
    }
    leave(t);
    line = editor_take(&t->editor, &len,
                       !t->editor.is_secret &&
                           events_of(t)->may_keep(t->framing->conn->owner, buffer_text(&t->editor.buffer)));
    t->told_full = false;
    waiting_add(&t->waiting, WAITING_TYPED, line, len);
    mem_wipe(line, len);
    free(line);
    run_lines(t);
}

/* Ctrl-C: the line, or else what waits. */
static void abandon(struct typing *t)
{
    bool has_lines = waiting_bytes(&t->waiting) > 0 || t->waiting.held.len > 0;

    t->told_full = false;
    if (t->editor.buffer.len > 0) {
        leave(t);
        editor_drop(&t->editor);
    } else if (has_lines) {
        editor_drop(&t->editor);
        waiting_fini(&t->waiting);
        tell(t, FRONTEND_LINES_DROPPED);
    } else {
        editor_drop(&t->editor);
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
static void take_paste(struct typing *t)
{
    struct strbuf pasted = t->editor.pasted;
    struct buffer *b = &t->editor.buffer;
    unsigned lines = count_lines(pasted.data, pasted.len);

    t->editor.pasted = (struct strbuf){0};
    if (t->editor.is_cut) {
        tell(t, FRONTEND_PASTE_CUT);
    }
    if (lines > PASTE_LINES) {
        waiting_hold(&t->waiting, &pasted, lines);
        events_of(t)->pasted(t->framing->conn->owner, lines);
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
    run_lines(t);
}

unsigned typing_paste(struct typing *t, bool say)
{
    unsigned lines = waiting_release(&t->waiting, say);

    note_kept(t);
    return lines;
}

/* Asks the terminal for the size of the window. */
static void ask_size(struct typing *t, struct strbuf *out)
{
    strbuf_adds(out, ASK_SIZE);
    t->has_asked_size = true;
}

static void clear_screen(struct typing *t)
{
    struct strbuf out = {0};

    strbuf_adds(&out, CLEAR);
    ask_size(t, &out); /* also by telnet: busybox tells it only once */
    screen_erase(&t->screen, &out);
    queue(t, &out);
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
        run_lines(t);
        break;
    case EDITOR_FULL:
        if (!t->told_full) {
            t->told_full = true;
            tell(t, FRONTEND_LINE_FULL);
        }
        t->wants_bell = true;
        break;
    case EDITOR_BELL:
        t->wants_bell = true;
        break;
    case EDITOR_CLEAR:
        clear_screen(t);
        break;
    case EDITOR_PASTED:
        take_paste(t);
        break;
    case EDITOR_REPORT:
        if (t->has_asked_size) {
            t->has_asked_size = false;
            typing_resize(t, t->editor.column, t->editor.row);
            events_of(t)->resized(t->framing->conn->owner);
        }
        break;
    case EDITOR_NOT_UTF8:
        if (!t->framing->told_not_utf8) {
            t->framing->told_not_utf8 = true;
            tell(t, FRONTEND_NOT_UTF8);
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
        list(t);
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

    while (done < n && charset_of(t) != NULL) {
        struct strbuf text = {0};

        done += terminal_text_take(charset_of(t), &t->half, &text, data + done, n - done);
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

    run_lines(t);
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

    events_of(t)->complete(t->framing->conn->owner, c);
}

static const struct editor_ops editor_ops = {.complete = offer};

void typing_set_secret(struct typing *t, bool on)
{
    if (t->editor.is_secret != on) {
        editor_set_secret(&t->editor, on);
        list(t);
    }
}

void typing_resize(struct typing *t, unsigned columns, unsigned rows)
{
    struct strbuf out = {0};

    if ((columns > 0 && columns != t->screen.columns) || (rows > 0 && rows != t->screen.rows)) {
        screen_resize(&t->screen, &out, columns, rows);
        queue(t, &out);
        list(t);
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

unsigned typing_columns(const struct typing *t)
{
    return t->screen.columns;
}

struct telnet_peer *typing_telnet(const struct typing *t)
{
    return t->telnet;
}

struct typing *typing_new(struct framing *f, struct telnet_peer *telnet)
{
    struct typing *t = mem_zalloc(sizeof(*t));
    struct strbuf out = {0};

    t->framing = f;
    t->telnet = telnet;
    t->editor.ops = &editor_ops;
    t->editor.ctx = t;
    t->editor.is_secret = f->is_secret;
    f->is_read_ahead = true;
    screen_init(&t->screen, telnet != NULL ? telnet_peer_columns(telnet) : 0,
                telnet != NULL ? telnet_peer_rows(telnet) : 0);
    strbuf_adds(&out, ERASE_ROW PASTE_BEGIN);
    if (telnet == NULL || telnet_peer_columns(telnet) == 0) {
        ask_size(t, &out);
    }
    queue(t, &out);
    list(t);
    return t;
}

void typing_free(struct typing *t)
{
    unlist(t);
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

/* Appends the lines that wait, and what is typed so far. */
static void add_unfinished(struct typing *t, struct strbuf *rest)
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

/* Framing keeps what it is given while lines wait. */
void typing_end(struct typing *t)
{
    struct framing *f = t->framing;
    struct strbuf rest = {0}, out = {0};
    struct terminal_half half = t->half;

    add_unfinished(t, &rest);
    screen_erase(&t->screen, &out);
    strbuf_adds(&out, PASTE_END);
    if (!t->editor.is_secret && !t->has_line) {
        strbuf_adds(&out, buffer_text(&t->editor.buffer));
    }
    queue(t, &out);
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

/* frontend/typing_screen.c: draws and erases the line being typed. */
#include "config.h"

#include "frontend/typing_screen.h"

#include "base/charset_fit.h"
#include "frontend/telnet.h"
#include "frontend/typing_priv.h"

#include <string.h>

#define PASTE_BEGIN "\033[?2004h" /* the terminal marks what is pasted (xterm's bracketed paste) */
#define PASTE_END "\033[?2004l"
#define ASK_SIZE "\0337\033[999;999H\033[6n\0338" /* where the cursor stops is the window's last corner */
#define CLEAR "\033[H\033[2J"
#define ERASE_ROW "\r\033[K"

void typing_screen_schedule(struct typing *t)
{
    struct frontend_drawn *drawn = t->framing->host->drawn;

    if (!t->is_to_be_drawn) {
        t->is_to_be_drawn = true;
        t->next_drawn = drawn->first;
        drawn->first = t;
    }
}

void typing_screen_unschedule(struct typing *t)
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
        typing_events(t)->prompt(t->framing->conn->owner, prompt);
    }
}

static void draw(struct typing *t, struct strbuf *out, terminal_text_draw_fn *how)
{
    struct buffer *b = &t->editor.buffer;
    struct strbuf prompt = {0};
    bool is_secret = t->editor.is_secret;

    add_prompt(t, &prompt);
    terminal_text_draw(typing_charset(t), &t->screen, out,
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
    charset_fit_encode(typing_charset(t), out, t->telnet != NULL && telnet_peer_is_heard(t->telnet));
    conn_send_bytes(t->framing->conn, out->data, out->len);
    strbuf_fini(out);
}

void typing_screen_leave(struct typing *t)
{
    struct strbuf out = {0};

    draw(t, &out, screen_leave);
    queue(t, &out);
    typing_screen_schedule(t);
}

void typing_screen_disturb(struct typing *t, bool is_last)
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
        typing_screen_unschedule(t);
    } else {
        screen_erase(&t->screen, &out);
        typing_screen_schedule(t);
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

void typing_screen_draw(struct frontend_drawn *drawn)
{
    struct typing *t = drawn->first, *next;

    drawn->first = NULL;
    for (; t != NULL; t = next) {
        next = t->next_drawn;
        t->is_to_be_drawn = false;
        if (!draw_now(t)) {
            typing_screen_schedule(t);
        }
    }
}

/* A pasted line appears when it is said. */
void typing_screen_show(struct typing *t, const char *text, size_t len)
{
    struct strbuf out = {0}, prompt = {0};

    typing_screen_disturb(t, false);
    typing_events(t)->prompt(t->framing->conn->owner, &prompt);
    terminal_text_draw(typing_charset(t), &t->screen, &out,
                       &(struct screen_view){.prompt = strbuf_str(&prompt), .text = text, .len = (uint32_t)len,
                                             .changed = 0},
                       screen_leave);
    strbuf_fini(&prompt);
    queue(t, &out);
}

/* Asks the terminal for the size of the window. */
static void ask_size(struct typing *t, struct strbuf *out)
{
    strbuf_adds(out, ASK_SIZE);
    t->has_asked_size = true;
}

void typing_screen_clear(struct typing *t)
{
    struct strbuf out = {0};

    strbuf_adds(&out, CLEAR);
    ask_size(t, &out); /* also by telnet: busybox tells it only once */
    screen_erase(&t->screen, &out);
    queue(t, &out);
}

void typing_screen_resize(struct typing *t, unsigned columns, unsigned rows)
{
    struct strbuf out = {0};

    t->knows_rows |= rows > 0;
    if ((columns > 0 && columns != t->screen.columns) || (rows > 0 && rows != t->screen.rows)) {
        screen_resize(&t->screen, &out, columns, rows);
        queue(t, &out);
        typing_screen_schedule(t);
    }
}

void typing_screen_note_report(struct typing *t, unsigned column, unsigned row)
{
    if (t->has_asked_size) {
        t->has_asked_size = false;
        typing_screen_resize(t, column, row);
        typing_events(t)->resized(t->framing->conn->owner);
    }
}

unsigned typing_screen_columns(const struct typing *t)
{
    return t->screen.columns;
}

unsigned typing_screen_rows(const struct typing *t)
{
    return t->knows_rows ? t->screen.rows : 0;
}

/* ---- the beginning and the end ---- */

void typing_screen_begin(struct typing *t)
{
    unsigned columns = t->telnet != NULL ? telnet_peer_columns(t->telnet) : 0;
    unsigned rows = t->telnet != NULL ? telnet_peer_rows(t->telnet) : 0;
    struct strbuf out = {0};

    screen_init(&t->screen, columns, rows);
    t->knows_rows = rows > 0;
    strbuf_adds(&out, ERASE_ROW PASTE_BEGIN);
    if (columns == 0) {
        ask_size(t, &out);
    }
    queue(t, &out);
    typing_screen_schedule(t);
}

void typing_screen_end(struct typing *t)
{
    struct strbuf out = {0};

    screen_erase(&t->screen, &out);
    strbuf_adds(&out, PASTE_END);
    if (!t->editor.is_secret && !t->has_line) {
        strbuf_adds(&out, buffer_text(&t->editor.buffer));
    }
    queue(t, &out);
}

/* A fuzz target for the keys, the editor and the screen: whatever a client sends, the terminal shows the line as it
 * is.
 *
 * In "make check" it is a test that makes its own input from a number; SEEDS=100000 in the environment makes it go on
 * for longer.  For libFuzzer:
 *
 *   clang -g -DFUZZER -fsanitize=fuzzer,address,undefined -Ibuild -Isrc -Itests/unit -o edit_fuzz \
 *       tests/fuzz/edit_fuzz.c tests/unit/fake_terminal.c src/edit/[a-z]*.c \
 *       src/base/{check,cluster,fold,mem,strbuf,text,typed,utf8}.c -lutf8proc -lcmocka */
#include "config.h"

#include "base/cluster.h"
#include "base/text.h"
#include "base/utf8.h"
#include "edit/editor.h"
#include "edit/screen.h"
#include "fake_terminal.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_ROWS = 12,     /* of the window: half of them are for the line */
    MOST_COLUMNS = 150,  /* of a line whose screen is compared as a whole: it fits into these rows */
};

static struct editor editor;
static struct screen screen;

static void offer(void *ctx, struct completion *c)
{
    (void)ctx;
    completion_offer(c, "Alice", "alice", c->len == 0 ? ": " : " ");
    completion_offer(c, "жанна", "жанна", " ");
    completion_offer_word(c, "join", " ");
}

static void write_out(struct strbuf *out)
{
    fake_terminal_write(strbuf_str(out), out->len);
    strbuf_fini(out);
}

static struct screen_view view(void)
{
    return (struct screen_view){.prompt = "#a> ",
                                .text = buffer_text(&editor.buffer),
                                .len = editor.buffer.len,
                                .cursor = buffer_cursor(&editor.buffer),
                                .changed = editor.buffer.changed};
}

/* Compares what stands up to the cursor.  A line of too many rows is shown in part; and a mark at its beginning stands
 * on the prompt's last blank, and may go when that is drawn again. */
static void check_screen(void)
{
    struct strbuf want = {0};
    const char *text = buffer_text(&editor.buffer);
    int32_t first = 'x';

    strbuf_adds(&want, "#a> ");
    strbuf_add(&want, text, buffer_cursor(&editor.buffer));
    if (editor.buffer.len > 0) {
        (void)utf8_next(text, editor.buffer.len, &first);
    }
    if (text_char_columns(first) > 0 && text_columns(text, editor.buffer.len) < MOST_COLUMNS &&
        editor.buffer.len < FAKE_TERMINAL_CELL - 8) {
        const char *squeezed = fake_terminal_squeezed(fake_terminal_shown(true)), *end;
        const char *wanted = fake_terminal_squeezed(strbuf_str(&want));

        assert_true(strlen(squeezed) >= strlen(wanted));
        end = squeezed + strlen(squeezed) - strlen(wanted);
        assert_string_equal(end, wanted);
    }
    strbuf_fini(&want);
}

static void draw(void)
{
    struct strbuf out = {0};
    struct screen_view v = view();

    screen_draw(&screen, &out, &v);
    editor.buffer.changed = BUFFER_UNCHANGED;
    write_out(&out);
    check_screen();
}

static void check_line(void)
{
    const struct buffer *b = &editor.buffer;

    assert_true(b->cursor <= b->len && b->len <= EDITOR_LINE_BYTES && b->len <= b->space + (b->text == NULL));
    assert_int_equal(strlen(buffer_text(b)), b->len);
    assert_true(text_is_clean(buffer_text(b), b->len));
    assert_true(editor.older.len <= OLDER_BYTES && editor.pasted.len <= EDITOR_PASTE_BYTES);
    assert_true(b->cursor == b->len || !utf8_is_continuation((uint8_t)b->text[b->cursor]));
}

static void take_event(enum editor_event event)
{
    struct strbuf out = {0};
    struct screen_view v = view();
    size_t len;

    switch (event) {
    case EDITOR_LINE:
        screen_leave(&screen, &out, &v);
        write_out(&out);
        free(editor_take(&editor, &len, len % 2 == 0));
        break;
    case EDITOR_ABANDONED:
    case EDITOR_PASTED:
        screen_erase(&screen, &out);
        write_out(&out);
        editor_drop(&editor);
        break;
    default:
        break;
    }
}

/* The first byte chooses the window, the second one the length of the pieces. */
static void fuzz(const uint8_t *data, size_t size)
{
    static const struct editor_ops ops = {.complete = offer};
    size_t piece;

    if (size < 2) {
        return;
    }
    editor = (struct editor){.ops = &ops};
    fake_terminal_reset(20 + data[0] % 20, data[0] & 128);
    screen_init(&screen, term.columns, 2 * SHOWN_ROWS - 2);
    piece = 1 + data[1] % 40;
    data += 2;
    size -= 2;
    while (size > 0) {
        size_t n = size < piece ? size : piece;

        for (size_t done = 0; done < n;) {
            enum editor_event event;

            done += editor_feed(&editor, (const char *)data + done, n - done, &event);
            check_line();
            take_event(event);
        }
        draw();
        data += n;
        size -= n;
    }
    editor_fini(&editor);
    fake_terminal_reset(20, true);
}

#ifdef FUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz(data, size);
    return 0;
}

#else

/* What random bytes alone would seldom make. */
static const char *const pieces[] = {
    "\033[D", "\033[C", "\033[A", "\033[B", "\033[H", "\033OF", "\033[3~", "\033[2~", "\033b", "\033f", "\033d",
    "\033\x7f", "\x7f", "\001", "\005", "\027", "\025", "\013", "\031", "\024", "\022", "\007", "\t", "\033[Z", "\r",
    "\003", "\033[200~", "\033[201~", "\033[1;5D", "\033", "\033[", "a", "word ", "ж", "世界", "e\u0301", "👍🏽",
    "👩‍👩‍👧", "❤️", "🇩🇪", "\u200d", "\xf0\x9f", "\xff", "\033[12;80R",
};

static void a_terminal_shows_the_line_whatever_comes(void **state)
{
    const char *seeds = getenv("SEEDS");
    uint32_t count = seeds != NULL ? (uint32_t)strtoul(seeds, NULL, 10) : 600, seed;

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        struct strbuf input = {0};

        seed = i * 2654435761u + 1;
        for (int k = 0; k < 200; k++) {
            uint32_t r = (seed = seed * 1664525 + 1013904223) >> 8;

            if (k < 2 || r % 16 == 0) {
                strbuf_addc(&input, (char)(r >> 4));
            } else {
                strbuf_adds(&input, pieces[(r >> 4) % (sizeof(pieces) / sizeof(pieces[0]))]);
            }
        }
        fuzz((const uint8_t *)input.data, input.len);
        strbuf_fini(&input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_shows_the_line_whatever_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif

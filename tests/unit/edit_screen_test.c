/* Tests of edit/screen.h: the bytes go to a small terminal, and what it shows is compared. */
#include "config.h"

#include "edit/screen.h"

#include "base/text.h"
#include "edit/buffer.h"
#include "fake_terminal.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a line in it ---- */

static struct screen screen;
static struct buffer buffer;
static const char *prompt = "#lobby> ";
static struct strbuf said; /* the messages and lines above, as they should be */
static size_t written;

typedef void draw_fn(struct screen *, struct strbuf *, const struct screen_view *);

static void draw_with(draw_fn *how)
{
    struct strbuf out = {0};

    how(&screen, &out,
        &(struct screen_view){.prompt = prompt, .text = buffer_text(&buffer), .len = buffer.len,
                              .cursor = buffer_cursor(&buffer), .changed = buffer.changed});
    buffer.changed = BUFFER_UNCHANGED;
    fake_terminal_write(strbuf_str(&out), out.len);
    written = out.len;
    strbuf_fini(&out);
}

static void erase(void)
{
    struct strbuf out = {0};

    screen_erase(&screen, &out);
    fake_terminal_write(strbuf_str(&out), out.len);
    strbuf_fini(&out);
}

static void begin(unsigned columns, unsigned rows, bool joins)
{
    fake_terminal_reset(columns, joins);
    screen_init(&screen, columns, rows);
    buffer_fini(&buffer);
    strbuf_fini(&said);
}

static void assert_shown(void)
{
    struct strbuf want = {0};

    strbuf_add(&want, strbuf_str(&said), said.len);
    strbuf_adds(&want, prompt);
    strbuf_add(&want, buffer_text(&buffer), buffer_cursor(&buffer));
    assert_string_equal(fake_terminal_squeezed(fake_terminal_shown(true)), fake_terminal_squeezed(strbuf_str(&want)));
    strbuf_adds(&want, buffer_text(&buffer) + buffer_cursor(&buffer));
    assert_string_equal(fake_terminal_squeezed(fake_terminal_shown(false)), fake_terminal_squeezed(strbuf_str(&want)));
    strbuf_fini(&want);
}

static void hear(const char *line)
{
    erase();
    strbuf_adds(&said, line);
    fake_terminal_write(line, strlen(line));
    fake_terminal_write("\r\n", 2);
}

static void type(const char *text)
{
    buffer_insert(&buffer, text, strlen(text));
}

static void a_message_is_printed_above_the_line(void **state)
{
    (void)state;
    begin(40, 24, true);
    type("hello wor");
    draw_with(screen_draw);
    assert_shown();
    hear("[#lobby] bob: hi");
    hear("[#lobby] bob: there");
    draw_with(screen_draw);
    assert_shown();
    type("ld");
    draw_with(screen_draw);
    assert_shown();
    assert_int_equal(written, 2); /* a character at the end is all that is sent */
    draw_with(screen_draw);
    assert_int_equal(written, 0);
    assert_string_equal(fake_terminal_shown(true), "[#lobby] bob: hi\n[#lobby] bob: there\n#lobby> hello world");
}

static void a_wide_line_takes_rows_and_gives_them_back(void **state)
{
    (void)state;
    for (int joins = 0; joins < 2; joins++) {
        begin(20, 24, joins);
        type("世界世界世界世界世界世界 👩‍👩‍👧👩‍👩‍👧 and more of it");
        draw_with(screen_draw);
        assert_shown();
        buffer.cursor = 0;
        draw_with(screen_draw);
        assert_shown();
        buffer.cursor = 9;
        type("ж");
        draw_with(screen_draw);
        assert_shown();
        hear("a message");
        draw_with(screen_draw);
        assert_shown();
        buffer_erase(&buffer, 3, buffer.len);
        draw_with(screen_draw);
        assert_shown();
    }
}

static void a_line_is_left_to_be_read(void **state)
{
    (void)state;
    begin(20, 8, true); /* four rows of the line are shown */
    for (int i = 0; i < 12; i++) {
        type("0123456789");
        draw_with(screen_draw);
    }
    assert_null(strstr(fake_terminal_shown(false), "#lobby"));
    buffer.cursor = 0;
    draw_with(screen_draw);
    assert_string_equal(fake_terminal_shown(true), "#lobby>");
    draw_with(screen_leave);
    assert_int_equal(term.column, 0);
    strbuf_adds(&said, prompt);
    strbuf_adds(&said, buffer_text(&buffer));
    buffer_erase(&buffer, 0, buffer.len);
    draw_with(screen_draw);
    assert_shown();
    type("x");
    draw_with(screen_draw);
    buffer.cursor = 0;
    draw_with(screen_leave);
    strbuf_adds(&said, prompt);
    strbuf_adds(&said, "x");
    buffer_erase(&buffer, 0, buffer.len);
    draw_with(screen_draw);
    assert_shown();
}

static void a_prompt_that_changes_or_is_too_wide_is_seen_to(void **state)
{
    (void)state;
    begin(40, 24, true);
    type("hi");
    draw_with(screen_draw);
    prompt = "#ops> ";
    draw_with(screen_draw);
    assert_shown();
    prompt = "#a-very-long-name-of-a-room-indeed> ";
    draw_with(screen_draw);
    assert_memory_equal(fake_terminal_shown(true), "> hi", 4);
    prompt = "#lobby> ";
}

/* Random edits, messages and lines on both kinds of terminals: nothing is ever left over or missing. */
static void no_edit_leaves_garbage(void **state)
{
    static const char *const texts[] = {"a", "bc ", "ж", "世", "e\u0301", "👍🏽",
                                        "👩‍👩‍👧", "❤️", "🇩🇪", "\u0301", " ", "word"};
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 60; round++) {
        begin(18 + (unsigned)round % 22, 24, round % 2);
        for (int i = 0; i < 150; i++) {
            uint32_t r = (seed = seed * 1664525 + 1013904223) >> 8, at;

            buffer_settle(&buffer);
            at = buffer.cursor;
            switch (r % 10) {
            case 0:
                buffer.cursor = buffer_left(&buffer);
                break;
            case 1:
                buffer.cursor = buffer_right(&buffer);
                break;
            case 2:
                buffer_erase(&buffer, buffer_left(&buffer), at);
                break;
            case 3:
                buffer_erase(&buffer, buffer_word_left(&buffer), at);
                break;
            case 4:
                buffer.cursor = r & 1024 ? 0 : buffer.len;
                break;
            case 5:
                hear("[#a] b: c");
                break;
            case 6:
                (void)buffer_transpose(&buffer);
                break;
            default:
                if (text_columns(buffer_text(&buffer), buffer.len) < (screen.columns - 4u) * 3 && buffer.len < 150) {
                    type(texts[r / 16 % (sizeof(texts) / sizeof(texts[0]))]);
                }
            }
            if (buffer.len > 0 && buffer.text[0] == '\xcc') { /* a mark would belong to the prompt */
                buffer_erase(&buffer, 0, buffer_right(&(struct buffer){.text = buffer.text, .len = buffer.len}));
            }
            if (r % 3 != 0) {
                draw_with(screen_draw);
                assert_shown();
            }
            if (r % 40 == 0) {
                draw_with(screen_leave);
                strbuf_adds(&said, prompt);
                strbuf_adds(&said, buffer_text(&buffer));
                buffer_erase(&buffer, 0, buffer.len);
            }
        }
    }
}

static void a_narrower_window_leaves_no_row(void **state)
{
    struct strbuf out = {0};

    (void)state;
    begin(40, 24, true);
    type("123456789012345678901234567890123456789012345678901234567890");
    draw_with(screen_draw);
    /* The terminal breaks two rows of 39 and 29 columns into four of 20: the cursor is in the last one. */
    screen_resize(&screen, &out, 20, 24);
    assert_string_equal(strbuf_str(&out), "\r\033[3A\033[J");
    strbuf_fini(&out);
    fake_terminal_reset(20, true);
    draw_with(screen_draw);
    screen_resize(&screen, &out, 80, 24); /* a wider one joins none */
    assert_string_equal(strbuf_str(&out), "\r\033[3A\033[J");
    strbuf_fini(&out);
}

static int clean_up(void **state)
{
    (void)state;
    begin(40, 24, true);
    strbuf_fini(&term.above);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_printed_above_the_line),
        cmocka_unit_test(a_wide_line_takes_rows_and_gives_them_back),
        cmocka_unit_test(a_line_is_left_to_be_read),
        cmocka_unit_test(a_prompt_that_changes_or_is_too_wide_is_seen_to),
        cmocka_unit_test(no_edit_leaves_garbage),
        cmocka_unit_test(a_narrower_window_leaves_no_row),
    };

    return cmocka_run_group_tests(tests, NULL, clean_up);
}

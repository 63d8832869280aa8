/* Tests of config/checks.h by conf_load(): what other layers say about values, alone and together. */
#include "config.h"

#include "config/checks.h"

#include "config/conf.h"
#include "fake_conf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void check_of_another_layer_judges_what_was_given(void **state)
{
    fake_conf_refuses_text(*state, "[server]\ndefault_room = a!\nmotd = fine\n  not!\n",
                           "FILE:2: server.default_room: \"a!\" holds a mark\n"
                           "FILE:3: server.motd: \"fine?not!\" holds a mark\n");
}

static void check_of_two_options_is_told_where_the_later_one_stands(void **state)
{
    const struct fake_conf *f = *state;

    fake_conf_refuses_text(f,
                           "[server]\nname = inn\ndefault_room = inn\n[limits]\nrooms = 0\n[history]\nreplay = 500\n",
                           "FILE:3: server.name: \"inn\" is server.default_room too\n"
                           "FILE:5: limits.rooms: 0 is below the minimum, 1 room\n"
                           "FILE:7: history.replay: 500 is above history.lines, 200\n");
    fake_conf_refuses_text(f, "[server]\ndefault_room = inn\nname = inn\n",
                           "FILE:3: server.name: \"inn\" is server.default_room too\n");
    fake_conf_write(f, "[server]\ndefault_room = inn\n");
    fake_conf_refuses(f, f->file, FAKE_CONF_OVERRIDES("server.name=inn"), 1,
                      "-o server.name=inn: server.name: \"inn\" is server.default_room too\n");
    fake_conf_refuses_text(f, "[server]\nname = lobby\n",
                           "FILE:2: server.name: \"lobby\" is server.default_room too\n");
    conf_free(fake_conf_load(f, "[server]\nname = inn\ndefault_room = bar\n[history]\nlines = 9\nreplay = 9\n"));

    /* A value that is wrong by itself causes no further mistakes. */
    fake_conf_refuses_text(f, "[server]\nname = i!\ndefault_room = i!\n",
                           "FILE:3: server.default_room: \"i!\" holds a mark\n");
}

static void assert_warned(const struct fake_conf *f, const char *text, const char *wanted)
{
    struct conf *cfg = fake_conf_load(f, text);
    const char *warnings = conf_warnings(cfg);

    if (wanted[0] == '\0') {
        assert_string_equal(warnings, "");
    } else {
        assert_memory_equal(warnings, f->file, strlen(f->file));
        assert_string_equal(warnings + strlen(f->file), wanted);
    }
    conf_free(cfg);
}

static void what_may_not_be_meant_is_right_and_warned_of(void **state)
{
    const struct fake_conf *f = *state;

    assert_warned(f, "", "");
    assert_warned(f, "[flood]\nburst = 1000\n", ":2: flood.burst: 1000 lines at once are many\n");
    assert_warned(f, "[flood]\nburst = 100\n[limits]\nqueue_bytes = 64K\nline_bytes = 1000\n",
                  ":5: flood.burst: 100 lines at once are many\n");
    assert_warned(f, "[limits]\nline_bytes = 1000\nqueue_bytes = 64K\n[flood]\nburst = 65\n", "");

    /* Only the mistake is reported. */
    fake_conf_refuses_text(f, "[flood]\nburst = 1000\n[limits]\nrooms = 0\n",
                           "FILE:4: limits.rooms: 0 is below the minimum, 1 room\n");
    fake_conf_refuses_text(f, "[flood]\nburst = 1000\n[limits]\nqueue_bytes = 1\n",
                           "FILE:4: limits.queue_bytes: 1 is below the minimum, 64K bytes\n");
}

static void options_that_do_not_fit_together_are_told_by_both_names(void **state)
{
    const struct fake_conf *f = *state;

    fake_conf_refuses_text(f, "[limits]\nmemory_bytes = 1M\nqueue_bytes = 2M\n",
                           "FILE:3: limits.memory_bytes: 1M is below limits.queue_bytes, 2M\n");
    fake_conf_refuses_text(f, "[limits]\nline_bytes = 16384\nqueue_bytes = 64K\n",
                           "FILE:3: limits.queue_bytes: 64K is below 16 times limits.line_bytes, 256K\n");
    conf_free(fake_conf_load(f, "[limits]\nline_bytes = 16384\nqueue_bytes = 256K\n"));
    conf_free(fake_conf_load(f, "[limits]\nmemory_bytes = 1M\nqueue_bytes = 1M\n"));
    fake_conf_refuses_text(f, "[limits]\nqueues_bytes = 1M\nqueue_bytes = 2M\n", /* its earlier name */
                           "FILE:3: limits.memory_bytes: 1M is below limits.queue_bytes, 2M\n");
    fake_conf_refuses_text(f, "[limits]\nqueues_bytes = 2M\nmemory_bytes = 2M\n",
                           "FILE:3: limits.memory_bytes: is given twice; the first time in line 2\n");
    fake_conf_write(f, "[limits]\nmemory_bytes = 1M\n");
    fake_conf_refuses(f, f->file, FAKE_CONF_OVERRIDES("limits.queue_bytes=2M"), 1,
                      "-o limits.queue_bytes=2M: limits.memory_bytes: 1M is below limits.queue_bytes, 2M\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_conf_begin, fake_conf_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_of_another_layer_judges_what_was_given),
        TEST(check_of_two_options_is_told_where_the_later_one_stands),
        TEST(what_may_not_be_meant_is_right_and_warned_of),
        TEST(options_that_do_not_fit_together_are_told_by_both_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

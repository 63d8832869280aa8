/* Tests of frontend/waiting.h: lines that wait for their turn, and for an answer. */
#include "config.h"

#include "frontend/waiting.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void assert_takes(struct waiting *w, enum waiting_kind kind, const char *want)
{
    enum waiting_kind got;
    size_t len;
    char *line;

    assert_true(waiting_bytes(w) > 0);
    line = waiting_take(w, &got, &len);
    assert_int_equal(got, kind);
    assert_string_equal(line, want);
    assert_int_equal(len, strlen(want));
    free(line);
}

static void lines_come_out_in_order(void **state)
{
    struct waiting w = {0};

    (void)state;
    waiting_add(&w, WAITING_TYPED, "one", 3);
    waiting_add(&w, WAITING_TYPED, "", 0);
    waiting_add_pasted(&w, "two\n\n\tthree\nfour", 15);
    assert_takes(&w, WAITING_TYPED, "one\n");
    waiting_add(&w, WAITING_TYPED, "last", 4);
    assert_takes(&w, WAITING_TYPED, "\n");
    assert_takes(&w, WAITING_PASTED, "two\n");
    assert_takes(&w, WAITING_PASTED, "        three\n");
    assert_takes(&w, WAITING_PASTED, "fou\n");
    assert_takes(&w, WAITING_TYPED, "last\n");
    assert_int_equal(waiting_bytes(&w), 0);
    assert_null(w.lines.data); /* nothing is kept for later */
    waiting_fini(&w);
}

static void held_lines_are_said_or_dropped(void **state)
{
    struct waiting w = {0};
    struct strbuf text = {0};

    (void)state;
    assert_int_equal(waiting_release(&w, true), 0);
    strbuf_adds(&text, "dropped\n");
    waiting_hold(&w, &text, 1);
    assert_null(text.data);
    strbuf_adds(&text, "a\nb\n");
    waiting_hold(&w, &text, 2); /* what is pasted later counts */
    assert_int_equal(waiting_bytes(&w), 0);
    assert_int_equal(waiting_release(&w, true), 2);
    assert_takes(&w, WAITING_PASTED, "a\n");
    assert_takes(&w, WAITING_PASTED, "b\n");
    strbuf_adds(&text, "c\n");
    waiting_hold(&w, &text, 1);
    assert_int_equal(waiting_release(&w, false), 1);
    assert_int_equal(waiting_release(&w, true), 0);
    assert_int_equal(waiting_bytes(&w), 0);
    waiting_fini(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_out_in_order),
        cmocka_unit_test(held_lines_are_said_or_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/strbuf.h: a string that grows. */
#include "config.h"

#include "base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void assert_holds(const struct strbuf *b, const char *data, size_t len)
{
    assert_int_equal(b->len, len);
    assert_true(b->room > len);
    assert_memory_equal(b->data, data, len);
    assert_int_equal(b->data[len], '\0');
}

static void empty_one_is_the_empty_string_and_owns_nothing(void **state)
{
    struct strbuf zeroed = {0};
    struct strbuf b;

    (void)state;
    strbuf_init(&b);
    assert_null(b.data);
    assert_string_equal(strbuf_str(&b), "");
    assert_string_equal(strbuf_str(&zeroed), "");
    strbuf_reset(&b);
    assert_null(b.data);
    strbuf_fini(&b);
}

static void what_is_added_stands_in_order_and_ends_with_nul(void **state)
{
    struct strbuf b = {0};

    (void)state;
    strbuf_adds(&b, "one");
    strbuf_addc(&b, ' ');
    strbuf_add(&b, "two and more", 3);
    strbuf_adds(&b, "");
    assert_holds(&b, "one two", 7);
    assert_string_equal(strbuf_str(&b), "one two");
    strbuf_fini(&b);
    assert_null(b.data);
    assert_int_equal(b.len, 0);
}

static void bytes_of_zero_are_kept(void **state)
{
    struct strbuf b = {0};

    (void)state;
    strbuf_add(&b, "a\0b", 3);
    strbuf_addc(&b, '\0');
    assert_holds(&b, "a\0b\0", 4);
    strbuf_fini(&b);
}

static void it_grows_across_every_length(void **state)
{
    char want[5000];
    struct strbuf b = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(want); i++) {
        want[i] = (char)('a' + i % 26);
        strbuf_addc(&b, want[i]);
        assert_true(b.len == i + 1 && b.room > b.len && b.data[b.len] == '\0');
    }
    assert_holds(&b, want, sizeof(want));
    strbuf_fini(&b);
    for (size_t len = 60; len < 260; len++) { /* at once, around the first sizes */
        strbuf_add(&b, want, len);
        assert_holds(&b, want, len);
        strbuf_fini(&b);
    }
}

static void growing_is_by_doubling(void **state)
{
    struct strbuf b = {0};
    size_t room = 0;
    unsigned grown = 0;

    (void)state;
    for (int i = 0; i < 1 << 20; i++) {
        strbuf_addc(&b, 'x');
        grown += b.room != room;
        room = b.room;
    }
    assert_true(grown < 20);
    strbuf_fini(&b);
}

static void reset_keeps_the_memory(void **state)
{
    struct strbuf b = {0};
    const char *data;

    (void)state;
    strbuf_adds(&b, "something");
    data = b.data;
    strbuf_reset(&b);
    assert_int_equal(b.len, 0);
    assert_string_equal(strbuf_str(&b), "");
    strbuf_adds(&b, "else");
    assert_ptr_equal(b.data, data);
    assert_holds(&b, "else", 4);
    strbuf_fini(&b);
}

static void cut_buffer_holds_what_came_first(void **state)
{
    struct strbuf b = {0};

    (void)state;
    strbuf_cut(&b, 0);
    assert_string_equal(strbuf_str(&b), "");
    strbuf_adds(&b, "something");
    strbuf_cut(&b, 9);
    assert_holds(&b, "something", 9);
    strbuf_cut(&b, 4);
    assert_holds(&b, "some", 4);
    strbuf_adds(&b, "one");
    assert_holds(&b, "someone", 7);
    strbuf_fini(&b);
}

static void taken_string_is_the_callers_and_the_buffer_starts_anew(void **state)
{
    struct strbuf b = {0};
    char *s;

    (void)state;
    strbuf_adds(&b, "mine");
    s = strbuf_take(&b);
    assert_null(b.data);
    strbuf_adds(&b, "next");
    assert_string_equal(s, "mine");
    assert_holds(&b, "next", 4);
    free(s);
    strbuf_fini(&b);
    s = strbuf_take(&b); /* of an empty buffer */
    assert_string_equal(s, "");
    free(s);
}

static void formatted_text_of_any_length_is_added_whole(void **state)
{
    struct strbuf b = {0};

    (void)state;
    strbuf_addf(&b, "%d-%s", 42, "x");
    assert_holds(&b, "42-x", 4);
    strbuf_addf(&b, "%s", "");
    assert_holds(&b, "42-x", 4);
    for (int width = 1; width < 600; width++) {
        strbuf_reset(&b);
        strbuf_adds(&b, "pre");
        strbuf_addf(&b, "%*d", width, 7);
        assert_int_equal(b.len, 3 + (size_t)width);
        assert_int_equal(strlen(b.data), b.len);
        assert_int_equal(b.data[b.len - 1], '7');
        assert_memory_equal(b.data, "pre", 3);
    }
    strbuf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_one_is_the_empty_string_and_owns_nothing),
        cmocka_unit_test(what_is_added_stands_in_order_and_ends_with_nul),
        cmocka_unit_test(bytes_of_zero_are_kept),
        cmocka_unit_test(it_grows_across_every_length),
        cmocka_unit_test(growing_is_by_doubling),
        cmocka_unit_test(reset_keeps_the_memory),
        cmocka_unit_test(cut_buffer_holds_what_came_first),
        cmocka_unit_test(taken_string_is_the_callers_and_the_buffer_starts_anew),
        cmocka_unit_test(formatted_text_of_any_length_is_added_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

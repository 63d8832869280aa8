/* Tests of base/json.h: commas and quotes. */
#include "config.h"

#include "base/json.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void members_and_items_are_parted_by_commas(void **state)
{
    struct strbuf out = {0};

    (void)state;
    json_begin(&out, NULL);
    json_str(&out, "a", "x");
    json_num(&out, "b", -5);
    json_begin_array(&out, "c");
    json_end_array(&out);
    json_begin_array(&out, "d");
    json_str(&out, NULL, "[");
    json_num(&out, NULL, 2);
    json_begin(&out, NULL);
    json_end(&out);
    json_end_array(&out);
    json_begin(&out, "e");
    json_bool(&out, "f", true);
    json_end(&out);
    json_bool(&out, "g", false);
    json_real(&out, "h", 1.25, 1);
    json_end(&out);
    assert_string_equal(strbuf_str(&out), "{\"a\":\"x\",\"b\":-5,\"c\":[],\"d\":[\"[\",2,{}],\"e\":{\"f\":true},"
                                          "\"g\":false,\"h\":1.2}");
    strbuf_fini(&out);
}

static void an_object_on_a_line_of_its_own_has_no_comma_before_it(void **state)
{
    struct strbuf out = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        json_begin(&out, NULL);
        json_end(&out);
        strbuf_addc(&out, '\n');
    }
    assert_string_equal(strbuf_str(&out), "{}\n{}\n");
    strbuf_fini(&out);
}

static void nothing_in_a_string_can_end_it(void **state)
{
    struct strbuf out = {0};

    (void)state;
    json_str(&out, NULL, "\"\\\n\t\x01ж");
    assert_string_equal(strbuf_str(&out), "\"\\\"\\\\\\u000a\\u0009\\u0001ж\"");
    strbuf_reset(&out);
    json_strn(&out, NULL, "\0x", 2);
    assert_string_equal(strbuf_str(&out), "\"\\u0000x\"");
    strbuf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_and_items_are_parted_by_commas),
        cmocka_unit_test(an_object_on_a_line_of_its_own_has_no_comma_before_it),
        cmocka_unit_test(nothing_in_a_string_can_end_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

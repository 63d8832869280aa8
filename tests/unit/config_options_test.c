/* Tests of config/options.h: the table. */
#include "config.h"

#include "config/options.h"

#include "config/options_value.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_row_takes_its_bounds_and_nothing_beyond(void **state)
{
    (void)state;
    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);
        struct options_value value;
        struct strbuf err = {0};
        char text[32];

        if (options_is_text(row) || row->type == OPTIONS_CHOICE) {
            continue;
        }
        for (int step = -1; step <= 2; step++) { /* min - 1, min, max, max + 1 */
            uint64_t number = step <= 0 ? row->min + (uint64_t)step : row->max + (uint64_t)step - 1;

            if (step == -1 && row->min == 0) {
                continue;
            }
            snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
            assert_int_equal(options_value_parse(row, text, &value, &err), step == 0 || step == 1);
        }
        strbuf_fini(&err);
    }
}

static void suggestion_knows_other_sections(void **state)
{
    (void)state;
    assert_ptr_equal(options_suggest("limits", "clientz"), options_find("limits", "clients"));
    assert_ptr_equal(options_suggest("server", "clients"), options_find("limits", "clients"));
    assert_ptr_equal(options_suggest("server", "clientz"), options_find("limits", "clients"));
    assert_ptr_equal(options_suggest("server", "limits.clients"), options_find("limits", "clients"));
    assert_ptr_equal(options_suggest(NULL, "burts"), options_find("flood", "burst"));
    assert_null(options_suggest("server", "xyzzyxyzzy"));
    assert_string_equal(options_suggest_section("limit"), "limits");
    assert_null(options_suggest_section("xyzzyxyzzy"));
}

static void table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);
        size_t help = strlen(row->help);

        assert_ptr_equal(options_find(row->section, row->key), row); /* no key twice */
        assert_int_equal(options_index(row), i);
        assert_non_null(row->default_text);
        assert_true(row->min <= row->max);
        assert_true((row->choices != NULL) == (row->type == OPTIONS_CHOICE));
        assert_true((row->unit != NULL) == (row->type != OPTIONS_CHOICE));
        assert_true(row->unit == NULL || row->unit[strcspn(row->unit, " ") - 1] == 's'); /* "1 client" lacks it */
        assert_true(row->word == NULL || (row->type == OPTIONS_NUMBER && row->min > 0));
        assert_true(help > 0 && row->help[help - 1] == '.');
        if (*row->default_text == '\0') {
            assert_non_null(row->none);
        }
        for (size_t j = i + 1; j < options_count(); j++) { /* a section's rows stand together */
            assert_true(strcmp(options_get(j)->section, row->section) != 0 ||
                        strcmp(options_get(j - 1)->section, row->section) == 0);
            assert_true(options_get(j)->offset != row->offset);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_takes_its_bounds_and_nothing_beyond),
        cmocka_unit_test(suggestion_knows_other_sections),
        cmocka_unit_test(table_is_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/reserved.h: names that match patterns. */
#include "config.h"

#include "base/reserved.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static bool has(const char *list, const char *s)
{
    struct reserved *reserved = reserved_new(list);
    struct name name;
    bool is_in;

    assert_int_equal(name_init(&name, s, strlen(s), NAME_MOST_CHARS), NAME_OK);
    is_in = reserved_has(reserved, &name);
    name_fini(&name);
    reserved_free(reserved);
    return is_in;
}

static void names_match_as_a_whole_in_any_case(void **state)
{
    (void)state;
    assert_true(has("admin, root", "admin"));
    assert_true(has("admin, root", "ROOT"));
    assert_true(has("Admin", "admin"));
    assert_false(has("admin, root", "administrator"));
    assert_false(has("admin, root", "badmin"));
    assert_false(has("admin, root", "alice"));
    assert_false(has("", "alice"));
    assert_true(has("админ*", "Администратор"));
}

static void wildcards_stand_for_characters(void **state)
{
    (void)state;
    assert_true(has("admin*", "admin"));
    assert_true(has("admin*", "admin-7"));
    assert_true(has("*bot", "weatherbot"));
    assert_true(has("op?", "opx"));
    assert_false(has("op?", "op"));
    assert_true(has("*", "anybody"));
}

static void names_that_can_be_read_as_one_match(void **state)
{
    (void)state;
    assert_true(has("admin", "adm1n"));
    assert_true(has("admin", "4dmin"));
    assert_true(has("admin", "ádmin"));
    assert_true(has("admin", "adrnin"));
    assert_true(has("admin", "ａｄｍｉｎ"));
    assert_true(has("admin", "ADMlN"));
    assert_true(has("root", "r00t"));
    assert_true(has("root", "гоот"));
    assert_true(has("root*", "R0OT7"));
    assert_true(has("server", "ѕегѵег"));
    assert_true(has("modern", "modem"));
    assert_true(has("l33t", "leet"));
    assert_false(has("admin", "admix"));
    assert_false(has("root", "рут"));
}

static void nothing_is_reserved_without_a_list(void **state)
{
    struct name name;

    (void)state;
    assert_int_equal(name_init(&name, "root", 4, 24), NAME_OK);
    assert_false(reserved_has(NULL, &name));
    reserved_free(NULL);
    name_fini(&name);
}

static void what_can_match_no_name_is_no_pattern(void **state)
{
    char err[120];

    (void)state;
    assert_true(reserved_check("admin*", err, sizeof(err)));
    assert_true(reserved_check("*", err, sizeof(err)));
    assert_true(reserved_check("-?-", err, sizeof(err)));
    assert_true(reserved_check("админ", err, sizeof(err)));
    assert_false(reserved_check("a b", err, sizeof(err)));
    assert_string_equal(err, "may hold only what a name may, and the wildcards * and ?");
    assert_false(reserved_check("a!b", err, sizeof(err)));
    assert_false(reserved_check("\xff", err, sizeof(err)));
    assert_false(reserved_check("a123456789012345678901234567890123456789012345678901234567890123456789", err,
                                sizeof(err)));
    assert_string_equal(err, "is longer than 63 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_match_as_a_whole_in_any_case),
        cmocka_unit_test(wildcards_stand_for_characters),
        cmocka_unit_test(names_that_can_be_read_as_one_match),
        cmocka_unit_test(nothing_is_reserved_without_a_list),
        cmocka_unit_test(what_can_match_no_name_is_no_pattern),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

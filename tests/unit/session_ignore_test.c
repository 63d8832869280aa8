/* Tests of session/ignore.h: whom one does not want to hear. */
#include "config.h"

#include "session/ignore.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

static bool add(struct ignore **list, const char *shown)
{
    struct name name = fake_name(shown);
    bool added = ignore_add(list, &name);

    assert_null(name.shown); /* taken over in every case */
    return added;
}

static void name_is_ignored_in_any_case(void **state)
{
    struct ignore *list = NULL;

    (void)state;
    assert_false(ignore_has(list, "alice"));
    assert_true(add(&list, "Alice"));
    assert_true(add(&list, "bob"));
    assert_true(ignore_has(list, "alice"));
    assert_false(ignore_has(list, "Alice")); /* folded names are compared */
    assert_true(ignore_remove(&list, "alice"));
    assert_false(ignore_remove(&list, "alice"));
    assert_false(ignore_has(list, "alice"));
    assert_true(ignore_has(list, "bob"));
    ignore_free(&list);
    assert_null(list);
}

static void list_is_bounded_and_holds_nobody_twice(void **state)
{
    struct ignore *list = NULL;
    char shown[32];

    (void)state;
    for (int i = 0; i < IGNORE_MAX; i++) {
        snprintf(shown, sizeof(shown), "p%d", i);
        assert_true(add(&list, shown));
    }
    assert_false(add(&list, "another"));
    assert_true(add(&list, "P7")); /* is there */
    assert_true(ignore_remove(&list, "p7"));
    assert_false(ignore_has(list, "p7"));
    assert_true(add(&list, "another"));
    ignore_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name_is_ignored_in_any_case),
        cmocka_unit_test(list_is_bounded_and_holds_nobody_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Unit tests for session/more.c, and for base/cluster.c's cut. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "session/more.h"

#include "base/cluster.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void each_owner_goes_on_with_its_last_list(void **state)
{
    struct more *all = NULL, *more;
    int alice = 0, bob = 0;

    (void)state;
    more_note(&all, &alice, "/who #lobby 21", "lobby");
    more_note(&all, &bob, "/rooms 101", NULL);
    more_note(&all, &alice, "/rooms 21", "ops");
    more = more_find(all, &alice);
    assert_string_equal(more->next, "/rooms 21");
    assert_string_equal(more->room, "ops");
    assert_null(more_find(all, &bob)->room);
    more_drop(&all, &bob);
    more_drop(&all, &bob);
    assert_null(more_find(all, &bob));
    more = more_take(&all, &alice);
    assert_string_equal(more->next, "/rooms 21");
    assert_null(all);
    more_free(more);
}

static bool has(const struct more *more, const char *name)
{
    return more_has_shown(more, more_hash(name));
}

static void names_that_were_shown_are_known_and_bounded(void **state)
{
    uint64_t first[] = {more_hash("zoe"), more_hash("alice")}, second[] = {more_hash("bob")};
    uint64_t *many = mem_alloc(MORE_SHOWN * sizeof(*many));
    struct more *all = NULL, *more, *next;
    int owner = 0, other = 0;

    (void)state;
    more_note(&all, &owner, "/who 3", NULL);
    more_note(&all, &other, "/who 4", NULL);
    more = more_find(all, &owner);
    next = more_find(all, &other);
    assert_false(has(more, "alice"));
    more_set_shown(more, NULL, first, 2);
    assert_true(has(more, "alice") && has(more, "zoe"));
    assert_false(has(more, "bob"));
    more_set_shown(next, more, second, 1);
    assert_true(has(next, "alice") && has(next, "zoe") && has(next, "bob"));
    for (size_t i = 0; i < MORE_SHOWN; i++) {
        char name[16];

        snprintf(name, sizeof(name), "n%zu", i);
        many[i] = more_hash(name);
    }
    more_set_shown(next, NULL, many, MORE_SHOWN);
    assert_true(has(next, "n0") && has(next, "n4095"));
    more_set_shown(next, more, many, MORE_SHOWN);
    assert_int_equal(next->count, 0);
    free(many);
    more_drop(&all, &owner);
    more_drop(&all, &other);
    assert_null(all);
}

static void cut_keeps_clusters_whole(void **state)
{
    static const char wide[] = "日本語", mark[] = "e\u0301x", family[] = "👩\u200d👩\u200d👧!";

    (void)state;
    assert_int_equal(cluster_cut("hello", 5, 3), 3);
    assert_int_equal(cluster_cut("hello", 5, 9), 5);
    assert_int_equal(cluster_cut("hello", 5, 0), 0);
    assert_int_equal(cluster_cut("", 0, 4), 0);
    assert_int_equal(cluster_cut(wide, strlen(wide), 5), 6);
    assert_int_equal(cluster_cut(mark, strlen(mark), 1), 3);
    assert_int_equal(cluster_cut(family, strlen(family), 4), 0); /* some terminals show six columns */
    assert_int_equal(cluster_cut(family, strlen(family), 6), strlen(family) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_owner_goes_on_with_its_last_list),
        cmocka_unit_test(names_that_were_shown_are_known_and_bounded),
        cmocka_unit_test(cut_keeps_clusters_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of store/account_list.h: finding accounts by name, id and look. */
#include "config.h"

#include "store/account_list.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct account_list list;
static int64_t last_id;

static struct account_entry *add(const char *name, const char *folded)
{
    return account_list_add(&list, &(struct account){.id = ++last_id, .name = name, .folded = folded});
}

static int end(void **state)
{
    (void)state;
    account_list_fini(&list);
    return 0;
}

static void assert_alike(const char *skeleton, const char *name)
{
    const struct account_entry *entry = account_list_find_alike(&list, skeleton);

    if (name == NULL) {
        assert_null(entry);
    } else {
        assert_non_null(entry);
        assert_string_equal(entry->name, name);
    }
}

static void accounts_are_found_by_what_their_names_look_like(void **state)
{
    (void)state;
    add("alice", "alice");
    add("Bob", "bob");
    add("Zoé", "zoé");
    add("расе", "расе"); /* Cyrillic */
    add("kil1", "kil1");
    assert_alike("alice", "alice");
    assert_alike("bob", "Bob");
    assert_alike("zoé", "Zoé");
    assert_alike("pace", "расе");
    assert_alike("kill", "kil1");
    assert_alike("kil1", NULL); /* no skeleton */
    assert_alike("carol", NULL);
    assert_non_null(account_list_find(&list, "kil1"));
}

static void accounts_that_look_the_same_are_removed_one_by_one(void **state)
{
    struct account_entry *plain, *digit, *capital;

    (void)state;
    plain = add("kill", "kill");
    digit = add("kil1", "kil1");
    capital = add("kiIl", "kiil");
    assert_alike("kill", "kill");
    account_list_remove(&list, plain);
    assert_non_null(account_list_find_alike(&list, "kill"));
    account_list_remove(&list, digit);
    assert_alike("kill", "kiIl");
    account_list_remove(&list, capital);
    assert_alike("kill", NULL);
    assert_int_equal(list.count, 0);
}

/* Its folded form is plain, but not what it looks like. */
static void capital_letters_count_by_their_look(void **state)
{
    (void)state;
    add("Ian", "ian");
    assert_alike("ian", NULL);
    assert_alike("lan", "Ian");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(accounts_are_found_by_what_their_names_look_like, end),
        cmocka_unit_test_teardown(accounts_that_look_the_same_are_removed_one_by_one, end),
        cmocka_unit_test_teardown(capital_letters_count_by_their_look, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of base/unix_users.h: users of this machine and their accounts. */
#include "config.h"

#include "base/unix_users.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static char err[256];

static void a_list_tells_whose_accounts(void **state)
{
    struct unix_users *users = unix_users_new("root:Alice, 1000:bob , 1001:bob"), *copy;

    (void)state;
    copy = unix_users_copy(users);
    unix_users_free(users);
    assert_string_equal(unix_users_find(copy, 0), "alice");
    assert_string_equal(unix_users_find(copy, 1000), "bob");
    assert_string_equal(unix_users_find(copy, 1001), "bob");
    assert_null(unix_users_find(copy, 1002));
    unix_users_free(copy);
    assert_null(unix_users_find(NULL, 0));
    unix_users_free(NULL);
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    assert_true(unix_users_check("root:alice", err, sizeof(err)));
    assert_true(unix_users_check("4294967294:alice", err, sizeof(err)));
    assert_false(unix_users_check("root", err, sizeof(err)));
    assert_string_equal(err, "is not a user and an account, as in root:alice");
    assert_false(unix_users_check(":alice", err, sizeof(err)));
    assert_false(unix_users_check("root:", err, sizeof(err)));
    assert_false(unix_users_check("no such user:alice", err, sizeof(err)));
    assert_string_equal(err, "names a user that this system does not have");
    assert_false(unix_users_check("4294967295:alice", err, sizeof(err))); /* which stands for nobody */
    assert_false(unix_users_check("99999999999:alice", err, sizeof(err)));
    assert_false(unix_users_check("root:al ice", err, sizeof(err)));
    assert_false(unix_users_check("root:guest7", err, sizeof(err)));
    assert_string_equal(err, "names an account that nobody can have");
}

static void a_user_has_one_account(void **state)
{
    (void)state;
    assert_true(unix_users_check_all("", err, sizeof(err)));
    assert_true(unix_users_check_all("root:alice, 1000:alice", err, sizeof(err)));
    assert_false(unix_users_check_all("root:alice, 1000:bob, 0:carol", err, sizeof(err)));
    assert_string_equal(err, "names the user with the number 0 twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_tells_whose_accounts),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(a_user_has_one_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

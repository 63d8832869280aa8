/* Tests of base/tokens.h. */
#include "config.h"

#include "base/tokens.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void a_word_tells_what_it_is(void **state)
{
    (void)state;
    assert_int_equal(tokens_kind("chatd.token.x"), TOKENS_LOGIN);
    assert_int_equal(tokens_kind("chatd.invite.x"), TOKENS_INVITATION);
    assert_int_equal(tokens_kind("chatd.tok"), TOKENS_NONE);
    assert_int_equal(tokens_kind("alice"), TOKENS_NONE);
    assert_int_equal(tokens_kind(""), TOKENS_NONE);
}

#ifdef HAVE_SODIUM

static void each_is_another(void **state)
{
    (void)state;
    for (enum tokens_kind kind = TOKENS_LOGIN; kind < TOKENS_KINDS; kind++) {
        char one[TOKENS_SIZE], other[TOKENS_SIZE];

        assert_true(tokens_make(kind, one));
        assert_true(tokens_make(kind, other));
        assert_string_not_equal(one, other);
        assert_int_equal(strlen(one), strlen(other));
        assert_int_equal(tokens_kind(one), kind == TOKENS_PASSWORD ? TOKENS_NONE : kind);
        assert_null(strpbrk(one, " /\"\\"));
    }
}

static void they_are_as_long_as_said(void **state)
{
    char text[TOKENS_SIZE];

    (void)state;
    tokens_make(TOKENS_LOGIN, text);
    assert_int_equal(strlen(text), strlen("chatd.token.") + 43);
    tokens_make(TOKENS_INVITATION, text);
    assert_int_equal(strlen(text), strlen("chatd.invite.") + 22);
    tokens_make(TOKENS_PASSWORD, text);
    assert_int_equal(strlen(text), 25 + 4);
}

static void a_hash_is_of_its_token(void **state)
{
    unsigned char one[TOKENS_HASH_BYTES], again[TOKENS_HASH_BYTES], other[TOKENS_HASH_BYTES];

    (void)state;
    assert_true(tokens_hash("chatd.token.a", one));
    assert_true(tokens_hash("chatd.token.a", again));
    assert_true(tokens_hash("chatd.token.b", other));
    assert_memory_equal(one, again, sizeof(one));
    assert_memory_not_equal(one, other, sizeof(one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_tells_what_it_is),
        cmocka_unit_test(each_is_another),
        cmocka_unit_test(they_are_as_long_as_said),
        cmocka_unit_test(a_hash_is_of_its_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void without_libsodium_nothing_is_made(void **state)
{
    unsigned char hash[TOKENS_HASH_BYTES];
    char text[TOKENS_SIZE];

    (void)state;
    assert_false(tokens_make(TOKENS_LOGIN, text));
    assert_string_equal(text, "");
    assert_false(tokens_hash("chatd.token.a", hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_tells_what_it_is),
        cmocka_unit_test(without_libsodium_nothing_is_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif

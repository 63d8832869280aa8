/* Tests of base/passwords.h, with the least costs that there are. */
#include "config.h"

#include "base/passwords.h"

#include "base/lane.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_SODIUM

enum { WAIT_MS = 60000, MOST = 3 };

static struct passwords *passwords;

static struct {
    unsigned count;
    enum password_answer answer;
    bool is_old;
    char hash[PASSWORD_HASH_SIZE];
} told;

static int begin(void **state)
{
    (void)state;
    memset(&told, 0, sizeof(told));
    passwords = passwords_new(&(struct password_spec){.threads = 1, .most = MOST, .passes = 1, .memory_bytes = 8192});
    assert_non_null(passwords);
    return 0;
}

static int end(void **state)
{
    (void)state;
    passwords_free(passwords);
    return 0;
}

static void done(void *ctx, enum password_answer answer, const char *hash, bool is_old)
{
    assert_ptr_equal(ctx, &told);
    told.count++;
    told.answer = answer;
    told.is_old = is_old;
    strcpy(told.hash, hash != NULL ? hash : "");
}

static void reap_until(unsigned count)
{
    struct pollfd bell = {.fd = lane_bell(passwords_lane(passwords)), .events = POLLIN};

    while (told.count < count) {
        assert_int_equal(poll(&bell, 1, WAIT_MS), 1);
        lane_reap(passwords_lane(passwords), NULL);
    }
}

static struct password_request *hash(const char *password)
{
    return passwords_hash(passwords, password, strlen(password), done, &told);
}

static enum password_answer verify(const char *with, const char *password)
{
    unsigned count = told.count;

    assert_non_null(passwords_verify(passwords, with, password, strlen(password), done, &told));
    reap_until(count + 1);
    return told.answer;
}

static void a_hash_tells_its_password_from_others(void **state)
{
    char hashed[PASSWORD_HASH_SIZE];

    (void)state;
    assert_non_null(hash("correct horse"));
    assert_int_equal(told.count, 0); /* never from there */
    reap_until(1);
    assert_int_equal(told.answer, PASSWORD_HASHED);
    assert_memory_equal(told.hash, "$argon2id$", 10);
    strcpy(hashed, told.hash);
    assert_int_equal(verify(hashed, "correct horse"), PASSWORD_RIGHT);
    assert_false(told.is_old);
    assert_string_equal(told.hash, "");
    assert_int_equal(verify(hashed, "correct horsf"), PASSWORD_WRONG);
    assert_int_equal(verify(hashed, ""), PASSWORD_WRONG);
}

static void the_same_password_has_another_hash_each_time(void **state)
{
    char first[PASSWORD_HASH_SIZE];

    (void)state;
    assert_non_null(hash("twice"));
    reap_until(1);
    strcpy(first, told.hash);
    assert_non_null(hash("twice"));
    reap_until(2);
    assert_string_not_equal(told.hash, first);
}

static void an_account_that_does_not_exist_has_no_password(void **state)
{
    char bad[PASSWORD_HASH_SIZE + 10];

    (void)state;
    assert_int_equal(verify(NULL, "anything"), PASSWORD_WRONG);
    assert_int_equal(verify("", ""), PASSWORD_WRONG);
    assert_int_equal(verify("not a hash", "anything"), PASSWORD_WRONG);
    memset(bad, 'x', sizeof(bad) - 1);
    bad[sizeof(bad) - 1] = '\0';
    assert_int_equal(verify(bad, "anything"), PASSWORD_WRONG);
}

static void a_hash_of_other_costs_is_right_and_old(void **state)
{
    char hashed[PASSWORD_HASH_SIZE];

    (void)state;
    assert_non_null(hash("old"));
    reap_until(1);
    strcpy(hashed, told.hash);
    passwords_set_costs(passwords, 2, 16384);
    assert_int_equal(verify(hashed, "old"), PASSWORD_RIGHT);
    assert_true(told.is_old);
    assert_int_equal(verify(hashed, "new"), PASSWORD_WRONG);
    assert_false(told.is_old);
}

/* Where the system promises any amount of memory, this would be given, and used. */
static bool is_memory_refused(void)
{
    FILE *file = fopen("/proc/sys/vm/overcommit_memory", "r");
    int policy = file != NULL ? getc(file) : EOF;

    if (file != NULL) {
        fclose(file);
    }
    return policy == '0' || policy == '2';
}

static void want_of_memory_is_not_a_wrong_password(void **state)
{
    (void)state;
    if (!is_memory_refused()) {
        skip();
    }
    passwords_set_costs(passwords, 1, (uint64_t)1 << 41);
    assert_non_null(hash("big"));
    reap_until(1);
    assert_int_equal(told.answer, PASSWORD_FAILED);
    assert_int_equal(verify("$argon2id$v=19$m=2147483648,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
                            "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g", "big"), PASSWORD_FAILED);
}

static void no_more_wait_than_may(void **state)
{
    struct password_request *requests[MOST + 1];

    (void)state;
    for (int i = 0; i <= MOST; i++) {
        requests[i] = hash("many");
    }
    assert_non_null(requests[MOST - 1]);
    assert_null(requests[MOST]);
    reap_until(MOST);
    assert_non_null(hash("again"));
    reap_until(MOST + 1);
}

static void a_cancelled_request_is_not_answered(void **state)
{
    struct password_request *first, *second;

    (void)state;
    first = hash("runs, perhaps");
    second = hash("waits, perhaps");
    passwords_cancel(passwords, first);
    passwords_cancel(passwords, second);
    assert_non_null(hash("is answered"));
    reap_until(1);
    assert_int_equal(told.count, 1);
    assert_int_equal(verify(told.hash, "is answered"), PASSWORD_RIGHT);
}

static void the_end_answers_nothing(void **state)
{
    (void)state;
    assert_non_null(hash("one"));
    assert_non_null(hash("two"));
    passwords_free(passwords);
    assert_int_equal(told.count, 0);
    (void)begin(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(a_hash_tells_its_password_from_others),
        TEST(the_same_password_has_another_hash_each_time),
        TEST(an_account_that_does_not_exist_has_no_password),
        TEST(a_hash_of_other_costs_is_right_and_old),
        TEST(want_of_memory_is_not_a_wrong_password),
        TEST(no_more_wait_than_may),
        TEST(a_cancelled_request_is_not_answered),
        TEST(the_end_answers_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void without_libsodium_there_are_no_passwords(void **state)
{
    (void)state;
    assert_null(passwords_new(&(struct password_spec){.threads = 1, .most = 1, .passes = 1, .memory_bytes = 8192}));
    assert_int_equal(errno, ENOSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(without_libsodium_there_are_no_passwords)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif

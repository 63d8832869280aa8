/* Tests of base/check.h and base/hash.h: the end of a process that cannot go on. malloc() is wrapped, to fail on
 * demand. */
#include "config.h"

#include "base/check.h"

#include "base/hash.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool is_exhausted;

void *__wrap_malloc(size_t size)
{
    return is_exhausted ? NULL : __real_malloc(size);
}

static int evaluated;

static int evaluate(int value)
{
    evaluated++;
    return value;
}

static void true_check_does_nothing_and_evaluates_once(void **state)
{
    (void)state;
    evaluated = 0;
    CHECK(evaluate(1));
    CHECK(evaluate(2));
    assert_int_equal(evaluated, 2);
}

/* Runs fn in a child whose standard error is a pipe, and asserts that it aborts. */
static void assert_aborts(void (*fn)(void), const int ends[2])
{
    int status;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit none = {0, 0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        alarm(60); /* if it hangs */
        fn();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* The text that fn prints before it aborts. */
static void read_last_words(void (*fn)(void), char *said, size_t size)
{
    int ends[2];
    ssize_t n;

    assert_int_equal(pipe(ends), 0);
    assert_aborts(fn, ends);
    close(ends[1]);
    n = read(ends[0], said, size - 1);
    assert_true(n > 0);
    said[n] = '\0';
    close(ends[0]);
}

static void check_what_is_false(void)
{
    CHECK(evaluate(0));
}

static void false_check_tells_where_and_aborts(void **state)
{
    char said[256];

    (void)state;
    read_last_words(check_what_is_false, said, sizeof(said));
    assert_ptr_equal(strstr(said, "chatd: bug: evaluate(0) at "), said);
    assert_non_null(strstr(said, "base_check_test.c:"));
    assert_int_equal(said[strlen(said) - 1], '\n');
}

static void last_words_do_not_wait_for_a_reader(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    while (write(ends[1], "x", 1) == 1) {
    }
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fcntl(ends[1], F_SETFL, 0), 0); /* as a shell sets it */
    assert_aborts(check_what_is_false, ends);
    close(ends[0]);
    close(ends[1]);
}

static void fill_a_table_without_memory(void)
{
    struct item {
        int key;
        UT_hash_handle hh;
    } item = {.key = 1}, *table = NULL;

    is_exhausted = true;
    HASH_ADD_INT(table, key, &item);
}

static void table_that_cannot_grow_tells_why_and_aborts(void **state)
{
    char said[256];

    (void)state;
    read_last_words(fill_a_table_without_memory, said, sizeof(said));
    assert_ptr_equal(strstr(said, "chatd: out of memory: "), said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_check_does_nothing_and_evaluates_once),
        cmocka_unit_test(false_check_tells_where_and_aborts),
        cmocka_unit_test(last_words_do_not_wait_for_a_reader),
        cmocka_unit_test(table_that_cannot_grow_tells_why_and_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

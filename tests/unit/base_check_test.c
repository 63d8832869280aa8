/* Tests of base/check.h: the assertion of every build. */
#include "config.h"

#include "base/check.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void false_check_tells_where_and_aborts(void **state)
{
    char said[256] = "";
    int ends[2];
    int status;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit none = {0, 0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        CHECK(evaluate(0));
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
    close(ends[0]);
    assert_ptr_equal(strstr(said, "chatd: bug: evaluate(0) at "), said);
    assert_non_null(strstr(said, "base_check_test.c:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_check_does_nothing_and_evaluates_once),
        cmocka_unit_test(false_check_tells_where_and_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

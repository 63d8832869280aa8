/* Tests of base/payload.h: bytes that many queues share.  The sanitizers check that the last reference frees them, and
 * no earlier one. */
#include "config.h"

#include "base/payload.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void payload_is_a_copy_with_one_reference(void **state)
{
    char data[] = "hello\0world";
    struct payload *p = payload_new(data, sizeof(data), PAYLOAD_DROPPABLE);

    (void)state;
    memset(data, 'x', sizeof(data));
    assert_int_equal(p->refs, 1);
    assert_int_equal(p->len, sizeof(data));
    assert_int_equal(p->kind, PAYLOAD_DROPPABLE);
    assert_memory_equal(p->data, "hello\0world", sizeof(data));
    payload_unref(p);
}

static void payload_lives_until_its_last_reference(void **state)
{
    struct payload *p = payload_new("x", 1, PAYLOAD_KEPT);

    (void)state;
    for (uint32_t i = 2; i <= 1000; i++) {
        assert_ptr_equal(payload_ref(p), p);
        assert_int_equal(p->refs, i);
    }
    for (uint32_t i = 1000; i > 1; i--) {
        payload_unref(p);
        assert_int_equal(p->refs, i - 1);
        assert_int_equal(p->data[0], 'x');
    }
    assert_int_equal(p->kind, PAYLOAD_KEPT);
    payload_unref(p);
}

static void payloads_of_any_size_are_whole(void **state)
{
    (void)state;
    for (size_t len = 1; len < 1 << 22; len = len * 3 + 1) {
        char *data = malloc(len);
        struct payload *p;

        memset(data, 'a', len);
        data[len - 1] = 'z';
        p = payload_new(data, len, PAYLOAD_KEPT);
        assert_int_equal(p->len, len);
        assert_memory_equal(p->data, data, len);
        payload_unref(p);
        free(data);
    }
}

/* The signal that ends a process which makes a payload of len bytes; 0 if it succeeds. */
static int signal_of_making(size_t len)
{
    pid_t pid = fork();
    int status;

    assert_true(pid >= 0);
    if (pid == 0) {
        struct rlimit none = {0, 0};

        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        payload_unref(payload_new("abc", len, PAYLOAD_KEPT));
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void payload_without_bytes_or_past_31_bits_is_a_bug(void **state)
{
    (void)state;
    assert_int_equal(signal_of_making(3), 0);
    assert_int_equal(signal_of_making(0), SIGABRT);
    assert_int_equal(signal_of_making((size_t)INT32_MAX + 1), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payload_is_a_copy_with_one_reference),
        cmocka_unit_test(payload_lives_until_its_last_reference),
        cmocka_unit_test(payloads_of_any_size_are_whole),
        cmocka_unit_test(payload_without_bytes_or_past_31_bits_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of libevent_log.h: libevent is made to warn and to fail.  malloc() is wrapped, to fail on demand. */
#include "config.h"

#include "libevent_log.h"

#include "base/log.h"
#include "base/log_limit.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool is_exhausted;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
    return is_exhausted ? NULL : __real_malloc(size);
}

static struct fake_log the_log;
static struct clock the_clock;
static struct timeq telling;
static struct event_base *base;

static int begin(void **state)
{
    struct event_config *config = event_config_new();

    (void)state;
    event_config_avoid_method(config, "poll");
    event_config_avoid_method(config, "select");
    base = event_base_new_with_config(config);
    event_config_free(config);
    fake_log_init(&the_log);
    fake_clock_init(&the_clock);
    timeq_init(&telling, LOG_LIMIT_TELL_MS, log_limit_due, NULL);
    libevent_log_begin(&the_clock, &telling);
    return base != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    libevent_log_end();
    fake_log_fini(&the_log);
    event_base_free(base);
    return 0;
}

/* epoll watches no regular file. */
static void make_it_warn(int times)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct event *ev = event_new(base, fd, EV_READ | EV_PERSIST, NULL, NULL);

    assert_true(fd >= 0);
    for (int i = 0; i < times; i++) {
        assert_int_equal(event_add(ev, NULL), -1);
        assert_int_equal(errno, EPERM); /* as libevent left it */
    }
    event_free(ev);
    close(fd);
}

static void warning_is_a_line_of_the_log(void **state)
{
    const char *got;

    (void)state;
    make_it_warn(1);
    got = fake_log_read(&the_log);
    assert_non_null(strstr(got, " warn  libevent warns error=\"Epoll ADD(1) on fd "));
    assert_non_null(strstr(got, strerror(EPERM)));
    assert_ptr_equal(strchr(got, '\n'), got + strlen(got) - 1);
}

static void warnings_are_limited_and_the_rest_is_told(void **state)
{
    (void)state;
    make_it_warn(LOG_LIMIT_BURST + 7);
    assert_int_equal(fake_log_count(&the_log, "libevent warns"), LOG_LIMIT_BURST);
    fake_clock_advance(&the_clock, LOG_LIMIT_TELL_MS);
    timeq_run(&telling, clock_ms(&the_clock));
    assert_int_equal(fake_log_count(&the_log, " lines left out line=\"libevent warns\" unsaid=7\n"), 1);
}

static void end_leaves_nothing_that_waits(void **state)
{
    (void)state;
    make_it_warn(LOG_LIMIT_BURST + 1);
    libevent_log_end();
    assert_int_equal(timeq_wait_ms(&telling, clock_ms(&the_clock)), TIMEQ_NEVER);
}

static void fatal_error_is_logged_and_aborts(void **state)
{
    static const struct rlimit no_core = {0, 0};
    const char *got;
    int status;
    pid_t child = fork();

    (void)state;
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        event_enable_debug_mode(); /* too late: there is a base */
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    got = fake_log_read(&the_log);
    assert_non_null(strstr(got, " error libevent fails error=\"event_enable_debug_mode must be called"));
}

static void without_memory_for_libevent_the_process_aborts(void **state)
{
    static const struct rlimit no_core = {0, 0};
    char said[256] = "";
    int status, ends[2];
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        is_exhausted = true;
        event_new(base, -1, EV_PERSIST, NULL, NULL);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
    close(ends[0]);
    assert_ptr_equal(strstr(said, "chatd: out of memory: "), said);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(warning_is_a_line_of_the_log),
        TEST(warnings_are_limited_and_the_rest_is_told),
        TEST(end_leaves_nothing_that_waits),
        TEST(fatal_error_is_logged_and_aborts),
        TEST(without_memory_for_libevent_the_process_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

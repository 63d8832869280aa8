/* Tests of admin/activation.h: descriptors from 3 on, as a service manager passes them. */
#include "config.h"

#include "admin/activation.h"

#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Descriptors 3 to 9 belong to the manager; the test program's own ones there are moved away. */
enum { FIRST = 3, END = 10, ASIDE = 100 };

static struct activation activation;
static struct strbuf errors;
static struct fake_log the_log;

static int begin(void **state)
{
    (void)state;
    for (int fd = FIRST; fd < END; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            assert_true(fcntl(fd, F_DUPFD_CLOEXEC, ASIDE + fd) == ASIDE + fd);
        } else {
            assert_int_equal(open("/dev/null", O_RDONLY | O_CLOEXEC), fd);
        }
    }
    /* The log's own descriptors are above them. */
    fake_log_init(&the_log);
    for (int fd = FIRST; fd < END; fd++) {
        close(fd);
    }
    strbuf_init(&errors);
    return 0;
}

static int end(void **state)
{
    (void)state;
    strbuf_fini(&errors);
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    unsetenv("LISTEN_PID");
    fake_log_fini(&the_log);
    for (int fd = FIRST; fd < END; fd++) {
        close(fd);
        if (fcntl(ASIDE + fd, F_GETFD) >= 0) {
            dup2(ASIDE + fd, fd);
            close(ASIDE + fd);
        }
    }
    return 0;
}

/* Makes a socket with the next of the manager's descriptors. */
static void hand_over(int family, int type, bool listens)
{
    int fd = socket(family, type, 0);
    int on = 1;

    assert_in_range(fd, FIRST, END - 1); /* the lowest that is free */
    if (listens) {
        struct sockaddr_storage where = {.ss_family = (sa_family_t)family};
        socklen_t len = family == AF_UNIX    ? sizeof(sa_family_t)
                        : family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                             : sizeof(struct sockaddr_in);

        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        assert_int_equal(bind(fd, (struct sockaddr *)&where, len), 0);
        assert_int_equal(listen(fd, 5), 0);
    }
}

/* Sets the environment; names is NULL if it does not have them. */
static bool open_as(long pid, int count, const char *names)
{
    char text[32];

#ifndef HAVE_SYSTEMD
    print_message("# built without libsystemd\n");
    skip();
#endif
    snprintf(text, sizeof(text), "%ld", pid);
    setenv("LISTEN_PID", text, 1);
    snprintf(text, sizeof(text), "%d", count);
    setenv("LISTEN_FDS", text, 1);
    if (names != NULL) {
        setenv("LISTEN_FDNAMES", names, 1);
    }
    return activation_open(&activation, &errors);
}

static void assert_environment_is_clean(void)
{
    assert_null(getenv("LISTEN_FDS"));
    assert_null(getenv("LISTEN_FDNAMES"));
    assert_null(getenv("LISTEN_PID"));
}

static void without_a_manager_there_is_nothing(void **state)
{
    const char *name;

    (void)state;
    assert_true(activation_open(&activation, &errors));
    assert_int_equal(activation_take_peoples(&activation, &name), -1);
    assert_int_equal(activation_take(&activation, ACTIVATION_CONTROL), -1);
    activation_close(&activation);
    assert_int_equal(fake_log_count(&the_log, "not used"), 0);
}

static void sockets_go_where_their_names_say(void **state)
{
    const char *name = NULL;

    (void)state;
    hand_over(AF_INET, SOCK_STREAM, true);
    hand_over(AF_UNIX, SOCK_STREAM, true);
    hand_over(AF_INET, SOCK_STREAM, true);
    hand_over(AF_UNIX, SOCK_STREAM, true);
    hand_over(AF_UNIX, SOCK_STREAM, true);
    assert_true(open_as(getpid(), 5, "chatd.socket:control:metrics:local:control"));
    assert_environment_is_clean();
    assert_string_equal(strbuf_str(&errors), "");
    assert_int_equal(activation_take(&activation, "no such"), -1);
    assert_int_equal(activation_take(&activation, ACTIVATION_METRICS), 5);
    assert_int_equal(activation_take(&activation, ACTIVATION_METRICS), -1);
    assert_int_equal(activation_take(&activation, ACTIVATION_CONTROL), 4);
    assert_int_equal(activation_take(&activation, ACTIVATION_CONTROL), 7);
    assert_int_equal(activation_take(&activation, ACTIVATION_CONTROL), -1);
    assert_int_equal(activation_take_peoples(&activation, &name), 3);
    assert_string_equal(name, "chatd.socket");
    assert_int_equal(activation_take_peoples(&activation, &name), 6);
    assert_string_equal(name, "local");
    assert_int_equal(activation_take_peoples(&activation, &name), -1);
    activation_warn(&activation);
    assert_int_equal(fake_log_count(&the_log, "not used"), 0);
    activation_close(&activation);
    for (int fd = 3; fd < 8; fd++) {
        assert_true(fcntl(fd, F_GETFD) >= 0); /* the part that has taken it keeps it open */
        assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
        assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    }
}

static void socket_without_a_name_takes_people(void **state)
{
    const char *name = NULL;

    (void)state;
    hand_over(AF_INET6, SOCK_STREAM, true);
    assert_true(open_as(getpid(), 1, NULL));
    assert_int_equal(activation_take_peoples(&activation, &name), 3);
    activation_close(&activation);
}

static void what_nobody_takes_is_told_and_closed(void **state)
{
    (void)state;
    hand_over(AF_UNIX, SOCK_STREAM, true);
    hand_over(AF_UNIX, SOCK_STREAM, true);
    assert_true(open_as(getpid(), 2, "metrics:control"));
    assert_int_equal(activation_take(&activation, ACTIVATION_CONTROL), 4);
    activation_warn(&activation);
    assert_int_equal(fake_log_count(&the_log, "socket of the service manager is not used socket=metrics"), 1);
    activation_close(&activation);
    assert_int_equal(fake_log_count(&the_log, "not used"), 0);
    assert_int_equal(fcntl(3, F_GETFD), -1);
    assert_true(fcntl(4, F_GETFD) >= 0);
}

static void sockets_for_another_process_are_left_alone(void **state)
{
    const char *name;

    (void)state;
    hand_over(AF_UNIX, SOCK_STREAM, true);
    assert_true(open_as(1, 1, "x"));
    assert_int_equal(activation_take_peoples(&activation, &name), -1);
    activation_close(&activation);
    assert_true(fcntl(3, F_GETFD) >= 0);
    assert_environment_is_clean();
}

static void each_that_is_no_listening_stream_socket_is_named(void **state)
{
    int ends[2];

    (void)state;
    hand_over(AF_UNIX, SOCK_STREAM, true);
    hand_over(AF_INET, SOCK_STREAM, false);
    hand_over(AF_UNIX, SOCK_DGRAM, false);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(ends[0], 6);
    assert_false(open_as(getpid(), 5, "good:deaf:datagrams:pipe:control"));
    assert_null(strstr(strbuf_str(&errors), "good"));
    assert_non_null(strstr(strbuf_str(&errors), "descriptor 4 of the service manager, \"deaf\", is no listening"));
    assert_non_null(strstr(strbuf_str(&errors), "descriptor 5 of the service manager, \"datagrams\", is no "));
    assert_non_null(strstr(strbuf_str(&errors), "descriptor 6 of the service manager, \"pipe\", is no "));
    assert_non_null(strstr(strbuf_str(&errors), "descriptor 7 of the service manager, \"control\", is no "));
    for (int fd = 3; fd < 8; fd++) {
        assert_int_equal(fcntl(fd, F_GETFD), -1);
    }
}

static void promise_that_is_not_kept_is_an_error(void **state)
{
    (void)state;
    assert_false(open_as(getpid(), 2, "a:b")); /* nothing is open there */
    assert_non_null(strstr(strbuf_str(&errors), "LISTEN_FDS"));
    strbuf_reset(&errors);
    hand_over(AF_UNIX, SOCK_STREAM, true);
    assert_false(open_as(getpid(), 1, "a:b"));
    assert_non_null(strstr(strbuf_str(&errors), "LISTEN_FDNAMES"));
    assert_environment_is_clean();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_manager_there_is_nothing, begin, end),
        cmocka_unit_test_setup_teardown(sockets_go_where_their_names_say, begin, end),
        cmocka_unit_test_setup_teardown(socket_without_a_name_takes_people, begin, end),
        cmocka_unit_test_setup_teardown(what_nobody_takes_is_told_and_closed, begin, end),
        cmocka_unit_test_setup_teardown(sockets_for_another_process_are_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(each_that_is_no_listening_stream_socket_is_named, begin, end),
        cmocka_unit_test_setup_teardown(promise_that_is_not_kept_is_an_error, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

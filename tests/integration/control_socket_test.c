/* Tests of the control socket: requests by hand, the users that may send them, and that no client can delay others. */
#include "config.h"

#include "ctl.h"
#include "ctl_answer.h"
#include "strict_json.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* ---- the socket ---- */

static void requests_by_hand_are_answered_in_order(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *c = ctl_open();

    client_send(c, "\nlog-level\r\n  help   kick\nsay \"lobby\nno\nconfig --json -- log.level --json\n"
                   "help --xml\nrooms");
    client_half_close(c);
    client_expect(c, "+log.level = info ");
    client_expect_next(c, ".0");
    client_expect(c, "+kick CLIENT [REASON] ");
    client_expect_next(c, ".0");
    client_expect_next(c, "!a quote has no end");
    client_expect_next(c, ".2");
    client_expect_next(c, "!there is no command no; help lists them");
    client_expect_next(c, ".2");
    client_expect_next(c, "!{\"error\":\"usage: config [OPTION|SECTION]\"}"); /* after -- there are no options */
    client_expect_next(c, ".2");
    client_expect_next(c, "!there is no such option; --json is one, and behind -- no word is");
    client_expect_next(c, ".2");
    client_expect(c, "+ROOM ");
    client_expect_next(c, ".0");
    client_expect_eof(c);
    client_join(d, "alice");
}

static void a_request_is_bounded_and_so_are_connections(void)
{
    enum { MOST = 32 };
    struct daemon *d = ctl_answer_start();
    struct client *many[MOST], *c;
    unsigned before;

    client_sync(client_join(d, "alice"));
    before = daemon_descriptors(d);
    c = ctl_open();
    client_send(c, harness_repeat("x", 16384));
    client_expect_next(c, "!the request is too long");
    client_expect_next(c, ".2");
    client_half_close(c);
    client_expect_eof(c);

    daemon_wait_descriptors(d, before);
    for (int i = 0; i < MOST; i++) {
        many[i] = ctl_open();
        client_send(many[i], "log-level\n");
        client_expect(many[i], ".0");
    }
    c = ctl_open();
    client_expect_next(c, "!there are too many control connections");
    client_expect_eof(c);
    for (int i = 0; i < MOST; i++) {
        client_half_close(many[i]);
        client_expect_eof(many[i]);
    }
    ctl_answer_holds(ctl_ok("log-level"), "log.level");
    client_sync(client_join(d, "bob"));
    daemon_wait_descriptors(d, before + 1); /* bob's */
}

/* Connects as another user.  Returns the errno of the call that fails, 0 if the server answers, or -1 if it refuses the
 * request. */
static int connect_as(uid_t uid, gid_t gid)
{
    const char *path = ctl_socket();
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        struct sockaddr_un un = {.sun_family = AF_UNIX};
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        char answer = 0;

        snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
        if (setgroups(0, NULL) != 0 || setgid(gid) != 0 || setuid(uid) != 0) {
            _exit(99);
        }
        if (connect(fd, (struct sockaddr *)&un, sizeof(un)) != 0) {
            _exit(errno);
        }
        (void)!send(fd, "log-level\n", 10, MSG_NOSIGNAL); /* the server may have closed it already */
        if (recv(fd, &answer, 1, 0) != 1) {
            _exit(98);
        }
        _exit(answer == '+' ? 0 : 97);
    }
    waitpid(pid, &status, 0);
    return WEXITSTATUS(status);
}

static mode_t mode_of_socket(void)
{
    struct stat st;

    assert_int_equal(stat(ctl_socket(), &st), 0);
    assert_true(S_ISSOCK(st.st_mode));
    return st.st_mode & 07777;
}

static void mode_and_group_say_who_may_ask(void)
{
    enum { SOMEBODY = 65533, SOME_GROUP = 65532 };
    struct daemon *d;

    daemon_wrap("umask 0");
    d = ctl_answer_start();
    assert_int_equal(mode_of_socket(), 0660);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    daemon_wrap("umask 077");
    d = daemon_start("-o", ctl_option(), "-o", "control.mode=0666");
    assert_int_equal(mode_of_socket(), 0666);
    if (getuid() != 0) {
        return; /* the test cannot become another user */
    }
    assert_int_equal(chmod(harness_dir(), 0755), 0);
    assert_int_equal(connect_as(SOMEBODY, SOMEBODY), 0);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = daemon_start("-o", ctl_option(), "-o", harness_text("control.group=%d", SOME_GROUP));
    assert_int_equal(connect_as(SOMEBODY, SOMEBODY), EACCES);
    assert_int_equal(connect_as(SOMEBODY, SOME_GROUP), 0);
    /* If the file's mode is wider than the one asked for, the server still refuses requests. */
    assert_int_equal(chmod(ctl_socket(), 0666), 0);
    assert_int_equal(connect_as(SOMEBODY, SOMEBODY), 97);
    daemon_wait_log(d, harness_text("control refused uid=%d pid=", SOMEBODY));
}

static const char *why_not(const char *option, int status)
{
    struct daemon *d = daemon_launch("-o", ctl_option(), "-o", option);

    assert_int_equal(daemon_wait(d), status);
    return daemon_log(d);
}

static void wrong_settings_are_told_at_the_start(void)
{
    ctl_answer_holds(why_not("control.mode=0999", EX_CONFIG), "control.mode: \"0999\" is no mode");
    ctl_answer_holds(why_not("control.mode=0060", EX_CONFIG), "is no mode");
    ctl_answer_holds(why_not("control.socket=run/x", EX_CONFIG), "control.socket: \"run/x\" is no absolute path");
    ctl_answer_holds(why_not("control.group=no-such-group", EX_CONFIG),
                     "control.group: \"no-such-group\" is no group of this system\n");
    ctl_answer_holds(why_not("control.socket=/nonexistent/x", EX_CONFIG),
                     "control.socket: \"/nonexistent/x\" is in the folder /nonexistent: No such file or directory\n");
}

static void what_stands_at_the_path_is_replaced_only_when_it_is_stale(void)
{
    struct daemon *d = ctl_answer_start();
    const char *path;

    ctl_answer_holds(why_not("server.listen=127.0.0.1:0", EXIT_FAILURE),
                     "Address already in use"); /* a running server's */
    ctl_answer_holds(ctl_ok("status"), "serving");
    daemon_stop(d, SIGKILL);
    assert_int_equal(access(ctl_socket(), F_OK), 0);
    d = ctl_answer_start(); /* replaces one that was left behind */
    ctl_answer_holds(ctl_ok("status"), "serving");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    path = harness_file("control", "a file");
    ctl_answer_holds(why_not("server.listen=127.0.0.1:0", EX_CONFIG), "is there already, and is no socket");
    assert_int_equal(access(path, F_OK), 0);
}

/* ---- nobody waits for an administrator ---- */

enum { MANY = 5000, OTHERS = 200 };

/* As many as the limit of descriptors allows, at most MANY; the daemon has the same limit. */
static int most_people(void)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_max < MANY + OTHERS ? (int)(limit.rlim_max - OTHERS) / 2 * 2 : MANY;
}

/* Counted by the server: the log would lose some of so many lines to a slow reader. */
static void wait_clients(int count)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();
    const char *clients, *wanted = harness_text("%d", count);

    do {
        clients = strict_json_get(ctl_answer_object(ctl_ok("status", "--json"), 0), "clients");
        if (harness_now_ms() > until) {
            harness_fail("expected %s clients, but there are %s", wanted, clients);
        }
    } while (strcmp(clients, wanted) != 0);
}

static void long_list_comes_whole_while_people_leave(void)
{
    struct daemon *d;
    int fds[MANY], many;
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    struct client *c, *alice;
    const char *path = harness_text("%s/people", harness_dir()), *rest;
    size_t lines;

    if (strcmp(harness_backend(), "select") == 0) {
        return; /* select cannot watch so many */
    }
    many = most_people();
    d = daemon_start("-o", ctl_option(), "-o", harness_text("server.listen=unix:%s", path));
    ctl_ok("log-level", "error");
    alice = client_join(d, "alice");
    snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
    for (int i = 0; i < many; i++) {
        fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
        assert_int_equal(connect(fds[i], (struct sockaddr *)&un, sizeof(un)), 0);
        if (i % 1000 == 999) {
            client_sync(alice); /* all connections are accepted */
        }
    }
    wait_clients(many + 1);
    c = ctl_open(); /* reads nothing yet: the list stops when the socket is full */
    client_send(c, "clients --json\nlog-level\n");
    client_sync(alice);
    client_sync(alice);
    for (int i = 0; i < many; i += 2) {
        close(fds[i]); /* half of the clients already listed, and half of the others */
    }
    wait_clients(many / 2 + 1);
    client_half_close(c);
    rest = client_rest(c);
    lines = ctl_answer_lines(rest);
    /* All clients that stayed are listed; those that left meanwhile are listed if they were listed before that. */
    assert_true(lines >= (size_t)many / 2 + 1 + 3 && lines < (size_t)many + 1 + 3);
    for (int i = 1; i < many; i += 2) {
        ctl_answer_holds(rest, harness_text("+{\"id\":%d,", i + 2));
    }
    ctl_answer_holds(rest, "\"name\":\"alice\"");
    ctl_answer_holds(rest, "\n.0\n+log.level = error ");
    client_sync(alice);
    for (int i = 1; i < many; i += 2) {
        close(fds[i]);
    }
}

static void who_reads_no_answer_delays_nobody_and_is_dropped(void)
{
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", "limits.stall_seconds=1");
    struct client *alice = client_join(d, "alice"), *c = ctl_open();
    unsigned before;
    int64_t began = harness_now_ms();
    long memory;

    /* Sends requests without end and reads nothing: requests are not read while answers wait. */
    client_send(c, "log-level\n");
    client_expect(c, ".0");
    before = daemon_descriptors(d);
    memory = daemon_memory_kib(d);
    for (int i = 0; i < 2000; i++) {
        if (send(client_fd(c), "config\nclients\n", 15, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            break;
        }
    }
    while (daemon_count_log(d, "control client stalled uid=") == 0) {
        client_sync(alice);
        assert_true(harness_now_ms() - began < harness_deadline_ms());
    }
    assert_true(harness_now_ms() - began >= 900); /* libevent's timeout begins with its turn */
    assert_true(daemon_memory_kib(d) - memory < 1024);
    client_sync(alice);
    daemon_wait_descriptors(d, before - 1);
    ctl_answer_holds(ctl_ok("status"), "serving");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(requests_by_hand_are_answered_in_order),
        HARNESS_TEST(a_request_is_bounded_and_so_are_connections),
        HARNESS_TEST_ONCE(mode_and_group_say_who_may_ask),
        HARNESS_TEST_ONCE(wrong_settings_are_told_at_the_start),
        HARNESS_TEST_ONCE(what_stands_at_the_path_is_replaced_only_when_it_is_stale),
        HARNESS_TEST(long_list_comes_whole_while_people_leave),
        HARNESS_TEST(who_reads_no_answer_delays_nobody_and_is_dropped),
    };

    return harness_main(tests);
}

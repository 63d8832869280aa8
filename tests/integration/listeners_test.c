/* Tests of the addresses on which chatd listens, of addresses that cannot be opened, and of a lack of descriptors. */
#include "config.h"

#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

static const char *unix_address(const char *name)
{
    return harness_text("unix:%s/%s", harness_dir(), name);
}

static bool exists(const char *unix_address)
{
    struct stat st;

    return lstat(unix_address + strlen("unix:"), &st) == 0;
}

static const char *port_of(const char *address)
{
    return strrchr(address, ':');
}

/* Checks that the daemon does not start, and reports why. */
static void expect_end(struct daemon *d, int status, const char *why)
{
    assert_int_equal(daemon_wait(d), status);
    if (strstr(daemon_log(d), why) == NULL) {
        harness_fail("expected on standard error: %s\nbut there is: %s", why, daemon_log(d));
    }
    assert_null(strstr(daemon_log(d), " ready "));
}

/* A fault that may be gone at the next start. */
static void expect_refusal(struct daemon *d, const char *why)
{
    expect_end(d, EXIT_FAILURE, why);
}

/* ---- where ---- */

static void it_listens_in_several_places_at_once(void)
{
    const char *path = unix_address("sock");
    struct daemon *d = daemon_start("-o", harness_text("server.listen=127.0.0.1:0, %s, 127.0.0.2:0", path));
    struct client *alice = client_open_at(daemon_address(d, 0));
    struct client *bob = client_open_at(daemon_address(d, 1));
    struct client *carol = client_open_at(daemon_address(d, 2));

    assert_memory_equal(daemon_address(d, 0), "127.0.0.1:", 10);
    assert_string_equal(daemon_address(d, 1), path);
    assert_memory_equal(daemon_address(d, 2), "127.0.0.2:", 10);
    client_take_name(alice, "alice");
    client_take_name(bob, "bob");
    client_take_name(carol, "carol");
    client_send(bob, "hello all\n");
    client_expect_line(alice, "[#lobby] bob: hello all");
    client_expect_line(carol, "[#lobby] bob: hello all");
    daemon_wait_log(d, " address=unix\n");
}

static void it_listens_on_ipv6(void)
{
    if (!harness_has_ipv6()) {
        skip();
    }
    struct daemon *d = daemon_start("-o", "server.listen=[::1]:0");
    struct client *alice = client_join(d, "alice");

    assert_memory_equal(daemon_address(d, 0), "[::1]:", 6);
    client_sync(alice);
    daemon_wait_log(d, "client connected client=1 address=[::1]:");
}

static void a_star_is_every_address_of_both_kinds(void)
{
    struct daemon *d = daemon_start("-o", "server.listen=*:0");
    const char *port = port_of(daemon_address(d, 0));
    struct client *alice = client_open_at(harness_text("127.0.0.1%s", port));

    client_take_name(alice, "alice");
    daemon_wait_log(d, "address=127.0.0.1:"); /* and not ::ffff:127.0.0.1 */
    if (harness_has_ipv6()) {
        struct client *bob = client_open_at(harness_text("[::1]%s", port));

        client_take_name(bob, "bob");
        client_send(bob, "hello\n");
        client_expect_line(alice, "[#lobby] bob: hello");
    }
}

/* Returns false if the daemon ends because the address is in use. */
static bool becomes_ready(struct daemon *d)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (strstr(daemon_log(d), " ready ") == NULL && harness_now_ms() < until) {
        if (strstr(daemon_log(d), "Address already in use") != NULL) {
            assert_int_equal(daemon_wait(d), 1);
            return false;
        }
        sched_yield();
    }
    return true;
}

static void an_ipv6_address_leaves_ipv4_alone(void)
{
    struct daemon *first, *second;
    int tries = 0;

    if (!harness_has_ipv6()) {
        skip();
    }
    /* Both get the same port: an IPv6 socket that took IPv4 too would conflict with the other one.  Now and then a
     * connection of another program conflicts too, so this is tried several times. */
    do {
        first = daemon_start("-o", "server.listen=[::]:0");
        second =
            daemon_launch("-o", harness_text("server.listen=0.0.0.0%s", port_of(daemon_address(first, 0))));
    } while (!becomes_ready(second) && ++tries < 10);
    client_sync(client_join(first, "alice"));
    client_sync(client_join(second, "alice"));
}

/* ---- unix sockets ---- */

static void the_file_of_a_unix_socket_goes_with_the_daemon(void)
{
    const char *path = unix_address("sock");
    struct daemon *d = daemon_start("-o", harness_text("server.listen=%s", path));
    struct client *alice = client_join(d, "alice");

    assert_true(exists(path));
    daemon_signal(d, SIGTERM);
    client_expect_eof(alice);
    client_close(alice);
    assert_int_equal(daemon_wait(d), 0);
    assert_false(exists(path));
}

/* The umask does not matter; that of a unit would deny all access. */
static void a_unix_socket_is_for_everybody_or_whom_its_mode_names(void)
{
    const char *open = unix_address("open"), *closed = unix_address("closed"), *metrics = unix_address("metrics");
    struct stat st;

    daemon_wrap("umask 077");
    daemon_start("-o", harness_text("server.listen=%s,mode=0620,group=%u, %s", closed, getegid(), open), "-o",
                 harness_text("metrics.listen=%s,mode=0640", metrics));
    assert_int_equal(lstat(open + strlen("unix:"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0666);
    assert_int_equal(lstat(closed + strlen("unix:"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0620);
    assert_int_equal(st.st_gid, getegid());
    assert_int_equal(lstat(metrics + strlen("unix:"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    client_sync(client_open_at(closed));
}

static void the_file_of_another_daemon_stays(void)
{
    const char *path = unix_address("sock"), *option = harness_text("server.listen=%s", path);
    struct daemon *d = daemon_start("-o", option), *other;

    assert_int_equal(unlink(path + strlen("unix:")), 0);
    other = daemon_start("-o", option);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    client_sync(client_join(other, "alice"));
    assert_int_equal(daemon_stop(other, SIGTERM), 0);
    assert_false(exists(path));
}

static void the_file_that_a_killed_daemon_left_is_replaced(void)
{
    const char *path = unix_address("sock");
    const char *option = harness_text("server.listen=%s", path);
    struct daemon *d = daemon_start("-o", option);

    assert_int_equal(daemon_stop(d, SIGKILL), 128 + SIGKILL);
    assert_true(exists(path));
    d = daemon_start("-o", option);
    client_sync(client_join(d, "alice"));
}

static void a_unix_socket_in_use_is_left_alone(void)
{
    const char *path = unix_address("sock");
    const char *option = harness_text("server.listen=%s", path);
    struct daemon *d = daemon_start("-o", option);
    struct client *alice = client_join(d, "alice");

    expect_refusal(daemon_launch("-o", option),
                   harness_text("chatd: server.listen: cannot listen on %s: Address already in use", path));
    assert_true(exists(path));
    client_join(d, "bob");
    client_sync(alice);
}

/* As between bind() and listen() of another server: the socket refuses connections, but it has a process. */
static void a_unix_socket_that_does_not_listen_yet_is_left_alone(void)
{
    static const char *const options[] = {"server.listen=unix:", "control.socket=", "metrics.listen=unix:"};
    const char *address = unix_address("sock"), *path = address + strlen("unix:");
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct stat before, after;

    memcpy(un.sun_path, path, strlen(path));
    assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
    assert_int_equal(lstat(path, &before), 0);
    for (int i = 0; i < 3; i++) {
        struct daemon *d = daemon_launch("-o", harness_text("%s%s", options[i], path));

        assert_int_equal(daemon_wait(d), 1);
        assert_non_null(strstr(daemon_log(d), "Address already in use"));
        assert_int_equal(lstat(path, &after), 0);
        assert_true(before.st_ino == after.st_ino);
    }
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(daemon_wait(daemon_launch("-o", harness_text("server.listen=%s", address))), 1);
    close(fd);
    client_sync(client_open(daemon_start("-o", harness_text("server.listen=%s", address)))); /* now it has no process */
}

static void a_file_that_is_no_socket_is_left_alone(void)
{
    const char *path = harness_file("precious", "do not lose this\n");
    const char *option = harness_text("server.listen=unix:%s", path);
    const char *error = harness_text("server.listen: \"unix:%s\" is there already, and is no socket\n", path);
    struct stat before, after;

    assert_int_equal(stat(path, &before), 0);
    expect_end(daemon_launch("-o", option), EX_CONFIG, error);
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino && after.st_size == before.st_size);
}

static void a_socket_in_no_folder_is_an_error(void)
{
    const char *path = unix_address("missing/sock");

    expect_end(daemon_launch("-o", harness_text("server.listen=%s", path)), EX_CONFIG,
               harness_text(" is in the folder %s/missing: No such file or directory\n", harness_dir()));
    /* A folder that a service manager would have made. */
    expect_end(daemon_launch("-o", "server.listen=unix:/run/no-such-folder/sock"), EX_CONFIG,
               "chatd: server.listen: cannot listen on unix:/run/no-such-folder/sock: No such file or directory\n");
}

/* ---- in use ---- */

static void a_port_in_use_is_named_and_nothing_is_left_behind(void)
{
    const char *path = unix_address("sock");
    struct daemon *d = daemon_start();
    const char *address = daemon_address(d, 0);

    expect_refusal(daemon_launch("-o", harness_text("server.listen=%s,%s", path, address)),
                   harness_text("chatd: server.listen: cannot listen on %s: Address already in use", address));
    assert_false(exists(path));
    client_sync(client_join(d, "alice"));
}

static void an_address_of_another_machine_is_named(void)
{
    expect_refusal(daemon_launch("-o", "server.listen=192.0.2.1:0"),
                   "chatd: server.listen: cannot listen on 192.0.2.1:0: Cannot assign requested address");
}

static void a_restart_finds_its_port_free(void)
{
    /* An address that no other process takes meanwhile. */
    struct daemon *d = daemon_start("-o", harness_text("server.listen=%s:0", harness_own_ipv4()));
    const char *address = daemon_address(d, 0);
    struct client *alice = client_join(d, "alice");

    /* The daemon ends the connection, so the system keeps the daemon's port in TIME_WAIT. */
    daemon_signal(d, SIGTERM);
    client_expect_eof(alice);
    client_close(alice);
    assert_int_equal(daemon_wait(d), 0);
    d = daemon_start("-o", harness_text("server.listen=%s", address));
    client_sync(client_join(d, "alice"));
}

/* ---- no descriptor ---- */

enum { MOST_CLIENTS = 64 };

/* Connects until a client is refused; returns the number of clients that were admitted. */
static int fill(struct daemon *d, struct client *in[MOST_CLIENTS])
{
    for (int i = 0; i < MOST_CLIENTS; i++) {
        const char *line;

        in[i] = client_open(d);
        line = client_line(in[i]);
        if (strncmp(line, "!! server-full: ", 16) == 0) {
            client_expect_eof(in[i]);
            client_close(in[i]);
            return i;
        }
        assert_string_equal(line, "-- Welcome to test.");
    }
    harness_fail("there was a descriptor for everybody");
}

static void without_a_descriptor_newcomers_are_told_and_nobody_else_notices(void)
{
    struct client *in[MOST_CLIENTS], *c;
    struct daemon *d;
    int count;

    daemon_wrap("ulimit -n 40");
    d = daemon_start();
    daemon_wait_log(d, "fewer descriptors than clients");
    count = fill(d, in);
    assert_true(count > 10);
    daemon_wait_log(d, "cannot accept newcomers ");
    for (int i = 0; i < 3; i++) { /* one after another */
        c = client_open(d);
        client_expect(c, "!! server-full: ");
        client_expect_eof(c);
        client_close(c);
    }
    client_send(in[0], "we are many\n");
    client_expect_line(in[count - 1], "[#lobby] guest1: we are many");
    assert_int_equal(daemon_count_log(d, "cannot accept newcomers"), 1);
    assert_int_equal(daemon_count_log(d, "accepting newcomers again"), 0);

    /* Some leave; a client that comes now is served. */
    for (int i = 1; i < 5; i++) {
        client_sync(in[i]); /* so that their leaving is announced */
        client_close(in[i]);
    }
    client_expect(in[0], "guest4 quit");
    for (int i = 1; i < 5; i++) {
        in[i] = client_open(d);
        client_expect(in[i], "-- Welcome to test.");
    }
    daemon_wait_log(d, "accepting newcomers again");
    assert_int_equal(daemon_count_log(d, "cannot accept newcomers"), 1);
    client_send(in[0], "welcome\n");
    client_expect_line(in[4], "[#lobby] guest1: welcome");

    /* Another shortage causes another line. */
    c = client_open(d);
    client_expect(c, "!! server-full: ");
    daemon_wait_log_next(d, "cannot accept newcomers ");
    assert_int_equal(daemon_count_log(d, "cannot accept newcomers"), 2);
    client_sync(in[0]);
}

/* The daemon's second address is for the metrics, the third is the control socket. */
static void check_the_administrators_places(struct daemon *d)
{
    struct client *c = client_open_at(daemon_address(d, 1));

    client_send(c, "GET /metrics HTTP/1.0\r\n\r\n");
    client_expect(c, "chatd_clients ");
    client_expect_eof(c);
    client_close(c);
    c = client_open_at(daemon_address(d, 2));
    client_send(c, "reload\n");
    client_expect(c, "+Reloaded: ");
    client_close(c);
}

static void people_leave_descriptors_to_the_administrator(void)
{
    const char *file = harness_file("chatd.ini", "[limits]\nrooms = 5\n");
    struct client *in[MOST_CLIENTS];
    struct daemon *d;

    daemon_wrap("ulimit -n 60");
    d = daemon_start("-c", file, "-o", "metrics.listen=127.0.0.1:0", "-o",
                     harness_text("control.socket=%s/control", harness_dir()));
    assert_true(fill(d, in) > 10);
    check_the_administrators_places(d);
    client_sync(in[0]);
}

/* Plain sockets: a thousand clients of the harness would use much memory. */
static int connect_to(const char *address)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port_of(address) + 1))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0) {
        harness_fail("connecting to %s: %s", address, strerror(errno));
    }
    return fd;
}

static void select_takes_as_many_as_it_can_watch(void)
{
    enum { MANY = FD_SETSIZE - 110 };
    struct rlimit limit;
    struct daemon *d;
    struct client *alice, *c;
    static int fds[MANY];
    const char *line;
    int more = 0;

    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < FD_SETSIZE + 200) {
        skip();
    }
    limit.rlim_cur = FD_SETSIZE + 200;
    setrlimit(RLIMIT_NOFILE, &limit);
    d = daemon_start("-o", "server.event_backend=select", "-o", "rooms.announce_members=0", "-o",
                     "server.default_room=", "-o", "metrics.listen=127.0.0.1:0", "-o",
                     harness_text("control.socket=%s/control", harness_dir()));
    alice = client_join(d, "alice");
    for (int i = 0; i < MANY; i++) {
        fds[i] = connect_to(daemon_address(d, 0));
        if (i % 50 == 0) { /* so that the backlog is not full */
            client_sync(alice);
        }
    }
    do {
        c = client_open(d);
        line = client_line(c);
    } while (strcmp(line, "-- Welcome to test.") == 0 && ++more < 60);
    assert_memory_equal(line, "!! server-full: ", 16);
    client_expect_eof(c);
    daemon_wait_log(d, "cannot accept newcomers ");
    check_the_administrators_places(d); /* select can still watch their descriptors */
    client_sync(alice);
    for (int i = 0; i < MANY; i++) {
        close(fds[i]);
    }
    do {
        c = client_open(d);
    } while (strcmp(client_line(c), "-- Welcome to test.") != 0);
    client_take_name(c, "bob");
    client_sync(alice);
    assert_int_equal(daemon_count_log(d, "cannot accept newcomers"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(it_listens_in_several_places_at_once),
        HARNESS_TEST_ONCE(it_listens_on_ipv6),
        HARNESS_TEST_ONCE(a_star_is_every_address_of_both_kinds),
        HARNESS_TEST_ONCE(an_ipv6_address_leaves_ipv4_alone),
        HARNESS_TEST_ONCE(the_file_of_a_unix_socket_goes_with_the_daemon),
        HARNESS_TEST_ONCE(a_unix_socket_is_for_everybody_or_whom_its_mode_names),
        HARNESS_TEST_ONCE(the_file_of_another_daemon_stays),
        HARNESS_TEST_ONCE(the_file_that_a_killed_daemon_left_is_replaced),
        HARNESS_TEST_ONCE(a_unix_socket_in_use_is_left_alone),
        HARNESS_TEST_ONCE(a_unix_socket_that_does_not_listen_yet_is_left_alone),
        HARNESS_TEST_ONCE(a_file_that_is_no_socket_is_left_alone),
        HARNESS_TEST_ONCE(a_socket_in_no_folder_is_an_error),
        HARNESS_TEST_ONCE(a_port_in_use_is_named_and_nothing_is_left_behind),
        HARNESS_TEST_ONCE(an_address_of_another_machine_is_named),
        HARNESS_TEST_ONCE(a_restart_finds_its_port_free),
        HARNESS_TEST(without_a_descriptor_newcomers_are_told_and_nobody_else_notices),
        HARNESS_TEST(people_leave_descriptors_to_the_administrator),
        HARNESS_TEST_ONCE(select_takes_as_many_as_it_can_watch),
    };

    return harness_main(tests);
}

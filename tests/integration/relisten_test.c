/* Tests of a reload that changes the addresses: all of them or none, and no client is disconnected. */
#include "config.h"

#include "ctl.h"
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes a file with these addresses and then more options, the first of them in [limits]. */
static const char *write_conf(const char *listen, const char *more)
{
    return harness_file("chatd.ini", harness_text("[server]\nlisten = %s\nname = test\nevent_backend = %s\n[control]\n"
                                                  "socket = %s\n[limits]\nconnections_per_minute = 0\n%s", listen,
                                                  harness_backend(), ctl_socket(), more));
}

static struct daemon *start_at(const char *listen, const char *more)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf(listen, more));

    daemon_wait_ready(d);
    return d;
}

static const char *reload(const char *listen, const char *more)
{
    write_conf(listen, more);
    return ctl_ok("reload");
}

static const char *own_address(unsigned port)
{
    return harness_text("%s:%u", harness_own_ipv4(), port);
}

static const char *unix_address(const char *name)
{
    return harness_text("unix:%s/%s", harness_dir(), name);
}

static ino_t inode_of(const char *address)
{
    struct stat st;

    return lstat(address + strlen("unix:"), &st) == 0 ? st.st_ino : 0;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        harness_fail("expected: %s\nin: %s", part, text);
    }
}

static void chat(struct client *from, struct client *to, const char *name)
{
    client_send(from, "are you there?\n");
    client_expect_line(to, harness_text("[#lobby] %s: are you there?", name));
}

static bool is_open(const char *address)
{
    const char *colon = strrchr(address, ':');

    /* With a shell, since the harness fails if no process listens. */
    return system(harness_text("exec 2>/dev/null; bash -c 'exec 3<>/dev/tcp/%.*s/%s'", (int)(colon - address), address,
                               colon + 1)) == 0;
}

/* ---- for people ---- */

static void people_stay_when_it_listens_elsewhere(void)
{
    const char *old = own_address(5001), *new = own_address(5002);
    struct daemon *d = start_at(old, "");
    struct client *alice = client_join(d, "alice"), *bob;

    assert_holds(reload(new, ""), harness_text("server.listen: %s -> %s\nReloaded: 1 changed.\n", old, new));
    daemon_wait_log(d, harness_text(" listening address=%s\n", new));
    daemon_wait_log(d, harness_text(" no longer listening address=%s\n", old));
    daemon_wait_log(d, " reloaded changes=1\n");
    bob = client_open_at(new);
    client_take_name(bob, "bob");
    chat(alice, bob, "alice");
    assert_false(is_open(old));
    assert_holds(ctl_ok("config", "server.listen"), harness_text("server.listen = %s ", new));
    assert_holds(ctl_ok("status"), new);
    assert_null(strstr(ctl_ok("status"), old));
    reload(old, ""); /* and back to the first address, which is free again */
    client_sync(client_open_at(old));
    chat(bob, alice, "bob");
}

static void what_stays_is_never_closed(void)
{
    const char *path = unix_address("sock"), *other = unix_address("other");
    struct daemon *d = start_at(harness_text("127.0.0.1:0, %s", path), "");
    const char *address = daemon_address(d, 0);
    ino_t inode = inode_of(path);

    reload(harness_text("%s, 127.0.0.1:0, %s", other, path), "");
    assert_int_equal(inode_of(path), inode);
    client_sync(client_open_at(path));
    client_sync(client_open_at(address)); /* the port that the system has chosen */
    client_sync(client_open_at(other));
    reload(path, "");
    assert_int_equal(inode_of(other), 0); /* the file was removed with its socket */
    assert_int_equal(inode_of(path), inode);
    assert_false(is_open(address));
    client_sync(client_open_at(path));
}

static void a_wider_and_a_narrower_address_of_one_port_take_over_from_each_other(void)
{
    /* A port that no other process uses by chance on any address: the system chooses other ports for clients. */
    const char *port = harness_text("%d", 20000 + (int)getpid() % 10000), *narrow = harness_text("127.0.0.1:%s", port);
    struct daemon *d = start_at(narrow, "");
    const char *beside = harness_text("%s:%s", harness_own_ipv4(), port);
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 3; i++) {
        reload(harness_text("*:%s", port), "");
        client_sync(client_open_at(narrow));
        client_sync(client_open_at(beside));
        reload(harness_text("0.0.0.0:%s", port), "");
        client_sync(client_open_at(narrow));
        client_sync(client_open_at(beside));
        reload(narrow, "");
        client_sync(client_open_at(narrow));
        assert_false(is_open(beside));
    }
    client_sync(alice);
    assert_int_equal(daemon_count_log(d, "reload refused"), 0);
}

/* Waits until it has as many descriptors: those of connections that are over are closed in a moment. */
static void await_descriptors(struct daemon *d, struct client *c, unsigned count)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (daemon_descriptors(d) != count) {
        if (harness_now_ms() > until) {
            harness_fail("there are %u descriptors and not %u", daemon_descriptors(d), count);
        }
        client_sync(c);
    }
}

static void of_places_that_cannot_all_be_opened_none_is(void)
{
    const char *first = own_address(5001), *path = unix_address("sock"), *new = own_address(5002), *output;
    struct daemon *d = start_at(first, "nick_chars = 10\n");
    struct daemon *other = daemon_start();
    struct client *alice = client_join(d, "alice");
    unsigned descriptors = daemon_descriptors(d);

    write_conf(harness_text("%s, %s, %s", path, new, daemon_address(other, 0)), "nick_chars = 20\n");
    output = ctl_fails(1, "reload");
    assert_holds(output, harness_text("server.listen: cannot listen on %s: Address already in use\n",
                                      daemon_address(other, 0)));
    assert_holds(output, "The reload is refused: all stays as it was.\n");
    daemon_wait_log(d, "reload refused error=\"server.listen: cannot listen on ");
    assert_int_equal(inode_of(path), 0);
    assert_false(is_open(new));
    client_sync(client_open_at(first));
    client_send(alice, "/nick much-too-long\n");
    client_expect(alice, "!! bad-name: "); /* no other option of the file has taken effect either */
    assert_int_equal(daemon_count_log(d, " listening address="), 2);
    assert_int_equal(daemon_count_log(d, "option changed"), 0);
    client_sync(alice);
    await_descriptors(d, alice, descriptors + 1); /* one for the newcomer */
}

static void a_drain_goes_on_over_a_reload(void)
{
    const char *old = own_address(5001), *new = own_address(5002), *path = unix_address("sock");
    struct daemon *d = start_at(harness_text("%s, %s", old, path), "");
    struct client *alice = client_join(d, "alice");

    ctl_ok("drain");
    reload(harness_text("%s, %s", new, path), "");
    assert_false(is_open(new));
    assert_int_equal(inode_of(path), 0);
    ctl_ok("drain", "off");
    client_sync(client_open_at(new));
    client_sync(client_open_at(path));
    assert_false(is_open(old));
    client_sync(alice);
}

static unsigned mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

static void the_mode_and_group_of_a_unix_socket_change_while_it_is_open(void)
{
    const char *path = unix_address("sock"), *other = unix_address("other"), *file = path + strlen("unix:"), *list;
    struct daemon *d;
    struct client *alice, *bob;
    struct stat st;
    ino_t inode;

    daemon_wrap("umask 077");
    d = start_at(path, "");
    alice = client_join(d, "alice");
    bob = client_join(d, "bob");
    inode = inode_of(path);
    assert_int_equal(mode_of(file), 0666);
    list = harness_text("%s, mode=0660, group=%u, %s", path, getegid(), other);
    reload(list, harness_text("[metrics]\nlisten = unix:%s/metrics,mode=0640\n", harness_dir()));
    assert_int_equal(mode_of(file), 0660);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_gid, getegid());
    assert_int_equal(st.st_ino, inode);
    assert_int_equal(mode_of(other + strlen("unix:")), 0666);
    assert_int_equal(mode_of(harness_text("%s/metrics", harness_dir())), 0640);
    client_sync(client_open_at(path));
    chat(alice, bob, "alice");
    /* A reload that fails changes nothing. */
    write_conf(harness_text("%s,mode=0600, 192.0.2.1:1", path),
               harness_text("[metrics]\nlisten = unix:%s/metrics,mode=0600\n", harness_dir()));
    assert_holds(ctl_fails(1, "reload"), "server.listen: cannot listen on 192.0.2.1:1");
    assert_int_equal(mode_of(file), 0660);
    assert_int_equal(mode_of(harness_text("%s/metrics", harness_dir())), 0640);
    reload(path, harness_text("[metrics]\nlisten = unix:%s/metrics\n", harness_dir()));
    assert_int_equal(mode_of(file), 0666);
    assert_int_equal(mode_of(harness_text("%s/metrics", harness_dir())), 0666);
}

/* ---- the others ---- */

static void scrape(const char *address)
{
    struct client *c = client_open_at(address);

    client_send(c, "GET /healthz HTTP/1.0\r\n\r\n");
    client_expect(c, "200 OK");
    client_expect_eof(c);
    client_close(c);
}

static void metrics_are_moved_and_turned_off_and_on(void)
{
    const char *first = own_address(9401), *second = own_address(9402), *path = unix_address("metrics");
    struct daemon *d = start_at("127.0.0.1:0", "");
    struct client *alice = client_join(d, "alice"), *half;

    assert_holds(reload("127.0.0.1:0", harness_text("[metrics]\nlisten = %s\n", first)),
                 harness_text("metrics.listen: (empty) -> %s\nReloaded: 1 changed.\n", first));
    scrape(first);
    half = client_open_at(first);
    client_send(half, "GET /healthz HTTP/1.0\r\n");
    scrape(first); /* the connection was accepted by then */
    reload("127.0.0.1:0", harness_text("[metrics]\nlisten = %s\n", second));
    scrape(second);
    assert_false(is_open(first));
    client_send(half, "\r\n"); /* it is answered nevertheless */
    client_expect(half, "200 OK");
    reload("127.0.0.1:0", harness_text("[metrics]\nlisten = %s\n", path));
    scrape(path);
    assert_false(is_open(second));
    reload("127.0.0.1:0", "");
    assert_int_equal(inode_of(path), 0);
    daemon_wait_log(d, harness_text(" no longer listening address=%s for=metrics\n", path));
    reload("127.0.0.1:0", harness_text("[metrics]\nlisten = %s\n", path));
    scrape(path);
    client_sync(alice);
}

static void places_can_be_exchanged(void)
{
    const char *a = own_address(5001), *b = own_address(5002);
    struct daemon *d = start_at(a, harness_text("[metrics]\nlisten = %s\n", b));

    for (int i = 0; i < 2; i++) {
        reload(b, harness_text("[metrics]\nlisten = %s\n", a));
        client_sync(client_open_at(b));
        scrape(a);
        reload(a, harness_text("[metrics]\nlisten = %s\n", b));
        client_sync(client_open_at(a));
        scrape(b);
    }
    assert_int_equal(daemon_count_log(d, "reload refused"), 0);
}

static void the_control_socket_is_moved_and_its_mode_changed(void)
{
    const char *first = ctl_socket(), *second = harness_text("%s/control2", harness_dir());
    struct daemon *d = start_at("127.0.0.1:0", "");
    struct client *admin;

    assert_int_equal(mode_of(first), 0660);
    assert_holds(reload("127.0.0.1:0", "[control]\nmode = 0600\n"), "control.mode: 0660 -> 0600\nReloaded: 1 changed.");
    assert_int_equal(mode_of(first), 0600);
    admin = ctl_open();
    client_send(admin, "status\n");
    client_expect(admin, "serving");
    harness_file("chatd.ini", harness_text("[server]\nlisten = 127.0.0.1:0\nname = test\n[control]\nsocket = %s\n"
                                           "mode = 0666\n", second));
    client_send(admin, "reload\n"); /* the answer comes although the listener is closed */
    client_expect(admin, harness_text("control.socket: %s -> %s", first, second));
    client_send(admin, "status\n");
    client_expect(admin, "serving");
    assert_int_equal(access(first, F_OK), -1);
    assert_int_equal(mode_of(second), 0666);
    client_close(admin);
    admin = client_open_at(harness_text("unix:%s", second));
    client_send(admin, "status\n");
    client_expect(admin, "serving");
    client_close(admin);
    harness_file("chatd.ini", "[server]\nlisten = 127.0.0.1:0\nname = test\n[control]\nmode = 0600\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, harness_text(" no longer listening address=unix:%s for=control\n", second));
    daemon_wait_log(d, "option has no effect option=control.mode was=0666 is=0600 "
                       "why=\"there is no control.socket\"\n");
    assert_int_equal(access(second, F_OK), -1);
}

static void sockets_of_the_service_manager_stay_and_the_answer_says_so(void)
{
    const char *path = harness_text("%s/handed", harness_dir()), *address = harness_text("unix:%s", path), *output;
    struct daemon *d;

    harness_needs_systemd();
    daemon_hand_over((const int[]){manager_listen(path)}, 1, "people");
    d = start_at(own_address(5001), "");
    output = reload(own_address(5002), "");
    assert_holds(output, "(the service manager's socket is used instead)\nReloaded: 0 changed. 1 has no effect.\n");
    daemon_wait_log(d, "option has no effect option=server.listen ");
    daemon_wait_log(d, " reloaded changes=0\n");
    assert_false(is_open(own_address(5001)));
    assert_false(is_open(own_address(5002)));
    client_sync(client_open_at(address));
}

static void a_hundred_changes_leak_nothing(void)
{
    const char *path = unix_address("sock");
    struct daemon *d = start_at(path, "");
    struct client *alice = client_open_at(path);
    unsigned descriptors;

    client_take_name(alice, "alice");
    descriptors = daemon_descriptors(d);
    for (int i = 0; i < 100; i++) {
        write_conf(harness_text("%s, %s", path, own_address(5001 + (unsigned)i % 2)),
                   harness_text("[metrics]\nlisten = %s\n", own_address(9401 + (unsigned)i % 2)));
        daemon_signal(d, SIGHUP);
        daemon_wait_log_next(d, " reloaded changes=");
    }
    write_conf(path, "");
    daemon_signal(d, SIGHUP);
    daemon_wait_log_next(d, " reloaded changes=2\n");
    await_descriptors(d, alice, descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(people_stay_when_it_listens_elsewhere),
        HARNESS_TEST_ONCE(what_stays_is_never_closed),
        HARNESS_TEST(a_wider_and_a_narrower_address_of_one_port_take_over_from_each_other),
        HARNESS_TEST_ONCE(of_places_that_cannot_all_be_opened_none_is),
        HARNESS_TEST_ONCE(a_drain_goes_on_over_a_reload),
        HARNESS_TEST_ONCE(the_mode_and_group_of_a_unix_socket_change_while_it_is_open),
        HARNESS_TEST(metrics_are_moved_and_turned_off_and_on),
        HARNESS_TEST(places_can_be_exchanged),
        HARNESS_TEST_ONCE(the_control_socket_is_moved_and_its_mode_changed),
        HARNESS_TEST_ONCE(sockets_of_the_service_manager_stay_and_the_answer_says_so),
        HARNESS_TEST_ONCE(a_hundred_changes_leak_nothing),
    };

    return harness_main(tests);
}

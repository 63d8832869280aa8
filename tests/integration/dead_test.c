/* Tests of machines that vanish: their packets are dropped without any error.
 *
 * The test moves into a network namespace of its own, the "near" machine, and makes a second one, the "far" machine, at
 * the other end of a cable (veth).  A socket belongs to the namespace in which it was made, so clients are opened in
 * the far one and are then used like any other.  The machine vanishes when its network card gets another hardware
 * address. */
#include "config.h"

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEAD_S = 3 };

static int near_ns, far_ns; /* descriptors of /proc/PID/ns/net */
static pid_t far_pid;       /* the process that keeps the far namespace */

/* Runs "ip" with these words in the namespace. */
static void run_ip(int ns, const char *words)
{
    char command[256];

    assert_int_equal(setns(ns, CLONE_NEWNET), 0);
    snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin:/sbin; ip %s", words);
    if (system(command) != 0) {
        fail_msg("failed: ip %s", words);
    }
    assert_int_equal(setns(near_ns, CLONE_NEWNET), 0);
}

static int open_ns(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* Starts a child in a network namespace of its own; both exist as long as the test. */
static pid_t begin_far(void)
{
    int ready[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (unshare(CLONE_NEWNET) == 0 && write(ready[1], "x", 1) == 1) {
            for (;;) {
                pause();
            }
        }
        _exit(1);
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1) {
        fail_msg("no second namespace: %s", strerror(errno));
    }
    close(ready[0]);
    return pid;
}

/* Returns NULL, or the reason why namespaces cannot be made. */
static const char *begin_near(void)
{
    if (geteuid() != 0) {
        return "needs root";
    }
    if (system("PATH=$PATH:/usr/sbin:/sbin; ip -V >/dev/null 2>&1") != 0) {
        return "needs the program ip (the package iproute2)";
    }
    if (unshare(CLONE_NEWNET) != 0 ||
        system("PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && ip link add probe type veth peer name probe2 && "
               "ip link del probe") != 0) {
        return "needs network namespaces with a veth";
    }
    return NULL;
}

static void connect_machines(void)
{
    char words[64];

    near_ns = open_ns(getpid());
    far_pid = begin_far();
    far_ns = open_ns(far_pid);
    snprintf(words, sizeof(words), "link set far netns %d", (int)far_pid);
    run_ip(near_ns, "link add near type veth peer name far");
    run_ip(near_ns, words);
    run_ip(near_ns, "link set near address 02:00:00:00:00:01");
    run_ip(far_ns, "link set far address 02:00:00:00:00:02");
    run_ip(near_ns, "addr add 10.0.0.1/24 dev near");
    run_ip(far_ns, "addr add 10.0.0.2/24 dev far");
    run_ip(near_ns, "link set near up");
    run_ip(far_ns, "link set far up");
    /* Without ARP, nothing tells the near machine that the far one has vanished. */
    run_ip(near_ns, "neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev near nud permanent");
    run_ip(far_ns, "neigh replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev far nud permanent");
}

/* Returns the time before that, for the program may end late. */
static int64_t far_vanishes(void)
{
    int64_t now_ms = harness_now_ms();

    run_ip(far_ns, "link set far address 02:00:00:00:00:03");
    return now_ms;
}

static int far_returns(void **state)
{
    (void)state;
    run_ip(far_ns, "link set far address 02:00:00:00:00:02");
    return harness_clean_up(state);
}

static struct daemon *start(const char *option)
{
    return daemon_start("-o", "server.listen=10.0.0.1:0", "-o", option);
}

static struct client *join_from_far(struct daemon *d, const char *name)
{
    struct client *c;

    assert_int_equal(setns(far_ns, CLONE_NEWNET), 0);
    c = client_open_at(daemon_address(d, 0));
    assert_int_equal(setns(near_ns, CLONE_NEWNET), 0);
    client_take_name(c, name);
    return c;
}

/* Waits until alice sees that the machine is dead, which has vanished at begun_ms at the earliest; until then she says
 * nothing, or a line every quarter of a second. */
static void expect_dead(struct daemon *d, struct client *alice, const char *name, bool is_talking, int64_t begun_ms)
{
    const char *left = harness_text("-- %s quit", name);
    int64_t until_ms = harness_now_ms() + harness_deadline_ms();

    while (strstr(client_seen(alice), left) == NULL) {
        struct pollfd p = {.fd = client_fd(alice), .events = POLLIN};

        if (is_talking) {
            client_send(alice, "are you there?\n");
        }
        (void)daemon_log(d);
        poll(&p, 1, 250);
        client_poll(alice);
        if (harness_now_ms() > until_ms) {
            harness_fail("%s still holds the name after %d ms", name, (int)(harness_now_ms() - begun_ms));
        }
    }
    /* The last packet from there came a little before the beginning. */
    assert_true(harness_now_ms() - begun_ms >= DEAD_S * 1000 / 2);
    daemon_wait_log(d, " reason=dead ");
}

static void silent_dead_machine_frees_its_name(void)
{
    struct daemon *d = start("limits.dead_seconds=3");
    struct client *alice = client_join(d, "alice");

    join_from_far(d, "gone");
    client_expect(alice, "is now gone");
    client_sync(alice);
    expect_dead(d, alice, "gone", false, far_vanishes());
    client_take_name(alice, "gone");
    assert_int_equal(daemon_count_log(d, "client closed"), 1); /* a silent client on a live machine stays */
}

static void dead_machine_in_a_busy_room_frees_its_name(void)
{
    struct daemon *d = start("limits.dead_seconds=3");
    struct client *alice = client_join(d, "alice");

    join_from_far(d, "gone");
    client_expect(alice, "is now gone");
    client_sync(alice);
    expect_dead(d, alice, "gone", true, far_vanishes());
    client_take_name(alice, "gone");
    assert_int_equal(daemon_count_log(d, "client closed"), 1);
}

/* What somebody chooses for routers on the way does not put off that they are found dead. */
static void keepalive_that_is_chosen_changes_nothing(void)
{
    struct daemon *d = start("limits.dead_seconds=3");
    struct client *alice = client_join(d, "alice"), *gone = join_from_far(d, "gone");

    client_send(gone, "/set keepalive 3600\n");
    client_expect(gone, "-- keepalive is on (3600): ");
    client_expect(alice, "is now gone");
    client_sync(alice);
    expect_dead(d, alice, "gone", false, far_vanishes());
    client_take_name(alice, "gone");
}

static void reload_counts_for_those_who_come_then(void)
{
    const char *path = harness_file("chatd.ini", "[limits]\ndead_seconds = 28800\n");
    struct daemon *d = daemon_start("-c", path, "-o", "server.listen=10.0.0.1:0");
    struct client *alice = client_join(d, "alice");

    join_from_far(d, "earlier");
    client_expect(alice, "is now earlier");
    harness_file("chatd.ini", "[limits]\ndead_seconds = 3\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "option=limits.dead_seconds was=28800 is=3");
    daemon_wait_log(d, "reloaded");
    join_from_far(d, "later");
    client_expect(alice, "is now later");
    client_sync(alice);
    expect_dead(d, alice, "later", true, far_vanishes());
    assert_int_equal(daemon_count_log(d, "client closed"), 1);
}

#define TEST(fn) {#fn, harness_run_one, NULL, far_returns, &(struct harness_test){fn, true}}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(silent_dead_machine_frees_its_name),
        TEST(dead_machine_in_a_busy_room_frees_its_name),
        TEST(keepalive_that_is_chosen_changes_nothing),
        TEST(reload_counts_for_those_who_come_then),
    };
    const char *why = begin_near();
    int failures;

    if (why != NULL) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    connect_machines();
    failures = harness_main(tests);
    kill(far_pid, SIGKILL);
    waitpid(far_pid, NULL, 0);
    return failures;
}

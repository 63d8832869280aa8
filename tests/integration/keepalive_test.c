/* Tests of /set keepalive: what the system does for a connection, what a telnet client gets, and that the choice is
 * kept with the account. */
#include "config.h"

#include "harness.h"
#include "raw_db.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NO_TIMER = -1 };

static int port_of(struct client *c, bool is_peer)
{
    struct sockaddr_in at = {0};
    socklen_t len = sizeof(at);

    if ((is_peer ? getpeername : getsockname)(client_fd(c), (struct sockaddr *)&at, &len) != 0) {
        fail_msg("no address");
    }
    return ntohs(at.sin_port);
}

/* The seconds until the system probes the client, by the daemon's socket in /proc/net/tcp; NO_TIMER while it waits for
 * something else, such as an acknowledgement. */
static double timer_of(struct client *c)
{
    int server = port_of(c, true), client = port_of(c, false);
    FILE *list = fopen("/proc/net/tcp", "r");
    char line[512];
    double seconds = NO_TIMER;

    assert_non_null(list);
    while (fgets(line, sizeof(line), list) != NULL) {
        unsigned local, remote, timer, when;

        if (sscanf(line, "%*d: %*8X:%X %*8X:%X %*X %*X:%*X %X:%X", &local, &remote, &timer, &when) == 4 &&
            (int)local == server && (int)remote == client && timer == 2) {
            seconds = (double)when / (double)sysconf(_SC_CLK_TCK);
        }
    }
    fclose(list);
    return seconds;
}

static double next_probe(struct client *c)
{
    int64_t since = harness_now_ms();
    double seconds;

    while ((seconds = timer_of(c)) == NO_TIMER && harness_now_ms() - since < harness_deadline_ms()) {
        client_poll(c);
    }
    return seconds;
}

static void set(struct client *c, const char *value, const char *shown)
{
    client_sendf(c, "/set keepalive %s\n", value);
    client_expect(c, harness_text("-- keepalive is %s: a sign of life", shown));
    client_sync(c);
}

static void expect_probe_within(struct client *c, double least, double most)
{
    double seconds = next_probe(c);

    if (seconds < least || seconds > most) {
        harness_fail("the next probe comes in %.1f s, and not in %.0f to %.0f", seconds, least, most);
    }
}

static void system_probes_as_early_as_it_was_asked_for(void)
{
    struct daemon *d = daemon_start("-o", "limits.dead_seconds=28800");
    struct client *alice = client_join(d, "alice");

    client_sync(alice);
    expect_probe_within(alice, 3600, 28800);
    set(alice, "on", "on");
    expect_probe_within(alice, 0, 61);
    set(alice, "10", "on (10)");
    expect_probe_within(alice, 0, 11);
    set(alice, "3600", "on (3600)");
    expect_probe_within(alice, 1800, 3601);
    set(alice, "off", "off");
    expect_probe_within(alice, 3601, 28800);
}

/* It cannot put off that a dead machine is noticed. */
static void choice_makes_no_probe_later(void)
{
    struct daemon *d = daemon_start("-o", "limits.dead_seconds=60");
    struct client *alice = client_join(d, "alice");

    client_sync(alice);
    expect_probe_within(alice, 0, 60);
    set(alice, "3600", "on (3600)");
    expect_probe_within(alice, 0, 60);
}

static void telnet_gets_a_nop_and_nc_no_byte(void)
{
    struct daemon *d = daemon_start();
    struct client *telnet = client_join(d, "telnet"), *nc = client_join(d, "nc");
    size_t before;

    client_send_literal(telnet, "\xff\xfb\x1f");
    set(telnet, "10", "on (10)");
    set(nc, "10", "on (10)");
    client_sync(telnet);
    before = client_seen_bytes(nc);
    client_expect_literal(telnet, "\xff\xf1");
    client_poll(nc);
    assert_int_equal(client_seen_bytes(nc), before);
}

static void choice_is_kept_with_the_account(void)
{
    struct daemon *d =
        daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "accounts.hash_memory=1M");
    struct client *alice = client_join(d, "alice"), *again;

    client_send(alice, "/register correct horse battery\n");
    client_expect(alice, "-- You are logged in as ");
    set(alice, "20", "on (20)");
    client_send(alice, "/quit\n");
    client_expect_eof(alice);
    again = client_open(d);
    client_send(again, "/login alice correct horse battery\n");
    client_expect(again, "-- You are logged in as alice.");
    client_sync(again);
    client_send(again, "/set keepalive\n");
    client_expect(again, "-- keepalive is on (20): ");
    expect_probe_within(again, 0, 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(system_probes_as_early_as_it_was_asked_for),
        HARNESS_TEST_ONCE(choice_makes_no_probe_later),
        HARNESS_TEST_ONCE(telnet_gets_a_nop_and_nc_no_byte),
        HARNESS_TEST_ONCE(choice_is_kept_with_the_account),
    };

    return harness_main(tests);
}

/* Tests of admin/notify.h, with a datagram socket in place of the manager's and a clock that the test moves. */
#include "config.h"

#include "admin/notify.h"

#include "base/rate.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/chatd-notify-XXXXXX";
static char path[64];
static int manager; /* -1 if it is gone */
static struct fake_log the_log;
static struct clock the_clock;
static struct notify notify;
static struct notify_counts counts;
static struct rate said;
static bool is_running; /* notify was initialized and must be taken down */

static void count(void *ctx, struct notify_counts *out)
{
    assert_ptr_equal(ctx, &counts);
    *out = counts;
    out->lines_per_second = rate_per_second(&said, clock_ms(&the_clock));
}

static void say(int lines)
{
    while (lines-- > 0) {
        rate_note(&said, clock_ms(&the_clock));
    }
}

static void open_manager(const char *name)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) + (name[0] == '/'));

    memcpy(un.sun_path, name, strlen(name));
    if (name[0] == '@') {
        un.sun_path[0] = '\0';
    }
    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(manager, (struct sockaddr *)&un, len), 0);
}

/* where is NOTIFY_SOCKET in the environment; NULL if it is not set. */
static void start(const char *where)
{
#ifndef HAVE_SYSTEMD
    if (where != NULL) {
        print_message("# built without libsystemd\n");
        skip();
    }
#endif
    if (where != NULL) {
        assert_int_equal(setenv("NOTIFY_SOCKET", where, 1), 0);
    }
    notify_init(&notify, &the_clock, count, &counts);
    is_running = true;
}

static int begin(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/chatd-notify-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/notify", folder);
    open_manager(path);
    fake_log_init(&the_log);
    fake_clock_init(&the_clock);
    counts = (struct notify_counts){0};
    said = (struct rate){0};
    is_running = false;
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (is_running) {
        notify_fini(&notify);
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    fake_log_fini(&the_log);
    if (manager >= 0) {
        close(manager);
    }
    unlink(path);
    return rmdir(folder);
}

/* The next message; NULL if there is none.  Valid until the next call. */
static const char *received(void)
{
    static char buf[4096];
    ssize_t n = recv(manager, buf, sizeof(buf) - 1, 0);

    if (n < 0) {
        assert_int_equal(errno, EAGAIN);
        return NULL;
    }
    buf[n] = '\0';
    return buf;
}

static void assert_received_at(int line, const char *want)
{
    const char *got = received();

    if (got == NULL || strcmp(got, want) != 0) {
        fail_msg("line %d: expected \"%s\", got \"%s\"", line, want, got != NULL ? got : "(nothing)");
    }
}
#define assert_received(want) assert_received_at(__LINE__, want)
#define assert_quiet() assert_null(received())

/* Moves the clock on and runs a turn of the loop. */
static void pass(uint64_t ms)
{
    fake_clock_advance(&the_clock, ms);
    timeq_run(&notify.alive, clock_ms(&the_clock));
    timeq_run(&notify.telling, clock_ms(&the_clock));
    timeq_run(&notify.retrying, clock_ms(&the_clock));
    notify_turn(&notify);
}

/* The time until which the loop would wait if nothing else happened. */
static int64_t sleeps_ms(void)
{
    const struct timeq *const queues[] = {&notify.alive, &notify.telling, &notify.retrying};
    int64_t first = TIMEQ_NEVER;

    for (size_t i = 0; i < 3; i++) {
        int64_t wait = timeq_wait_ms(queues[i], clock_ms(&the_clock));

        if (wait != TIMEQ_NEVER && (first == TIMEQ_NEVER || wait < first)) {
            first = wait;
        }
    }
    return first;
}

static void with_nobody_to_tell_nothing_happens(void **state)
{
    (void)state;
    setenv("WATCHDOG_USEC", "1000000", 1); /* it has no effect alone */
    start(NULL);
    notify_ready(&notify);
    counts.clients = 1;
    pass(10000);
    notify_reloading(&notify);
    notify_failed(&notify, EIO, "text");
    notify_stopping(&notify);
    pass(10000);
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
    assert_quiet();
    assert_int_equal(fake_log_count(&the_log, "cannot tell"), 0);
}

static void ready_comes_with_a_status_and_no_state_without_being_told(void **state)
{
    (void)state;
    start(path);
    assert_null(getenv("NOTIFY_SOCKET"));
    assert_quiet();
    notify_ready(&notify);
    assert_received("READY=1\nSTATUS=0 clients, 0 rooms, 0.0 lines/s");
    pass(100000);
    assert_quiet();
}

static void abstract_address_is_understood(void **state)
{
    char name[80];

    (void)state;
    close(manager);
    snprintf(name, sizeof(name), "@%s", path);
    open_manager(name);
    start(name);
    notify_ready(&notify);
    assert_received("READY=1\nSTATUS=0 clients, 0 rooms, 0.0 lines/s");
}

static void what_is_no_address_is_told_once_and_harms_nothing(void **state)
{
    static const char *const bad[] = {"", "relative", "vsock:2:1", "/", "@"};
    char longest[200];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        start(bad[i]);
        assert_int_equal(fake_log_count(&the_log, "cannot tell the service manager"), 1);
        notify_ready(&notify);
        notify_fini(&notify);
    }
    memset(longest, '/', sizeof(longest));
    longest[108] = '\0';
    start(longest);
    assert_int_equal(fake_log_count(&the_log, "cannot tell the service manager"), 1);
}

static void reload_is_told_with_the_time_at_which_it_begins(void **state)
{
    struct timespec before, after;
    const char *got;
    double us;

    (void)state;
    start(path);
    notify_ready(&notify);
    assert_non_null(received());
    clock_gettime(CLOCK_MONOTONIC, &before);
    notify_reloading(&notify);
    clock_gettime(CLOCK_MONOTONIC, &after);
    got = received();
    assert_non_null(got);
    assert_memory_equal(got, "RELOADING=1\nMONOTONIC_USEC=", strlen("RELOADING=1\nMONOTONIC_USEC="));
    us = (double)strtoull(strrchr(got, '=') + 1, NULL, 10);
    assert_true(us >= (double)before.tv_sec * 1e6 + (double)(before.tv_nsec / 1000));
    assert_true(us <= (double)after.tv_sec * 1e6 + (double)(after.tv_nsec / 1000));
    notify_ready(&notify);
    assert_received("READY=1");
}

static void status_follows_what_happens_and_then_falls_silent(void **state)
{
    (void)state;
    start(path);
    notify_ready(&notify);
    assert_non_null(received());
    pass(3600 * 1000);
    counts = (struct notify_counts){.clients = 1, .rooms = 1};
    pass(0);
    assert_quiet();
    pass(NOTIFY_STATUS_MS - 1);
    assert_quiet();
    pass(1);
    assert_received("STATUS=1 client, 1 room, 0.0 lines/s");
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
    counts.clients = 213;
    counts.rooms = 17;
    pass(0);
    pass(NOTIFY_STATUS_MS);
    assert_received("STATUS=213 clients, 17 rooms, 0.0 lines/s");
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
}

static void lines_are_told_until_they_are_too_long_ago_to_count(void **state)
{
    enum { FIRST = NOTIFY_STATUS_MS, LAST = 2 * NOTIFY_STATUS_MS };

    (void)state;
    start(path);
    notify_ready(&notify);
    assert_non_null(received());
    say(84);
    pass(0);
    pass(FIRST);
    assert_received("STATUS=0 clients, 0 rooms, 8.4 lines/s");
    say(1);
    pass(LAST - FIRST);
    assert_received("STATUS=0 clients, 0 rooms, 8.5 lines/s");
    for (int ms = LAST; ms < RATE_SECONDS * 1000; ms += NOTIFY_STATUS_MS) {
        assert_int_equal(sleeps_ms(), NOTIFY_STATUS_MS);
        assert_quiet(); /* the average has not changed */
        pass(NOTIFY_STATUS_MS);
    }
    assert_received("STATUS=0 clients, 0 rooms, 0.1 lines/s");
    pass(NOTIFY_STATUS_MS);
    assert_received("STATUS=0 clients, 0 rooms, 0.0 lines/s");
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
}

static void what_has_changed_back_by_then_is_not_told(void **state)
{
    (void)state;
    start(path);
    notify_ready(&notify);
    assert_non_null(received());
    counts.clients = 1;
    pass(0);
    counts.clients = 0;
    pass(NOTIFY_STATUS_MS);
    assert_quiet();
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
}

static void note_stands_behind_the_counts(void **state)
{
    (void)state;
    start(path);
    notify_ready(&notify);
    assert_non_null(received());
    counts.note = "the last reload was refused";
    pass(0); /* at once */
    assert_received("STATUS=0 clients, 0 rooms, 0.0 lines/s; the last reload was refused");
    counts.clients = 1;
    pass(0);
    assert_quiet(); /* a note is sent at once, a count is not */
    counts.note = NULL;
    pass(0);
    assert_received("STATUS=1 client, 0 rooms, 0.0 lines/s");
    pass(NOTIFY_STATUS_MS);
    assert_quiet();
}

static void sign_of_life_comes_twice_in_the_watchdogs_time(void **state)
{
    (void)state;
    setenv("WATCHDOG_USEC", "3000000", 1);
    start(path);
    assert_null(getenv("WATCHDOG_USEC"));
    notify_ready(&notify);
    assert_non_null(received());
    assert_int_equal(sleeps_ms(), 1500);
    pass(1499);
    assert_quiet();
    pass(1);
    assert_received("WATCHDOG=1");
    assert_quiet();
    pass(1500);
    assert_received("WATCHDOG=1");
    pass(100000); /* after a stop of the process one sign is sent, not all the missed ones */
    assert_received("WATCHDOG=1");
    pass(0);
    assert_quiet();
}

static void watchdog_of_another_process_is_not_ours(void **state)
{
    (void)state;
    setenv("WATCHDOG_USEC", "3000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    start(path);
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
}

static void more_time_is_asked_for_while_bytes_wait(void **state)
{
    (void)state;
    start(path);
    notify_ready(&notify);
    assert_non_null(received());
    counts = (struct notify_counts){.clients = 2, .queued_bytes = 500};
    notify_stopping(&notify);
    assert_received("STOPPING=1\nSTATUS=stopping: 2 clients, 500 bytes on their way");
    pass(0);
    counts = (struct notify_counts){.clients = 1, .queued_bytes = 400};
    pass(NOTIFY_DRAIN_MS);
    assert_received("EXTEND_TIMEOUT_USEC=10000000\nSTATUS=stopping: 1 client, 400 bytes on their way");
    pass(NOTIFY_DRAIN_MS); /* the status is the same, but more time is still needed */
    assert_received("EXTEND_TIMEOUT_USEC=10000000\nSTATUS=stopping: 1 client, 400 bytes on their way");
    counts.queued_bytes = 0;
    pass(NOTIFY_DRAIN_MS);
    assert_received("STATUS=stopping: 1 client, 0 bytes on their way");
    pass(NOTIFY_DRAIN_MS);
    assert_quiet();
    notify_stopped(&notify);
    assert_received("STATUS=stopped");
    counts.queued_bytes = 400;
    notify_stopped(&notify);
    assert_received("STATUS=stopped; 1 client cut off, 400 bytes lost");
}

static void fault_at_start_is_told_with_its_number_and_on_one_line(void **state)
{
    (void)state;
    start(path);
    notify_failed(&notify, EADDRINUSE, "cannot listen on 127.0.0.1:1: in use\nREADY=1\n");
    assert_received("STATUS=cannot listen on 127.0.0.1:1: in use\nERRNO=98");
    notify_failed(&notify, 0, "no number");
    assert_received("STATUS=no number");
}

/* Fills the manager's queue with signs of life; returns how many it took. */
static int fill(void)
{
    int sent = 0;

    while (!notify.is_deaf) {
        pass(1500);
        sent += !notify.is_deaf;
    }
    return sent;
}

static void manager_that_is_stuck_holds_nothing_up_and_is_told_in_the_end(void **state)
{
    int taken;

    (void)state;
    setenv("WATCHDOG_USEC", "3000000", 1);
    start(path);
    taken = fill();
    assert_int_equal(fake_log_count(&the_log, "cannot tell the service manager"), 1);
    notify_ready(&notify);
    notify_reloading(&notify);
    notify_ready(&notify);
    counts.clients = 1;
    pass(0);
    pass(NOTIFY_STATUS_MS);
    assert_int_equal(sleeps_ms(), NOTIFY_RETRY_MS);
    for (int i = 0; i < taken; i++) {
        assert_received("WATCHDOG=1");
    }
    assert_quiet();
    pass(NOTIFY_RETRY_MS);
    assert_received("WATCHDOG=1");
    assert_received("READY=1\nSTATUS=0 clients, 0 rooms, 0.0 lines/s");
    assert_memory_equal(received(), "RELOADING=1\n", 12);
    assert_received("READY=1");
    assert_quiet();
    pass(NOTIFY_STATUS_MS - NOTIFY_RETRY_MS);
    assert_received("WATCHDOG=1");
    assert_received("STATUS=1 client, 0 rooms, 0.0 lines/s");
    assert_quiet();
    assert_true(sleeps_ms() > NOTIFY_RETRY_MS);
}

static void what_waits_for_a_stuck_manager_is_bounded(void **state)
{
    const char *got, *last = NULL;
    char kept[64] = "";
    int reloads = 0;

    (void)state;
    setenv("WATCHDOG_USEC", "3000000", 1);
    start(path);
    fill();
    for (int i = 0; i < 10000; i++) {
        notify_reloading(&notify);
        notify_ready(&notify);
    }
    assert_true(notify.unsent.len <= NOTIFY_UNSENT_BYTES);
    do {
        while ((got = received()) != NULL) {
            reloads += strncmp(got, "RELOADING=1", 11) == 0;
            snprintf(kept, sizeof(kept), "%.60s", got);
            last = kept;
        }
        pass(NOTIFY_RETRY_MS);
    } while (notify.unsent.len > 0 || notify.is_deaf);
    while ((got = received()) != NULL) {
        snprintf(kept, sizeof(kept), "%.60s", got);
        last = kept;
    }
    assert_true(reloads > 0);
    assert_non_null(last);
    assert_string_equal(last, "READY=1");
}

static void manager_that_is_gone_is_tried_again_only_with_news(void **state)
{
    (void)state;
    start(path);
    close(manager);
    unlink(path);
    notify_ready(&notify);
    assert_int_equal(fake_log_count(&the_log, "cannot tell the service manager"), 1);
    assert_int_equal(sleeps_ms(), TIMEQ_NEVER);
    notify_reloading(&notify);
    assert_int_equal(fake_log_count(&the_log, "cannot tell the service manager"), 0);
    open_manager(path);
    notify_ready(&notify);
    assert_received("READY=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(with_nobody_to_tell_nothing_happens, begin, end),
        cmocka_unit_test_setup_teardown(ready_comes_with_a_status_and_no_state_without_being_told, begin, end),
        cmocka_unit_test_setup_teardown(abstract_address_is_understood, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_address_is_told_once_and_harms_nothing, begin, end),
        cmocka_unit_test_setup_teardown(reload_is_told_with_the_time_at_which_it_begins, begin, end),
        cmocka_unit_test_setup_teardown(status_follows_what_happens_and_then_falls_silent, begin, end),
        cmocka_unit_test_setup_teardown(lines_are_told_until_they_are_too_long_ago_to_count, begin, end),
        cmocka_unit_test_setup_teardown(what_has_changed_back_by_then_is_not_told, begin, end),
        cmocka_unit_test_setup_teardown(note_stands_behind_the_counts, begin, end),
        cmocka_unit_test_setup_teardown(sign_of_life_comes_twice_in_the_watchdogs_time, begin, end),
        cmocka_unit_test_setup_teardown(watchdog_of_another_process_is_not_ours, begin, end),
        cmocka_unit_test_setup_teardown(more_time_is_asked_for_while_bytes_wait, begin, end),
        cmocka_unit_test_setup_teardown(fault_at_start_is_told_with_its_number_and_on_one_line, begin, end),
        cmocka_unit_test_setup_teardown(manager_that_is_stuck_holds_nothing_up_and_is_told_in_the_end, begin, end),
        cmocka_unit_test_setup_teardown(what_waits_for_a_stuck_manager_is_bounded, begin, end),
        cmocka_unit_test_setup_teardown(manager_that_is_gone_is_tried_again_only_with_news, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

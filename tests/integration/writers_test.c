/* Tests of server.writers: which threads there are, and which of them are woken. */
#include "config.h"

#include "harness.h"

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 100, MOST_WRITERS = 40 };

/* The value of a key in the status file of a thread. */
static const char *status_of(const struct daemon *d, const char *thread, const char *key)
{
    FILE *file = fopen(harness_text("/proc/%d/task/%s/status", (int)daemon_pid(d), thread), "re");
    char line[256] = "";

    while (file != NULL && fgets(line, sizeof(line), file) != NULL && strncmp(line, key, strlen(key)) != 0) {
    }
    if (file == NULL || strncmp(line, key, strlen(key)) != 0) {
        harness_fail("no %s of the thread %s", key, thread);
    }
    fclose(file);
    return harness_text("%s", line + strlen(key));
}

/* The threads called chatd-write; returns how many there are. */
static int writers_of(const struct daemon *d, const char *threads[MOST_WRITERS])
{
    DIR *dir = opendir(harness_text("/proc/%d/task", (int)daemon_pid(d)));
    int count = 0;

    if (dir == NULL) {
        harness_fail("the daemon is gone");
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] != '.' && strstr(status_of(d, entry->d_name, "Name:"), "chatd-write") != NULL) {
            assert_true(count < MOST_WRITERS);
            threads[count++] = harness_text("%s", entry->d_name);
        }
    }
    closedir(dir);
    return count;
}

/* On how many processors a thread may run. */
static int processors_of(const struct daemon *d, const char *thread)
{
    int count = 0;

    for (const char *s = status_of(d, thread, "Cpus_allowed:"); *s != '\0'; s++) { /* a mask in hexadecimal */
        char digit[] = {*s, '\0'};

        count += __builtin_popcount((unsigned)strtoul(digit, NULL, 16));
    }
    return count;
}

/* How often the writers have begun to sleep, all together. */
static long sleeps_of(const struct daemon *d)
{
    const char *threads[MOST_WRITERS];
    int count = writers_of(d, threads);
    long sleeps = 0;

    for (int i = 0; i < count; i++) {
        sleeps += atol(status_of(d, threads[i], "voluntary_ctxt_switches:"));
    }
    return sleeps;
}

static void wait_until_all_sleep(const struct daemon *d)
{
    const char *threads[MOST_WRITERS];
    int64_t end = harness_now_ms() + harness_deadline_ms();
    int count = writers_of(d, threads);

    for (int i = 0; i < count; i++) {
        while (strstr(status_of(d, threads[i], "State:"), "S (sleeping)") == NULL) {
            assert_true(harness_now_ms() < end);
            sched_yield();
        }
    }
}

static void gather(struct daemon *d, struct client *members[ROOM], int count)
{
    for (int i = 0; i < count; i++) {
        members[i] = client_open(d);
        client_expect(members[i], "You are in #lobby");
    }
    for (int i = 0; i < count; i++) {
        client_sync(members[i]);
    }
}

static void say_and_hear(struct client *members[ROOM], int count, int number)
{
    const char *text = harness_text("number %d", number);

    client_sendf(members[number % count], "%s\n", text);
    for (int i = 0; i < count; i++) {
        if (i != number % count) {
            client_expect(members[i], text);
        }
    }
}

static void a_big_room_is_written_to_by_all_threads(void)
{
    struct daemon *d = daemon_start("-o", "server.writers=3", "-o", "rooms.announce_members=0");
    int64_t end = harness_now_ms() + harness_deadline_ms();
    struct client *members[ROOM];
    int number = 0;
    const char *threads[MOST_WRITERS];
    int processors = processors_of(d, harness_text("%d", (int)daemon_pid(d)));
    long before;

    daemon_wait_log(d, " writers=3 ");
    while (writers_of(d, threads) < 2) { /* each gives itself its name */
        assert_true(harness_now_ms() < end);
        sched_yield();
    }
    assert_int_equal(writers_of(d, threads), 2);
    for (int i = 0; i < 2; i++) { /* a signal is for the loop's thread */
        unsigned long long blocked = strtoull(status_of(d, threads[i], "SigBlk:"), NULL, 16);

        assert_true((blocked & (1ull << (SIGTERM - 1))) != 0 && (blocked & (1ull << (SIGHUP - 1))) != 0);
    }
    gather(d, members, ROOM);
    wait_until_all_sleep(d);
    before = sleeps_of(d);
    while (number < 100) {
        say_and_hear(members, ROOM, number++);
    }
    for (end = harness_now_ms() + harness_deadline_ms(); sleeps_of(d) == before;) {
        assert_true(harness_now_ms() < end);
        say_and_hear(members, ROOM, number++);
    }
    for (int i = 0; i < 2; i++) { /* they keep off one of the processors, that of the loop's thread */
        assert_int_equal(processors_of(d, threads[i]), processors > 1 ? processors - 1 : 1);
    }
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

static void a_small_room_wakes_nobody(void)
{
    struct daemon *d = daemon_start("-o", "server.writers=3");
    struct client *members[ROOM];
    int tries = 0;
    long before;

    gather(d, members, 20);
    do { /* a thread that has just begun may sleep once more, but not each time */
        assert_true(tries++ < 10);
        wait_until_all_sleep(d);
        before = sleeps_of(d);
        for (int i = 0; i < 50; i++) {
            say_and_hear(members, 20, i);
        }
    } while (sleeps_of(d) != before);
}

static void as_many_threads_as_the_processors_ask_for(void)
{
    const char *threads[MOST_WRITERS];
    struct daemon *one = daemon_start("-o", "server.writers=1"), *fit = daemon_start("-o", "server.writers=auto");
    cpu_set_t set;
    int processors, writers;

    assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
    processors = CPU_COUNT(&set);
    writers = processors <= 2 ? 1 : processors <= 9 ? processors - 1 : 8;
    assert_int_equal(writers_of(one, threads), 0);
    daemon_wait_log(one, " writers=1 ");
    daemon_wait_log(fit, harness_text(" writers=%d ", writers));
}

static void io_uring_that_is_refused_is_told_once(void)
{
    struct client *members[ROOM];
    struct daemon *d;

    daemon_deny_io_uring();
    d = daemon_start("-o", "server.write=io_uring");
    daemon_wait_log(d, " warn  io_uring refused error=");
    daemon_wait_log(d, " write=send ");
    gather(d, members, 10);
    for (int i = 0; i < 20; i++) {
        say_and_hear(members, 10, i);
    }
    assert_int_equal(daemon_count_log(d, "io_uring"), 1);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

/* Nothing is refused where nothing was asked for. */
static void io_uring_is_used_where_it_is_asked_for(void)
{
    struct daemon *asked = daemon_start("-o", "server.write=io_uring", "-o", "server.writers=2", "-o",
                                        "rooms.announce_members=0");
    struct daemon *plain = daemon_start("-o", "server.write=auto");
    struct client *members[ROOM];

    daemon_wait_log(plain, " write=send ");
    gather(asked, members, ROOM);
    for (int i = 0; i < 50; i++) {
        say_and_hear(members, ROOM, i);
    }
    assert_int_equal(daemon_count_log(plain, "io_uring"), 0);
    if (daemon_count_log(asked, "io_uring refused") == 0) { /* as in many containers */
        daemon_wait_log(asked, " write=io_uring ");
    }
    assert_int_equal(daemon_stop(asked, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(a_big_room_is_written_to_by_all_threads),
        HARNESS_TEST_ONCE(a_small_room_wakes_nobody),
        HARNESS_TEST_ONCE(io_uring_that_is_refused_is_told_once),
        HARNESS_TEST(io_uring_is_used_where_it_is_asked_for),
        HARNESS_TEST_ONCE(as_many_threads_as_the_processors_ask_for),
    };

    return harness_main(tests);
}

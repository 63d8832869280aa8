/* The store on a disk that is slow, hangs or fails: nobody waits for it, and nothing is lost. */
#include "config.h"

#include "bad_disk.h"
#include "ctl.h"
#include "harness.h"
#include "raw_db.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "store.sync_ms=20", "-o",
                        ctl_option());
}

/* Says so many lines, and waits until they are on the disk. */
static void fill(struct client *c, unsigned count)
{
    sqlite3 *raw = raw_db_open();
    unsigned before = raw_db_lines(raw);

    for (unsigned i = 0; i < count; i++) {
        client_sendf(c, "%u: %s\n", i, harness_repeat("words that fill some pages ", 10));
    }
    client_sync(c);
    raw_db_await(raw, before + count);
    sqlite3_close(raw);
}

/* ---- commands that take long ---- */

static bool is_busy_with_another(const struct ctl *answer)
{
    return answer->status != 0 && strstr(answer->errors, "another check") != NULL;
}

static void check_goes_on_beside_the_chat(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *c = ctl_open();
    int64_t until = harness_now_ms() + harness_deadline_ms();
    struct ctl answer;

    strcpy(disk->only, "chatd-check");
    fill(alice, 50);
    disk->hangs = true;
    client_send(c, "store check\n");
    bad_disk_await_hanging(disk);
    client_expect_next(c, "*");
    fill(alice, 50); /* they are written meanwhile */
    client_expect_next(c, "*");
    assert_string_equal(ctl_fails(EXIT_FAILURE, "store", "check"),
                        "chatctl: there is no check: another check is under way\n");
    disk->hangs = false;
    client_expect(c, "+The database is whole.");
    client_expect_next(c, ".0");

    /* A client that goes ends its check. */
    disk->hangs = true;
    client_send(c, "store check\n");
    bad_disk_await_hanging(disk);
    client_close(c);
    client_sync(alice);
    disk->hangs = false;
    do {
        answer = ctl_run("store", "check");
    } while (is_busy_with_another(&answer) && harness_now_ms() < until);
    assert_int_equal(answer.status, 0);
    assert_string_equal(ctl_ok("--json", "store", "check"), "{\"check\":\"whole\"}\n");
}

static void stop_does_not_wait_for_a_check(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *c = ctl_open();

    fill(client_join(d, "alice"), 50);
    strcpy(disk->only, "chatd-check");
    disk->hangs = true;
    client_send(c, "store check\n");
    bad_disk_await_hanging(disk);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

static void backup_tells_how_far_it_is_and_can_be_given_up(void)
{
    const char *copy = harness_text("%s/copy.db", harness_dir());
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *c = ctl_open();
    int64_t until = harness_now_ms() + harness_deadline_ms();
    struct stat st;

    fill(alice, 50);
    disk->hangs = true;
    client_sendf(c, "store backup %s\n", copy);
    bad_disk_await_hanging(disk);
    client_expect_next(c, "*0");
    disk->hangs = false;
    client_expect(c, "is a whole copy of the database.");
    client_expect_next(c, ".0");

    assert_int_equal(remove(copy), 0);
    disk->hangs = true;
    client_sendf(c, "store backup %s\n", copy);
    bad_disk_await_hanging(disk);
    client_close(c);
    client_sync(alice);
    disk->hangs = false;
    fill(alice, 1);
    /* A step that was at work ends: such a small copy may be whole by then. */
    while (stat(harness_text("%s.part", copy), &st) == 0) {
        client_sync(alice);
        assert_true(harness_now_ms() < until);
    }
}

/* Tried again, since the server may get no time for as long as chatctl waits, and then ends that check first. */
static void timeout_does_not_cut_off_what_is_at_work(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    int64_t until = harness_now_ms() + harness_deadline_ms();
    struct ctl answer;

    fill(client_join(d, "alice"), 300);
    strcpy(disk->only, "chatd-check");
    disk->delay_us = 20000; /* a call, of which there are a hundred */
    do {
        int64_t begun = harness_now_ms();

        answer = ctl_run("--timeout", "1", "store", "check");
        assert_true(answer.status != 0 || harness_now_ms() - begun > 1000);
    } while ((answer.status == 4 || is_busy_with_another(&answer)) && harness_now_ms() < until);
    assert_string_equal(answer.output, "The database is whole.\n");
    assert_string_equal(answer.errors, "");
}

/* ---- disks ---- */

static void nobody_waits_for_a_disk_that_hangs(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob"), *carol = client_join(d, "carol");
    sqlite3 *raw = raw_db_open();

    client_send(alice, "what is earlier\n/history\n");
    client_expect_line(alice, "-- 1 of 1 line kept in #lobby");
    raw_db_await(raw, 1);
    disk->hangs = true;
    client_send(alice, "what waits\n");
    bad_disk_await_hanging(disk);
    client_send(carol, "/history earlier\n"); /* looked for in the database */
    for (int i = 1; i <= 200; i++) {
        client_sendf(alice, "line %d\n/time\n", i);
        client_expect(bob, harness_text("[#lobby] alice: line %d", i));
        client_expect(alice, "-- ");
    }
    client_send(bob, "/history\n/join ops\n/topic of ops\n");
    client_expect_line(bob, "-- 20 of 202 lines kept in #lobby"); /* from memory */
    client_expect(bob, "-- The topic is set.");
    client_join(d, "dave");
    assert_null(strstr(ctl_ok("status"), "store waiting  0 bytes\n"));
    assert_null(strstr(client_seen(carol), "found"));
    disk->hangs = false;
    client_sync(carol); /* by now it was found, or given up */
    raw_db_await(raw, 202);
    client_send(carol, "/history earlier\n");
    client_expect_line(carol, "-- 1 line found among the last 202 in #lobby");
    sqlite3_close(raw);
}

/* The end of a search's answer; NULL if it was given up, as the database took seconds for a part of it. */
static const char *search_ends(struct client *c)
{
    const char *line;

    do {
        line = client_line(c);
        if (strncmp(line, "!! unavailable: ", 16) == 0) {
            return NULL;
        }
    } while (strstr(line, "found among") == NULL);
    return line;
}

/* It gives up after half a second, and says how to go on. */
static void search_on_a_slow_disk_goes_on_when_it_is_asked_to(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw = raw_db_open();
    const char *answer;
    int tries = 0;

    client_send(alice, "the needle\n");
    raw_db_await(raw, 1);
    sqlite3_close(raw);
    fill(alice, 5000);
    do {
        assert_true(tries++ < 20);
        assert_int_equal(daemon_stop(d, SIGTERM), 0);
        d = start(); /* nothing of the database is in memory */
        alice = client_join(d, "alice");
        disk->delay_us = 100000;
        client_send(alice, "/history needle\n");
        answer = search_ends(alice);
        disk->delay_us = 0;
    } while (answer == NULL);
    assert_memory_equal(answer, "-- 0 lines found among the last ", 32);
    answer = strstr(answer, ": /history before ");
    if (answer == NULL) {
        harness_fail("the answer does not say how to go on");
    }
    for (int i = 0; i < 20 && strstr(client_seen(alice), "the needle") == NULL; i++) {
        const char *end;

        client_sendf(alice, "%s\n", answer + 2);
        end = search_ends(alice);
        answer = end != NULL && strstr(end, ": /history before ") != NULL ? strstr(end, ": /history before ") : answer;
    }
    assert_non_null(strstr(client_seen(alice), "[#lobby] alice: the needle"));
}

static void disk_fails(int error, const char *why)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    fill(alice, 50);
    disk->error = error;
    for (int i = 1; i <= 20; i++) {
        client_sendf(alice, "meanwhile %d\n", i);
        client_expect(bob, harness_text("[#lobby] alice: meanwhile %d", i));
    }
    daemon_wait_log(d, "store fails why=");
    assert_non_null(strstr(daemon_log(d), why));
    client_send(bob, "/history 1\n/history meanwhile\n");
    client_expect_line(bob, "-- 1 of 70 lines kept in #lobby");
    client_expect(bob, "found among");
    assert_non_null(strstr(ctl_ok("status"), "store failing  1\n"));
    disk->error = 0;
    daemon_wait_log(d, "store works again");
    assert_non_null(strstr(ctl_ok("status"), "lines lost     0\n"));
    assert_string_equal(ctl_ok("store", "check"), "The database is whole.\n");
    fill(alice, 1);
    assert_int_equal(daemon_count_log(d, "store fails"), 1);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start();
    bob = client_join(d, "bob");
    client_send(bob, "/history 1\n");
    client_expect_line(bob, "-- 1 of 71 lines kept in #lobby");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(remove(raw_db_path()), 0);
}

static void disk_that_fails_while_it_is_in_use_is_waited_for(void)
{
    disk_fails(EROFS, "it cannot be written to");
    disk_fails(EIO, "the disk fails");
    disk_fails(ENOSPC, "the disk is full");
}

/* ---- clocks ---- */

static void clock_that_is_set_back_changes_no_order(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw;

    client_send(alice, "1\n2\n");
    client_sync(alice);
    disk->back_s = 3600;
    client_send(alice, "3\n");
    client_sync(alice);
    disk->back_s = 7200;
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    alice = client_join(d, "alice");
    client_send(alice, "4\n/history 2\n");
    client_expect(alice, "[#lobby] alice: 3");
    client_expect_line(alice, "-- 2 of 4 lines kept in #lobby");
    raw = raw_db_open();
    raw_db_await(raw, 4);
    assert_string_equal(raw_db_ask(raw, "SELECT group_concat(text, ' ') FROM (SELECT text FROM message ORDER BY id)"),
                        "1 2 3 4");
    sqlite3_close(raw);
}

/* Which ids are in use is not known until the database can be opened. */
static void clock_that_is_set_back_loses_no_line_of_a_disk_that_failed_at_the_start(void)
{
    struct bad_disk *disk = bad_disk_begin();
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw;

    client_send(alice, "1\n2\n");
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    disk->back_s = 3600;
    disk->error = EROFS;
    d = start();
    daemon_wait_log(d, "store fails why=");
    alice = client_join(d, "alice");
    client_send(alice, "3\n");
    client_sync(alice);
    disk->error = 0;
    daemon_wait_log(d, "store works again");
    client_send(alice, "4\n");
    client_sync(alice);
    raw = raw_db_open();
    raw_db_await(raw, 4);
    client_send(alice, "/history 2\n");
    client_expect(alice, "[#lobby] alice: 4");
    client_expect_line(alice, "-- 2 of 4 lines kept in #lobby");
    /* What was said meanwhile keeps the id that people were told. */
    assert_string_equal(raw_db_ask(raw, "SELECT group_concat(text, ' ') FROM (SELECT text FROM message ORDER BY id)"),
                        "3 1 2 4");
    sqlite3_close(raw);
}

/* ---- a small file system ---- */

static void write_word(const char *path, const char *word)
{
    FILE *file = fopen(path, "w");

    if (file != NULL) {
        fputs(word, file);
        fclose(file);
    }
}

/* Makes this process and its daemons root of a namespace of their own, where mounts are nobody else's. */
static bool may_mount(void)
{
    unsigned uid = geteuid(), gid = getegid();

    if (uid != 0 || unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
            return false;
        }
        write_word("/proc/self/uid_map", harness_text("0 %u 1", uid));
        write_word("/proc/self/setgroups", "deny");
        write_word("/proc/self/gid_map", harness_text("0 %u 1", gid));
    }
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static void resize(const char *folder, unsigned long flags, const char *size)
{
    if (mount("small", folder, "tmpfs", flags, harness_text("size=%s", size)) != 0) {
        harness_fail("mount: %s", strerror(errno));
    }
}

static void small_file_system_that_is_full_stops_nobody(void)
{
    const char *folder = harness_text("%s/small", harness_dir());
    struct client *alice, *bob;
    struct daemon *d;
    unsigned said = 0;

    if (!may_mount()) {
        skip();
    }
    assert_int_equal(mkdir(folder, 0700), 0);
    resize(folder, 0, "1m");
    d = daemon_start("-o", harness_text("store.path=%s/chatd.db", folder), "-o", "store.sync_ms=20", "-o",
                     ctl_option());
    alice = client_join(d, "alice");
    bob = client_join(d, "bob");
    while (daemon_count_log(d, "store fails") == 0) {
        client_sendf(alice, "%u: %s\n", ++said, harness_repeat("words that fill some pages ", 10));
        client_expect(bob, harness_text("alice: %u:", said));
    }
    assert_non_null(strstr(daemon_log(d), "the disk is full"));
    client_sendf(alice, "%u: and on\n", ++said);
    client_expect(bob, "and on");
    assert_non_null(strstr(ctl_ok("status"), "store failing  1\n"));
    resize(folder, MS_REMOUNT, "64m");
    daemon_wait_log(d, "store works again");
    assert_non_null(strstr(ctl_ok("status"), "lines lost     0\n"));
    assert_string_equal(ctl_ok("store", "check"), "The database is whole.\n");
    client_send(bob, "/history 1\n");
    client_expect_line(bob, harness_text("-- 1 of %u lines kept in #lobby", said));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = daemon_start("-o", harness_text("store.path=%s/chatd.db", folder));
    bob = client_join(d, "bob");
    client_send(bob, "/history 1\n");
    client_expect_line(bob, harness_text("-- 1 of %u lines kept in #lobby", said));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(umount2(folder, MNT_DETACH), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(check_goes_on_beside_the_chat),
        HARNESS_TEST_ONCE(stop_does_not_wait_for_a_check),
        HARNESS_TEST_ONCE(backup_tells_how_far_it_is_and_can_be_given_up),
        HARNESS_TEST_ONCE(timeout_does_not_cut_off_what_is_at_work),
        HARNESS_TEST_ONCE(nobody_waits_for_a_disk_that_hangs),
        HARNESS_TEST_ONCE(search_on_a_slow_disk_goes_on_when_it_is_asked_to),
        HARNESS_TEST_ONCE(disk_that_fails_while_it_is_in_use_is_waited_for),
        HARNESS_TEST_ONCE(clock_that_is_set_back_changes_no_order),
        HARNESS_TEST_ONCE(clock_that_is_set_back_loses_no_line_of_a_disk_that_failed_at_the_start),
        HARNESS_TEST_ONCE(small_file_system_that_is_full_stops_nobody), /* the last, as it takes a namespace */
    };

    return harness_main(tests);
}

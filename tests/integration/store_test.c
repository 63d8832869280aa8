/* The store: what was said is there after a restart, whatever ended the daemon, and whatever its disk does. */
#include "config.h"

#include "ctl.h"
#include "harness.h"
#include "raw_db.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "store.sync_ms=20", "-o",
                        ctl_option());
}

/* ---- over restarts ---- */

static void what_was_said_is_there_after_a_restart(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob;

    client_send(alice, "first\n/me waves\n/join ops\nПривет, 東京\n");
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start();
    bob = client_open(d);
    client_expect(bob, "[#lobby] alice: first");
    client_expect(bob, "[#lobby] * alice waves");
    client_expect(bob, "-- You are");
    client_send(bob, "/nick bob\nsecond\n/join ops\n");
    client_expect(bob, "[#ops] alice: Привет, 東京");
    client_send(bob, "/room lobby\n/history\n");
    client_expect(bob, "[#lobby] alice: first");
    client_expect(bob, "[#lobby] * alice waves");
    client_expect(bob, "[#lobby] bob: second");
    client_expect_line(bob, "-- 3 of 3 lines kept in #lobby");
}

static struct daemon *start_with_dev(void)
{
    return daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "store.sync_ms=20", "-o",
                        "rooms.permanent=dev", "-o", ctl_option());
}

static void topics_are_there_after_a_restart(void)
{
    struct daemon *d = start_with_dev();
    struct client *alice = client_join(d, "alice"), *bob;

    client_send(alice, "/join Ops\n/topic what runs\nhello\n/join tea\n/topic green\n/topic -\n");
    client_send(alice, "/join dev\n/topic not yet\n");
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);

    d = start_with_dev();
    bob = client_join(d, "bob");
    client_send(bob, "/join ops\n");
    client_expect(bob, "[#Ops] alice: hello");
    client_expect(bob, "-- You are in #ops");
    client_expect(bob, "what runs"); /* told to those who enter */
    client_send(bob, "/join dev\n");
    client_expect(bob, "not yet");
    client_send(bob, "/join tea\n/topic\n");
    client_expect(bob, "has no topic");
    client_send(bob, "/room ops\n/topic what does not\n/leave\n/join ops\n");
    client_expect(bob, "-- The topic is set");
    client_expect(bob, "what does not"); /* the room had ended meanwhile */
}

static void kill_loses_no_line_that_was_on_the_disk(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw = raw_db_open();

    client_send(alice, "one\ntwo\nthree\n");
    raw_db_await(raw, 3);
    assert_int_equal(daemon_stop(d, SIGKILL), 128 + SIGKILL);
    assert_string_equal(raw_db_ask(raw, "PRAGMA integrity_check"), "ok");
    sqlite3_close(raw);
    d = start();
    alice = client_join(d, "alice");
    client_send(alice, "/history\n");
    client_expect(alice, "[#lobby] alice: three");
    client_expect_line(alice, "-- 3 of 3 lines kept in #lobby");
}

/* ---- killed ---- */

enum { TALKERS = 4, KILLS = 200, KILLS_UNDER_SANITIZERS = 40, MOST_LINES = 150 };

/* How often: CHATD_TEST_KILLS says otherwise. */
static unsigned kills(void)
{
    const char *wanted = getenv("CHATD_TEST_KILLS"), *sanitizers = getenv("SANITIZE_FLAGS");

    if (wanted != NULL) {
        return (unsigned)atoi(wanted);
    }
    return sanitizers != NULL && *sanitizers != '\0' ? KILLS_UNDER_SANITIZERS : KILLS;
}

static unsigned draw(unsigned below)
{
    static uint32_t state = 2463534242u; /* the same in each run */

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* All of them say lines; somewhere meanwhile the daemon is killed: before any is written, in the middle of a
 * transaction, or when some are on the disk.  Returns the number of lines that were on the disk. */
static unsigned talk_until_killed(struct daemon *d, unsigned round, sqlite3 *raw)
{
    struct client *people[TALKERS];
    unsigned written = raw_db_lines(raw), lines = 1 + draw(MOST_LINES);

    for (unsigned i = 0; i < TALKERS; i++) {
        people[i] = client_join(d, harness_text("p%u", i));
    }
    for (unsigned i = 0; i < lines; i++) {
        client_sendf(people[i % TALKERS], "%u %u\n", round, i / TALKERS + 1);
    }
    if (draw(3) > 0) {
        raw_db_await_at_least(raw, written + draw(lines));
    }
    usleep(draw(4000)); /* any moment of a write */
    written = raw_db_lines(raw);
    sqlite3_close(raw); /* as long as it is open, the next daemon finds nothing to recover from */
    assert_int_equal(daemon_stop(d, SIGKILL), 128 + SIGKILL);
    for (unsigned i = 0; i < TALKERS; i++) {
        client_close(people[i]);
    }
    return written;
}

/* Nothing is damaged and nothing gone; of each one's lines of the round before those from the first on are there,
 * without a gap and in their order; and they come behind those of earlier rounds. */
static void is_whole_after_round(sqlite3 *raw, unsigned round, unsigned written)
{
    const char *said = harness_text("WITH said AS (SELECT id, name, text + 0 AS round,"
                                    " substr(text, instr(text, ' ')) + 0 AS n FROM message"
                                    " WHERE text + 0 >= %u - 1) SELECT count(*) FROM ", round);

    assert_string_equal(raw_db_ask(raw, "PRAGMA integrity_check"), "ok");
    assert_true(raw_db_lines(raw) >= written);
    assert_string_equal(raw_db_ask(raw, "SELECT (SELECT count(*) FROM message) ="
                                        " (SELECT count(*) FROM message_words_docsize)"),
                        "1");
    assert_string_equal(raw_db_ask(raw, harness_text("%s(SELECT n, row_number() OVER (PARTITION BY name, round"
                                                     " ORDER BY id) AS expected FROM said) WHERE n != expected",
                                                     said)),
                        "0");
    assert_string_equal(raw_db_ask(raw, harness_text("%s(SELECT round, lag(round) OVER (ORDER BY id) AS was FROM said)"
                                                     " WHERE round < was", said)),
                        "0");
}

static void kill_at_any_moment_keeps_the_database_whole(void)
{
    unsigned written = 0, most = kills();

    for (unsigned round = 0; round <= most; round++) {
        struct daemon *d = start(); /* which takes up what the killed one has left */
        sqlite3 *raw = raw_db_open();

        is_whole_after_round(raw, round, written);
        if (round < most) {
            written = talk_until_killed(d, round, raw);
        } else {
            sqlite3_close(raw);
        }
    }
}

/* ---- ids ---- */

static void ids_go_on_though_the_clock_went_back(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw;

    client_send(alice, "one\n");
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    raw = raw_db_open();
    raw_db_run(raw, "UPDATE message SET id = 7000000000000000000"); /* of the year 5354 */
    d = start();
    alice = client_join(d, "alice");
    client_send(alice, "/history 1\ntwo\n/history\n");
    client_expect_line(alice, "-- 2 of 2 lines kept in #lobby");
    client_send(alice, "/format json\n/history 1\n");
    client_expect(alice, "\"id\":\"6124fee993bc000"); /* that of the first, and some more */
    raw_db_await(raw, 2);
    assert_string_equal(raw_db_ask(raw, "SELECT count(*) FROM message WHERE id > 7000000000000000000"), "1");
    sqlite3_close(raw);
}

/* More than is in memory; the lines are asked for from both ends, and searched. */
static void whole_past_can_be_read_and_searched(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "history.lines=10");
    struct client *alice = client_join(d, "alice");
    const char *line, *id;

    for (int i = 1; i <= 100; i++) {
        client_sendf(alice, "line %d, %s\n", i, i == 7 ? "it deploys" : "nothing");
    }
    client_send(alice, "/history 40\n");
    client_expect(alice, "[#lobby] alice: line 61, nothing");
    client_expect_line(alice, "-- 40 of 100 lines kept in #lobby");
    client_send(alice, "/history deploy\n");
    client_expect(alice, "[#lobby] alice: line 7, it deploys");
    client_expect_line(alice, "-- 1 line found among the last 100 in #lobby");
    client_send(alice, "/format json\n/history 1\n");
    line = client_expect(alice, "\"id\":\"");
    id = harness_text("%.16s", strstr(line, "\"id\":\"") + 6);
    client_sendf(alice, "/format text\n/history before %s\n", id);
    client_expect(alice, "[#lobby] alice: line 99, nothing");
    client_sync(alice);
}

static void room_that_ended_remembers(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/join ops\nkept\n/leave\n/join ops\n");
    client_expect(alice, "-- You have left #ops");
    client_expect(alice, "[#ops] alice: kept");
    client_expect(alice, "-- You are in #ops");
}

/* ---- databases of older versions ---- */

static void is_taken_over(unsigned version)
{
    struct daemon *d = start();
    struct client *c = client_join(d, "carol");

    client_send(c, "/history version one\n");
    client_expect(c, "[#lobby] guest7: the last line of version one");
    client_expect(c, "-- 1 line found among");
    client_send(c, "/history мир\n");
    client_expect(c, "[#lobby] Bob: Привет, МИР! Всё готово");
    client_send(c, "/join ops\n");
    client_expect(c, "[#Ops] Bob: 東京都に行きます");
    client_expect(c, "-- You are in #");
    client_expect(c, "what runs");
    client_send(c, "a line of this version\n");
    client_sync(c);
#ifdef HAVE_SODIUM
    if (version >= 2) {
        client_send(c, "/login Alice correct horse battery\n");
        client_expect(c, "-- You are logged in as Alice");
        client_send(c, "/logout\n/login chatd.token.WSWpw5G01c9K4V_Ykv3-eUS5V99nAuGm2mqMEj8JmBk\n");
        client_expect(c, "-- You are logged in as Alice");
    }
#endif
    assert_string_equal(ctl_ok("store", "check"), "The database is whole.\n");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    c = client_join(d, "carol");
    client_send(c, "/join ops\n");
    client_expect(c, "carol: a line of this version");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_int_equal(remove(raw_db_path()), 0);
}

static void databases_of_older_versions_are_taken_over(void)
{
    unsigned version = 1;

    for (; raw_db_restore(harness_text("v%u.sql", version)); version++) {
        is_taken_over(version);
    }
    assert_true(version > 3);
}

/* ---- where it is ---- */

static void state_directory_has_it_by_default(void)
{
    struct daemon *d;
    struct stat st;

    daemon_wrap(harness_text("export STATE_DIRECTORY=%s:/nowhere", harness_dir()));
    d = daemon_start();
    daemon_wait_log(d, harness_text("store opened path=%s", raw_db_path()));
    assert_int_equal(stat(raw_db_path(), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = daemon_start("-o", "store.path=");
    assert_int_equal(daemon_count_log(d, "store opened"), 0);
}

static void check_of_the_settings_opens_nothing(void)
{
    struct daemon *d = daemon_launch_bare("--check-config", "-o", harness_text("store.path=%s", raw_db_path()));
    struct stat st;

    assert_int_equal(daemon_wait(d), 0);
    assert_int_not_equal(stat(raw_db_path(), &st), 0);
    d = daemon_launch_bare("--check-config", "-o", "store.path=chatd.db");
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "store.path"));
    assert_non_null(strstr(daemon_log(d), "is no absolute path"));
}

static void database_of_another_chatd_that_runs_is_refused(void)
{
    struct daemon *first = start(), *second;
    struct client *alice = client_join(first, "alice");
    sqlite3 *raw = raw_db_open();

    second = daemon_launch("-o", harness_text("store.path=%s", raw_db_path()));
    assert_int_equal(daemon_wait(second), EXIT_FAILURE); /* it may be tried again */
    assert_non_null(strstr(daemon_log(second), harness_text("store.path: %s: another chatd that runs has it open",
                                                            raw_db_path())));
    client_send(alice, "still here\n");
    raw_db_await(raw, 1); /* and others may read */
    assert_string_equal(raw_db_ask(raw, "SELECT room || ' ' || name || ': ' || text FROM log"),
                        "#lobby alice: still here");
    sqlite3_close(raw);
}

static void database_of_a_newer_chatd_is_refused(void)
{
    sqlite3 *raw;
    struct daemon *d = start();

    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    raw = raw_db_open();
    raw_db_run(raw, "PRAGMA user_version = 1000");
    sqlite3_close(raw);
    d = daemon_launch("-o", harness_text("store.path=%s", raw_db_path()));
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "a newer chatd has made it"));
}

/* As somebody may do without stopping the server: what was said is in the file that was moved, or in the new one. */
static void database_that_is_moved_away_is_whole(void)
{
    const char *old = harness_text("%s/old.db", harness_dir());
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw = raw_db_open();

    client_send(alice, "before\n");
    raw_db_await(raw, 1);
    sqlite3_close(raw);
    assert_int_equal(rename(raw_db_path(), old), 0);
    client_send(alice, "after\n");
    daemon_wait_log(d, "database moved away path=");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    raw = raw_db_open();
    assert_string_equal(raw_db_ask(raw, "SELECT text FROM log"), "after");
    raw_db_run(raw, harness_text("ATTACH '%s' AS old", old));
    assert_string_equal(raw_db_ask(raw, "SELECT group_concat(text) FROM old.message"), "before");
    sqlite3_close(raw);
}

/* ---- a disk that fails ---- */

/* The database has a line a moment before the server knows. */
static void await_status(const char *text)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();
    const char *status;

    while (strstr(status = ctl_ok("status"), text) == NULL) {
        if (harness_now_ms() > until) {
            harness_fail("expected: %sin: %s", text, status);
        }
    }
}

static void chat_goes_on_while_the_database_fails(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    sqlite3 *raw = raw_db_open();

    client_send(alice, "before\n");
    raw_db_await(raw, 1);
    raw_db_run(raw, "BEGIN IMMEDIATE");
    client_send(alice, "meanwhile\n");
    client_expect(bob, "[#lobby] alice: meanwhile");
    daemon_wait_log(d, "store fails why=");
    client_send(bob, "/history\n");
    client_expect(bob, "[#lobby] alice: before");
    client_expect(bob, "[#lobby] alice: meanwhile");
    client_expect_line(bob, "-- 2 of 2 lines kept in #lobby");
    assert_non_null(strstr(ctl_ok("status"), "store failing  1\n"));
    assert_null(strstr(ctl_ok("status"), "store waiting  0 bytes\n"));
    raw_db_run(raw, "COMMIT");
    daemon_wait_log(d, "store works again");
    raw_db_await(raw, 2);
    await_status("store failing  0\n");
    await_status("store waiting  0 bytes\n");
    assert_non_null(strstr(ctl_ok("status"), "lines lost     0\n"));
    assert_int_equal(daemon_count_log(d, "store fails"), 1);
    sqlite3_close(raw);
}

/* The number of lines; each must be an object of the room, in order. */
static unsigned count_exported(const char *output)
{
    unsigned count = 0;
    const char *line = output;

    for (; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (strncmp(line, "{\"type\":\"say\",\"id\":\"", 20) != 0 ||
            strstr(line, harness_text("\"text\":\"line %u\"}\n", count + 1)) == NULL) {
            harness_fail("line %u of the export is %s", count + 1, line);
        }
        count++;
    }
    return count;
}

static void room_is_exported_page_by_page(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    const char *text;

    client_send(alice, "/join Ops\n");
    for (int i = 1; i <= 300; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    assert_int_equal(count_exported(ctl_ok("export", "ops")), 300);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = start();
    text = ctl_ok("export", "#OPS"); /* which nobody is in */
    assert_int_equal(count_exported(text), 300);
    assert_non_null(strstr(text, "\"room\":\"#Ops\",\"from\":\"alice\",\"text\":\"line 1\"}\n"));
    assert_int_equal(count_exported(ctl_ok("--json", "export", "ops")), 300);
    assert_string_equal(ctl_fails(EXIT_FAILURE, "export", "none"), "chatctl: no line is kept of #none\n");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = daemon_start("-o", "store.path=", "-o", ctl_option()); /* in memory */
    alice = client_join(d, "alice");
    for (int i = 1; i <= 100; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    assert_int_equal(count_exported(ctl_ok("export", "lobby")), 100);
}

static void database_is_copied_while_it_is_in_use(void)
{
    const char *copy = harness_text("%s/copy.db", harness_dir()), *other = harness_text("%s/other", harness_dir());
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    FILE *file = fopen(other, "w");
    sqlite3 *raw;

    assert_non_null(file);
    fputs("this is no database, and must stay\n", file);
    fclose(file);
    for (int i = 1; i <= 300; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    raw = raw_db_open();
    raw_db_await(raw, 300);
    for (int i = 0; i < 2; i++) { /* the second one replaces the first */
        assert_string_equal(ctl_ok("store", "backup", copy),
                            harness_text("%s is a whole copy of the database.\n", copy));
    }
    assert_string_equal(ctl_ok("--json", "store", "backup", copy), harness_text("{\"backup\":\"%s\"}\n", copy));
    assert_string_equal(ctl_fails(EXIT_FAILURE, "store", "backup", other),
                        harness_text("chatctl: there is no backup: %s is there, and is no database\n", other));
    assert_string_equal(ctl_fails(EXIT_FAILURE, "store", "backup", raw_db_path()),
                        harness_text("chatctl: there is no backup: %s is the database itself\n", raw_db_path()));
    ctl_fails(EXIT_FAILURE, "store", "backup", harness_text("%s-shm", raw_db_path()));
    ctl_fails(EXIT_FAILURE, "store", "backup", harness_dir());
    ctl_fails(2, "store", "backup", "copy.db");
    ctl_fails(2, "store", "copy", copy);
    client_send(alice, "line 301\n");
    raw_db_await(raw, 301);
    sqlite3_close(raw);
    assert_int_equal(sqlite3_open(copy, &raw), SQLITE_OK);
    assert_string_equal(raw_db_ask(raw, "PRAGMA integrity_check"), "ok");
    assert_int_equal(raw_db_lines(raw), 300);
    sqlite3_close(raw);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    daemon_start("-o", "store.path=", "-o", ctl_option());
    assert_string_equal(ctl_fails(EXIT_FAILURE, "store", "backup", copy),
                        "chatctl: there is no backup: store.path names no database\n");
}

static void damage_is_found(void)
{
    static const char damaged[] = "the database is damaged: the index of words does not match the lines";
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");
    sqlite3 *raw = raw_db_open();

    client_send(alice, "one\ntwo\n");
    raw_db_await(raw, 2);
    assert_string_equal(ctl_ok("store", "check"), "The database is whole.\n");
    assert_string_equal(ctl_ok("--json", "store", "check"), "{\"check\":\"whole\"}\n");
    raw_db_run(raw, "DELETE FROM message WHERE text = 'one'"); /* behind the index's back */
    assert_string_equal(ctl_fails(EXIT_FAILURE, "store", "check"), harness_text("chatctl: %s\n", damaged));
    daemon_wait_log(d, "store damaged why=\"the index of words");
    assert_string_equal(ctl_fails(EXIT_FAILURE, "--json", "store", "check"),
                        harness_text("{\"error\":\"%s\"}\n", damaged));
    ctl_fails(2, "store", "check", "it");
    ctl_fails(2, "store");
    ctl_fails(2, "store", "backup");
    sqlite3_close(raw);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    daemon_start("-o", "store.path=", "-o", ctl_option());
    assert_string_equal(ctl_fails(EXIT_FAILURE, "store", "check"),
                        "chatctl: there is no check: store.path names no database\n");
}

static void old_lines_go(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice");

    for (int i = 1; i <= 20; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    d = daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o", "store.keep_lines=5");
    daemon_wait_log(d, "old lines removed count=15");
    alice = client_join(d, "alice");
    client_send(alice, "/history\n");
    client_expect(alice, "[#lobby] alice: line 16");
    client_expect_line(alice, "-- 5 of 5 lines kept in #lobby");
}

#ifdef HAVE_SODIUM

/* A database that cannot be read when the daemon starts: its rules of rooms hold once it can. */
static void rules_hold_when_the_database_can_be_read_at_last(void)
{
    struct daemon *d = daemon_start("-o", harness_text("store.path=%s", raw_db_path()), "-o",
                                    "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1");
    struct client *alice = client_join(d, "alice"), *pest = client_open_from(daemon_address(d, 0), "127.0.0.9");
    sqlite3 *raw;

    client_send(alice, "/register\ncorrect horse\n/join ops\n");
    client_expect(alice, "-- The room is new, and yours");
    client_take_name(pest, "pest");
    client_send(pest, "/join ops\n");
    client_expect(alice, "[#ops] -- pest joined");
    client_send(alice, "/ban pest 1h spam\n");
    client_expect(alice, "-- pest is banned from #ops until ");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    raw = raw_db_open();
    raw_db_run(raw, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    d = start();
    pest = client_open_from(daemon_address(d, 0), "127.0.0.9");
    client_take_name(pest, "other");
    client_send(pest, "/join ops\n");
    client_expect(pest, "-- You are in #ops"); /* nobody knows better yet */
    raw_db_run(raw, "COMMIT");
    client_expect(pest, "[#ops] -- alice put other out: spam");
    client_send(pest, "/join ops\n");
    client_expect(pest, "!! banned: you are banned from #ops until ");
    sqlite3_close(raw);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(what_was_said_is_there_after_a_restart),
        HARNESS_TEST(topics_are_there_after_a_restart),
        HARNESS_TEST(kill_loses_no_line_that_was_on_the_disk),
        HARNESS_TEST_ONCE(kill_at_any_moment_keeps_the_database_whole),
        HARNESS_TEST_ONCE(ids_go_on_though_the_clock_went_back),
        HARNESS_TEST(whole_past_can_be_read_and_searched),
        HARNESS_TEST(room_that_ended_remembers),
        HARNESS_TEST_ONCE(databases_of_older_versions_are_taken_over),
        HARNESS_TEST_ONCE(state_directory_has_it_by_default),
        HARNESS_TEST_ONCE(check_of_the_settings_opens_nothing),
        HARNESS_TEST_ONCE(database_of_another_chatd_that_runs_is_refused),
        HARNESS_TEST_ONCE(database_of_a_newer_chatd_is_refused),
        HARNESS_TEST_ONCE(database_that_is_moved_away_is_whole),
        HARNESS_TEST(chat_goes_on_while_the_database_fails),
        HARNESS_TEST(room_is_exported_page_by_page),
        HARNESS_TEST_ONCE(database_is_copied_while_it_is_in_use),
        HARNESS_TEST_ONCE(damage_is_found),
        HARNESS_TEST_ONCE(old_lines_go),
#ifdef HAVE_SODIUM
        HARNESS_TEST_ONCE(rules_hold_when_the_database_can_be_read_at_last),
#endif
    };

    return harness_main(tests);
}

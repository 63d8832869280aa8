/* Tests of store/db.h and store/schema.h: real files, opened, refused, damaged. */
#include "config.h"

#include "store/db.h"

#include "store/rows.h"
#include "store/schema.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct db *new_db(const char *path)
{
    return db_new(&(struct db_spec){.path = path});
}

/* It is open, or the test fails with why not. */
static struct db *open_db(const char *path)
{
    struct db *db = new_db(path);

    if (db_open(db) != DB_OK) {
        print_error("%s\n", db_why(db));
        fail();
    }
    return db;
}

/* As another program opens it. */
static sqlite3 *open_raw(const char *path)
{
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    return raw;
}

static void run_raw(sqlite3 *raw, const char *sql)
{
    if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK) {
        print_error("%s: %s\n", sql, sqlite3_errmsg(raw));
        fail();
    }
}

static void has_text(sqlite3 *raw, const char *sql, const char *expected)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(raw, sql, -1, &statement, NULL) != SQLITE_OK) {
        print_error("%s: %s\n", sql, sqlite3_errmsg(raw));
        fail();
    }
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), expected);
    sqlite3_finalize(statement);
}

static void make_raw(const char *path, const char *sql)
{
    sqlite3 *raw = open_raw(path);

    run_raw(raw, sql);
    sqlite3_close(raw);
}

/* It is refused, and the file stays as it was. */
static void is_refused_untouched(const char *path, enum db_fault expected, const char *why)
{
    size_t len, len_after;
    char *before = stores_read_file(path, &len), *after;
    struct db *db = new_db(path);

    assert_int_equal(db_open(db), expected);
    if (strstr(db_why(db), why) == NULL) {
        print_error("%s: not \"%s\"\n", db_why(db), why);
        fail();
    }
    assert_false(db_is_open(db));
    assert_false(db_fault_may_pass(expected));
    db_free(db);
    after = stores_read_file(path, &len_after);
    assert_int_equal(len_after, len);
    assert_memory_equal(after, before, len);
    free(before);
    free(after);
}

static void write_one(struct db *db, uint64_t id)
{
    struct parcel parcel = {0};

    stores_add(&parcel, id, "lobby", "alice", "hello");
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    parcel_fini(&parcel);
}

static uint64_t last_id(struct db *db)
{
    uint64_t id;

    assert_int_equal(db_last_id(db, &id), DB_OK);
    return id;
}

/* ---- opening ---- */

static void new_file_gets_the_newest_schema(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path);
    char version[16];
    struct stat st;

    (void)state;
    snprintf(version, sizeof(version), "%d", schema_version());
    has_text(db_connection(db), "PRAGMA user_version", version);
    has_text(db_connection(db), "PRAGMA application_id", "1667785076");
    has_text(db_connection(db), "PRAGMA journal_mode", "wal");
    has_text(db_connection(db), "PRAGMA auto_vacuum", "2");
    has_text(db_connection(db), "PRAGMA integrity_check", "ok");
    assert_int_equal(last_id(db), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_string_equal(db_why(db), "");
    db_free(db);
}

static void what_was_written_is_there_after_a_restart(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path);

    (void)state;
    write_one(db, 7);
    db_free(db);
    db = open_db(path);
    assert_int_equal(last_id(db), 7);
    assert_int_equal(db_open(db), DB_OK); /* once more: nothing */
    db_free(db);
}

/* As a step that fails in its middle leaves it: with the version before. */
static void step_is_taken_whole_or_not_at_all(void **state)
{
    sqlite3 *raw = open_raw(stores_path("chatd.db"));

    (void)state;
    assert_int_equal(schema_bring_up(raw, 0, 1), SQLITE_OK);
    run_raw(raw, "CREATE TABLE role (no INTEGER)"); /* in the way of step 2 */
    assert_int_not_equal(schema_bring_up(raw, 1, 2), SQLITE_OK);
    has_text(raw, "PRAGMA user_version", "1");
    has_text(raw, "SELECT count(*) FROM sqlite_schema WHERE name = 'account'", "0");
    sqlite3_close(raw);
}

static void newer_schema_is_refused_untouched(void **state)
{
    const char *path = stores_path("chatd.db");
    char sql[64], why[120];

    (void)state;
    db_free(open_db(path));
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", schema_version() + 1);
    make_raw(path, sql);
    snprintf(why, sizeof(why), "a newer chatd has made it: its schema has version %d, and this one knows up to %d",
             schema_version() + 1, schema_version());
    is_refused_untouched(path, DB_NEWER, why);
}

static void what_is_no_database_of_chatd_is_refused_untouched(void **state)
{
    static const char text[] = "[server]\nlisten = 127.0.0.1:4000\n# no database, though long enough for one\n";
    const char *path = stores_path("chatd.ini");

    (void)state;
    stores_write_file(path, text, sizeof(text) - 1);
    is_refused_untouched(path, DB_FOREIGN, "this is no database of chatd");
    path = stores_path("other.db");
    make_raw(path, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')");
    is_refused_untouched(path, DB_FOREIGN, "other.db: this is no database of chatd");
}

static void path_that_leads_nowhere_is_told(void **state)
{
    struct db *db = new_db(stores_path("none/chatd.db"));

    (void)state;
    assert_int_equal(db_open(db), DB_NO_ACCESS);
    assert_non_null(strstr(db_why(db), "it cannot be opened: No such file or directory"));
    db_free(db);
    db = new_db(stores_path(""));
    assert_int_equal(db_open(db), DB_NO_ACCESS);
    db_free(db);
    assert_int_equal(mkfifo(stores_path("pipe"), 0600), 0);
    db = new_db(stores_path("pipe"));
    assert_int_equal(db_open(db), DB_NO_ACCESS);
    assert_non_null(strstr(db_why(db), "it is no file"));
    db_free(db);
}

/* ---- one chatd, many readers ---- */

static void database_that_another_has_open_is_refused(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path), *second = new_db(path);

    (void)state;
    assert_int_equal(db_open(second), DB_IN_USE);
    assert_non_null(strstr(db_why(second), "chatd.db: another chatd that runs has it open"));
    write_one(db, 1); /* the attempt has not ended SQLite's own locks */
    assert_int_equal(db_open(second), DB_IN_USE);
    db_close(db);
    assert_int_equal(db_open(second), DB_OK);
    assert_int_equal(last_id(second), 1);
    db_free(second);
    db_free(db);
}

static void killed_process_leaves_no_lock(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = new_db(path);
    int ready[2], status;
    pid_t child;
    char byte;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        struct db *theirs = new_db(path);

        (void)!write(ready[1], db_open(theirs) == DB_OK ? "y" : "n", 1);
        for (;;) {
            pause();
        }
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    assert_int_equal(db_open(db), DB_IN_USE);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(db_open(db), DB_OK);
    db_free(db);
    close(ready[0]);
    close(ready[1]);
}

static void others_may_read_meanwhile(void **state)
{
    struct db *db = open_db(stores_path("chatd.db"));
    sqlite3 *raw;

    (void)state;
    write_one(db, (uint64_t)1800000000000 << 16);
    raw = open_raw(stores_path("chatd.db"));
    has_text(raw, "SELECT utc || ' ' || room || ' ' || name || ': ' || text FROM log",
             "2027-01-15 08:00:00 #lobby alice: hello");
    run_raw(raw, "BEGIN; SELECT * FROM log"); /* a reader that stays */
    write_one(db, (uint64_t)1800000000001 << 16);
    run_raw(raw, "COMMIT");
    has_text(raw, "SELECT count(*) FROM log", "2");
    sqlite3_close(raw);
    db_free(db);
}

static void file_that_is_moved_away_is_begun_anew(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path);

    (void)state;
    write_one(db, 5);
    assert_int_equal(rename(path, stores_path("old.db")), 0);
    (void)rename(stores_path("chatd.db-wal"), stores_path("old.db-wal"));
    (void)unlink(stores_path("chatd.db-shm"));
    assert_int_equal(db_open(db), DB_OK);
    assert_int_equal(last_id(db), 0);
    db_free(db);
    db = open_db(stores_path("old.db"));
    assert_int_equal(last_id(db), 5);
    db_free(db);
}

/* What only the log beside it has goes with the file, though the log stays where it was. */
static void file_that_is_moved_away_alone_is_whole(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path);

    (void)state;
    write_one(db, 5);
    assert_int_equal(db_moves(db), 0);
    assert_int_equal(rename(path, stores_path("old.db")), 0);
    assert_int_equal(db_open(db), DB_OK);
    assert_int_equal(db_moves(db), 1);
    assert_int_equal(last_id(db), 0);
    write_one(db, 6);
    db_free(db);
    db = open_db(stores_path("old.db"));
    assert_int_equal(last_id(db), 5);
    db_free(db);
    db = open_db(path);
    assert_int_equal(last_id(db), 6);
    db_free(db);
}

/* ---- faults that may pass ---- */

static void lock_of_another_program_is_busy_and_passes(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path);
    sqlite3 *raw = open_raw(path);
    enum db_fault fault;

    (void)state;
    run_raw(raw, "BEGIN IMMEDIATE");
    fault = db_begin(db);
    assert_int_equal(fault, DB_BUSY);
    assert_true(db_fault_may_pass(fault));
    assert_string_equal(db_fault_name(fault), "busy");
    db_roll_back(db, fault);
    assert_true(db_is_open(db));
    run_raw(raw, "COMMIT");
    write_one(db, 3);
    sqlite3_close(raw);
    db_free(db);
}

static void lock_of_another_program_at_the_start_is_busy(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = new_db(path);
    sqlite3 *raw = open_raw(path);

    (void)state;
    run_raw(raw, "BEGIN EXCLUSIVE");
    assert_int_equal(db_open(db), DB_BUSY);
    run_raw(raw, "COMMIT");
    sqlite3_close(raw);
    assert_int_equal(db_open(db), DB_OK);
    db_free(db);
}

static void damaged_file_is_told_and_another_takes_its_place(void **state)
{
    const char *path = stores_path("chatd.db");
    struct db *db = open_db(path);
    struct parcel parcel = {0};
    enum db_fault fault;
    char *bytes;
    size_t len;

    (void)state;
    for (uint64_t id = 1; id <= 2000; id++) {
        stores_add(&parcel, id, "lobby", "alice", "a line that fills some pages with words of all kinds");
    }
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    db_close(db);
    bytes = stores_read_file(path, &len);
    memset(bytes + 4096, 'x', len - 4096);
    stores_write_file(path, bytes, len);
    free(bytes);

    fault = db_open(db);
    if (fault == DB_OK) {
        fault = rows_write(db, &parcel);
    }
    assert_int_equal(fault, DB_CORRUPT);
    assert_non_null(strstr(db_why(db), "the database is damaged"));
    assert_false(db_is_open(db)); /* so what takes its place is looked for */
    assert_int_equal(rename(path, stores_path("damaged.db")), 0);
    assert_int_equal(db_open(db), DB_OK);
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    parcel_fini(&parcel);
    db_free(db);
}

static void full_disk(void)
{
    struct db *db = open_db(stores_path("chatd.db"));
    struct parcel parcel = {0};
    enum db_fault fault = DB_OK;
    uint64_t id = 0, kept;

    stores_write_file(stores_path("ballast"), stores_path("x"), 8);
    assert_int_equal(truncate(stores_path("ballast"), 0), 0);
    while (fault == DB_OK) {
        parcel_reset(&parcel);
        kept = id;
        for (int i = 0; i < 1000; i++) {
            stores_add(&parcel, ++id, "lobby", "alice", "words that fill a disk which is small");
        }
        fault = rows_write(db, &parcel);
    }
    assert_int_equal(fault, DB_FULL);
    assert_true(db_fault_may_pass(fault));
    assert_non_null(strstr(db_why(db), "the disk is full"));
    assert_int_equal(db_open(db), DB_OK); /* it reads on */
    assert_int_equal(last_id(db), kept);
    has_text(db_connection(db), "PRAGMA integrity_check", "ok");
    parcel_fini(&parcel);
    db_free(db);
}

static void full_disk_is_told_and_nothing_is_damaged(void **state)
{
    (void)state;
    stores_on_small_disk(8 << 20, full_disk);
}

static void read_only_disk(void)
{
    struct db *db = open_db(stores_path("chatd.db"));
    enum db_fault fault;
    struct parcel parcel = {0};

    write_one(db, 1);
    db_close(db); /* a file system with a file that is open for writing stays as it is */
    stores_set_read_only(true);
    fault = db_open(db);
    assert_int_equal(fault, DB_READ_ONLY);
    assert_true(db_fault_may_pass(fault));
    stores_set_read_only(false);
    assert_int_equal(db_open(db), DB_OK);
    write_one(db, 2);
    assert_int_equal(last_id(db), 2);
    parcel_fini(&parcel);
    db_free(db);
}

static void read_only_disk_is_told_and_passes(void **state)
{
    (void)state;
    stores_on_small_disk(8 << 20, read_only_disk);
}

static void each_fault_has_a_name(void **state)
{
    (void)state;
    for (int fault = DB_OK + 1; fault < DB_FAULTS; fault++) {
        assert_true(strlen(db_fault_name((enum db_fault)fault)) > 0);
    }
    assert_string_equal(db_fault_name(DB_OK), "");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, stores_begin, stores_end)
    const struct CMUnitTest tests[] = {
        TEST(new_file_gets_the_newest_schema),
        TEST(what_was_written_is_there_after_a_restart),
        TEST(step_is_taken_whole_or_not_at_all),
        TEST(newer_schema_is_refused_untouched),
        TEST(what_is_no_database_of_chatd_is_refused_untouched),
        TEST(path_that_leads_nowhere_is_told),
        TEST(database_that_another_has_open_is_refused),
        TEST(killed_process_leaves_no_lock),
        TEST(others_may_read_meanwhile),
        TEST(file_that_is_moved_away_is_begun_anew),
        TEST(file_that_is_moved_away_alone_is_whole),
        TEST(lock_of_another_program_is_busy_and_passes),
        TEST(lock_of_another_program_at_the_start_is_busy),
        TEST(damaged_file_is_told_and_another_takes_its_place),
        TEST(full_disk_is_told_and_nothing_is_damaged),
        TEST(read_only_disk_is_told_and_passes),
        TEST(each_fault_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of store/retention.h, store/backup.h and store/integrity.h: what is done with a database beside writing and
 * reading. */
#include "config.h"

#include "store/retention.h"

#include "base/lane.h"
#include "store/backup.h"
#include "store/backup_job.h"
#include "store/integrity.h"
#include "store/rows.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int64_t day_ms = 24 * 60 * 60 * 1000;

static struct db *db;
static struct parcel parcel;

static int begin(void **state)
{
    if (stores_begin(state) != 0) {
        return -1;
    }
    db = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
    return db_open(db) == DB_OK ? 0 : -1;
}

static int end(void **state)
{
    db_free(db);
    parcel_fini(&parcel);
    return stores_end(state);
}

static void write_parcel(void)
{
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    parcel_reset(&parcel);
}

static uint64_t id_of(int64_t day, uint64_t number)
{
    return ((uint64_t)(day * day_ms) << 16) + number;
}

/* So many lines of a room and a day. */
static void write_lines(const char *room, int64_t day, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        stores_add(&parcel, id_of(day, first + i), room, "alice", "some words that are said in a room");
    }
    write_parcel();
}

static uint64_t number_of(struct db *of, const char *sql)
{
    sqlite3_stmt *statement = db_statement(of, sql);
    uint64_t n;

    assert_non_null(statement);
    assert_int_equal(db_step(statement), 1);
    n = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return n;
}

static uint64_t number(const char *sql)
{
    return number_of(db, sql);
}

static uint64_t lines_of(const char *room)
{
    sqlite3_stmt *statement = db_statement(
        db, "SELECT count(*) FROM message JOIN room ON room.id = message.room WHERE room.folded = ?1");
    uint64_t n;

    sqlite3_bind_text(statement, 1, room, -1, SQLITE_STATIC);
    assert_int_equal(db_step(statement), 1);
    n = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return n;
}

/* A whole pass; the number of its steps. */
static unsigned run_pass(const struct retention_limits *limits, int64_t day, uint64_t *gone)
{
    struct retention pass = {0};
    unsigned steps = 0;
    bool more = true;

    while (more) {
        assert_int_equal(retention_step(db, limits, day * day_ms, &pass, &more), DB_OK);
        assert_true(++steps < 10000);
    }
    *gone = pass.lines;
    return steps;
}

static void is_whole(void)
{
    struct strbuf report = {0};

    if (integrity_check(stores_path("chatd.db"), NULL, &report) != INTEGRITY_WHOLE) {
        print_error("%s\n", strbuf_str(&report));
        fail();
    }
    strbuf_fini(&report);
    assert_int_equal(db_exec(db, "INSERT INTO message_words (message_words) VALUES ('integrity-check')"), DB_OK);
}

/* ---- retention ---- */

static void entries_of_the_audit_trail_go_in_their_time(void **state)
{
    uint64_t gone;

    (void)state;
    for (int day = 1; day <= 500; day++) {
        parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_AUDIT,
                                                  .time_ms = day * day_ms,
                                                  .room = "",
                                                  .room_folded = "",
                                                  .kind = "kick",
                                                  .name = "alice",
                                                  .folded = "",
                                                  .target = "bob",
                                                  .text = ""});
    }
    write_parcel();
    run_pass(&(struct retention_limits){0}, 501, &gone);
    assert_int_equal(number("SELECT count(*) FROM audit"), 500);
    run_pass(&(struct retention_limits){.audit_days = 10}, 501, &gone);
    assert_int_equal(gone, 0); /* no lines */
    assert_int_equal(number("SELECT count(*) FROM audit"), 10);
    assert_int_equal(number("SELECT min(time) FROM audit"), 491 * day_ms);
    assert_int_equal(db_exec(db, "UPDATE audit SET id = id + 1000000 - 5 WHERE id = 500;"
                                 "UPDATE audit SET room = 'ops' WHERE id <> 492"), DB_OK);
    run_pass(&(struct retention_limits){0}, 501, &gone);
    assert_int_equal(number("SELECT count(*) FROM audit"), 6); /* a million in all, and what was done to the server */
    assert_int_equal(number("SELECT min(id) FROM audit"), 492);
    is_whole();
}

static void without_limits_nothing_goes(void **state)
{
    uint64_t gone;

    (void)state;
    write_lines("lobby", 1, 1, 1000);
    assert_true(run_pass(&(struct retention_limits){0}, 100000, &gone) < 10);
    assert_int_equal(gone, 0);
    assert_int_equal(number("SELECT count(*) FROM message"), 1000);
}

static void lines_past_their_days_go_in_small_steps(void **state)
{
    uint64_t gone;

    (void)state;
    write_lines("lobby", 100, 1, 1500);
    write_lines("ops", 101, 1, 10);
    write_lines("lobby", 110, 1, 10);
    assert_true(run_pass(&(struct retention_limits){.keep_days = 10}, 111, &gone) > 7);
    assert_int_equal(gone, 1500);
    assert_int_equal(number("SELECT count(*) FROM message"), 20);
    is_whole();
    run_pass(&(struct retention_limits){.keep_days = 10}, 112, &gone);
    assert_int_equal(gone, 10);
    is_whole();
}

/* Lines whose ids are of a later time than they are: the clock was set back. */
static void clock_that_was_set_back_keeps_no_line_for_ever(void **state)
{
    uint64_t gone;

    (void)state;
    write_lines("lobby", 100, 1, 10);
    assert_int_equal(db_exec(db, "UPDATE message SET time = 90 * 86400000 WHERE id % 2 = 0"), DB_OK);
    run_pass(&(struct retention_limits){.keep_days = 10}, 105, &gone);
    assert_int_equal(gone, 5);
}

static void each_room_keeps_its_newest_lines(void **state)
{
    uint64_t gone;

    (void)state;
    write_lines("lobby", 1, 1, 700);
    write_lines("ops", 1, 1001, 5);
    write_lines("dev", 1, 2001, 50);
    run_pass(&(struct retention_limits){.keep_lines = 40}, 2, &gone);
    assert_int_equal(gone, 670);
    assert_int_equal(lines_of("lobby"), 40);
    assert_int_equal(number("SELECT min(message.id) & 65535 FROM message JOIN room ON room.id = message.room"
                            " WHERE room.folded = 'lobby'"),
                     661);
    assert_int_equal(lines_of("ops"), 5);
    is_whole();
}

static void room_of_which_nothing_is_left_goes_too(void **state)
{
    uint64_t gone;

    (void)state;
    write_lines("lobby", 1, 1, 5);
    write_lines("ops", 1, 101, 5);
    write_lines("dev", 1, 201, 5);
    assert_int_equal(db_exec(db, "UPDATE room SET topic = 'what runs' WHERE room.folded = 'ops';"
                                 "INSERT INTO room_setting (room, setting, value) SELECT id, 'slow', '5' FROM room"
                                 " WHERE folded = 'dev'"),
                     DB_OK);
    run_pass(&(struct retention_limits){.keep_days = 1}, 100, &gone);
    assert_int_equal(gone, 15);
    assert_int_equal(number("SELECT count(*) FROM room WHERE folded = 'lobby'"), 0);
    assert_int_equal(number("SELECT count(*) FROM room"), 2);
    write_lines("lobby", 100, 1, 1);
    is_whole();
}

static void database_that_is_too_large_loses_its_oldest_lines(void **state)
{
    const uint64_t most = 700000;
    uint64_t gone, all = 0, passes = 0;

    (void)state;
    for (uint64_t i = 0; i < 10; i++) {
        write_lines("lobby", 1, 1 + 1000 * i, 1000);
    }
    do {
        run_pass(&(struct retention_limits){.max_bytes = most}, 2, &gone);
        all += gone;
        assert_int_equal(number("SELECT count(*) FROM message"), 10000 - all);
        assert_int_equal(number("SELECT min(id) & 65535 FROM message"), all + 1);
        passes++;
    } while (gone > 0);
    assert_true(passes > 1 && passes < 6);
    assert_true((number("PRAGMA page_count") - number("PRAGMA freelist_count")) * 4096 <= most);
    assert_true(all < 9000); /* no more than need be */
    is_whole();
}

/* The index's pieces that hold the end of a word, whose beginning may be that of the word before it. */
static uint64_t pieces_with(const char *end_of_word)
{
    sqlite3_stmt *statement =
        db_statement(db, "SELECT count(*) FROM message_words_data WHERE instr(block, CAST(?1 AS BLOB)) > 0");
    uint64_t n;

    sqlite3_bind_text(statement, 1, end_of_word, -1, SQLITE_STATIC);
    assert_int_equal(db_step(statement), 1);
    n = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return n;
}

static void erase_on_request(uint64_t id)
{
    parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_ERASE,
                                              .id = id,
                                              .room = "",
                                              .room_folded = "lobby",
                                              .kind = "",
                                              .name = "",
                                              .folded = "",
                                              .target = "",
                                              .text = ""});
    write_parcel();
}

static void words_of_erased_lines_leave_the_index(void **state)
{
    struct retention pass = {0};
    uint64_t gone;
    bool more = true;

    (void)state;
    write_lines("lobby", 1, 1, 1000);
    run_pass(&(struct retention_limits){0}, 2, &gone);
    stores_add(&parcel, id_of(2, 1), "lobby", "alice", "xyzzy plugh");
    write_parcel();
    erase_on_request(id_of(2, 1));
    assert_int_not_equal(pieces_with("lugh"), 0); /* they do not by themselves */
    run_pass(&(struct retention_limits){0}, 2, &gone);
    assert_int_equal(pieces_with("lugh"), 0);
    assert_int_equal(number("SELECT count(*) FROM upkeep"), 0);
    is_whole();

    /* Begun, and given up, as by a stop: the next pass begins anew, and sees what was erased meanwhile. */
    for (uint64_t i = 0; i < 20; i++) {
        write_lines("lobby", 3, 1 + 1000 * i, 1000);
    }
    stores_add(&parcel, id_of(4, 1), "lobby", "alice", "xyzzy plugh");
    write_parcel();
    erase_on_request(id_of(3, 1));
    while (pass.merge != PURGE_GOES_ON) {
        assert_int_equal(retention_step(db, &(struct retention_limits){0}, 4 * day_ms, &pass, &more), DB_OK);
        assert_true(more);
    }
    erase_on_request(id_of(4, 1));
    assert_int_not_equal(pieces_with("lugh"), 0);
    run_pass(&(struct retention_limits){0}, 4, &gone);
    assert_int_equal(pieces_with("lugh"), 0);
    assert_int_equal(number("SELECT count(*) FROM upkeep"), 0);
    is_whole();
}

static void words_of_lines_past_their_days_leave_the_index_a_day_later(void **state)
{
    const struct retention_limits limits = {.keep_days = 10};
    uint64_t gone;

    (void)state;
    stores_add(&parcel, id_of(1, 1), "lobby", "alice", "xyzzy plugh");
    write_parcel();
    write_lines("lobby", 9, 1, 1000);
    run_pass(&limits, 12, &gone);
    assert_int_equal(gone, 1);
    assert_int_not_equal(pieces_with("lugh"), 0); /* no merge for the lines of a minute */
    run_pass(&limits, 13, &gone);
    assert_int_equal(pieces_with("lugh"), 0);
    is_whole();
}

/* Another pass, as the one before has left it. */
static void run_from(struct retention *pass, int64_t now_ms)
{
    bool more = true;

    *pass = (struct retention){.rest_until_ms = pass->rest_until_ms};
    while (more) {
        assert_int_equal(retention_step(db, &(struct retention_limits){0}, now_ms, pass, &more), DB_OK);
    }
}

static void index_that_was_merged_rests(void **state)
{
    struct retention pass = {0};

    (void)state;
    write_lines("lobby", 1, 1, 1000);
    erase_on_request(id_of(1, 1));
    run_from(&pass, day_ms);
    assert_true(pass.rest_until_ms > day_ms && pass.rest_until_ms < day_ms + 60000);
    erase_on_request(id_of(1, 2));
    run_from(&pass, day_ms);
    assert_int_equal(number("SELECT count(*) FROM upkeep"), 1);
    run_from(&pass, pass.rest_until_ms);
    assert_int_equal(number("SELECT count(*) FROM upkeep"), 0);
}

static void pages_that_nothing_uses_are_given_back(void **state)
{
    uint64_t gone;

    (void)state;
    for (uint64_t i = 0; i < 20; i++) {
        write_lines("lobby", 1, 1 + 1000 * i, 1000);
    }
    assert_true(number("PRAGMA page_count") > 700);
    run_pass(&(struct retention_limits){.keep_days = 1}, 100, &gone);
    assert_int_equal(gone, 20000);
    assert_true(number("PRAGMA page_count") < 550);
    is_whole();
}

static void fault_leaves_the_pass_where_it_was(void **state)
{
    struct retention pass = {0};
    sqlite3 *raw;
    bool more = false;

    (void)state;
    write_lines("lobby", 1, 1, 10);
    assert_int_equal(sqlite3_open(stores_path("chatd.db"), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(retention_step(db, &(struct retention_limits){.keep_days = 1}, 9 * day_ms, &pass, &more),
                     DB_BUSY);
    assert_true(more);
    sqlite3_close(raw);
    assert_int_equal(retention_step(db, &(struct retention_limits){.keep_days = 1}, 9 * day_ms, &pass, &more), DB_OK);
    assert_int_equal(pass.lines, 10);
}

/* ---- backup ---- */

static void backup_is_of_one_moment_while_lines_are_written(void **state)
{
    struct backup *backup = backup_new(stores_path("chatd.db"), stores_path("copy.db"));
    struct db *copy = db_new(&(struct db_spec){.path = stores_path("copy.db")});
    uint64_t steps = 0;
    struct stat st;
    int got;

    (void)state;
    for (uint64_t i = 0; i < 12; i++) {
        write_lines("lobby", 1, 1 + 1000 * i, 1000);
    }
    while ((got = backup_step(backup)) > 0) {
        write_lines("ops", 1, 20000 + steps, 1);
        assert_int_not_equal(stat(stores_path("copy.db"), &st), 0); /* not before it is whole */
        assert_true(++steps < 1000);
    }
    assert_int_equal(got, 0);
    assert_true(steps > 3);
    assert_int_equal(backup_percent(backup), 100);
    backup_free(backup);

    assert_int_equal(stat(stores_path("copy.db"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_not_equal(stat(stores_path("copy.db.part"), &st), 0);
    assert_int_equal(db_open(copy), DB_OK);
    assert_int_equal(number_of(copy, "SELECT count(*) FROM message"), 12000);
    db_free(copy);
    assert_int_equal(number("SELECT count(*) FROM message"), 12000 + steps);
    is_whole();
}

static void backup_takes_the_place_of_the_last(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct backup *backup = backup_new(stores_path("chatd.db"), stores_path("copy.db"));
        struct db *copy = db_new(&(struct db_spec){.path = stores_path("copy.db")});
        int got;

        write_lines("lobby", 1, (uint64_t)i + 1, 1);
        while ((got = backup_step(backup)) > 0) {
        }
        assert_int_equal(got, 0);
        backup_free(backup);
        assert_int_equal(db_open(copy), DB_OK);
        assert_int_equal(number_of(copy, "SELECT count(*) FROM message"), i + 1);
        db_free(copy);
    }
}

static void backup_that_is_given_up_leaves_nothing(void **state)
{
    struct backup *backup = backup_new(stores_path("chatd.db"), stores_path("copy.db"));
    struct stat st;

    (void)state;
    write_lines("lobby", 1, 1, 1000);
    assert_int_equal(backup_step(backup), 1);
    assert_int_equal(stat(stores_path("copy.db.part"), &st), 0);
    backup_free(backup);
    assert_int_not_equal(stat(stores_path("copy.db.part"), &st), 0);
    assert_int_not_equal(stat(stores_path("copy.db"), &st), 0);
}

static void count_end(void *ctx, const char *why)
{
    assert_null(why);
    ++*(int *)ctx;
}

static void backup_in_a_lane_can_be_given_up(void **state)
{
    struct lane *lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 4, .drain_ms = 60000});
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};
    int ended = 0;
    struct stat st;
    struct backup_job *job;

    (void)state;
    write_lines("lobby", 1, 1, 60000);
    /* More than two jobs copy: the first, and one that runs when the copying is given up. */
    assert_true(number_of(db, "PRAGMA page_count") > 2 * 512);
    job = backup_job_begin(lane, stores_path("chatd.db"), stores_path("copy.db"), count_end, &ended);
    assert_non_null(job);
    assert_int_equal(poll(&bell, 1, 60000), 1);
    lane_reap(lane, NULL); /* there are more steps */
    assert_int_equal(ended, 0);
    backup_job_cancel(job);
    assert_int_equal(lane_free(lane), 0);
    assert_int_equal(ended, 0);
    assert_int_not_equal(stat(stores_path("copy.db.part"), &st), 0);
    assert_int_not_equal(stat(stores_path("copy.db"), &st), 0);
}

static void backup_that_fails_tells_why(void **state)
{
    struct backup *backup = backup_new(stores_path("chatd.db"), stores_path("none/copy.db"));

    (void)state;
    assert_int_equal(backup_step(backup), -1);
    assert_non_null(strstr(backup_why(backup), "none/copy.db.part: No such file or directory"));
    backup_free(backup);
    backup = backup_new(stores_path("chatd.db"), stores_path("copy.db"));
    stores_write_file(stores_path("copy.db.part"), "x", 1); /* another's */
    assert_int_equal(backup_step(backup), -1);
    assert_non_null(strstr(backup_why(backup), "copy.db.part is there"));
    backup_free(backup);
    free(stores_read_file(stores_path("copy.db.part"), &(size_t){0}));
}

static void small_disk(void)
{
    struct backup *backup;
    struct stat st;
    int got;

    db_free(db); /* of the folder below */
    db = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
    assert_int_equal(db_open(db), DB_OK);
    for (uint64_t i = 0; i < 10; i++) {
        write_lines("lobby", 1, 1 + 1000 * i, 1000);
    }
    backup = backup_new(stores_path("chatd.db"), stores_path("copy.db"));
    while ((got = backup_step(backup)) > 0) {
    }
    assert_int_equal(got, -1);
    assert_non_null(strstr(backup_why(backup), "full"));
    backup_free(backup);
    assert_int_not_equal(stat(stores_path("copy.db.part"), &st), 0);
    write_lines("lobby", 2, 1, 10); /* what it took is free again */
    is_whole();
}

static void backup_to_a_full_disk_fails_alone(void **state)
{
    (void)state;
    stores_on_small_disk(4 << 20, small_disk);
}

/* ---- integrity ---- */

static void damage_is_reported(void **state)
{
    struct strbuf report = {0};
    char *bytes;
    size_t len;

    (void)state;
    write_lines("lobby", 1, 1, 2000);
    is_whole();
    assert_int_equal(db_exec(db, "DELETE FROM message WHERE id % 2 = 0"), DB_OK); /* behind the index's back */
    assert_int_equal(integrity_check(stores_path("chatd.db"), NULL, &report), INTEGRITY_DAMAGED);
    assert_non_null(strstr(strbuf_str(&report), "the index of words"));
    strbuf_reset(&report);
    db_close(db);
    bytes = stores_read_file(stores_path("chatd.db"), &len);
    memset(bytes + len / 2, 'x', 8192);
    stores_write_file(stores_path("chatd.db"), bytes, len);
    free(bytes);
    assert_int_equal(integrity_check(stores_path("chatd.db"), NULL, &report), INTEGRITY_DAMAGED);
    strbuf_fini(&report);
}

static void check_can_be_ended(void **state)
{
    atomic_bool stop = true;
    struct strbuf report = {0};

    (void)state;
    write_lines("lobby", 1, 1, 5000);
    assert_int_equal(integrity_check(stores_path("chatd.db"), &stop, &report), INTEGRITY_WHOLE);
    strbuf_fini(&report);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(without_limits_nothing_goes),
        TEST(lines_past_their_days_go_in_small_steps),
        TEST(clock_that_was_set_back_keeps_no_line_for_ever),
        TEST(entries_of_the_audit_trail_go_in_their_time),
        TEST(each_room_keeps_its_newest_lines),
        TEST(room_of_which_nothing_is_left_goes_too),
        TEST(database_that_is_too_large_loses_its_oldest_lines),
        TEST(words_of_erased_lines_leave_the_index),
        TEST(words_of_lines_past_their_days_leave_the_index_a_day_later),
        TEST(index_that_was_merged_rests),
        TEST(pages_that_nothing_uses_are_given_back),
        TEST(fault_leaves_the_pass_where_it_was),
        TEST(backup_is_of_one_moment_while_lines_are_written),
        TEST(backup_takes_the_place_of_the_last),
        TEST(backup_that_is_given_up_leaves_nothing),
        TEST(backup_in_a_lane_can_be_given_up),
        TEST(backup_that_fails_tells_why),
        TEST(backup_to_a_full_disk_fails_alone),
        TEST(damage_is_reported),
        TEST(check_can_be_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of store/rows.h: lines into a real database and out of it, over kills and full disks. */
#include "config.h"

#include "store/rows.h"
#include "store/rows_read.h"

#include "store/record.h"
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
#include <sys/wait.h>
#include <unistd.h>

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

static void is_whole(void)
{
    sqlite3_stmt *statement;

    assert_int_equal(sqlite3_prepare_v2(db_connection(db), "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    assert_int_equal(db_exec(db, "INSERT INTO message_words (message_words) VALUES ('integrity-check')"), DB_OK);
}

static uint64_t number(const char *sql)
{
    sqlite3_stmt *statement = db_statement(db, sql);
    uint64_t n;

    assert_non_null(statement);
    assert_int_equal(db_step(statement), 1);
    n = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return n;
}

static void write_parcel(void)
{
    if (rows_write(db, &parcel) != DB_OK) {
        print_error("%s\n", db_why(db));
        fail();
    }
    parcel_reset(&parcel);
}

/* Lines first to last of a room, "line N". */
static void write_lines(const char *room, uint64_t first, uint64_t last)
{
    char text[32];

    for (uint64_t id = first; id <= last; id++) {
        snprintf(text, sizeof(text), "line %llu", (unsigned long long)id);
        stores_add(&parcel, id, room, "alice", text);
    }
    write_parcel();
}

static void write_text(uint64_t id, const char *room, const char *name, const char *text)
{
    stores_add(&parcel, id, room, name, text);
    write_parcel();
}

/* The ids of what a query gives, in the order in which they come: "3 2 1", and " ..." when there is more; static. */
static const char *ids(struct rows_query query)
{
    static char text[1000];
    struct rows_page page = {0};
    struct parcel_item item;
    size_t len = 0;

    query.room_folded = query.room_folded != NULL ? query.room_folded : "lobby";
    query.max_lines = query.max_lines > 0 ? query.max_lines : 100;
    query.max_bytes = query.max_bytes > 0 ? query.max_bytes : UINT64_MAX;
    query.counts_rest = true;
    if (rows_read_page(db, &query, &page) != DB_OK) {
        print_error("%s\n", db_why(db));
        fail();
    }
    text[0] = '\0';
    for (size_t at = 0; parcel_next(&page.lines, &at, &item);) {
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%llu", len > 0 ? " " : "",
                                (unsigned long long)item.id);
    }
    if (page.is_more) {
        snprintf(text + len, sizeof(text) - len, " ...%llu+%llu", (unsigned long long)page.next,
                 (unsigned long long)page.rest);
    }
    parcel_fini(&page.lines);
    return text;
}

static const char *found(const char *words)
{
    return ids((struct rows_query){.words = words});
}

/* ---- reading ---- */

static void line_comes_back_as_it_was(void **state)
{
    struct rows_query query = {.room_folded = "ops", .max_lines = 10, .max_bytes = UINT64_MAX};
    struct rows_page page = {0};
    struct parcel_item item;
    size_t at = 0;

    (void)state;
    parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_LINE,
                                           .id = 0x0123456789abcdef,
                                           .time_ms = -5,
                                           .account = 77,
                                           .room = "Ops",
                                           .room_folded = "ops",
                                           .kind = "action",
                                           .name = "Zoë",
                                           .folded = "zoë",
                                           .target = "x",
                                           .text = "says 'no'; -- \0 here",
                                           .text_len = 20});
    parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_LINE,
                                           .id = 0x0123456789abcdf0,
                                           .room = "OPS",
                                           .room_folded = "ops",
                                           .kind = "say",
                                           .name = "bob",
                                           .folded = "bob",
                                           .target = "",
                                           .text = "",
                                           .text_len = 0});
    write_parcel();
    assert_int_equal(rows_read_page(db, &query, &page), DB_OK);
    assert_true(parcel_next(&page.lines, &at, &item));
    assert_int_equal(item.id, 0x0123456789abcdf0);
    assert_int_equal(item.account, 0);
    assert_string_equal(item.room, "Ops");
    assert_string_equal(item.folded, "bob");
    assert_string_equal(item.target, "");
    assert_string_equal(item.text, "");
    assert_true(parcel_next(&page.lines, &at, &item));
    assert_int_equal(item.id, 0x0123456789abcdef);
    assert_int_equal(item.time_ms, -5);
    assert_int_equal(item.account, 77);
    assert_string_equal(item.room_folded, "ops");
    assert_string_equal(item.kind, "action");
    assert_string_equal(item.name, "Zoë");
    assert_string_equal(item.folded, "zoë");
    assert_string_equal(item.target, "x");
    assert_int_equal(item.text_len, 20);
    assert_memory_equal(item.text, "says 'no'; -- \0 here", 20);
    assert_false(parcel_next(&page.lines, &at, &item));
    parcel_fini(&page.lines);
}

static void ranges_are_read_from_either_end(void **state)
{
    (void)state;
    write_lines("lobby", 1, 9);
    write_lines("ops", 10, 12);
    assert_string_equal(ids((struct rows_query){0}), "9 8 7 6 5 4 3 2 1");
    assert_string_equal(ids((struct rows_query){.max_lines = 3}), "9 8 7 ...7+6");
    assert_string_equal(ids((struct rows_query){.max_lines = 3, .before = 7}), "6 5 4 ...4+3");
    assert_string_equal(ids((struct rows_query){.max_lines = 3, .before = 4}), "3 2 1");
    assert_string_equal(ids((struct rows_query){.after = 6}), "9 8 7");
    assert_string_equal(ids((struct rows_query){.after = 2, .from_oldest = true, .max_lines = 2}), "3 4 ...4+5");
    assert_string_equal(ids((struct rows_query){.after = 2, .before = 5, .from_oldest = true}), "3 4");
    assert_string_equal(ids((struct rows_query){.after = 9}), "");
    assert_string_equal(ids((struct rows_query){.room_folded = "ops"}), "12 11 10");
    assert_string_equal(ids((struct rows_query){.room_folded = "none"}), "");
    assert_string_equal(ids((struct rows_query){.before = UINT64_MAX, .max_lines = 1}), "9 ...9+8");
}

static void lines_after_the_last_that_is_asked_for_are_not_there(void **state)
{
    struct rows_query query = {.room_folded = "lobby", .max_lines = 2, .max_bytes = UINT64_MAX, .end = 8,
                               .counts_room = true};
    struct rows_page page = {0};

    (void)state;
    write_lines("lobby", 1, 9);
    assert_string_equal(ids((struct rows_query){.end = 8}), "7 6 5 4 3 2 1");
    assert_string_equal(ids((struct rows_query){.end = 8, .before = 4}), "3 2 1");
    assert_string_equal(ids((struct rows_query){.end = 8, .before = 9, .max_lines = 1}), "7 ...7+6");
    assert_string_equal(ids((struct rows_query){.end = 8, .after = 5, .from_oldest = true}), "6 7");
    assert_string_equal(ids((struct rows_query){.end = 3, .words = "line"}), "2 1");
    assert_int_equal(rows_read_page(db, &query, &page), DB_OK);
    assert_int_equal(page.kept, 7);
    assert_int_equal(page.rest, 0); /* not asked for */
    parcel_fini(&page.lines);
}

static void bytes_end_a_read_too(void **state)
{
    (void)state;
    write_lines("lobby", 1, 9); /* of 6 bytes each */
    assert_string_equal(ids((struct rows_query){.line_bytes = 10, .text_factor = 2, .max_bytes = 65}), "9 8 ...8+7");
    assert_string_equal(ids((struct rows_query){.line_bytes = 10, .text_factor = 2, .max_bytes = 66}), "9 8 7 ...7+6");
    assert_string_equal(ids((struct rows_query){.line_bytes = 10, .max_bytes = 5}), " ...9223372036854775807+9");
}

static void parcel_that_is_written_twice_is_there_once(void **state)
{
    (void)state;
    stores_add(&parcel, 1, "lobby", "alice", "first");
    stores_add(&parcel, 2, "lobby", "alice", "second");
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    stores_add(&parcel, 3, "lobby", "alice", "third");
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    assert_string_equal(ids((struct rows_query){0}), "3 2 1");
    assert_string_equal(found("first"), "1");
    is_whole();
}

static void line_whose_id_another_one_has_is_kept_too(void **state)
{
    (void)state;
    stores_add(&parcel, 1, "lobby", "alice", "first");
    stores_add(&parcel, 2, "lobby", "alice", "second");
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    parcel_reset(&parcel);
    stores_add(&parcel, 1, "lobby", "alice", "third");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(rows_write(db, &parcel), DB_OK);
        assert_string_equal(ids((struct rows_query){0}), "3 2 1");
    }
    assert_string_equal(found("third"), "3");
    is_whole();
}

static void topic_stays_with_its_room(void **state)
{
    (void)state;
    parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_TOPIC,
                                           .time_ms = 1234,
                                           .room = "Ops",
                                           .room_folded = "ops",
                                           .kind = "",
                                           .name = "bob",
                                           .folded = "bob",
                                           .target = "",
                                           .text = "what runs",
                                           .text_len = 9});
    write_parcel();
    assert_int_equal(number("SELECT count(*) FROM room WHERE folded = 'ops' AND name = 'Ops' AND topic = 'what runs'"
                            " AND topic_by = 'bob' AND topic_time = 1234"),
                     1);
}

/* ---- searching ---- */

static void words_are_found_in_any_script(void **state)
{
    (void)state;
    write_text(1, "lobby", "alice", "The Deployment is done");
    write_text(2, "lobby", "bob", "Привет, это Ёлка");
    write_text(3, "lobby", "carol", "明日は東京都へ行きます");
    write_text(4, "lobby", "dave", "un cafe\xcc\x81 s'il vous plaît");
    write_text(5, "lobby", "erin", "서울에서 만나요");
    write_text(6, "lobby", "alice", "done 🎉");
    write_text(7, "ops", "alice", "done elsewhere");
    assert_string_equal(found("done"), "6 1");
    assert_string_equal(found("deploy"), "1");
    assert_string_equal(found("DEPLOY done"), "1");
    assert_string_equal(found("привет"), "2");
    assert_string_equal(found("елка"), "2");
    assert_string_equal(found("東京"), "3");
    assert_string_equal(found("東京都"), "3");
    assert_string_equal(found("京都へ"), "3");
    assert_string_equal(found("東都"), "");
    assert_string_equal(found("す"), "3"); /* the last of a run */
    assert_string_equal(found("café"), "4");
    assert_string_equal(found("CAFE"), "4");
    assert_string_equal(found("서울"), "5");
    assert_string_equal(found("🎉"), "6");
    assert_string_equal(found("\"is done\""), "1");
    assert_string_equal(found("\"done is\""), "");
    assert_string_equal(found("alice done"), "6 1"); /* who said it counts too */
    assert_string_equal(found("r1"), "");            /* the room's own word is none of the text's */
    assert_string_equal(found("?!"), "");
    assert_string_equal(ids((struct rows_query){.room_folded = "ops", .words = "done"}), "7");
}

static void matches_are_read_by_cursor(void **state)
{
    (void)state;
    write_lines("lobby", 1, 9);
    assert_string_equal(ids((struct rows_query){.words = "line", .max_lines = 3}), "9 8 7 ...7+0");
    assert_string_equal(ids((struct rows_query){.words = "line", .max_lines = 3, .before = 3}), "2 1");
    assert_string_equal(ids((struct rows_query){.words = "line", .after = 7, .from_oldest = true}), "8 9");
    assert_string_equal(ids((struct rows_query){.words = "line", .max_ms = 60000}), "9 8 7 6 5 4 3 2 1");
}

/* Reads a search to its end, going on where each part has stopped; the ids found, and how many lines were searched. */
static uint64_t search_all(bool from_oldest, unsigned max_ms, uint32_t max_lines, uint64_t *found_ids, size_t *count)
{
    struct rows_query query = {.room_folded = "lobby",
                               .words = "rare",
                               .from_oldest = from_oldest,
                               .max_lines = max_lines,
                               .max_bytes = UINT64_MAX,
                               .counts_rest = true,
                               .max_ms = max_ms};
    uint64_t passed = 0, *cursor = from_oldest ? &query.after : &query.before;
    bool is_more = true;

    *count = 0;
    while (is_more) {
        struct rows_page page = {0};
        struct parcel_item item;

        assert_int_equal(rows_read_page(db, &query, &page), DB_OK);
        for (size_t at = 0; parcel_next(&page.lines, &at, &item);) {
            found_ids[(*count)++] = item.id;
        }
        is_more = page.is_more;
        assert_true(!is_more || page.passed > 0);
        passed += page.passed;
        *cursor = page.next;
        parcel_fini(&page.lines);
    }
    return passed;
}

static void search_of_many_lines_goes_on_where_it_stopped(void **state)
{
    enum { LINES = 12000, EACH = 397 };
    static uint64_t found_ids[LINES / EACH + 1];
    size_t count;

    (void)state;
    for (uint64_t id = 1; id <= LINES; id++) {
        stores_add(&parcel, 2 * id, "lobby", "alice", id % EACH == 0 ? "a rare one" : "one of many");
        stores_add(&parcel, 2 * id + 1, "ops", "alice", "rare here");
    }
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    for (unsigned i = 0; i < 8; i++) {
        bool from_oldest = i % 2 == 1;

        assert_int_equal(search_all(from_oldest, i & 2 ? 1 : 0, i & 4 ? 3 : 100, found_ids, &count), LINES);
        assert_int_equal(count, LINES / EACH);
        for (uint64_t k = 0; k < count; k++) {
            assert_int_equal(found_ids[k], 2 * EACH * (from_oldest ? k + 1 : LINES / EACH - k));
        }
    }
}

static void what_is_erased_is_found_no_more(void **state)
{
    (void)state;
    write_text(1, "lobby", "alice", "a secret that slipped");
    write_text(2, "lobby", "alice", "no secret");
    parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_ERASE,
                                           .id = 1,
                                           .room = "",
                                           .room_folded = "ops", /* not its room */
                                           .kind = "",
                                           .name = "",
                                           .folded = "",
                                           .target = "",
                                           .text = ""});
    write_parcel();
    assert_string_equal(found("secret"), "2 1");
    parcel_add(&parcel, &(struct parcel_item){.op = PARCEL_ERASE,
                                           .id = 1,
                                           .room = "",
                                           .room_folded = "lobby",
                                           .kind = "",
                                           .name = "",
                                           .folded = "",
                                           .target = "",
                                           .text = ""});
    write_parcel();
    assert_string_equal(found("secret"), "2");
    assert_string_equal(found("slipped"), "");
    assert_string_equal(ids((struct rows_query){0}), "2");
    is_whole();
}

/* ---- what goes wrong ---- */

/* The child's part: parcels of 50 lines, and each parcel's last id to the parent once it is safe. */
static void write_for_ever(int out)
{
    struct db *mine = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
    uint64_t id;
    char text[64];

    if (db_open(mine) != DB_OK || db_last_id(mine, &id) != DB_OK) {
        _exit(1);
    }
    for (;;) {
        parcel_reset(&parcel);
        for (int i = 0; i < 50; i++) {
            snprintf(text, sizeof(text), "number %llu of many", (unsigned long long)++id);
            stores_add(&parcel, id, i % 2 == 0 ? "lobby" : "ops", "alice", text);
        }
        if (rows_write(mine, &parcel) != DB_OK || write(out, &id, sizeof(id)) != (ssize_t)sizeof(id)) {
            _exit(1);
        }
    }
}

static void kill_at_any_moment_loses_nothing_that_was_written(void **state)
{
    uint64_t id, safe = 0;

    (void)state;
    db_close(db);
    for (unsigned round = 0; round < 8; round++) {
        int out[2], status;
        pid_t child;

        assert_int_equal(pipe(out), 0);
        child = fork();
        if (child == 0) {
            close(out[0]);
            write_for_ever(out[1]);
        }
        close(out[1]);
        for (unsigned i = 0; i < 3 + 7 * round && read(out[0], &id, sizeof(id)) == (ssize_t)sizeof(id); i++) {
            safe = id;
        }
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        while (read(out[0], &id, sizeof(id)) == (ssize_t)sizeof(id)) {
            safe = id;
        }
        close(out[0]);

        assert_int_equal(db_open(db), DB_OK);
        assert_int_equal(db_last_id(db, &id), DB_OK);
        assert_true(id == safe || id == safe + 50); /* the last may have been written and not told */
        assert_int_equal(number("SELECT count(*) FROM message"), id);
        is_whole();
        db_close(db);
    }
    assert_int_equal(db_open(db), DB_OK);
}

static void parcel_is_written_whole_or_not_at_all(void **state)
{
    (void)state;
    write_lines("lobby", 1, 10);
    assert_int_equal(db_exec(db, "CREATE TEMP TRIGGER full BEFORE INSERT ON message WHEN new.id = 15"
                                 " BEGIN SELECT raise(ABORT, 'no more'); END"),
                     DB_OK);
    for (uint64_t id = 11; id <= 20; id++) {
        stores_add(&parcel, id, "lobby", "alice", "line");
    }
    assert_int_not_equal(rows_write(db, &parcel), DB_OK);
    assert_int_equal(db_open(db), DB_OK); /* anew, without the trigger */
    assert_string_equal(ids((struct rows_query){.after = 9}), "10");
    write_parcel();
    assert_string_equal(ids((struct rows_query){.after = 18}), "20 19");
    is_whole();
}

static void full_database_takes_lines_again_when_there_is_room(void **state)
{
    enum db_fault fault = DB_OK;
    uint64_t id = 0;

    (void)state;
    assert_int_equal(db_exec(db, "PRAGMA max_page_count = 200"), DB_OK);
    while (fault == DB_OK) {
        parcel_reset(&parcel);
        for (int i = 0; i < 100; i++) {
            stores_add(&parcel, ++id, "lobby", "alice", "words that fill it");
        }
        fault = rows_write(db, &parcel);
    }
    assert_int_equal(fault, DB_FULL);
    assert_int_equal(number("SELECT max(id) FROM message"), id - 100);
    assert_int_equal(db_exec(db, "PRAGMA max_page_count = 100000"), DB_OK);
    write_parcel();
    assert_int_equal(number("SELECT max(id) FROM message"), id);
    is_whole();
}

/* A database may be a later version's. */
static void kinds_are_words_and_unknown_ones_no_messages(void **state)
{
    struct parcel_item item = {.room = "r", .room_folded = "r", .kind = "riddle", .name = "a", .folded = "a",
                               .target = "", .text = ""};

    (void)state;
    assert_null(record_message(&item));
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        struct message *m = message_new(&(struct message_parts){.kind = (enum message_kind)kind, .room = "r"}), *read;

        record_of(m, &item);
        assert_non_null(item.kind);
        read = record_message(&item);
        assert_int_equal(read->kind, kind);
        message_unref(read);
        message_unref(m);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(line_comes_back_as_it_was),
        TEST(kinds_are_words_and_unknown_ones_no_messages),
        TEST(ranges_are_read_from_either_end),
        TEST(lines_after_the_last_that_is_asked_for_are_not_there),
        TEST(bytes_end_a_read_too),
        TEST(parcel_that_is_written_twice_is_there_once),
        TEST(line_whose_id_another_one_has_is_kept_too),
        TEST(topic_stays_with_its_room),
        TEST(words_are_found_in_any_script),
        TEST(matches_are_read_by_cursor),
        TEST(search_of_many_lines_goes_on_where_it_stopped),
        TEST(what_is_erased_is_found_no_more),
        TEST(kill_at_any_moment_loses_nothing_that_was_written),
        TEST(parcel_is_written_whole_or_not_at_all),
        TEST(full_database_takes_lines_again_when_there_is_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

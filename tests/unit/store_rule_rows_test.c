/* Tests of store/rule_rows.h: rules of rooms, into the database and out of it. */
#include "config.h"

#include "store/rule_rows.h"

#include "base/strbuf.h"
#include "store/retention.h"
#include "store/rows.h"
#include "store/rows_read.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <string.h>

static struct db *db;
static struct parcel parcel;
static struct strbuf text;

static int begin(void **state)
{
    if (stores_begin(state) != 0) {
        return -1;
    }
    db = db_new(&(struct db_spec){.path = stores_path("chatd.db")});
    if (db_open(db) != DB_OK) {
        return -1;
    }
    return db_exec(db, "INSERT INTO account (id, folded, name, created, seen) VALUES (7, 'alice', 'Alice', 1, 1),"
                       " (8, 'bob', 'Bob', 1, 1)") == DB_OK
               ? 0
               : -1;
}

static int end(void **state)
{
    db_free(db);
    parcel_fini(&parcel);
    strbuf_fini(&text);
    return stores_end(state);
}

static void write_parcel(void)
{
    assert_int_equal(rows_write(db, &parcel), DB_OK);
    parcel_reset(&parcel);
}

/* A rule of a room; an item of that kind with what it is about. */
static void add(enum parcel_op op, const char *room, const char *kind, const char *who, const char *key,
                const char *value, int64_t time_ms, int64_t until_ms)
{
    parcel_add(&parcel, &(struct parcel_item){.op = op,
                                              .room = room,
                                              .room_folded = room,
                                              .kind = kind,
                                              .folded = who,
                                              .target = key,
                                              .label = "shown",
                                              .text = value,
                                              .text_len = strlen(value),
                                              .name = "carol",
                                              .time_ms = time_ms,
                                              .until_ms = until_ms});
}

static void add_op(enum parcel_op op, const char *room)
{
    parcel_add(&parcel, &(struct parcel_item){.op = op, .room_folded = room});
}

/* What there is at a time: "#room kind who key label value by time until;" for each. */
static const char *rules(int64_t now_ms)
{
    struct parcel read = {0};
    struct parcel_item item;

    strbuf_reset(&text);
    strbuf_adds(&text, "");
    assert_int_equal(rule_rows_read(db, now_ms, &read), DB_OK);
    for (size_t at = 0; parcel_next(&read, &at, &item);) {
        assert_int_equal(item.op, PARCEL_RULE);
        assert_string_equal(item.room, item.room_folded);
        strbuf_addf(&text, "#%s %s %s %s %s %s %s %lld %lld;", item.room, item.kind, item.folded, item.target,
                    item.label, item.text, item.name, (long long)item.time_ms, (long long)item.until_ms);
    }
    parcel_fini(&read);
    return strbuf_str(&text);
}

static void rules_are_read_as_they_were_set(void **state)
{
    (void)state;
    assert_string_equal(rules(1), "");
    add(PARCEL_RULE, "ops", "mode", "", "slow", "5", 10, 0);
    add(PARCEL_RULE, "tea", "ban", "network", "192.0.2.0/24", "spam", 20, 500);
    add(PARCEL_RULE, "ops", "role", "account", "8", "operator", 40, 0);
    add(PARCEL_RULE, "ops", "role", "account", "7", "owner", 30, 0);
    add(PARCEL_RULE, "ops", "mute", "account", "8", "", 50, 0);
    add(PARCEL_RULE, "ops", "invite", "account", "9", "", 60, 0);
    write_parcel();
    assert_string_equal(rules(100), "#ops mode  slow slow 5 carol 10 0;"
                                    "#ops role account 7 Alice owner carol 30 0;"
                                    "#ops role account 8 Bob operator carol 40 0;"
                                    "#ops mute account 8 shown  carol 50 0;"
                                    "#ops invite account 9 shown  carol 60 0;"
                                    "#tea ban network 192.0.2.0/24 shown spam carol 20 500;");
    assert_null(strstr(rules(500), "#tea"));
}

static void rule_takes_the_place_of_one_about_the_same(void **state)
{
    (void)state;
    add(PARCEL_RULE, "ops", "mode", "", "slow", "5", 10, 0);
    add(PARCEL_RULE, "ops", "ban", "account", "8", "spam", 20, 0);
    add(PARCEL_RULE, "ops", "mute", "account", "8", "noise", 30, 0);
    add(PARCEL_RULE, "ops", "role", "account", "7", "operator", 30, 0);
    add(PARCEL_RULE, "ops", "mode", "", "slow", "9", 40, 0);
    add(PARCEL_RULE, "ops", "ban", "account", "8", "more spam", 50, 900);
    add(PARCEL_RULE, "ops", "role", "account", "7", "owner", 60, 0);
    write_parcel();
    assert_string_equal(rules(100), "#ops mode  slow slow 9 carol 40 0;"
                                    "#ops role account 7 Alice owner carol 60 0;"
                                    "#ops mute account 8 shown noise carol 30 0;"
                                    "#ops ban account 8 shown more spam carol 50 900;");
}

static void rule_that_ends_is_gone(void **state)
{
    (void)state;
    add(PARCEL_RULE, "ops", "mode", "", "slow", "5", 10, 0);
    add(PARCEL_RULE, "ops", "role", "account", "7", "owner", 10, 0);
    add(PARCEL_RULE, "ops", "ban", "account", "8", "", 10, 0);
    add(PARCEL_RULE, "ops", "mute", "account", "8", "", 10, 0);
    add(PARCEL_RULE, "ops", "ban", "network", "8", "", 10, 0);
    write_parcel();
    add(PARCEL_RULE_OFF, "ops", "mode", "", "slow", "", 20, 0);
    add(PARCEL_RULE_OFF, "ops", "role", "account", "7", "", 20, 0);
    add(PARCEL_RULE_OFF, "ops", "ban", "account", "8", "", 20, 0);
    add(PARCEL_RULE_OFF, "ops", "ban", "account", "99", "", 20, 0);
    add(PARCEL_RULE_OFF, "nowhere", "mode", "", "slow", "", 20, 0);
    write_parcel();
    assert_string_equal(rules(100), "#ops mute account 8 shown  carol 10 0;#ops ban network 8 shown  carol 10 0;");
}

/* Its role ends with it; one that is written later for it, which has waited, does no harm. */
static void account_that_has_ended_has_no_role(void **state)
{
    (void)state;
    add(PARCEL_RULE, "ops", "role", "account", "7", "owner", 10, 0);
    write_parcel();
    assert_int_equal(db_exec(db, "DELETE FROM account WHERE id = 7"), DB_OK);
    assert_string_equal(rules(100), "");
    add(PARCEL_RULE, "ops", "role", "account", "7", "operator", 20, 0);
    add(PARCEL_RULE, "ops", "mode", "", "slow", "5", 20, 0);
    write_parcel();
    assert_string_equal(rules(100), "#ops mode  slow slow 5 carol 20 0;");
}

static unsigned count(const char *sql)
{
    sqlite3_stmt *statement = db_statement(db, sql);
    unsigned n;

    assert_int_equal(db_step(statement), 1);
    n = (unsigned)sqlite3_column_int(statement, 0);
    sqlite3_reset(statement);
    return n;
}

static unsigned lines_of(const char *room)
{
    struct rows_page page = {0};
    unsigned n;

    assert_int_equal(rows_read_page(db, &(struct rows_query){.room_folded = room, .max_lines = 1000,
                                                        .max_bytes = UINT64_MAX}, &page), DB_OK);
    n = (unsigned)page.lines.items;
    parcel_fini(&page.lines);
    return n;
}

static void thin(int64_t now_ms)
{
    struct retention pass = {0};
    bool more = true;

    while (more) {
        assert_int_equal(retention_step(db, &(struct retention_limits){0}, now_ms, &pass, &more), DB_OK);
    }
}

static void room_that_ends_loses_its_rules_and_perhaps_its_lines(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 500; id++) {
        stores_add(&parcel, id, id % 2 == 0 ? "ops" : "tea", "alice", "some words");
    }
    add(PARCEL_RULE, "ops", "mode", "", "private", "on", 10, 0);
    add(PARCEL_RULE, "tea", "mode", "", "slow", "5", 10, 0);
    add(PARCEL_RULE, "tea", "role", "account", "7", "owner", 10, 0);
    add(PARCEL_RULE, "tea", "ban", "account", "8", "", 10, 0);
    write_parcel();
    add_op(PARCEL_ROOM_ENDS, "ops");
    stores_add(&parcel, 1000, "ops", "alice", "of another room of that name");
    add_op(PARCEL_ROOM_RULES_END, "tea");
    add_op(PARCEL_ROOM_ENDS, "nowhere");
    write_parcel();
    assert_string_equal(rules(100), "");
    assert_int_equal(lines_of("ops"), 1);
    assert_int_equal(lines_of("tea"), 250);
    thin(100);
    assert_int_equal(count("SELECT count(*) FROM message"), 251);
    assert_int_equal(count("SELECT count(*) FROM message_words WHERE message_words MATCH 'words'"), 250);
    assert_int_equal(count("SELECT count(*) FROM room"), 2);
    add_op(PARCEL_ROOM_ENDS, "ops"); /* a second time */
    write_parcel();
    thin(100);
    assert_int_equal(count("SELECT count(*) FROM message"), 250);
    assert_int_equal(count("SELECT count(*) FROM room"), 1);
}

static void what_has_ended_by_itself_is_erased(void **state)
{
    (void)state;
    add(PARCEL_RULE, "ops", "ban", "account", "7", "", 10, 100);
    add(PARCEL_RULE, "ops", "ban", "account", "8", "", 10, 101);
    add(PARCEL_RULE, "ops", "ban", "account", "9", "", 10, 0);
    write_parcel();
    assert_int_equal(db_exec(db, "INSERT INTO ban (act, kind, what, by, created, until)"
                                 " VALUES ('ban', 'network', '192.0.2.0/24', 'admin', 1, 50)"), DB_OK);
    thin(100);
    assert_int_equal(count("SELECT count(*) FROM ban"), 2);
    thin(101);
    assert_int_equal(count("SELECT count(*) FROM ban"), 1);
    assert_int_equal(count("SELECT count(*) FROM room"), 1); /* it stays for what is left */
    add(PARCEL_RULE_OFF, "ops", "ban", "account", "9", "", 20, 0);
    write_parcel();
    thin(101);
    assert_int_equal(count("SELECT count(*) FROM room"), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(rules_are_read_as_they_were_set),
        TEST(rule_takes_the_place_of_one_about_the_same),
        TEST(rule_that_ends_is_gone),
        TEST(account_that_has_ended_has_no_role),
        TEST(room_that_ends_loses_its_rules_and_perhaps_its_lines),
        TEST(what_has_ended_by_itself_is_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tests of store/schema.h with databases that were kept of each version: tests/databases/vN.sql, made by keep.sh there.
 *
 * A new step of the schema fails here until a database of it is kept too. */
#include "config.h"

#include "store/db.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "store/integrity.h"
#include "store/schema.h"
#include "stores.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_TABLES = 64 };

/* What was in a table: what is asked, and the answer. */
struct content {
    size_t count;
    char *sql[MOST_TABLES], *rows[MOST_TABLES];
};

static const char *kept_path(int version)
{
    static char path[512];
    const char *source = getenv("top_srcdir");

    snprintf(path, sizeof(path), "%s/tests/databases/v%d.sql", source != NULL ? source : "..", version);
    return path;
}

static void fail_with(sqlite3 *raw, const char *sql)
{
    print_error("%s: %s\n", sql, sqlite3_errmsg(raw));
    fail();
}

static void run(sqlite3 *raw, const char *sql)
{
    if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_with(raw, sql);
    }
}

/* The first columns of all rows, a line for each; the caller frees it. */
static char *ask(sqlite3 *raw, const char *sql)
{
    struct strbuf answer = {0};
    sqlite3_stmt *statement;
    int code;

    if (sqlite3_prepare_v2(raw, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_with(raw, sql);
    }
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);

        strbuf_addf(&answer, "%s\n", text != NULL ? text : "");
    }
    if (code != SQLITE_DONE) {
        fail_with(raw, sql);
    }
    sqlite3_finalize(statement);
    strbuf_adds(&answer, "");
    return strbuf_take(&answer);
}

/* Makes the kept database of a version anew; returns its path. */
static const char *restore(int version)
{
    static char path[300];
    char name[16], *sql;
    size_t len;
    sqlite3 *raw;

    snprintf(name, sizeof(name), "v%d.db", version);
    snprintf(path, sizeof(path), "%s", stores_path(name));
    sql = stores_read_file(kept_path(version), &len);
    sql[len] = '\0';
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    run(raw, "PRAGMA auto_vacuum = INCREMENTAL");
    run(raw, sql);
    free(sql);
    sqlite3_close(raw);
    return path;
}

static sqlite3 *open_raw(const char *path)
{
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    return raw;
}

/* All tables but those of the index of words, which have rows for SQLite alone; for each, a query for what is wrong. */
#define TABLES \
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'message_words%'"
#define SCHEMA \
    "SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'" \
    " ORDER BY name"

/* Calls body for each line of text. */
static void each_line(char *text, void (*body)(sqlite3 *raw, const char *line, void *ctx), sqlite3 *raw, void *ctx)
{
    char *rest = text;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        body(raw, line, ctx);
    }
    free(text);
}

/* ---- what is kept ---- */

static void column_is_used(sqlite3 *raw, const char *condition, void *ctx)
{
    char sql[512], *count;

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM \"%s\" WHERE %s", (const char *)ctx, condition);
    count = ask(raw, sql);
    if (strcmp(count, "0\n") == 0) {
        print_error("no row of the table %s has: %s\n", (const char *)ctx, condition);
        fail();
    }
    free(count);
}

static void table_is_used(sqlite3 *raw, const char *table, void *ctx)
{
    char sql[512];

    (void)ctx;
    snprintf(sql, sizeof(sql), "SELECT '\"' || name || '\" IS NOT ' || coalesce(dflt_value, 'NULL')"
                               " FROM pragma_table_info('%s')", table);
    each_line(ask(raw, sql), column_is_used, raw, (void *)(uintptr_t)table);
}

static void each_version_is_kept_and_each_column_used(void **state)
{
    (void)state;
    for (int version = 1; version <= schema_version(); version++) {
        sqlite3 *raw;

        if (access(kept_path(version), R_OK) != 0) {
            print_error("%s is missing: a database of version %d, in which what the step has added is filled.\n"
                        "tests/databases/keep.sh makes it of the one before; it is listed in Makefile.am.\n",
                        kept_path(version), version);
            fail();
        }
        raw = open_raw(restore(version));
        each_line(ask(raw, TABLES), table_is_used, raw, NULL);
        sqlite3_close(raw);
    }
}

/* A step that was released is never changed. */
static void steps_make_what_was_kept(void **state)
{
    (void)state;
    for (int version = 1; version <= schema_version(); version++) {
        sqlite3 *kept = open_raw(restore(version)), *made = open_raw(stores_path("made.db"));
        char *expected = ask(kept, SCHEMA), *is;

        assert_int_equal(schema_bring_up(made, 0, version), SQLITE_OK);
        is = ask(made, SCHEMA);
        assert_string_equal(is, expected);
        free(is);
        free(expected);
        sqlite3_close(kept);
        sqlite3_close(made);
        assert_int_equal(unlink(stores_path("made.db")), 0);
    }
}

/* ---- what becomes of it ---- */

static void note_table(sqlite3 *raw, const char *table, void *ctx)
{
    struct content *content = ctx;
    char sql[512], *columns;
    struct strbuf query = {0};

    assert_true(content->count < MOST_TABLES);
    snprintf(sql, sizeof(sql), "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ')"
                               " FROM pragma_table_info('%s')", table);
    columns = ask(raw, sql);
    strbuf_addf(&query, "SELECT %s FROM \"%s\" ORDER BY 1", columns, table);
    free(columns);
    content->rows[content->count] = ask(raw, query.data);
    content->sql[content->count++] = strbuf_take(&query);
}

/* A later step that means to change what is there says so here. */
static void is_unchanged(sqlite3 *raw, struct content *content)
{
    for (size_t i = 0; i < content->count; i++) {
        char *rows = ask(raw, content->sql[i]);

        assert_string_equal(rows, content->rows[i]);
        free(rows);
        free(content->sql[i]);
        free(content->rows[i]);
    }
}

static void kept_database_becomes_the_newest(void **state)
{
    struct db *newest = db_new(&(struct db_spec){.path = stores_path("newest.db")});
    char *schema;

    (void)state;
    assert_int_equal(db_open(newest), DB_OK);
    schema = ask(db_connection(newest), SCHEMA);
    for (int version = 1; version <= schema_version(); version++) {
        const char *path = restore(version);
        struct db *db = db_new(&(struct db_spec){.path = path});
        struct content content = {0};
        struct strbuf report = {0};
        sqlite3 *raw = open_raw(path);
        char *is;

        each_line(ask(raw, TABLES), note_table, raw, &content);
        sqlite3_close(raw);
        assert_true(content.count > 0);
        if (db_open(db) != DB_OK) {
            print_error("%s\n", db_why(db));
            fail();
        }
        is = ask(db_connection(db), SCHEMA);
        assert_string_equal(is, schema);
        free(is);
        is_unchanged(db_connection(db), &content);
        if (integrity_check(path, NULL, &report) != INTEGRITY_WHOLE) {
            print_error("%s", strbuf_str(&report));
            fail();
        }
        strbuf_fini(&report);
        db_free(db);
    }
    free(schema);
    db_free(newest);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, stores_begin, stores_end)
    const struct CMUnitTest tests[] = {
        TEST(each_version_is_kept_and_each_column_used),
        TEST(steps_make_what_was_kept),
        TEST(kept_database_becomes_the_newest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

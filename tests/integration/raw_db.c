/* tests/integration/raw_db.c: see raw_db.h. */
#include "config.h"

#include "raw_db.h"

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *raw_db_path(void)
{
    return harness_text("%s/chatd.db", harness_dir());
}

sqlite3 *raw_db_open(void)
{
    sqlite3 *raw;

    assert_int_equal(sqlite3_open(raw_db_path(), &raw), SQLITE_OK);
    sqlite3_busy_timeout(raw, harness_deadline_ms());
    return raw;
}

bool raw_db_restore(const char *name)
{
    static char sql[1 << 20];
    const char *source = getenv("top_srcdir");
    FILE *file = fopen(harness_text("%s/tests/databases/%s", source != NULL ? source : "..", name), "r");
    size_t len;
    sqlite3 *raw;

    if (file == NULL) {
        return false;
    }
    len = fread(sql, 1, sizeof(sql) - 1, file);
    assert_true(len > 0 && len < sizeof(sql) - 1);
    sql[len] = '\0';
    fclose(file);
    raw = raw_db_open();
    raw_db_run(raw, "PRAGMA auto_vacuum = INCREMENTAL");
    raw_db_run(raw, sql);
    sqlite3_close(raw);
    return true;
}

void raw_db_run(sqlite3 *raw, const char *sql)
{
    if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK) {
        harness_fail("%s: %s", sql, sqlite3_errmsg(raw));
    }
}

const char *raw_db_ask(sqlite3 *raw, const char *sql)
{
    sqlite3_stmt *statement;
    const char *text;

    if (sqlite3_prepare_v2(raw, sql, -1, &statement, NULL) != SQLITE_OK || sqlite3_step(statement) != SQLITE_ROW) {
        harness_fail("%s: %s", sql, sqlite3_errmsg(raw));
    }
    text = harness_text("%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

unsigned raw_db_lines(sqlite3 *raw)
{
    return (unsigned)atoi(raw_db_ask(raw, "SELECT count(*) FROM message"));
}

void raw_db_await_at_least(sqlite3 *raw, unsigned count)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (raw_db_lines(raw) < count) {
        if (harness_now_ms() > until) {
            harness_fail("the database has %u lines instead of %u", raw_db_lines(raw), count);
        }
        usleep(1000);
    }
}

void raw_db_await(sqlite3 *raw, unsigned count)
{
    raw_db_await_at_least(raw, count);
    assert_int_equal(raw_db_lines(raw), count);
}

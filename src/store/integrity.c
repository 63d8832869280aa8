/* store/integrity.c: SQLite's own check, and that the index of words has what the lines have. */
#include "config.h"

#include "store/integrity.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

enum { INSTRUCTIONS_BETWEEN_LOOKS = 20000, BUSY_MS = 1000 };

static int is_stopped(void *ctx)
{
    atomic_bool *stop = ctx;

    return atomic_load(stop);
}

/* The result of a query that did not come to its end; the reason is appended. */
static enum integrity explain(sqlite3 *connection, int code, struct strbuf *report)
{
    if (code == SQLITE_INTERRUPT) {
        return INTEGRITY_WHOLE;
    }
    strbuf_addf(report, "%s\n", sqlite3_errmsg(connection));
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_NOTADB:
        return INTEGRITY_DAMAGED;
    default:
        return INTEGRITY_UNKNOWN;
    }
}

/* Each row that is not "ok" is a complaint. */
static enum integrity collect(sqlite3 *connection, const char *sql, struct strbuf *report)
{
    enum integrity result = INTEGRITY_WHOLE;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            const char *text = (const char *)sqlite3_column_text(statement, 0);

            if (text != NULL && strcmp(text, "ok") != 0) {
                strbuf_addf(report, "%s\n", text);
                result = INTEGRITY_DAMAGED;
            }
        }
    }
    if (code != SQLITE_DONE) {
        enum integrity end = explain(connection, code, report);

        result = result == INTEGRITY_DAMAGED ? result : end;
    }
    sqlite3_finalize(statement);
    return result;
}

static enum integrity check(sqlite3 *connection, struct strbuf *report)
{
    static const char *const queries[] = {
        "PRAGMA integrity_check",
        "SELECT 'a row of ' || \"table\" || ' refers to none of ' || parent FROM pragma_foreign_key_check LIMIT 100",
        ("SELECT CASE WHEN (SELECT count(*) FROM message) = (SELECT count(*) FROM message_words_docsize) THEN 'ok'"
         " ELSE 'the index of words does not match the lines' END"),
    };
    enum integrity result = INTEGRITY_WHOLE;

    for (size_t i = 0; result == INTEGRITY_WHOLE && i < sizeof(queries) / sizeof(queries[0]); i++) {
        result = collect(connection, queries[i], report);
    }
    return result;
}

enum integrity integrity_check(const char *path, atomic_bool *stop, struct strbuf *report)
{
    enum integrity result = INTEGRITY_UNKNOWN;
    sqlite3 *connection = NULL;

    if (sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        strbuf_addf(report, "%s\n", connection != NULL ? sqlite3_errmsg(connection) : "there is no memory");
    } else {
        sqlite3_busy_timeout(connection, BUSY_MS);
        if (stop != NULL) {
            sqlite3_progress_handler(connection, INSTRUCTIONS_BETWEEN_LOOKS, is_stopped, stop);
        }
        /* One state of the database for all queries. */
        result = sqlite3_exec(connection, "BEGIN", NULL, NULL, NULL) == SQLITE_OK
                     ? check(connection, report)
                     : explain(connection, sqlite3_errcode(connection), report);
    }
    sqlite3_close(connection);
    return result;
}

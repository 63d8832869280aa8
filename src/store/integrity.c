/* store/integrity.c: SQLite's own check, and that the index of words has what the lines have. */
#include "config.h"

#include "store/integrity.h"

#include <sqlite3.h>
#include <string.h>

enum { INSTRUCTIONS_BETWEEN_LOOKS = 20000, BUSY_MS = 1000 };

static int is_stopped(void *ctx)
{
    atomic_bool *stop = ctx;

    return atomic_load(stop);
}

/* Each row that is not "ok" is a complaint.  False on an error of SQLite's own, which is appended. */
static bool collect(sqlite3 *connection, const char *sql, struct strbuf *report)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            const char *text = (const char *)sqlite3_column_text(statement, 0);

            if (text != NULL && strcmp(text, "ok") != 0) {
                strbuf_addf(report, "%s\n", text);
            }
        }
    }
    if (code != SQLITE_DONE && code != SQLITE_INTERRUPT) {
        strbuf_addf(report, "%s\n", sqlite3_errmsg(connection));
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE;
}

bool integrity_check(const char *path, atomic_bool *stop, struct strbuf *report)
{
    size_t before = report->len;
    sqlite3 *connection = NULL;

    if (sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        strbuf_addf(report, "%s: %s\n", path, connection != NULL ? sqlite3_errmsg(connection) : "no memory");
    } else {
        sqlite3_busy_timeout(connection, BUSY_MS);
        if (stop != NULL) {
            sqlite3_progress_handler(connection, INSTRUCTIONS_BETWEEN_LOOKS, is_stopped, stop);
        }
        if (collect(connection, "PRAGMA integrity_check", report)) {
            collect(connection, "SELECT 'a row of ' || \"table\" || ' refers to none of ' || parent"
                                " FROM pragma_foreign_key_check", report);
            /* One state of the database, so that no line is written between the two counts. */
            collect(connection, "SELECT CASE WHEN (SELECT count(*) FROM message) ="
                                " (SELECT count(*) FROM message_words_docsize) THEN 'ok'"
                                " ELSE 'the index of words has not the lines that there are' END", report);
        }
    }
    sqlite3_close(connection);
    return report->len == before;
}

/* store/purge.c: the row of table upkeep, and FTS5's own commands. */
#include "config.h"

#include "store/purge.h"

#include <sqlite3.h>
#include <stddef.h>

/* The row's due is a time, or this: the merge has begun.  Lines that are erased then set it to a time again, and the
 * end of the merge leaves that. */
#define UNDER_WAY "-1"

enum db_fault purge_owe(struct db *db, int64_t due_ms)
{
    sqlite3_stmt *owe =
        db_statement(db, "INSERT INTO upkeep (what, due) VALUES ('index', ?1) ON CONFLICT (what) DO UPDATE SET due ="
                         " CASE WHEN due = " UNDER_WAY " THEN excluded.due ELSE min(due, excluded.due) END");

    if (owe != NULL) {
        sqlite3_bind_int64(owe, 1, due_ms);
    }
    return db_run(db, owe);
}

enum db_fault purge_is_due(struct db *db, int64_t now_ms, bool *is_due)
{
    /* A time beyond the longest wait was written before the clock was set back. */
    sqlite3_stmt *find =
        db_statement(db, "SELECT 1 FROM upkeep WHERE what = 'index' AND due NOT BETWEEN ?1 + 1 AND ?2");
    int found = -1;

    if (find != NULL) {
        sqlite3_bind_int64(find, 1, now_ms);
        sqlite3_bind_int64(find, 2, now_ms + PURGE_WAIT_MS);
        found = db_step(find);
    }
    if (found < 0) {
        return db_failed(db);
    }
    sqlite3_reset(find);
    *is_due = found > 0;
    return DB_OK;
}

/* The first step asks for all of the index to become one piece. */
static enum db_fault begin(struct db *db)
{
    enum db_fault fault = db_run(db, db_statement(db, "INSERT OR REPLACE INTO upkeep (what, due) VALUES ('index', "
                                                      UNDER_WAY ")"));

    return fault == DB_OK ? db_run(db, db_statement(db, "INSERT INTO message_words (message_words, rank)"
                                                        " VALUES ('merge', -64)"))
                          : fault;
}

static enum db_fault go_on(struct db *db, bool *is_more)
{
    sqlite3_stmt *merge =
        db_statement(db, "INSERT INTO message_words (message_words, rank) VALUES ('merge', 64)");
    int before = sqlite3_total_changes(db_connection(db));

    if (merge == NULL || db_step(merge) != 0) {
        return db_failed(db);
    }
    /* As FTS5's manual has it: fewer than two changes mean that there was nothing to merge. */
    *is_more = sqlite3_total_changes(db_connection(db)) - before >= 2;
    return *is_more ? DB_OK
                    : db_run(db, db_statement(db, "DELETE FROM upkeep WHERE what = 'index' AND due = " UNDER_WAY));
}

enum db_fault purge_step(struct db *db, enum purge *purge)
{
    bool is_more = true;
    enum db_fault fault = *purge == PURGE_BEGINS ? begin(db) : go_on(db, &is_more);

    if (fault == DB_OK) {
        *purge = is_more ? PURGE_GOES_ON : PURGE_NONE;
    }
    return fault;
}

/* store/mail_rows.c: the statements. */
#include "config.h"

#include "store/mail_rows.h"

#include "base/mem.h"
#include "chat/port_mail.h"

#include <sqlite3.h>
#include <string.h>

/* ---- keeping ---- */

/* Sets mail to why there is no space, if there is none.  What waits for all accounts is counted too, so that nobody
 * fills the disk by writing a little to each. */
static enum db_fault judge(struct db *db, struct account_work *work)
{
    sqlite3_stmt *count = db_with_id(db, "SELECT count(*), count(*) - count(writer), sum(writer = ?2),"
                                         " (SELECT count(*) FROM mail WHERE writer = ?2) FROM mail WHERE account = ?1",
                                     work->account);

    if (count != NULL) {
        sqlite3_bind_int64(count, 2, work->writer); /* of no account if it is 0 */
    }
    if (count == NULL || db_step(count) != 1) {
        return db_failed(db);
    }
    if ((uint64_t)sqlite3_column_int64(count, 0) >= work->most) {
        work->mail = MAIL_FULL;
    } else if (work->writer == 0) {
        work->mail = (uint64_t)sqlite3_column_int64(count, 1) >= mail_rows_guests(work->most) ? MAIL_GUESTS : MAIL_DONE;
    } else if ((uint64_t)sqlite3_column_int64(count, 2) >= mail_rows_writer(work->most) ||
               (uint64_t)sqlite3_column_int64(count, 3) >= work->most) {
        work->mail = MAIL_WRITER;
    }
    sqlite3_reset(count);
    return DB_OK;
}

enum db_fault mail_rows_keep(struct db *db, struct account_work *work)
{
    enum db_fault fault = judge(db, work);
    bool is_folded = work->folded != NULL && strcmp(work->folded, work->name) == 0;
    sqlite3_stmt *add;

    if (fault != DB_OK || work->mail != MAIL_DONE) {
        return fault;
    }
    /* Both accounts may have ended by now. */
    add = db_with_id(db, "INSERT INTO mail (account, time, name, folded, writer, text)"
                         " SELECT id, ?2, ?3, ?4, (SELECT id FROM account WHERE id = ?5), ?6 FROM account"
                         " WHERE id = ?1", work->account);
    if (add == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(add, 2, work->now_ms);
    db_bind_text(add, 3, work->name);
    if (!is_folded) {
        db_bind_text(add, 4, work->folded);
    }
    sqlite3_bind_int64(add, 5, work->writer);
    db_bind_text(add, 6, work->text);
    if (db_step(add) != 0) {
        return db_failed(db);
    }
    if (sqlite3_changes(db_connection(db)) == 0) {
        work->mail = MAIL_NO_SUCH;
    }
    return DB_OK;
}

/* ---- delivering ---- */

enum db_fault mail_rows_read(struct db *db, struct account_work *work)
{
    sqlite3_stmt *read = db_with_id(db, "SELECT id, time, name, coalesce(folded, name), coalesce(writer, 0), text FROM"
                                        " mail WHERE account = ?1 ORDER BY id LIMIT ?2", work->account);
    size_t space = 0;
    int got = -1;

    if (read != NULL) {
        sqlite3_bind_int64(read, 2, MAIL_READ_MOST);
    }
    while (read != NULL && (got = db_step(read)) > 0) {
        if (work->count == space) {
            space = space > 0 ? space * 2 : 16;
            work->rows = mem_realloc(work->rows, space * sizeof(work->rows[0]));
        }
        work->rows[work->count++] = (struct account_row){.id = sqlite3_column_int64(read, 0),
                                                         .created_ms = sqlite3_column_int64(read, 1),
                                                         .name = mem_strdup(db_column_text(read, 2)),
                                                         .folded = mem_strdup(db_column_text(read, 3)),
                                                         .writer = sqlite3_column_int64(read, 4),
                                                         .text = mem_strdup(db_column_text(read, 5))};
    }
    return got < 0 ? db_failed(db) : DB_OK;
}

enum db_fault mail_rows_erase(struct db *db, struct account_work *work)
{
    sqlite3_stmt *erase = db_with_id(db, "DELETE FROM mail WHERE account = ?1 AND id <= ?2", work->account);

    if (erase != NULL) {
        sqlite3_bind_int64(erase, 2, work->upto_id);
    }
    return erase == NULL || db_step(erase) != 0 ? db_failed(db) : DB_OK;
}

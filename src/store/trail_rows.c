/* store/trail_rows.c: the statements for the table audit. */
#include "config.h"

#include "store/trail_rows.h"

#include <sqlite3.h>
#include <string.h>

enum db_fault trail_rows_add(struct db *db, const struct parcel_item *item)
{
    sqlite3_stmt *add = db_statement(db, "INSERT INTO audit (time, act, by, whom, room, reason, until)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    if (add == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(add, 1, item->time_ms);
    db_bind_text(add, 2, item->kind);
    db_bind_text(add, 3, item->name);
    db_bind_text(add, 4, item->target);
    if (item->room[0] != '\0') {
        db_bind_text(add, 5, item->room);
    }
    db_bind_text(add, 6, item->text);
    if (item->until_ms != 0) {
        sqlite3_bind_int64(add, 7, item->until_ms);
    }
    return db_step(add) == 0 ? DB_OK : db_failed(db);
}

static void take_row(sqlite3_stmt *read, struct trail_page *page)
{
    const char *why = db_column_text(read, 6);

    parcel_add(&page->entries, &(struct parcel_item){.op = PARCEL_AUDIT,
                                                     .time_ms = sqlite3_column_int64(read, 1),
                                                     .kind = db_column_text(read, 2),
                                                     .name = db_column_text(read, 3),
                                                     .folded = "",
                                                     .target = db_column_text(read, 4),
                                                     .room = db_column_text(read, 5),
                                                     .room_folded = "",
                                                     .text = why,
                                                     .text_len = strlen(why),
                                                     .until_ms = sqlite3_column_int64(read, 7)});
    page->next = sqlite3_column_int64(read, 0);
}

enum db_fault trail_rows_read(struct db *db, const struct trail_query *query, struct trail_page *page)
{
    sqlite3_stmt *read = db_statement(db, "SELECT id, time, act, by, whom, room, reason, until FROM audit"
                                          " WHERE id > ?1 AND time >= ?2 ORDER BY id LIMIT ?3");
    enum db_fault fault = DB_OK;
    int got = -1;

    if (read != NULL) {
        sqlite3_bind_int64(read, 1, query->after);
        sqlite3_bind_int64(read, 2, query->since_ms);
        sqlite3_bind_int64(read, 3, (sqlite3_int64)query->max_entries + 1); /* one more tells whether there are more */
        while ((got = db_step(read)) > 0 && page->entries.items < query->max_entries) {
            take_row(read, page);
        }
    }
    if (got < 0) {
        fault = db_failed(db);
        db_roll_back(db, fault);
        return fault;
    }
    sqlite3_reset(read);
    page->is_more = got > 0;
    return DB_OK;
}

/* Only those of rooms are too many: else whoever may act in a room could push out what administrators have done. */
enum db_fault trail_rows_thin(struct db *db, int64_t before_ms, unsigned most, unsigned *count)
{
    sqlite3_stmt *erase = db_statement(
        db, "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE time < ?1 ORDER BY time LIMIT ?2)"
            " OR id IN (SELECT id FROM audit WHERE room IS NOT NULL AND id <= (SELECT max(id) FROM audit) - ?3"
            " ORDER BY id LIMIT ?2)");

    *count = 0;
    if (erase == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(erase, 1, before_ms);
    sqlite3_bind_int64(erase, 2, most);
    sqlite3_bind_int64(erase, 3, TRAIL_ROWS_MOST);
    if (db_step(erase) != 0) {
        return db_failed(db);
    }
    *count = (unsigned)sqlite3_changes(db_connection(db));
    return DB_OK;
}

/* store/profile_rows.c: the statements. */
#include "config.h"

#include "store/profile_rows.h"

#include "base/mem.h"
#include "chat/message.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SETTINGS = 64 /* that are read: others can only be another program's */ };

/* ---- writing ---- */

enum db_fault profile_rows_set(struct db *db, int64_t account, const char *setting, const char *value, size_t len)
{
    sqlite3_stmt *set;

    if (len == 0) {
        set = db_with_id(db, "DELETE FROM account_setting WHERE account = ?1 AND setting = ?2", account);
    } else {
        set = db_with_id(db, "INSERT INTO account_setting (account, setting, value)"
                             " SELECT id, ?2, ?3 FROM account WHERE id = ?1"
                             " ON CONFLICT (account, setting) DO UPDATE SET value = excluded.value", account);
    }
    if (set != NULL) {
        db_bind_text(set, 2, setting);
    }
    if (set != NULL && len > 0) {
        sqlite3_bind_text(set, 3, value, (int)len, SQLITE_STATIC);
    }
    return db_run(db, set);
}

static enum db_fault find_newest(struct db *db, const struct parcel_item *item, int64_t room, int64_t *newest)
{
    sqlite3_stmt *find = db_statement(db, "SELECT coalesce((SELECT max(id) FROM message WHERE room = ?1 AND id <= ?3),"
                                          " (SELECT max(id) FROM message WHERE id <= ?3), ?2)");

    if (find == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(find, 1, room);
    sqlite3_bind_int64(find, 2, (sqlite3_int64)(message_id_at(item->time_ms) - 1));
    sqlite3_bind_int64(find, 3, item->id != 0 ? (sqlite3_int64)item->id : INT64_MAX);
    if (db_step(find) <= 0) {
        return db_failed(db);
    }
    *newest = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return DB_OK;
}

static enum db_fault add_mark(struct db *db, int64_t account, int64_t room, int64_t newest)
{
    sqlite3_stmt *add = db_with_id(
        db, "INSERT OR IGNORE INTO mark (account, room, message) SELECT id, ?2, ?3 FROM account WHERE id = ?1",
        account);
    sqlite3_stmt *thin;
    enum db_fault fault;

    if (add != NULL) {
        sqlite3_bind_int64(add, 2, room);
        sqlite3_bind_int64(add, 3, newest);
    }
    fault = db_run(db, add);
    if (fault != DB_OK || sqlite3_changes(db_connection(db)) == 0) {
        return fault;
    }
    thin = db_with_id(db, "DELETE FROM mark WHERE account = ?1 AND room NOT IN"
                          " (SELECT room FROM mark WHERE account = ?1 ORDER BY message DESC, room DESC LIMIT ?2)",
                      account);
    if (thin != NULL) {
        sqlite3_bind_int(thin, 2, PROFILE_ROWS_MARKS);
    }
    return db_run(db, thin);
}

enum db_fault profile_rows_mark(struct db *db, const struct parcel_item *item, int64_t room)
{
    int64_t account = item->account, newest = 0;
    enum db_fault fault = find_newest(db, item, room, &newest);
    sqlite3_stmt *move;

    if (fault != DB_OK) {
        return fault;
    }
    move = db_with_id(db, "UPDATE mark SET message = ?3 WHERE account = ?1 AND room = ?2 AND message < ?3", account);
    if (move != NULL) {
        sqlite3_bind_int64(move, 2, room);
        sqlite3_bind_int64(move, 3, newest);
    }
    fault = db_run(db, move);
    if (fault != DB_OK || sqlite3_changes(db_connection(db)) > 0) {
        return fault;
    }
    return add_mark(db, account, room, newest);
}

/* ---- reading ---- */

void profile_rows_fini(struct profile_rows *rows)
{
    for (size_t i = 0; i < rows->settings_count; i++) {
        free(rows->settings[i].setting);
        free(rows->settings[i].value);
    }
    for (size_t i = 0; i < rows->rooms_count; i++) {
        free(rows->rooms[i].name);
        free(rows->rooms[i].folded);
    }
    free(rows->settings);
    free(rows->rooms);
    free(rows->room_folded);
}

static enum db_fault read_settings(struct db *db, struct profile_rows *rows)
{
    sqlite3_stmt *read =
        db_with_id(db, "SELECT setting, value FROM account_setting WHERE account = ?1 LIMIT ?2", rows->account);
    int got = -1;

    if (read != NULL) {
        sqlite3_bind_int(read, 2, MOST_SETTINGS);
    }
    while (read != NULL && (got = db_step(read)) > 0) {
        rows->settings = mem_realloc(rows->settings, (rows->settings_count + 1) * sizeof(rows->settings[0]));
        rows->settings[rows->settings_count++] =
            (struct profile_setting){.setting = mem_strdup(db_column_text(read, 0)),
                                     .value = mem_strdup(db_column_text(read, 1))};
    }
    return got == 0 ? DB_OK : db_failed(db);
}

static void take_room(struct profile_rows *rows, sqlite3_stmt *read)
{
    if (rows->rooms_count == rows->most_rooms) {
        rows->rest++;
        return;
    }
    rows->rooms = mem_realloc(rows->rooms, (rows->rooms_count + 1) * sizeof(rows->rooms[0]));
    rows->rooms[rows->rooms_count++] = (struct profile_room){.row = sqlite3_column_int64(read, 0),
                                                             .name = mem_strdup(db_column_text(read, 1)),
                                                             .folded = mem_strdup(db_column_text(read, 2)),
                                                             .mark = (uint64_t)sqlite3_column_int64(read, 3),
                                                             .time_ms = sqlite3_column_int64(read, 4)};
}

/* An id has its time in it (chat/message.h), but the line's own is right when the clock was set back. */
static enum db_fault read_rooms(struct db *db, struct profile_rows *rows)
{
    sqlite3_stmt *read = db_with_id(
        db, "SELECT room.id, room.name, room.folded, mark.message,"
            " coalesce((SELECT message.time FROM message WHERE message.id = mark.message), mark.message >> 16)"
            " FROM mark JOIN room ON room.id = mark.room"
            " WHERE mark.account = ?1 AND (?2 IS NULL OR room.folded = ?2)"
            " AND EXISTS (SELECT 1 FROM message WHERE message.room = mark.room AND message.id > mark.message)"
            " ORDER BY mark.message DESC, mark.room DESC",
        rows->account);
    int got = -1;

    if (read != NULL && rows->room_folded != NULL) {
        db_bind_text(read, 2, rows->room_folded);
    }
    while (read != NULL && (got = db_step(read)) > 0) {
        take_room(rows, read);
    }
    return got == 0 ? DB_OK : db_failed(db);
}

static enum db_fault count_lines(struct db *db, struct profile_room *room, uint32_t most)
{
    sqlite3_stmt *count = db_statement(
        db, "SELECT count(*) FROM (SELECT 1 FROM message WHERE room = ?1 AND id > ?2 LIMIT ?3)");

    if (count == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(count, 1, room->row);
    sqlite3_bind_int64(count, 2, (sqlite3_int64)room->mark);
    sqlite3_bind_int64(count, 3, most);
    if (db_step(count) <= 0) {
        return db_failed(db);
    }
    room->lines = (uint64_t)sqlite3_column_int64(count, 0);
    sqlite3_reset(count);
    return DB_OK;
}

enum db_fault profile_rows_read(struct db *db, struct profile_rows *rows)
{
    enum db_fault fault = rows->room_folded == NULL ? read_settings(db, rows) : DB_OK;

    if (fault == DB_OK) {
        fault = read_rooms(db, rows);
    }
    for (size_t i = 0; fault == DB_OK && i < rows->rooms_count; i++) {
        fault = count_lines(db, &rows->rooms[i], rows->most_lines);
    }
    if (fault != DB_OK) {
        db_roll_back(db, fault);
    }
    return fault;
}

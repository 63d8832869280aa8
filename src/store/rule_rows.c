/* store/rule_rows.c: the statements for the tables room_setting, role and ban. */
#include "config.h"

#include "store/rule_rows.h"

#include "store/rows_priv.h"

#include <stdlib.h>
#include <string.h>

static void bind_until(sqlite3_stmt *statement, int number, int64_t until_ms)
{
    if (until_ms != 0) {
        sqlite3_bind_int64(statement, number, until_ms);
    }
}

/* ---- setting ---- */

static bool is_ban(const char *kind)
{
    return strcmp(kind, "ban") == 0 || strcmp(kind, "mute") == 0 || strcmp(kind, "invite") == 0;
}

static enum db_fault set_mode(struct db *db, const struct parcel_item *item, int64_t room)
{
    sqlite3_stmt *set = db_statement(db, "REPLACE INTO room_setting (room, setting, value, by, created)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5)");

    if (set != NULL) {
        sqlite3_bind_int64(set, 1, room);
        db_bind_text(set, 2, item->target);
        db_bind_text(set, 3, item->text);
        db_bind_text(set, 4, item->name);
        sqlite3_bind_int64(set, 5, item->time_ms);
    }
    return db_run(db, set);
}

/* The account may have ended while the item waited. */
static enum db_fault set_role(struct db *db, const struct parcel_item *item, int64_t room)
{
    sqlite3_stmt *set = db_statement(db, "REPLACE INTO role (room, account, role, by, created)"
                                         " SELECT ?1, id, ?3, ?4, ?5 FROM account WHERE id = ?2");

    if (set != NULL) {
        sqlite3_bind_int64(set, 1, room);
        sqlite3_bind_int64(set, 2, strtoll(item->target, NULL, 10));
        db_bind_text(set, 3, item->text);
        db_bind_text(set, 4, item->name);
        sqlite3_bind_int64(set, 5, item->time_ms);
    }
    return db_run(db, set);
}

static enum db_fault set_ban(struct db *db, const struct parcel_item *item, int64_t room)
{
    sqlite3_stmt *set = db_statement(db, "REPLACE INTO ban (room, act, kind, what, reason, by, created, until, label)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");

    if (set != NULL) {
        sqlite3_bind_int64(set, 1, room);
        db_bind_text(set, 2, item->kind);
        db_bind_text(set, 3, item->folded);
        db_bind_text(set, 4, item->target);
        db_bind_text(set, 5, item->text);
        db_bind_text(set, 6, item->name);
        sqlite3_bind_int64(set, 7, item->time_ms);
        bind_until(set, 8, item->until_ms);
        db_bind_text(set, 9, item->label);
    }
    return db_run(db, set);
}

enum db_fault rule_rows_set(struct db *db, const struct parcel_item *item, int64_t room)
{
    if (strcmp(item->kind, "mode") == 0) {
        return set_mode(db, item, room);
    }
    if (strcmp(item->kind, "role") == 0) {
        return set_role(db, item, room);
    }
    return is_ban(item->kind) ? set_ban(db, item, room) : DB_OK;
}

/* ---- ending ---- */

enum db_fault rule_rows_end(struct db *db, const struct parcel_item *item)
{
    sqlite3_stmt *end;
    int64_t room;
    enum db_fault fault = rows_find_room(db, item->room_folded, &room, NULL);

    if (fault != DB_OK || room == 0) {
        return fault;
    }
    if (strcmp(item->kind, "mode") == 0) {
        end = db_statement(db, "DELETE FROM room_setting WHERE room = ?1 AND setting = ?2");
    } else if (strcmp(item->kind, "role") == 0) {
        end = db_statement(db, "DELETE FROM role WHERE room = ?1 AND account = ?2 + 0");
    } else {
        end = db_statement(db, "DELETE FROM ban WHERE room = ?1 AND what = ?2 AND act = ?3 AND kind = ?4");
    }
    if (end == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(end, 1, room);
    db_bind_text(end, 2, item->target);
    if (is_ban(item->kind)) {
        db_bind_text(end, 3, item->kind);
        db_bind_text(end, 4, item->folded);
    }
    return db_run(db, end);
}

static enum db_fault run_of_room(struct db *db, const char *sql_of_room, int64_t room)
{
    sqlite3_stmt *statement = db_statement(db, sql_of_room);

    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, room);
    }
    return db_run(db, statement);
}

/* Lines go in small steps, since there may be very many: here the room only loses its name, by which everything finds
 * it.  No room can be called so, for no name has a blank. */
static enum db_fault lose_name(struct db *db, int64_t room)
{
    enum db_fault fault = run_of_room(db, "DELETE FROM mark WHERE room = ?1", room);

    return fault == DB_OK ? run_of_room(db, "UPDATE room SET folded = folded || ' ' || id, topic = '' WHERE id = ?1",
                                        room)
                          : fault;
}

enum db_fault rule_rows_end_room(struct db *db, const char *room_folded, bool with_lines)
{
    static const char *const ends[] = {"DELETE FROM room_setting WHERE room = ?1", "DELETE FROM role WHERE room = ?1",
                                       "DELETE FROM ban WHERE room = ?1"};
    int64_t room;
    enum db_fault fault = rows_find_room(db, room_folded, &room, NULL);

    if (fault != DB_OK || room == 0) {
        return fault;
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && fault == DB_OK; i++) {
        fault = run_of_room(db, ends[i], room);
    }
    return fault == DB_OK && with_lines ? lose_name(db, room) : fault;
}

enum db_fault rule_rows_is_ended(struct db *db, int64_t room, bool *is_ended)
{
    sqlite3_stmt *look = db_statement(db, "SELECT instr(folded, ' ') > 0 FROM room WHERE id = ?1");
    int got = -1;

    if (look != NULL) {
        sqlite3_bind_int64(look, 1, room);
        got = db_step(look);
    }
    if (got < 0) {
        return db_failed(db);
    }
    *is_ended = got > 0 && sqlite3_column_int(look, 0) != 0;
    sqlite3_reset(look);
    return DB_OK;
}

enum db_fault rule_rows_thin(struct db *db, int64_t now_ms, unsigned most, unsigned *count)
{
    sqlite3_stmt *erase =
        db_statement(db, "DELETE FROM ban WHERE id IN (SELECT id FROM ban WHERE until <= ?1 ORDER BY until LIMIT ?2)");
    enum db_fault fault;

    *count = 0;
    if (erase != NULL) {
        sqlite3_bind_int64(erase, 1, now_ms);
        sqlite3_bind_int64(erase, 2, most);
    }
    fault = db_run(db, erase);
    *count = fault == DB_OK ? (unsigned)sqlite3_changes(db_connection(db)) : 0;
    return fault;
}

/* ---- reading ---- */

struct room_row {
    int64_t id;
    const char *name, *folded;
};

/* All rules that a statement gives: kind, folded, target, label, text, name, time_ms, until_ms. */
static enum db_fault take_rules(struct db *db, sqlite3_stmt *read, const struct room_row *room, struct parcel *rules)
{
    int got = -1;

    while (read != NULL && (got = db_step(read)) > 0) {
        const char *text = db_column_text(read, 4);

        parcel_add(rules, &(struct parcel_item){.op = PARCEL_RULE,
                                                .room = room->name,
                                                .room_folded = room->folded,
                                                .kind = db_column_text(read, 0),
                                                .folded = db_column_text(read, 1),
                                                .target = db_column_text(read, 2),
                                                .label = db_column_text(read, 3),
                                                .text = text,
                                                .text_len = strlen(text),
                                                .name = db_column_text(read, 5),
                                                .time_ms = sqlite3_column_int64(read, 6),
                                                .until_ms = sqlite3_column_int64(read, 7)});
    }
    if (got < 0) {
        return db_failed(db);
    }
    sqlite3_reset(read);
    return DB_OK;
}

static enum db_fault read_room(struct db *db, const struct room_row *room, int64_t now_ms, struct parcel *rules)
{
    static const char *const reads[] = {
        "SELECT 'mode', '', setting, setting, value, by, created, 0 FROM room_setting WHERE room = ?1"
        " AND ?2 = ?2 ORDER BY created, setting",
        "SELECT 'role', 'account', account, account.name, role, by, role.created, 0 FROM role"
        " JOIN account ON account.id = role.account WHERE room = ?1 AND ?2 = ?2 ORDER BY role.created, account",
        "SELECT act, kind, what, label, reason, by, created, until FROM ban WHERE room = ?1"
        " AND (until IS NULL OR until > ?2) ORDER BY id",
    };
    enum db_fault fault = DB_OK;

    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]) && fault == DB_OK; i++) {
        sqlite3_stmt *read = db_statement(db, reads[i]);

        if (read != NULL) {
            sqlite3_bind_int64(read, 1, room->id);
            sqlite3_bind_int64(read, 2, now_ms);
        }
        fault = take_rules(db, read, room, rules);
    }
    return fault;
}

enum db_fault rule_rows_read(struct db *db, int64_t now_ms, struct parcel *rules)
{
    sqlite3_stmt *rooms =
        db_statement(db, "SELECT id, name, folded FROM room WHERE id IN (SELECT room FROM room_setting"
                         " UNION SELECT room FROM role UNION SELECT room FROM ban) ORDER BY id");
    enum db_fault fault = DB_OK;
    int got = -1;

    while (fault == DB_OK && rooms != NULL && (got = db_step(rooms)) > 0) {
        const struct room_row room = {
            .id = sqlite3_column_int64(rooms, 0), .name = db_column_text(rooms, 1), .folded = db_column_text(rooms, 2)};

        fault = read_room(db, &room, now_ms, rules);
    }
    if (fault == DB_OK && got < 0) {
        fault = db_failed(db);
    }
    if (fault != DB_OK) {
        db_roll_back(db, fault);
        return fault;
    }
    sqlite3_reset(rooms);
    return DB_OK;
}

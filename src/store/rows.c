/* store/rows.c: the statements by which messages come into the database and go.
 *
 * Statements are literals that db_statement() keeps prepared; parameters are numbered as their bind_... calls are. */
#include "config.h"

#include "store/rows.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "store/profile_rows.h"
#include "store/purge.h"
#include "store/rows_priv.h"
#include "store/rule_rows.h"
#include "store/trail_rows.h"
#include "store/words.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rooms ---- */

enum db_fault rows_find_room(struct db *db, const char *folded, int64_t *room, char **name)
{
    sqlite3_stmt *find = db_statement(db, "SELECT id, name FROM room WHERE folded = ?1");
    int found;

    if (find == NULL) {
        return db_failed(db);
    }
    rows_bind_text(find, 1, folded, strlen(folded));
    found = db_step(find);
    if (found < 0) {
        return db_failed(db);
    }
    *room = found > 0 ? sqlite3_column_int64(find, 0) : 0;
    if (found > 0 && name != NULL) {
        *name = mem_strdup((const char *)sqlite3_column_text(find, 1));
    }
    sqlite3_reset(find);
    return DB_OK;
}

static enum db_fault make_room(struct db *db, const struct parcel_item *item, int64_t *room)
{
    sqlite3_stmt *add = db_statement(db, "INSERT INTO room (folded, name) VALUES (?1, ?2)");
    enum db_fault fault;

    if (add == NULL) {
        return db_failed(db);
    }
    rows_bind_text(add, 1, item->room_folded, strlen(item->room_folded));
    rows_bind_text(add, 2, item->room, strlen(item->room));
    fault = db_run(db, add);
    *room = sqlite3_last_insert_rowid(db_connection(db));
    return fault;
}

/* The row of the item's room, which is made when there is none. */
static enum db_fault get_room(struct db *db, const struct parcel_item *item, int64_t *room)
{
    enum db_fault fault = rows_find_room(db, item->room_folded, room, NULL);

    return fault == DB_OK && *room == 0 ? make_room(db, item, room) : fault;
}

/* ---- the index ---- */

struct words {
    struct strbuf name, text;
    char room[24];
};

static void words_of(struct words *words, int64_t room, const char *name, size_t name_len, const char *text,
                     size_t text_len)
{
    strbuf_reset(&words->name);
    strbuf_reset(&words->text);
    words_split(&words->name, name, name_len);
    words_split(&words->text, text, text_len);
    snprintf(words->room, sizeof(words->room), "r%lld", (long long)room);
}

static void words_fini(struct words *words)
{
    strbuf_fini(&words->name);
    strbuf_fini(&words->text);
}

static void bind_words(sqlite3_stmt *statement, const struct words *words)
{
    rows_bind_text(statement, 2, words->room, strlen(words->room));
    rows_bind_text(statement, 3, strbuf_str(&words->name), words->name.len);
    rows_bind_text(statement, 4, strbuf_str(&words->text), words->text.len);
}

/* ---- writing ---- */

/* *is_new: false if there is a line of this id. */
static enum db_fault add_line(struct db *db, const struct parcel_item *item, int64_t room, uint64_t id, bool *is_new)
{
    sqlite3_stmt *add = db_statement(
        db, "INSERT OR IGNORE INTO message (id, room, time, kind, name, folded, account, target, text)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    enum db_fault fault;

    if (add == NULL) {
        return db_failed(db);
    }
    rows_bind_id(add, 1, id);
    sqlite3_bind_int64(add, 2, room);
    sqlite3_bind_int64(add, 3, item->time_ms);
    rows_bind_text(add, 4, item->kind, strlen(item->kind));
    rows_bind_text(add, 5, item->name, strlen(item->name));
    if (strcmp(item->name, item->folded) != 0) {
        rows_bind_text(add, 6, item->folded, strlen(item->folded));
    }
    if (item->account != 0) {
        sqlite3_bind_int64(add, 7, item->account);
    }
    if (*item->target != '\0') {
        rows_bind_text(add, 8, item->target, strlen(item->target));
    }
    rows_bind_text(add, 9, item->text, item->text_len);
    fault = db_run(db, add);
    *is_new = fault == DB_OK && sqlite3_changes(db_connection(db)) > 0;
    return fault;
}

/* *is_same: the line of this id is the item. */
static enum db_fault compare_line(struct db *db, const struct parcel_item *item, int64_t room, uint64_t id,
                                  bool *is_same)
{
    sqlite3_stmt *find = db_statement(db, "SELECT 1 FROM message WHERE id = ?1 AND room = ?2 AND time = ?3"
                                          " AND kind = ?4 AND name = ?5 AND text = ?6");
    int found;

    if (find == NULL) {
        return db_failed(db);
    }
    rows_bind_id(find, 1, id);
    sqlite3_bind_int64(find, 2, room);
    sqlite3_bind_int64(find, 3, item->time_ms);
    rows_bind_text(find, 4, item->kind, strlen(item->kind));
    rows_bind_text(find, 5, item->name, strlen(item->name));
    rows_bind_text(find, 6, item->text, item->text_len);
    found = db_step(find);
    sqlite3_reset(find);
    *is_same = found > 0;
    return found >= 0 ? DB_OK : db_failed(db);
}

/* The clock may have been set back while it was not known which ids the database has: so another line can have the id,
 * and this one takes the next that is free. */
static enum db_fault write_line(struct db *db, const struct parcel_item *item, int64_t room, struct words *words)
{
    uint64_t id = item->id;
    bool is_new = false, is_same = false;
    enum db_fault fault = add_line(db, item, room, id, &is_new);
    sqlite3_stmt *index;

    while (fault == DB_OK && !is_new) {
        fault = compare_line(db, item, room, id, &is_same);
        if (fault != DB_OK || is_same) {
            return fault;
        }
        fault = add_line(db, item, room, ++id, &is_new);
    }
    if (fault != DB_OK) {
        return fault;
    }
    index = db_statement(db, "INSERT INTO message_words (rowid, room, name, words) VALUES (?1, ?2, ?3, ?4)");
    if (index == NULL) {
        return db_failed(db);
    }
    words_of(words, room, item->name, strlen(item->name), item->text, item->text_len);
    rows_bind_id(index, 1, id);
    bind_words(index, words);
    return db_run(db, index);
}

static enum db_fault write_topic(struct db *db, const struct parcel_item *item, int64_t room)
{
    sqlite3_stmt *set =
        db_statement(db, "UPDATE room SET topic = ?2, topic_by = ?3, topic_time = ?4, topic_account = ?5"
                         " WHERE id = ?1");

    if (set == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(set, 1, room);
    rows_bind_text(set, 2, item->text, item->text_len);
    rows_bind_text(set, 3, item->name, strlen(item->name));
    sqlite3_bind_int64(set, 4, item->time_ms);
    if (item->account != 0) {
        sqlite3_bind_int64(set, 5, item->account);
    }
    return db_run(db, set);
}

/* FTS5 forgets a row of an index without texts only when it is told again what was in it. */
static enum db_fault unindex(struct db *db, uint64_t id, const struct words *words)
{
    sqlite3_stmt *out = db_statement(
        db, "INSERT INTO message_words (message_words, rowid, room, name, words) VALUES ('delete', ?1, ?2, ?3, ?4)");

    if (out == NULL) {
        return db_failed(db);
    }
    rows_bind_id(out, 1, id);
    bind_words(out, words);
    return db_run(db, out);
}

enum db_fault rows_erase(struct db *db, uint64_t id, const char *room_folded)
{
    sqlite3_stmt *find = db_statement(db, "SELECT message.room, message.name, text, room.folded FROM message"
                                          " JOIN room ON room.id = message.room WHERE message.id = ?1");
    struct words words = {0};
    sqlite3_stmt *out;
    enum db_fault fault;
    int found;

    if (find == NULL) {
        return db_failed(db);
    }
    rows_bind_id(find, 1, id);
    found = db_step(find);
    if (found < 0) {
        return db_failed(db);
    }
    if (found == 0 ||
        (*room_folded != '\0' && strcmp((const char *)sqlite3_column_text(find, 3), room_folded) != 0)) {
        sqlite3_reset(find);
        return DB_OK;
    }
    words_of(&words, sqlite3_column_int64(find, 0), (const char *)sqlite3_column_text(find, 1),
             (size_t)sqlite3_column_bytes(find, 1), (const char *)sqlite3_column_text(find, 2),
             (size_t)sqlite3_column_bytes(find, 2));
    sqlite3_reset(find);
    fault = unindex(db, id, &words);
    words_fini(&words);
    if (fault != DB_OK) {
        return fault;
    }
    out = db_statement(db, "DELETE FROM message WHERE id = ?1");
    if (out == NULL) {
        return db_failed(db);
    }
    rows_bind_id(out, 1, id);
    return db_run(db, out);
}

static enum db_fault erase_by_request(struct db *db, const struct parcel_item *item)
{
    enum db_fault fault = rows_erase(db, item->id, item->room_folded);

    return fault == DB_OK ? purge_owe(db, PURGE_AT_ONCE) : fault;
}

/* Items that need the row of their room, which is made if there is none; the others do without. */
static bool has_room(enum parcel_op op)
{
    return op == PARCEL_LINE || op == PARCEL_TOPIC || op == PARCEL_MARK || op == PARCEL_RULE;
}

static enum db_fault write_in_room(struct db *db, const struct parcel_item *item, int64_t room, struct words *words)
{
    switch (item->op) {
    case PARCEL_TOPIC:
        return write_topic(db, item, room);
    case PARCEL_MARK:
        return profile_rows_mark(db, item, room);
    case PARCEL_RULE:
        return rule_rows_set(db, item, room);
    default:
        return write_line(db, item, room, words);
    }
}

static enum db_fault write_other(struct db *db, const struct parcel_item *item)
{
    switch (item->op) {
    case PARCEL_ERASE:
        return erase_by_request(db, item);
    case PARCEL_SETTING:
        return profile_rows_set(db, item->account, item->kind, item->text, item->text_len);
    case PARCEL_RULE_OFF:
        return rule_rows_end(db, item);
    case PARCEL_ROOM_RULES_END:
    case PARCEL_ROOM_ENDS:
        return rule_rows_end_room(db, item->room_folded, item->op == PARCEL_ROOM_ENDS);
    case PARCEL_AUDIT:
        return trail_rows_add(db, item);
    default:
        return DB_OK;
    }
}

static enum db_fault write_items(struct db *db, const struct parcel *parcel)
{
    struct words words = {0};
    const char *last_room = ""; /* of the item before: lines of a room come in runs */
    struct parcel_item item;
    enum db_fault fault = DB_OK;
    int64_t room = 0;

    for (size_t at = 0; fault == DB_OK && parcel_next(parcel, &at, &item);) {
        if (!has_room(item.op)) {
            fault = write_other(db, &item);
            last_room = item.op == PARCEL_ROOM_ENDS ? "" : last_room; /* the row is another room's from now on */
            continue;
        }
        if (strcmp(item.room_folded, last_room) != 0 || room == 0) {
            fault = get_room(db, &item, &room);
            last_room = item.room_folded;
        }
        if (fault == DB_OK) {
            fault = write_in_room(db, &item, room, &words);
        }
    }
    words_fini(&words);
    return fault;
}

enum db_fault rows_write(struct db *db, const struct parcel *parcel)
{
    enum db_fault fault = db_begin(db);

    if (fault == DB_OK) {
        fault = write_items(db, parcel);
        fault = fault == DB_OK ? db_commit(db) : fault;
    }
    if (fault != DB_OK) {
        db_roll_back(db, fault);
    }
    return fault;
}

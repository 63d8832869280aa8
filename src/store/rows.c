/* store/rows.c: the statements by which messages come and go.
 *
 * Statements are literals that db_statement() keeps prepared; parameters are numbered as their bind_... calls are. */
#include "config.h"

#include "store/rows.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "store/profile_rows.h"
#include "store/words.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INSTRUCTIONS_BETWEEN_LOOKS = 20000 }; /* of SQLite's machine, some 100 us, between looks at the clock */

static void bind_text(sqlite3_stmt *statement, int number, const char *text, size_t len)
{
    sqlite3_bind_text(statement, number, text, (int)len, SQLITE_STATIC);
}

static void bind_id(sqlite3_stmt *statement, int number, uint64_t id)
{
    sqlite3_bind_int64(statement, number, id <= INT64_MAX ? (sqlite3_int64)id : INT64_MAX);
}

/* A step of a statement that gives no row. */
static enum db_fault run(struct db *db, sqlite3_stmt *statement)
{
    return statement != NULL && db_step(statement) == 0 ? DB_OK : db_failed(db);
}

/* ---- rooms ---- */

/* *room: the row of the room; 0: there is none.  *name, if asked for: its name, for the caller to free. */
static enum db_fault find_room(struct db *db, const char *folded, int64_t *room, char **name)
{
    sqlite3_stmt *find = db_statement(db, "SELECT id, name FROM room WHERE folded = ?1");
    int found;

    if (find == NULL) {
        return db_failed(db);
    }
    bind_text(find, 1, folded, strlen(folded));
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
    bind_text(add, 1, item->room_folded, strlen(item->room_folded));
    bind_text(add, 2, item->room, strlen(item->room));
    fault = run(db, add);
    *room = sqlite3_last_insert_rowid(db_connection(db));
    return fault;
}

/* The row of the item's room, which is made when there is none. */
static enum db_fault get_room(struct db *db, const struct parcel_item *item, int64_t *room)
{
    enum db_fault fault = find_room(db, item->room_folded, room, NULL);

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
    bind_text(statement, 2, words->room, strlen(words->room));
    bind_text(statement, 3, strbuf_str(&words->name), words->name.len);
    bind_text(statement, 4, strbuf_str(&words->text), words->text.len);
}

/* ---- writing ---- */

static enum db_fault write_line(struct db *db, const struct parcel_item *item, int64_t room, struct words *words)
{
    sqlite3_stmt *add = db_statement(
        db, "INSERT OR IGNORE INTO message (id, room, time, kind, name, folded, account, target, text)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    enum db_fault fault;
    sqlite3_stmt *index;

    if (add == NULL) {
        return db_failed(db);
    }
    bind_id(add, 1, item->id);
    sqlite3_bind_int64(add, 2, room);
    sqlite3_bind_int64(add, 3, item->time_ms);
    bind_text(add, 4, item->kind, strlen(item->kind));
    bind_text(add, 5, item->name, strlen(item->name));
    if (strcmp(item->name, item->folded) != 0) {
        bind_text(add, 6, item->folded, strlen(item->folded));
    }
    if (item->account != 0) {
        sqlite3_bind_int64(add, 7, item->account);
    }
    if (*item->target != '\0') {
        bind_text(add, 8, item->target, strlen(item->target));
    }
    bind_text(add, 9, item->text, item->text_len);
    fault = run(db, add);
    if (fault != DB_OK || sqlite3_changes(db_connection(db)) == 0) {
        return fault;
    }
    index = db_statement(db, "INSERT INTO message_words (rowid, room, name, words) VALUES (?1, ?2, ?3, ?4)");
    if (index == NULL) {
        return db_failed(db);
    }
    words_of(words, room, item->name, strlen(item->name), item->text, item->text_len);
    bind_id(index, 1, item->id);
    bind_words(index, words);
    return run(db, index);
}

static enum db_fault write_topic(struct db *db, const struct parcel_item *item, int64_t room)
{
    sqlite3_stmt *set =
        db_statement(db, "UPDATE room SET topic = ?2, topic_by = ?3, topic_time = ?4 WHERE id = ?1");

    if (set == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(set, 1, room);
    bind_text(set, 2, item->text, item->text_len);
    bind_text(set, 3, item->name, strlen(item->name));
    sqlite3_bind_int64(set, 4, item->time_ms);
    return run(db, set);
}

/* FTS5 forgets a row of an index without texts only when it is told again what was in it. */
static enum db_fault unindex(struct db *db, uint64_t id, const struct words *words)
{
    sqlite3_stmt *out = db_statement(
        db, "INSERT INTO message_words (message_words, rowid, room, name, words) VALUES ('delete', ?1, ?2, ?3, ?4)");

    if (out == NULL) {
        return db_failed(db);
    }
    bind_id(out, 1, id);
    bind_words(out, words);
    return run(db, out);
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
    bind_id(find, 1, id);
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
    bind_id(out, 1, id);
    return run(db, out);
}

/* An item that is not written into its room. */
static enum db_fault write_other(struct db *db, const struct parcel_item *item)
{
    switch (item->op) {
    case PARCEL_ERASE:
        return rows_erase(db, item->id, item->room_folded);
    case PARCEL_SETTING:
        return profile_rows_set(db, item->account, item->kind, item->text, item->text_len);
    case PARCEL_LINE:
    case PARCEL_TOPIC:
    case PARCEL_MARK:
        break;
    }
    return DB_OK;
}

static enum db_fault write_items(struct db *db, const struct parcel *parcel)
{
    struct words words = {0};
    const char *last_room = ""; /* of the item before: lines of a room come in runs */
    struct parcel_item item;
    enum db_fault fault = DB_OK;
    int64_t room = 0;

    for (size_t at = 0; fault == DB_OK && parcel_next(parcel, &at, &item);) {
        if (item.op == PARCEL_ERASE || item.op == PARCEL_SETTING) {
            fault = write_other(db, &item);
            continue;
        }
        if (strcmp(item.room_folded, last_room) != 0 || room == 0) {
            fault = get_room(db, &item, &room);
            last_room = item.room_folded;
        }
        if (fault == DB_OK) {
            fault = item.op == PARCEL_LINE    ? write_line(db, &item, room, &words)
                    : item.op == PARCEL_TOPIC ? write_topic(db, &item, room)
                                              : profile_rows_mark(db, item.account, room, item.time_ms);
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

/* ---- reading ---- */

#define LINES \
    "message.id, message.time, message.kind, message.name, message.folded, message.account, message.target, text"
#define IN_ROOM " FROM message WHERE room = ?1 AND id > ?2 AND id < ?3 ORDER BY id"
/* The index gives the order, whatever SQLite's planner thinks of it. */
#define WITH_WORDS \
    " FROM message_words CROSS JOIN message ON message.id = message_words.rowid" \
    " WHERE message_words MATCH ?4 AND message_words.rowid > ?2 AND message_words.rowid < ?3" \
    " AND message.room = ?1 ORDER BY message_words.rowid"

/* By whether there are words, and from_oldest. */
static const char *const reads[2][2] = {
    {"SELECT " LINES IN_ROOM " DESC", "SELECT " LINES IN_ROOM},
    {"SELECT " LINES WITH_WORDS " DESC", "SELECT " LINES WITH_WORDS},
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int is_late(void *ctx)
{
    const int64_t *until_ms = ctx;

    return now_ms() >= *until_ms;
}

/* before: 0 when the range is open there. */
static void bind_range(sqlite3_stmt *statement, int64_t room, uint64_t after, uint64_t before)
{
    sqlite3_bind_int64(statement, 1, room);
    bind_id(statement, 2, after);
    bind_id(statement, 3, before != 0 ? before : UINT64_MAX);
}

static const char *column(sqlite3_stmt *statement, int number, const char *otherwise)
{
    const char *text = (const char *)sqlite3_column_text(statement, number);

    return text != NULL ? text : otherwise;
}

/* A room whose lines are read. */
struct source {
    const struct rows_query *query;
    int64_t room;
    char *name;
};

static struct parcel_item item_of(sqlite3_stmt *statement, const struct source *source)
{
    const char *name = column(statement, 3, "");
    const char *text = column(statement, 7, "");

    return (struct parcel_item){.op = PARCEL_LINE,
                               .id = (uint64_t)sqlite3_column_int64(statement, 0),
                               .time_ms = sqlite3_column_int64(statement, 1),
                               .account = sqlite3_column_int64(statement, 5),
                               .room = source->name,
                               .room_folded = source->query->room_folded,
                               .kind = column(statement, 2, ""),
                               .name = name,
                               .folded = column(statement, 4, name),
                               .target = column(statement, 6, ""),
                               .text = text,
                               .text_len = (size_t)sqlite3_column_bytes(statement, 7)};
}

static bool is_without(const struct rows_query *query, uint64_t id)
{
    uint32_t i = 0;

    while (i < query->without_count && query->without[i] != id) {
        i++;
    }
    return i < query->without_count;
}

/* All rows that the bounds allow.  -1: a fault; else whether the range goes on. */
static int take_rows(sqlite3_stmt *statement, const struct source *source, struct rows_page *page)
{
    const struct rows_query *query = source->query;
    uint64_t bytes = 0;
    int got;

    while ((got = db_step(statement)) > 0) {
        struct parcel_item item = item_of(statement, source);

        if (is_without(query, item.id)) {
            continue;
        }
        bytes += query->line_bytes + (uint64_t)query->text_factor * item.text_len;
        if (page->lines.items >= query->max_lines || bytes > query->max_bytes) {
            break;
        }
        parcel_add(&page->lines, &item);
    }
    return got;
}

/* Takes the lines that the query is without off a count of those between after and before; 0: open there. */
static enum db_fault count_off(struct db *db, const struct source *source, uint64_t after, uint64_t before,
                               uint64_t *lines)
{
    const struct rows_query *query = source->query;
    sqlite3_stmt *find = query->without_count > 0 ? db_statement(db, "SELECT count(*) FROM message WHERE room = ?1"
                                                                     " AND id > ?2 AND id < ?3 AND id = ?4")
                                                  : NULL;

    for (uint32_t i = 0; i < query->without_count; i++) {
        if (find == NULL) {
            return db_failed(db);
        }
        bind_range(find, source->room, after, before);
        bind_id(find, 4, query->without[i]);
        if (db_step(find) <= 0) {
            return db_failed(db);
        }
        *lines -= (uint64_t)sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return DB_OK;
}

static enum db_fault count_rest(struct db *db, const struct source *source, struct rows_page *page)
{
    const struct rows_query *query = source->query;
    uint64_t after = query->from_oldest ? page->next : query->after;
    uint64_t before = query->from_oldest ? query->before : page->next;
    sqlite3_stmt *count = db_statement(db, "SELECT count(*) FROM (SELECT 1 FROM message WHERE room = ?1 AND id > ?2 AND"
                                           " id < ?3 LIMIT ?4)");

    if (count == NULL) {
        return db_failed(db);
    }
    bind_range(count, source->room, after, before);
    sqlite3_bind_int(count, 4, ROWS_MOST_COUNTED);
    if (db_step(count) <= 0) {
        return db_failed(db);
    }
    page->rest = (uint64_t)sqlite3_column_int64(count, 0);
    sqlite3_reset(count);
    return page->rest < ROWS_MOST_COUNTED ? count_off(db, source, after, before, &page->rest) : DB_OK;
}

/* All lines with ids between after and before; 0: open there. */
static enum db_fault count_between(struct db *db, const struct source *source, uint64_t after, uint64_t before,
                                   uint64_t *lines)
{
    sqlite3_stmt *count = db_statement(db, "SELECT count(*) FROM message WHERE room = ?1 AND id > ?2 AND id < ?3");

    if (count == NULL) {
        return db_failed(db);
    }
    bind_range(count, source->room, after, before);
    if (db_step(count) <= 0) {
        return db_failed(db);
    }
    *lines = (uint64_t)sqlite3_column_int64(count, 0);
    sqlite3_reset(count);
    return count_off(db, source, after, before, lines);
}

/* What a search has put behind it, whether a line had the words or not. */
static enum db_fault count_passed(struct db *db, const struct source *source, struct rows_page *page)
{
    const struct rows_query *query = source->query;
    uint64_t after = query->after, before = query->before;

    if (page->is_more && query->from_oldest) {
        before = page->next + 1;
    } else if (page->is_more) {
        after = page->next - 1;
    }
    return page->gave_up ? DB_OK : count_between(db, source, after, before, &page->passed);
}

/* Where the next read begins: behind the last line that was given, or where this one began. */
static void go_on_behind(struct rows_page *page, const struct rows_query *query)
{
    uint64_t start = query->from_oldest ? query->after : query->before != 0 ? query->before : INT64_MAX;

    page->is_more = true;
    page->next = page->lines.items > 0 ? page->lines.last_id : start;
}

static enum db_fault read_room(struct db *db, const struct source *source, struct rows_page *page)
{
    const struct rows_query *query = source->query;
    sqlite3_stmt *read = db_statement(db, reads[0][query->from_oldest]);
    int got;

    if (read == NULL) {
        return db_failed(db);
    }
    bind_range(read, source->room, query->after, query->before);
    got = take_rows(read, source, page);
    if (got < 0) {
        return db_failed(db);
    }
    sqlite3_reset(read);
    if (got > 0) {
        go_on_behind(page, query);
        return query->counts_rest ? count_rest(db, source, page) : DB_OK;
    }
    return DB_OK;
}

/* match: what FTS5 is asked for. */
static enum db_fault search_room(struct db *db, const struct source *source, const struct strbuf *match,
                                 struct rows_page *page)
{
    const struct rows_query *query = source->query;
    int64_t until_ms = now_ms() + query->max_ms;
    sqlite3_stmt *read = db_statement(db, reads[1][query->from_oldest]);
    int got;

    if (read == NULL) {
        return db_failed(db);
    }
    bind_range(read, source->room, query->after, query->before);
    bind_text(read, 4, match->data, match->len);
    if (query->max_ms > 0) {
        sqlite3_progress_handler(db_connection(db), INSTRUCTIONS_BETWEEN_LOOKS, is_late, &until_ms);
    }
    got = take_rows(read, source, page);
    sqlite3_progress_handler(db_connection(db), 0, NULL, NULL);
    if (got < 0 && (sqlite3_errcode(db_connection(db)) & 0xff) != SQLITE_INTERRUPT) {
        return db_failed(db);
    }
    sqlite3_reset(read);
    if (got != 0) {
        page->gave_up = got < 0 && page->lines.items == 0;
        go_on_behind(page, query);
    }
    return DB_OK;
}

static enum db_fault search(struct db *db, const struct source *source, struct rows_page *page)
{
    const char *words = source->query->words;
    struct strbuf match = {0};
    enum db_fault fault = DB_OK;

    strbuf_addf(&match, "room : \"r%lld\" AND {name words} : ", (long long)source->room);
    if (words_query(&match, words, strlen(words))) {
        fault = search_room(db, source, &match, page);
    }
    if (fault == DB_OK && source->query->counts_rest) {
        fault = count_passed(db, source, page);
    }
    strbuf_fini(&match);
    return fault;
}

enum db_fault rows_read(struct db *db, const struct rows_query *query, struct rows_page *page)
{
    struct rows_query bounded = *query;
    struct source source = {.query = &bounded};
    enum db_fault fault = find_room(db, query->room_folded, &source.room, &source.name);

    if (query->end != 0 && (query->before == 0 || query->before > query->end)) {
        bounded.before = query->end;
    }
    if (fault == DB_OK && source.room != 0) {
        fault = query->words != NULL ? search(db, &source, page) : read_room(db, &source, page);
    }
    if (fault == DB_OK && source.room != 0 && query->counts_room) {
        fault = count_between(db, &source, 0, query->end, &page->kept);
    }
    free(source.name);
    if (fault != DB_OK) {
        db_roll_back(db, fault);
    }
    return fault;
}

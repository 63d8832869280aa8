/* store/rows_read.c: the statements by which messages are read and searched; see rows.c. */
#include "config.h"

#include "store/rows_read.h"

#include "base/strbuf.h"
#include "store/rows_priv.h"
#include "store/words.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Lines of the room that a search goes through between two looks at the clock: FTS5 itself cannot be interrupted. */
enum { FIRST_WINDOW = 2048, LAST_WINDOW = 32768 };

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

/* before: 0 when the range is open there. */
static void bind_range(sqlite3_stmt *statement, int64_t room, uint64_t after, uint64_t before)
{
    sqlite3_bind_int64(statement, 1, room);
    rows_bind_id(statement, 2, after);
    rows_bind_id(statement, 3, before != 0 ? before : UINT64_MAX);
}

/* A room whose lines are read. */
struct source {
    const struct rows_query *query;
    int64_t room;
    char *name;
    uint64_t bytes; /* of the lines taken so far, as query counts them */
};

static struct parcel_item item_of(sqlite3_stmt *statement, const struct source *source)
{
    const char *name = db_column_text(statement, 3);
    const char *folded = (const char *)sqlite3_column_text(statement, 4);
    const char *text = db_column_text(statement, 7);

    return (struct parcel_item){.op = PARCEL_LINE,
                               .id = (uint64_t)sqlite3_column_int64(statement, 0),
                               .time_ms = sqlite3_column_int64(statement, 1),
                               .account = sqlite3_column_int64(statement, 5),
                               .room = source->name,
                               .room_folded = source->query->room_folded,
                               .kind = db_column_text(statement, 2),
                               .name = name,
                               .folded = folded != NULL ? folded : name,
                               .target = db_column_text(statement, 6),
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
static int take_rows(sqlite3_stmt *statement, struct source *source, struct rows_page *page)
{
    const struct rows_query *query = source->query;
    int got;

    while ((got = db_step(statement)) > 0) {
        struct parcel_item item = item_of(statement, source);

        if (is_without(query, item.id)) {
            continue;
        }
        source->bytes += query->line_bytes + (uint64_t)query->text_factor * item.text_len;
        if (page->lines.items >= query->max_lines || source->bytes > query->max_bytes) {
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
        rows_bind_id(find, 4, query->without[i]);
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
    return count_between(db, source, after, before, &page->passed);
}

/* Where the next read begins: behind the last line that was given, or where this one began. */
static void go_on_behind(struct rows_page *page, const struct rows_query *query)
{
    uint64_t start = query->from_oldest ? query->after : query->before != 0 ? query->before : INT64_MAX;

    page->is_more = true;
    page->next = page->lines.items > 0 ? page->lines.last_id : start;
}

static enum db_fault read_room(struct db *db, struct source *source, struct rows_page *page)
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

/* ---- searching ---- */

/* A part of the range, which is searched at once: ids between after and before, 0 if it is open there. */
struct window {
    uint64_t after, before;
    bool is_last;
};

/* Sets the end of a window of so many lines, which begins where the search has come to. */
static enum db_fault end_window(struct db *db, const struct source *source, uint32_t lines, struct window *window)
{
    const struct rows_query *query = source->query;
    static const char *const ends[] = {
        "SELECT id FROM message WHERE room = ?1 AND id > ?2 AND id < ?3 ORDER BY id DESC LIMIT 1 OFFSET ?4",
        "SELECT id FROM message WHERE room = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT 1 OFFSET ?4",
    };
    sqlite3_stmt *find = db_statement(db, ends[query->from_oldest]);
    int found;

    if (find == NULL) {
        return db_failed(db);
    }
    bind_range(find, source->room, window->after, window->before);
    sqlite3_bind_int64(find, 4, lines);
    found = db_step(find);
    if (found < 0) {
        return db_failed(db);
    }
    window->is_last = found == 0;
    if (found > 0 && query->from_oldest) {
        window->before = (uint64_t)sqlite3_column_int64(find, 0);
    } else if (found > 0) {
        window->after = (uint64_t)sqlite3_column_int64(find, 0);
    }
    sqlite3_reset(find);
    return DB_OK;
}

/* match: what FTS5 is asked for.  *is_full: the bounds allow no more lines. */
static enum db_fault search_window(struct db *db, struct source *source, const struct strbuf *match,
                                   const struct window *window, struct rows_page *page, bool *is_full)
{
    sqlite3_stmt *read = db_statement(db, reads[1][source->query->from_oldest]);
    int got;

    if (read == NULL) {
        return db_failed(db);
    }
    bind_range(read, source->room, window->after, window->before);
    rows_bind_text(read, 4, match->data, match->len);
    got = take_rows(read, source, page);
    if (got < 0) {
        return db_failed(db);
    }
    sqlite3_reset(read);
    *is_full = got > 0;
    return DB_OK;
}

/* Window by window, larger ones later, until the lines are enough, the range is searched, or the time is over. */
static enum db_fault search_room(struct db *db, struct source *source, const struct strbuf *match,
                                 struct rows_page *page)
{
    const struct rows_query *query = source->query;
    int64_t until_ms = now_ms() + query->max_ms;
    struct window window = {.after = query->after, .before = query->before};

    for (uint32_t lines = FIRST_WINDOW;; lines = lines < LAST_WINDOW ? lines * 2 : lines) {
        bool is_full = false;
        enum db_fault fault = end_window(db, source, lines, &window);

        fault = fault == DB_OK ? search_window(db, source, match, &window, page, &is_full) : fault;
        if (fault != DB_OK || is_full || window.is_last) {
            if (is_full) {
                go_on_behind(page, query);
            }
            return fault;
        }
        /* The line at the end of the window was not searched. */
        window = query->from_oldest ? (struct window){.after = window.before - 1, .before = query->before}
                                    : (struct window){.after = query->after, .before = window.after + 1};
        if (query->max_ms > 0 && now_ms() >= until_ms) {
            page->gave_up = page->is_more = true;
            page->next = query->from_oldest ? window.after : window.before;
            return DB_OK;
        }
    }
}

static enum db_fault search(struct db *db, struct source *source, struct rows_page *page)
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

enum db_fault rows_read_page(struct db *db, const struct rows_query *query, struct rows_page *page)
{
    struct rows_query bounded = *query;
    struct source source = {.query = &bounded};
    enum db_fault fault = rows_find_room(db, query->room_folded, &source.room, &source.name);

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

/* store/retention.c: what is old, and the steps. */
#include "config.h"

#include "store/retention.h"

#include "store/purge.h"
#include "store/rows.h"
#include "store/rule_rows.h"
#include "store/trail_rows.h"

#include <sqlite3.h>

enum {
    STEP_LINES = 200,     /* that one step takes out: a few milliseconds */
    STEP_ROOMS = 100,     /* that one step looks at */
    STEP_PAGES = 64,      /* that one step gives back, or merges */
    REST_PER_PAGE_MS = 2, /* after a merge: 9 minutes for a database of 1 GiB */
    BACK_TO_PERCENT = 95, /* of max_bytes: so that the index is not made compact again for each line */
    FREE_PAGES_SHARE = 8, /* pages are given back when more than one in so many is free */
    FREE_PAGES_LEAST = 128,
};

enum stage { STAGE_DAYS, STAGE_ROOMS, STAGE_RULES, STAGE_AUDIT, STAGE_BYTES, STAGE_INDEX, STAGE_PAGES, STAGE_END };

static const int64_t day_ms = 24 * 60 * 60 * 1000;

/* The one number that a statement gives; *number stays when it gives no row. */
static enum db_fault read_number(struct db *db, sqlite3_stmt *statement, int64_t *number)
{
    int got = statement != NULL ? db_step(statement) : -1;

    if (got < 0) {
        return db_failed(db);
    }
    if (got > 0) {
        *number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    return DB_OK;
}

/* Takes out the lines whose ids a statement gives. */
static enum db_fault erase_all(struct db *db, sqlite3_stmt *statement, int64_t now_ms, unsigned *count)
{
    uint64_t ids[STEP_LINES];
    enum db_fault fault = DB_OK;
    int got = 0;

    *count = 0;
    while (*count < STEP_LINES && (got = db_step(statement)) > 0) {
        ids[(*count)++] = (uint64_t)sqlite3_column_int64(statement, 0);
    }
    if (got < 0) {
        return db_failed(db);
    }
    sqlite3_reset(statement);
    for (unsigned i = 0; i < *count && fault == DB_OK; i++) {
        fault = rows_erase(db, ids[i], "");
    }
    return fault == DB_OK && *count > 0 ? purge_owe(db, now_ms + PURGE_WAIT_MS) : fault;
}

static enum db_fault erase_old(struct db *db, unsigned days, int64_t now_ms, unsigned *count)
{
    /* Ids grow with time but for a clock that was set back: so the first lines are looked at, and no index of times is
     * needed. */
    sqlite3_stmt *find = db_statement(db, "SELECT id FROM (SELECT id, time FROM message ORDER BY id LIMIT ?1)"
                                          " WHERE time < ?2");

    if (find == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int(find, 1, STEP_LINES);
    sqlite3_bind_int64(find, 2, now_ms - (int64_t)days * day_ms);
    return erase_all(db, find, now_ms, count);
}

static enum db_fault erase_oldest(struct db *db, uint64_t most, int64_t now_ms, unsigned *count)
{
    sqlite3_stmt *find = db_statement(db, "SELECT id FROM message ORDER BY id LIMIT ?1");

    if (find == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int(find, 1, most < STEP_LINES ? (int)most : STEP_LINES);
    return erase_all(db, find, now_ms, count);
}

/* ---- rooms ---- */

/* *room: the one after it; 0: there is none. */
static enum db_fault next_room(struct db *db, int64_t *room)
{
    sqlite3_stmt *find = db_statement(db, "SELECT min(id) FROM room WHERE id > ?1");

    if (find == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(find, 1, *room);
    return read_number(db, find, room);
}

static enum db_fault erase_beyond(struct db *db, int64_t room, uint32_t lines, int64_t now_ms, unsigned *count)
{
    sqlite3_stmt *last =
        db_statement(db, "SELECT id FROM message WHERE room = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2");
    sqlite3_stmt *find =
        db_statement(db, "SELECT id FROM message WHERE room = ?1 AND id <= ?2 ORDER BY id LIMIT ?3");
    int64_t beyond = -1;
    enum db_fault fault;

    *count = 0;
    if (last == NULL || find == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(last, 1, room);
    sqlite3_bind_int64(last, 2, lines);
    fault = read_number(db, last, &beyond);
    if (fault != DB_OK || beyond < 0) {
        return fault;
    }
    sqlite3_bind_int64(find, 1, room);
    sqlite3_bind_int64(find, 2, beyond);
    sqlite3_bind_int(find, 3, STEP_LINES);
    return erase_all(db, find, now_ms, count);
}

static enum db_fault drop_if_empty(struct db *db, int64_t room)
{
    sqlite3_stmt *drop = db_statement(
        db, "DELETE FROM room WHERE id = ?1 AND topic = '' AND NOT EXISTS (SELECT 1 FROM message WHERE room = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM room_setting WHERE room = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM role WHERE room = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM ban WHERE room = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM mark WHERE room = ?1)");

    if (drop == NULL) {
        return db_failed(db);
    }
    sqlite3_bind_int64(drop, 1, room);
    return db_step(drop) == 0 ? DB_OK : db_failed(db);
}

/* Rooms from the one behind pass->room on.  *count: 0 when all have been looked at. */
static enum db_fault thin_rooms(struct db *db, uint32_t lines, int64_t now_ms, struct retention *pass, unsigned *count)
{
    enum db_fault fault = DB_OK;

    *count = 0;
    for (unsigned rooms = 0; fault == DB_OK && rooms < STEP_ROOMS; rooms++) {
        int64_t room = pass->room;
        bool is_ended = false;
        unsigned gone = 0;

        fault = next_room(db, &room);
        if (fault != DB_OK || room == 0) {
            return fault;
        }
        fault = rule_rows_is_ended(db, room, &is_ended);
        if (fault == DB_OK && (lines > 0 || is_ended)) {
            fault = erase_beyond(db, room, is_ended ? 0 : lines, now_ms, &gone);
        }
        if (fault == DB_OK && gone == STEP_LINES) {
            pass->lines += gone;
            *count = gone; /* there may be more: the same room again */
            return DB_OK;
        }
        if (fault == DB_OK) {
            fault = drop_if_empty(db, room);
        }
        pass->room = room;
        pass->lines += gone;
    }
    *count = 1;
    return fault;
}

/* ---- pages ---- */

struct pages {
    int64_t all, free, bytes; /* bytes: of a page */
};

static enum db_fault read_pages(struct db *db, struct pages *pages)
{
    enum db_fault fault = read_number(db, db_statement(db, "PRAGMA page_count"), &pages->all);

    if (fault == DB_OK) {
        fault = read_number(db, db_statement(db, "PRAGMA freelist_count"), &pages->free);
    }
    if (fault == DB_OK) {
        fault = read_number(db, db_statement(db, "PRAGMA page_size"), &pages->bytes);
    }
    return fault;
}

/* How many lines are too many.  All lines have their share of the size: what one of them gives free cannot be seen at
 * once, since FTS5 notes first what is gone, and forgets it when it merges that with what was there. */
static enum db_fault measure(struct db *db, uint64_t max_bytes, struct retention *pass)
{
    struct pages pages = {0};
    enum db_fault fault = read_pages(db, &pages);
    uint64_t used = (uint64_t)(pages.all - pages.free) * (uint64_t)pages.bytes;
    int64_t lines = 0;

    if (fault == DB_OK && used > max_bytes) {
        uint64_t wanted = max_bytes / 100 * BACK_TO_PERCENT;

        fault = read_number(db, db_statement(db, "SELECT count(*) FROM message"), &lines);
        pass->surplus = (uint64_t)((double)lines * ((double)(used - wanted) / (double)used)) + 1;
        pass->merge = PURGE_BEGINS;
    }
    pass->is_measured = fault == DB_OK;
    return fault;
}

static enum db_fault shrink(struct db *db, uint64_t max_bytes, int64_t now_ms, struct retention *pass, unsigned *count)
{
    enum db_fault fault = pass->is_measured ? DB_OK : measure(db, max_bytes, pass);

    if (fault == DB_OK && pass->surplus > 0) {
        fault = erase_oldest(db, pass->surplus, now_ms, count);
        pass->surplus = *count > 0 ? pass->surplus - *count : 0;
        pass->lines += *count;
    }
    return fault;
}

/* Lines that were erased owe a merge, and so does a database that is to become smaller.  Merging a large index writes
 * all of it anew: then it rests. */
static enum db_fault merge(struct db *db, int64_t now_ms, struct retention *pass, unsigned *count)
{
    bool is_resting = pass->rest_until_ms > now_ms && pass->rest_until_ms - now_ms < day_ms; /* the clock may go back */
    bool is_due = false;
    struct pages pages = {0};
    enum db_fault fault = DB_OK;

    if (pass->merge == PURGE_NONE && !is_resting) {
        fault = purge_is_due(db, now_ms, &is_due);
        pass->merge = is_due ? PURGE_BEGINS : PURGE_NONE;
    }
    if (fault != DB_OK || pass->merge == PURGE_NONE) {
        return fault;
    }
    fault = purge_step(db, &pass->merge);
    *count = pass->merge != PURGE_NONE ? STEP_PAGES : 0;
    if (fault == DB_OK && pass->merge == PURGE_NONE) {
        fault = read_pages(db, &pages);
        pass->rest_until_ms = now_ms + pages.all * REST_PER_PAGE_MS;
    }
    return fault;
}

static enum db_fault give_back(struct db *db, unsigned *count)
{
    struct pages pages = {0};
    enum db_fault fault = read_pages(db, &pages);
    sqlite3_stmt *vacuum;
    int got;

    *count = 0;
    if (fault != DB_OK || pages.free < FREE_PAGES_LEAST || pages.free < pages.all / FREE_PAGES_SHARE) {
        return fault;
    }
    vacuum = db_statement(db, "PRAGMA incremental_vacuum(64)"); /* STEP_PAGES; a row for each */
    if (vacuum == NULL) {
        return db_failed(db);
    }
    while ((got = db_step(vacuum)) > 0) {
    }
    *count = STEP_PAGES;
    return got == 0 ? DB_OK : db_failed(db);
}

/* ---- steps ---- */

/* *count: of lines, or what tells that the stage is not at its end. */
static enum db_fault take_step(struct db *db, const struct retention_limits *limits, int64_t now_ms,
                               struct retention *pass, unsigned *count)
{
    enum db_fault fault = DB_OK;

    *count = 0;
    switch ((enum stage)pass->stage) {
    case STAGE_DAYS:
        fault = limits->keep_days > 0 ? erase_old(db, limits->keep_days, now_ms, count) : DB_OK;
        pass->lines += *count;
        break;
    case STAGE_ROOMS:
        fault = thin_rooms(db, limits->keep_lines, now_ms, pass, count);
        break;
    case STAGE_RULES:
        fault = rule_rows_thin(db, now_ms, STEP_LINES, count);
        break;
    case STAGE_AUDIT:
        fault = trail_rows_thin(db, limits->audit_days > 0 ? now_ms - limits->audit_days * day_ms : INT64_MIN,
                                STEP_LINES, count);
        break;
    case STAGE_BYTES:
        fault = limits->max_bytes > 0 ? shrink(db, limits->max_bytes, now_ms, pass, count) : DB_OK;
        break;
    case STAGE_INDEX:
        fault = merge(db, now_ms, pass, count);
        break;
    case STAGE_PAGES:
        fault = give_back(db, count);
        break;
    case STAGE_END:
        break;
    }
    return fault;
}

enum db_fault retention_step(struct db *db, const struct retention_limits *limits, int64_t now_ms,
                             struct retention *pass, bool *more)
{
    struct retention next = *pass;
    unsigned count = 0;
    enum db_fault fault = db_begin(db);

    if (fault == DB_OK) {
        fault = take_step(db, limits, now_ms, &next, &count);
        fault = fault == DB_OK ? db_commit(db) : fault;
    }
    if (fault != DB_OK) {
        db_roll_back(db, fault);
        *more = true;
        return fault;
    }
    if (count == 0) {
        next.stage++;
    }
    if (pass->merge != PURGE_NONE && next.merge == PURGE_NONE) {
        db_checkpoint(db); /* what is gone from the index goes from the file too, and from the log beside it */
    }
    *pass = next;
    *more = next.stage < STAGE_END;
    return DB_OK;
}

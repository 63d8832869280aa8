/* store/db.c: opening, and faults.
 *
 * The lock is an open file description lock on a byte far beyond the file's end: it ends with the process whatever
 * kills it, and never waits for anybody.  SQLite's own locks are the process's, and closing any descriptor of the
 * file ends them: so the lock's descriptor is closed last. */
#include "config.h"

#include "store/db.h"

#include "base/check.h"
#include "base/mem.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    MOST_STATEMENTS = 96,
    WHY_BYTES = 512,
    FILE_MODE = 0600, /* private lines are in it; SQLite makes its other files like it */
};

/* Any byte will do that SQLite never locks, which has those from 2^30 on. */
static const off_t lock_byte = (off_t)1 << 40;

struct statement {
    const char *sql; /* a literal: its address is the key */
    sqlite3_stmt *statement;
};

struct db {
    char *path;
    unsigned busy_ms, openings, moves;
    int lock; /* a descriptor of the file; -1: not open */
    sqlite3 *connection;
    struct statement statements[MOST_STATEMENTS];
    size_t count;
    char why[WHY_BYTES];
};

static const struct {
    const char *name, *text;
    bool may_pass;
} faults[DB_FAULTS] = {
    [DB_OK] = {"", "", true},
    [DB_FULL] = {"disk-full", "the disk is full", true},
    [DB_READ_ONLY] = {"read-only", "it cannot be written to", true},
    [DB_BUSY] = {"busy", "another program keeps it locked", true},
    [DB_FAILING] = {"disk-fails", "the disk fails", true},
    [DB_CORRUPT] = {"damaged", "the database is damaged", true},
    [DB_IN_USE] = {"in-use", "another chatd that runs has it open", false},
    [DB_NEWER] = {"newer", "a newer chatd has made it", false},
    [DB_FOREIGN] = {"foreign", "this is no database of chatd", false},
    [DB_NO_ACCESS] = {"no-access", "it cannot be opened", false},
};

const char *db_fault_name(enum db_fault fault)
{
    return faults[fault].name;
}

bool db_fault_may_pass(enum db_fault fault)
{
    return faults[fault].may_pass;
}

static enum db_fault fail(struct db *db, enum db_fault fault, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* fmt: what else there is to say, or "". */
static enum db_fault fail(struct db *db, enum db_fault fault, const char *fmt, ...)
{
    char more[WHY_BYTES / 2];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(more, sizeof(more), fmt, ap);
    va_end(ap);
    snprintf(db->why, sizeof(db->why), "%s: %s%s%s", db->path, faults[fault].text, *more != '\0' ? ": " : "", more);
    return fault;
}

/* The system's word for why the file cannot be opened. */
static enum db_fault fault_of_errno(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return DB_FULL;
    case EROFS:
        return DB_READ_ONLY;
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return DB_FAILING;
    default:
        return DB_NO_ACCESS;
    }
}

static enum db_fault fault_of_code(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return DB_FULL;
    case SQLITE_READONLY:
        return DB_READ_ONLY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DB_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
        return DB_CORRUPT;
    case SQLITE_NOTADB:
        return DB_FOREIGN;
    default:
        return DB_FAILING;
    }
}

static bool is_read_only_now(const struct db *db)
{
    struct statvfs st;

    return statvfs(db->path, &st) == 0 && (st.f_flag & ST_RDONLY) != 0;
}

enum db_fault db_failed(struct db *db)
{
    int code = sqlite3_extended_errcode(db->connection), error = sqlite3_system_errno(db->connection);
    enum db_fault fault = fault_of_code(code);

    /* SQLite tells of a full disk as such only where a write came short, and of a file system that has become
     * read-only while it has files open, as a kernel makes it after an error, not at all. */
    if (fault == DB_FAILING && (error == ENOSPC || error == EDQUOT)) {
        fault = DB_FULL;
    } else if (fault == DB_FAILING && (error == EROFS || is_read_only_now(db))) {
        fault = DB_READ_ONLY;
    } else if ((code & 0xff) == SQLITE_CANTOPEN) { /* a file beside the database */
        fault = fault_of_errno(error);
    } else if (fault == DB_FOREIGN && db->count > 0) { /* it was one */
        fault = DB_CORRUPT;
    }
    return fail(db, fault, "%s", sqlite3_errmsg(db->connection));
}

/* ---- opening ---- */

struct db *db_new(const struct db_spec *spec)
{
    struct db *db = mem_zalloc(sizeof(*db));

    db->path = mem_strdup(spec->path);
    db->busy_ms = spec->busy_ms;
    db->lock = -1;
    return db;
}

void db_free(struct db *db)
{
    if (db != NULL) {
        db_close(db);
        free(db->path);
        free(db);
    }
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < db->count; i++) {
        sqlite3_finalize(db->statements[i].statement);
    }
    db->count = 0;
    if (db->connection != NULL) {
        CHECK(sqlite3_close(db->connection) == SQLITE_OK);
        db->connection = NULL;
    }
    if (db->lock >= 0) {
        close(db->lock);
        db->lock = -1;
    }
}

/* Whether the open file is still the one at the path: somebody may have moved it away, or put a backup there. */
static bool is_in_place(const struct db *db)
{
    struct stat there, mine;

    return stat(db->path, &there) == 0 && fstat(db->lock, &mine) == 0 && there.st_ino == mine.st_ino &&
           there.st_dev == mine.st_dev;
}

static enum db_fault take_lock(struct db *db)
{
    struct flock byte = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = lock_byte, .l_len = 1};
    struct stat st;

    db->lock = open(db->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, FILE_MODE);
    if (db->lock < 0) {
        int error = errno;

        return fail(db, fault_of_errno(error), "%s", strerror(error));
    }
    if (fstat(db->lock, &st) == 0 && !S_ISREG(st.st_mode)) {
        return fail(db, DB_NO_ACCESS, "it is no file");
    }
    if (fcntl(db->lock, F_OFD_SETLK, &byte) != 0) {
        int error = errno;

        return error == EAGAIN || error == EACCES ? fail(db, DB_IN_USE, "%s", "")
                                                  : fail(db, fault_of_errno(error), "no lock: %s", strerror(error));
    }
    return DB_OK;
}

static enum db_fault complete_schema(struct db *db)
{
    int version = 0;

    switch (schema_look(db->connection, &version)) {
    case SCHEMA_FAILED:
        return db_failed(db);
    case SCHEMA_NEWER:
        return fail(db, DB_NEWER, "its schema has version %d, and this one knows up to %d", version,
                    schema_version());
    case SCHEMA_FOREIGN:
        return fail(db, DB_FOREIGN, "%s", "");
    case SCHEMA_FITS:
        break;
    }
    /* Before the first table: later it would take a copy of the whole. */
    if (version == 0 &&
        sqlite3_exec(db->connection, "PRAGMA auto_vacuum = INCREMENTAL", NULL, NULL, NULL) != SQLITE_OK) {
        return db_failed(db);
    }
    /* 16 MB of cache and of log, from which the pages go into the database when a commit finds the log so long. */
    if (sqlite3_exec(db->connection,
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                     "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096;"
                     "PRAGMA journal_size_limit = 33554432; PRAGMA secure_delete = ON;",
                     NULL, NULL, NULL) != SQLITE_OK ||
        schema_bring_up(db->connection, version, schema_version()) != SQLITE_OK) {
        return db_failed(db);
    }
    return DB_OK;
}

static enum db_fault connect_to(struct db *db)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

    if (sqlite3_open_v2(db->path, &db->connection, flags, NULL) != SQLITE_OK) {
        return db->connection != NULL ? db_failed(db) : fail(db, DB_FAILING, "there is no memory");
    }
    sqlite3_extended_result_codes(db->connection, 1);
    sqlite3_busy_timeout(db->connection, (int)db->busy_ms);
    return complete_schema(db);
}

void db_checkpoint(struct db *db)
{
    sqlite3_busy_timeout(db->connection, 0); /* a reader keeps it from that: another time */
    sqlite3_wal_checkpoint_v2(db->connection, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db->connection, (int)db->busy_ms);
}

enum db_fault db_open(struct db *db)
{
    enum db_fault fault;

    if (db->connection != NULL) {
        if (is_in_place(db)) {
            return DB_OK;
        }
        /* SQLite leaves the log of a file that was moved, and drops it when it finds a new file beside it. */
        db_checkpoint(db);
        db_close(db);
        db->moves++;
    }
    db->why[0] = '\0';
    fault = take_lock(db);
    if (fault == DB_OK) {
        fault = connect_to(db);
    }
    if (fault != DB_OK) {
        db_close(db);
    }
    db->openings += fault == DB_OK;
    return fault;
}

unsigned db_openings(const struct db *db)
{
    return db->openings;
}

unsigned db_moves(const struct db *db)
{
    return db->moves;
}

bool db_is_open(const struct db *db)
{
    return db->connection != NULL;
}

const char *db_why(const struct db *db)
{
    return db->why;
}

const char *db_path(const struct db *db)
{
    return db->path;
}

/* ---- statements ---- */

struct sqlite3 *db_connection(struct db *db)
{
    return db->connection;
}

struct sqlite3_stmt *db_statement(struct db *db, const char *sql)
{
    struct statement *new;

    for (size_t i = 0; i < db->count; i++) {
        if (db->statements[i].sql == sql) {
            sqlite3_reset(db->statements[i].statement);
            sqlite3_clear_bindings(db->statements[i].statement);
            return db->statements[i].statement;
        }
    }
    CHECK(db->count < MOST_STATEMENTS);
    new = &db->statements[db->count];
    if (sqlite3_prepare_v3(db->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &new->statement, NULL) != SQLITE_OK) {
        return NULL;
    }
    new->sql = sql;
    db->count++;
    return new->statement;
}

sqlite3_stmt *db_with_id(struct db *db, const char *sql, int64_t id)
{
    sqlite3_stmt *statement = db_statement(db, sql);

    if (statement != NULL) {
        sqlite3_bind_int64(statement, 1, id);
    }
    return statement;
}

int db_step(struct sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);

    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : -1;
}

enum db_fault db_run(struct db *db, struct sqlite3_stmt *statement)
{
    return statement != NULL && db_step(statement) == 0 ? DB_OK : db_failed(db);
}

void db_bind_text(struct sqlite3_stmt *statement, int number, const char *text)
{
    sqlite3_bind_text(statement, number, text, -1, SQLITE_STATIC);
}

const char *db_column_text(sqlite3_stmt *statement, int number)
{
    const char *text = (const char *)sqlite3_column_text(statement, number);

    return text != NULL ? text : "";
}

enum db_fault db_exec(struct db *db, const char *sql)
{
    return sqlite3_exec(db->connection, sql, NULL, NULL, NULL) == SQLITE_OK ? DB_OK : db_failed(db);
}

/* A statement that is not at its end would keep a transaction open. */
static void reset_all(struct db *db)
{
    for (size_t i = 0; i < db->count; i++) {
        sqlite3_reset(db->statements[i].statement);
    }
}

enum db_fault db_begin(struct db *db)
{
    return db_exec(db, "BEGIN IMMEDIATE");
}

enum db_fault db_commit(struct db *db)
{
    reset_all(db);
    return db_exec(db, "COMMIT");
}

void db_roll_back(struct db *db, enum db_fault fault)
{
    reset_all(db);
    if (!sqlite3_get_autocommit(db->connection)) {
        sqlite3_exec(db->connection, "ROLLBACK", NULL, NULL, NULL);
    }
    /* After another program's lock, or a disk that was full, the connection is as good as before.  Otherwise the next
     * attempt begins anew, with the file that is there then. */
    if (fault != DB_BUSY && fault != DB_FULL) {
        db_close(db);
    }
}

enum db_fault db_last_id(struct db *db, uint64_t *id)
{
    sqlite3_stmt *statement = db_statement(db, "SELECT max(id) FROM message");

    if (statement == NULL || db_step(statement) < 0) {
        return db_failed(db);
    }
    *id = (uint64_t)sqlite3_column_int64(statement, 0); /* NULL: 0 */
    sqlite3_reset(statement);
    return DB_OK;
}

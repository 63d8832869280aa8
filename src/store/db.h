/* store/db.h: the database: opened, locked against another chatd, brought up to the newest schema, closed; and what
 * is wrong with it, in words.
 *
 * SQLite in WAL mode with synchronous=FULL: what is committed is on the disk, and a power failure leaves a whole
 * database.  As long as it is open, a lock on a byte of the file that SQLite does not use keeps other chatds out;
 * sqlite3(1) and other readers are free to look.
 *
 * One thread at a time; which one may change. */
#ifndef CHATD_STORE_DB_H
#define CHATD_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct sqlite3;
struct sqlite3_stmt;

/* What is wrong.  The first group can end by itself while the process runs; the second is for somebody to put right. */
enum db_fault {
    DB_OK,
    DB_FULL,      /* the disk, or a quota */
    DB_READ_ONLY, /* the file system, or the file */
    DB_BUSY,      /* another program keeps the database locked */
    DB_FAILING,   /* the disk: input or output errors, no memory, no descriptors */
    DB_CORRUPT,   /* the file is damaged */

    DB_IN_USE,    /* by another chatd */
    DB_NEWER,     /* the schema of a newer chatd */
    DB_FOREIGN,   /* no database, or another program's */
    DB_NO_ACCESS, /* no such folder, no right to it, a folder */
    DB_FAULTS
};

/* A word of a to z and '-': "disk-full"; "" for DB_OK. */
const char *db_fault_name(enum db_fault fault);
/* True for those that a later attempt may find gone. */
bool db_fault_may_pass(enum db_fault fault);

/* All of it is copied. */
struct db_spec {
    const char *path;
    unsigned busy_ms; /* how long to wait for another program's lock; 0 to not wait */
};

/* Nothing is opened yet. */
struct db *db_new(const struct db_spec *spec);
/* Closes it too. */
void db_free(struct db *db);

/* Opens it, makes it when there is none, completes the schema.  Open already: only looks whether the file is still
 * the one at the path, and opens that otherwise.  On a fault it is closed. */
enum db_fault db_open(struct db *db);
void db_close(struct db *db);
bool db_is_open(const struct db *db);
/* The last fault as a sentence without its end, "chatd.db: the disk is full"; "" when there was none. */
const char *db_why(const struct db *db);
const char *db_path(const struct db *db);

/* What follows is for an open database. */

struct sqlite3 *db_connection(struct db *db);
/* The statement of a literal, prepared at its first use and kept; reset, its parameters NULL.  NULL on a fault. */
struct sqlite3_stmt *db_statement(struct db *db, const char *sql);
/* Takes one step: 1 for a row, 0 for the end, -1 on a fault. */
int db_step(struct sqlite3_stmt *statement);
/* Runs what gives no rows. */
enum db_fault db_exec(struct db *db, const char *sql);
/* What the last call to SQLite has failed of, which db_why() tells from now on. */
enum db_fault db_failed(struct db *db);
/* A transaction that writes.  After a fault: rolled back, and closed where the file may not be what it was. */
enum db_fault db_begin(struct db *db);
enum db_fault db_commit(struct db *db);
void db_roll_back(struct db *db, enum db_fault fault);
/* The greatest id of a message; 0 if there is none. */
enum db_fault db_last_id(struct db *db, uint64_t *id);

#endif

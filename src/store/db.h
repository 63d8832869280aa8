/* store/db.h: opens the database, locks it against other chatds, brings it up to the newest schema, closes it, and
 * describes its faults in words.
 *
 * SQLite in WAL mode with synchronous=FULL: what is committed is on the disk, and a power failure does not damage the
 * database.  While the database is open, a lock on a byte of the file that SQLite does not use keeps other chatds out.
 * sqlite3(1) and other programs can read it.
 *
 * Any thread, one at a time. */
#ifndef CHATD_STORE_DB_H
#define CHATD_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct sqlite3;
struct sqlite3_stmt;

/* What is wrong.  A fault of the first group may be gone at a later attempt; one of the second group is not
 * retried when the server starts. */
enum db_fault {
    DB_OK,
    DB_FULL,      /* the disk is full, or a quota is used up */
    DB_READ_ONLY, /* the file system or the file cannot be written */
    DB_BUSY,      /* another program keeps the database locked */
    DB_FAILING,   /* input or output errors, no memory, no descriptors, other errors */
    DB_CORRUPT,   /* the file is damaged */

    DB_IN_USE,    /* another chatd has it open */
    DB_NEWER,     /* its schema is that of a newer chatd */
    DB_FOREIGN,   /* the file is no database, or another program's */
    DB_NO_ACCESS, /* the folder does not exist, permission is denied, or the path is not a regular file */
    DB_FAULTS
};

/* The fault's name, of a to z and '-', such as "disk-full"; "" for DB_OK. */
const char *db_fault_name(enum db_fault fault);
/* Returns true for DB_OK and the first group. */
bool db_fault_may_pass(enum db_fault fault);

/* How a database is opened; copied by db_new(). */
struct db_spec {
    const char *path;
    unsigned busy_ms; /* how long to wait for another program's lock; 0 to not wait */
};

/* Does not open the database. */
struct db *db_new(const struct db_spec *spec);
/* Closes the database if it is open, and frees db, which may be NULL. */
void db_free(struct db *db);

/* Opens the database and completes its schema; makes a database if there is none.  If it is open already, only checks
 * that its file is still the one at the path, and otherwise closes it, whole as it is, and opens that one.  After a
 * fault it is closed. */
enum db_fault db_open(struct db *db);
void db_close(struct db *db);
bool db_is_open(const struct db *db);
/* How often it has been opened: what was known of an earlier file may not hold for the one that is open now. */
unsigned db_openings(const struct db *db);
/* How often the file that was open was no longer the one at the path. */
unsigned db_moves(const struct db *db);
/* The last fault as a sentence without its full stop, "chatd.db: the disk is full"; "" if there was none since the
 * database was last opened. */
const char *db_why(const struct db *db);
const char *db_path(const struct db *db);

/* The functions below need the database open. */

struct sqlite3 *db_connection(struct db *db);
/* The prepared statement of sql, which is a string literal: prepared at its first use, and kept until the database is
 * closed.  It is reset, and its parameters are NULL.  Returns NULL on a fault. */
struct sqlite3_stmt *db_statement(struct db *db, const char *sql);
/* The same, with its first parameter set to id. */
struct sqlite3_stmt *db_with_id(struct db *db, const char *sql, int64_t id);
/* Takes one step of a statement.  Returns 1 for a row, 0 for the end, -1 on a fault. */
int db_step(struct sqlite3_stmt *statement);
/* Runs a statement that gives no rows; NULL is db_statement()'s fault. */
enum db_fault db_run(struct db *db, struct sqlite3_stmt *statement);
/* Sets a parameter, counted from 1, to text, which must live until the statement was run. */
void db_bind_text(struct sqlite3_stmt *statement, int number, const char *text);
/* The text of a column, counted from 0, until the next step; "" if it is NULL. */
const char *db_column_text(struct sqlite3_stmt *statement, int number);
/* Runs SQL that gives no rows. */
enum db_fault db_exec(struct db *db, const char *sql);
/* The fault of the last call to SQLite, which has failed; db_why() describes it from now on. */
enum db_fault db_failed(struct db *db);
/* A transaction that writes.  After a fault the caller calls db_roll_back(), which also closes the database unless the
 * fault is DB_BUSY or DB_FULL: the file may not be what it was. */
enum db_fault db_begin(struct db *db);
enum db_fault db_commit(struct db *db);
void db_roll_back(struct db *db, enum db_fault fault);
/* Moves what is in the write-ahead log into the database, and empties the log, unless somebody reads there just now. */
void db_checkpoint(struct db *db);
/* The greatest id of a message; 0 if there is none. */
enum db_fault db_last_id(struct db *db, uint64_t *id);

#endif

/* tests/integration/raw_db.h: the daemon's database as another program has it. */
#ifndef CHATD_TESTS_RAW_DB_H
#define CHATD_TESTS_RAW_DB_H

#include <sqlite3.h>
#include <stdbool.h>

/* Where tests have the database. */
const char *raw_db_path(void);
/* Opens the database there; the caller closes it with sqlite3_close(). */
sqlite3 *raw_db_open(void);
/* Makes the database of a file of tests/databases, "v1.sql"; returns false if there is none. */
bool raw_db_restore(const char *name);
/* Runs SQL that gives no rows. */
void raw_db_run(sqlite3 *raw, const char *sql);
/* The text of the one value that a query gives; freed after the test. */
const char *raw_db_ask(sqlite3 *raw, const char *sql);
/* The number of lines that are written. */
unsigned raw_db_lines(sqlite3 *raw);
/* Waits until there are at least so many lines. */
void raw_db_await_at_least(sqlite3 *raw, unsigned count);
/* Waits until there are so many lines, and asserts that there are no more. */
void raw_db_await(sqlite3 *raw, unsigned count);

#endif

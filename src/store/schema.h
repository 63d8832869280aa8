/* store/schema.h: the schema of the database, and how an older schema becomes a newer one.
 *
 * The schema is the result of steps.  A new database takes all of them, an older one those that it lacks.  Each step is
 * one transaction, which also writes the number of the step as SQLite's user_version.  A step that was released is
 * never changed: a change is a further step, and a database of each version is kept for the tests
 * (tests/databases/keep.sh).
 *
 * Any thread, one at a time for each connection. */
#ifndef CHATD_STORE_SCHEMA_H
#define CHATD_STORE_SCHEMA_H

struct sqlite3;

/* The application_id that SQLite stores in chatd's databases: "chat". */
enum { SCHEMA_APPLICATION = 0x63686174 };

enum schema_fit {
    SCHEMA_FITS,    /* the newest schema; or an older one or an empty file, which schema_bring_up() completes */
    SCHEMA_NEWER,   /* the schema of a newer chatd */
    SCHEMA_FOREIGN, /* a database of another program */
    SCHEMA_FAILED,  /* the database could not be read; sqlite3_errcode() tells why */
};

/* The version that this program knows, which is the number of steps. */
int schema_version(void);
/* Finds out which schema the database has, without changing it.  With SCHEMA_FITS and SCHEMA_NEWER, *version is set to
 * its version, 0 for an empty file. */
enum schema_fit schema_look(struct sqlite3 *connection, int *version);
/* Takes the steps after number have, up to number want.  Returns SQLITE_OK, or SQLite's code if a step has failed; the
 * steps before it stay. */
int schema_bring_up(struct sqlite3 *connection, int have, int want);

#endif

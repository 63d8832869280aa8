/* store/schema.h: what stands in the database, and how an older one becomes a newer one.
 *
 * The schema is the result of steps.  A new database goes through all of them, an older one through those that it
 * lacks; each step is one transaction, which also writes the number of the step as SQLite's user_version.  A step that
 * a release has shipped is never changed: a change is a further step.
 *
 * Any thread, as long as one at a time uses the connection. */
#ifndef CHATD_STORE_SCHEMA_H
#define CHATD_STORE_SCHEMA_H

struct sqlite3;

/* SQLite's application_id of chatd's databases: "chat". */
enum { SCHEMA_APPLICATION = 0x63686174 };

enum schema_fit {
    SCHEMA_FITS,    /* the newest there is, or an older one or an empty file, which schema_bring_up() completes */
    SCHEMA_NEWER,   /* of a newer chatd */
    SCHEMA_FOREIGN, /* a database of another program */
    SCHEMA_FAILED,  /* the database could not be read: sqlite3_errcode() says why */
};

/* The version that this program knows, which is the number of steps. */
int schema_version(void);
/* Reads only. *version: that of the database, 0 for an empty one; set with SCHEMA_FITS and SCHEMA_NEWER. */
enum schema_fit schema_look(struct sqlite3 *connection, int *version);
/* Takes the steps after number have, up to number want.  SQLITE_OK, or SQLite's code for why a step has failed; the
 * steps before it stay. */
int schema_bring_up(struct sqlite3 *connection, int have, int want);

#endif

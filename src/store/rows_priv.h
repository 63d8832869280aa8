/* store/rows_priv.h: what rows.c and rows_read.c share. */
#ifndef CHATD_STORE_ROWS_PRIV_H
#define CHATD_STORE_ROWS_PRIV_H

#include "store/db.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

static inline void rows_bind_text(sqlite3_stmt *statement, int number, const char *text, size_t len)
{
    sqlite3_bind_text(statement, number, text, (int)len, SQLITE_STATIC);
}

static inline void rows_bind_id(sqlite3_stmt *statement, int number, uint64_t id)
{
    sqlite3_bind_int64(statement, number, id <= INT64_MAX ? (sqlite3_int64)id : INT64_MAX);
}

/* Sets *room to the row of a room, 0 if there is none, and *name, unless that is NULL, to its name, for the caller to
 * free. */
enum db_fault rows_find_room(struct db *db, const char *folded, int64_t *room, char **name);

#endif

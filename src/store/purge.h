/* store/purge.h: takes the words of erased lines out of the index.
 *
 * FTS5 notes of an erased row at first only that it is gone: its words, and their places in the text, stay in the file
 * until that piece of the index is merged with the note, which can be never.  So whoever erases lines owes a merge of
 * the whole index.  The debt is in the database: it outlives the process.  A merge is taken in small steps; one that
 * a stop has cut short is begun again.
 *
 * Any thread, one at a time for each database, which must be open. */
#ifndef CHATD_STORE_PURGE_H
#define CHATD_STORE_PURGE_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PURGE_AT_ONCE = 0,                       /* as a time that is due: by the next pass */
    PURGE_WAIT_MS = 24 * 60 * 60 * 1000,     /* for lines that nobody has asked to erase: they have grown too old */
};

/* How far the merge has come. */
enum purge { PURGE_NONE, PURGE_BEGINS, PURGE_GOES_ON };

/* Notes within the caller's transaction that lines were erased, so the index is to be merged at due_ms (UTC) or
 * earlier; a merge that is under way does not count. */
enum db_fault purge_owe(struct db *db, int64_t due_ms);

/* Whether a merge is owed now, or was begun and not ended. */
enum db_fault purge_is_due(struct db *db, int64_t now_ms, bool *is_due);

/* Takes a step within the caller's transaction: it writes so many pages, more or less.  *purge becomes PURGE_GOES_ON,
 * or PURGE_NONE when the merge is at its end. */
enum db_fault purge_step(struct db *db, enum purge *purge);

#endif

/* store/profile_rows.h: reads and writes what is kept with accounts: settings and read marks.
 *
 * Any thread, one at a time for each database.  Each function needs the database open. */
#ifndef CHATD_STORE_PROFILE_ROWS_H
#define CHATD_STORE_PROFILE_ROWS_H

#include "store/db.h"
#include "store/parcel.h"

#include <stddef.h>
#include <stdint.h>

/* These functions write, within the caller's transaction; after a fault, the caller rolls that back.  They do nothing
 * if there is no such account. */

/* Sets the value of a setting, len bytes; "" removes the setting. */
enum db_fault profile_rows_set(struct db *db, int64_t account, const char *setting, const char *value, size_t len);
/* Writes a PARCEL_MARK for the room with that row: moves the account's mark to the room's last line, of those up to the
 * item's id; if there is none, to the last such line of all rooms, or to the item's time.  A mark never moves back.
 * The account keeps at most PROFILE_ROWS_MARKS. */
enum db_fault profile_rows_mark(struct db *db, const struct parcel_item *item, int64_t room);
enum { PROFILE_ROWS_MARKS = 256 };

struct profile_setting {
    char *setting, *value;
};

struct profile_room {
    int64_t row; /* of the room */
    char *name, *folded;
    uint64_t mark;
    int64_t time_ms; /* of the mark's line, since 1970 (UTC) */
    uint64_t lines;  /* after it, at most most_lines */
};

/* What belongs to an account. */
struct profile_rows {
    /* Parameters: */
    int64_t account;
    char *room_folded; /* owned; only this room, and no settings; NULL for all */
    uint32_t most_rooms, most_lines;
    /* Result: */
    struct profile_setting *settings;
    size_t settings_count;
    struct profile_room *rooms; /* with lines after their marks, those with the newest marks first */
    size_t rooms_count;
    uint32_t rest; /* such rooms beyond most_rooms */
};

void profile_rows_fini(struct profile_rows *rows);
/* Reads it.  After a fault, leaves the database as db_roll_back() does. */
enum db_fault profile_rows_read(struct db *db, struct profile_rows *rows);

#endif

/* store/trail_rows.h: writes entries of the audit trail to the database, reads them and erases old ones.
 *
 * Any thread, one at a time for each database.  Each function needs the database open. */
#ifndef CHATD_STORE_TRAIL_ROWS_H
#define CHATD_STORE_TRAIL_ROWS_H

#include "store/db.h"
#include "store/parcel.h"

#include <stdbool.h>
#include <stdint.h>

/* Writes an entry, within the caller's transaction. */
enum db_fault trail_rows_add(struct db *db, const struct parcel_item *item);

struct trail_query {
    int64_t since_ms, after; /* as in struct store_audit */
    uint32_t max_entries;
};

struct trail_page {
    struct parcel entries; /* the oldest first */
    bool is_more;
    int64_t next; /* the after of the next read */
};

/* Reads entries.  *page is zeroed at first; the caller calls parcel_fini(&page->entries).  After a fault, leaves the
 * database as db_roll_back() does. */
enum db_fault trail_rows_read(struct db *db, const struct trail_query *query, struct trail_page *page);

/* Erases entries from before a time (since 1970), and those of rooms that are followed by TRAIL_ROWS_MOST others, the
 * oldest first, at most so many of each, within the caller's transaction.  Sets *count to their number. */
enum { TRAIL_ROWS_MOST = 1000000 };
enum db_fault trail_rows_thin(struct db *db, int64_t before_ms, unsigned most, unsigned *count);

#endif

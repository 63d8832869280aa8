/* store/rows.h: writes parcels to the database.
 *
 * Any thread, one at a time for each database.  Each function needs the database open.  After a fault, rows_write()
 * leaves it as db_roll_back() does. */
#ifndef CHATD_STORE_ROWS_H
#define CHATD_STORE_ROWS_H

#include "store/parcel.h"
#include "store/db.h"

/* Writes all items of the parcel in one transaction: all are on the disk, or none.  A line that is stored already is
 * skipped, so a parcel can be written again if it is not known whether it was written.  If another line has its id, it
 * gets the next id that is free. */
enum db_fault rows_write(struct db *db, const struct parcel *parcel);

/* Erases one line, and its words from the index, within the caller's transaction; after a fault, the caller rolls that
 * back.  Does nothing if there is no such line, or if room_folded is neither "" nor its room. */
enum db_fault rows_erase(struct db *db, uint64_t id, const char *room_folded);

#endif

/* store/bans_db.h: the bans of the whole server in the database, behind the port of chat/port_bans.h.
 *
 *   keep(), drop() --> [changes, in order] --> one job of the store's lane at a time, one transaction
 *
 * Changes that cannot be written wait, and are tried again.  Loop thread only. */
#ifndef CHATD_STORE_BANS_DB_H
#define CHATD_STORE_BANS_DB_H

#include "base/clock.h"
#include "base/lane.h"
#include "base/timeq.h"
#include "chat/port_bans.h"
#include "store/db.h"

/* All of it is borrowed.  Reads db at once if it is open; after that only jobs in the lane use it.  Never fails: rows
 * that cannot be read now are read later. */
struct bans_store *bans_db_new(struct lane *lane, struct db *db, struct clock *clock);
/* The queue that a loop runs: what has failed is tried again. */
struct timeq *bans_db_timeq(struct bans_store *bans);
/* Has what waits written, and frees the rest; called before the database ends. */
void bans_db_end(struct bans_store *bans);

#endif

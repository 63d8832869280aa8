/* store/store_sqlite.h: the store that keeps lines in a database, so that they outlive the process.
 *
 * Its newest lines are in memory too, in a store of that kind (store/store_memory.h), which answers what it can by
 * itself: all of a room from the first line on that it has.  Everything else is read from the database (store/asks.h).
 * Writing is in store/writer.h; from time to time old lines are taken out (store/retention.h).
 *
 * When the database fails, lines wait for it within a bound, and reads are answered from memory.  Loop thread only. */
#ifndef CHATD_STORE_STORE_SQLITE_H
#define CHATD_STORE_STORE_SQLITE_H

#include "base/lane.h"
#include "base/strbuf.h"
#include "base/timeq.h"
#include "chat/ports.h"
#include "store/retention.h"
#include "store/rings.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_sqlite_limits {
    struct rings_limits memory;
    struct writer_limits writing;
    struct retention_limits keeping;
};

enum store_sqlite_opened {
    STORE_SQLITE_OPEN,
    STORE_SQLITE_LATER,   /* it cannot be opened just now, and is tried again: the store is there */
    STORE_SQLITE_TAKEN,   /* another chatd that runs has it */
    STORE_SQLITE_REFUSED, /* somebody must put that right */
};

/* Opens the database at path; lane is for this store alone, and ends after it.  why: appended unless it is open.
 * *store is NULL when it is taken or refused. */
enum store_sqlite_opened store_sqlite_new(struct store **store, const char *path, struct lane *lane,
                                          struct clock *clock, const struct store_sqlite_limits *limits,
                                          struct strbuf *why);
/* Queues for a loop to run, at most STORE_SQLITE_TIMEQS; how many.  They stay until the store's end. */
enum { STORE_SQLITE_TIMEQS = 3 };
size_t store_sqlite_timeqs(struct store *store, struct timeq **timeqs);
/* The greatest id of a line that was there when the database was opened; 0 if there was none. */
uint64_t store_sqlite_last_id(const struct store *store);
/* The database, for others that keep things there: used in jobs of the lane alone, or before the lane has any job; they
 * end before the store does. */
struct db *store_sqlite_db(const struct store *store);
/* Lets go what an account has said, as far as it is in memory alone or counted.  The database's part is the caller's:
 * with a waiter, it is told when all that was said before is there, as by writer_wait(). */
bool store_sqlite_erase(struct store *store, int64_t account, struct writer_waiter *waiter);
void store_sqlite_stop_waiting(struct store *store, struct writer_waiter *waiter);
/* After a reload. */
void store_sqlite_set_limits(struct store *store, const struct store_sqlite_limits *limits);

#endif

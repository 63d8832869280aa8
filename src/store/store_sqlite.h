/* store/store_sqlite.h: the store that keeps lines in a database, so that they outlive the process.
 *
 * The newest lines are in memory too, in a store of their own (store/store_memory.h).  A read is answered from memory
 * if all lines that it asks for are there; other reads, and all searches, go to the database (store/asks.h).  Lines are
 * written by store/writer.h.  From time to time old lines are erased (store/retention.h).
 *
 * If the database fails, lines wait for it within a bound, and reads are answered from memory.  Loop thread only. */
#ifndef CHATD_STORE_STORE_SQLITE_H
#define CHATD_STORE_STORE_SQLITE_H

#include "base/lane.h"
#include "base/strbuf.h"
#include "base/timeq.h"
#include "chat/port_store.h"
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
    STORE_SQLITE_LATER,   /* it cannot be opened just now; the store is made, and tries again */
    STORE_SQLITE_TAKEN,   /* another running chatd has it open */
    STORE_SQLITE_REFUSED, /* it cannot be opened, and trying again is of no use */
};

/* Opens the database at path, at once.  lane has one thread, and ends after the store; all jobs that use the database
 * are pushed to it.  If the database cannot be opened, the reason is appended to why.  *store is NULL if the database
 * is taken or refused. */
enum store_sqlite_opened store_sqlite_new(struct store **store, const char *path, struct lane *lane,
                                          struct clock *clock, const struct store_sqlite_limits *limits,
                                          struct strbuf *why);
/* Sets timeqs to the store's queues, which a loop runs until the store's end; returns their number, at most
 * STORE_SQLITE_TIMEQS. */
enum { STORE_SQLITE_TIMEQS = 3 };
size_t store_sqlite_timeqs(struct store *store, struct timeq **timeqs);
/* Calls go_on with the greatest id of a line in the database, 0 if there is none: at once, and again from the loop
 * whenever a database is opened that has a greater one than was known.  New lines must have greater ids. */
void store_sqlite_tell_last_id(struct store *store, void (*go_on)(void *ctx, uint64_t last_id), void *ctx);
/* The database, for other modules that store data in it.  They use it only in jobs of the lane, or before the lane has
 * any job, and end before the store does. */
struct db *store_sqlite_db(const struct store *store);
/* What is kept with accounts, in the same database; ends with the store. */
struct profiles *store_sqlite_profiles(struct store *store);
/* Drops the lines of an account from memory, and the counts of lines; the caller erases those in the database.  If
 * waiter is not NULL, waits as writer_wait() does until lines appended before are written.  Returns true if waiter
 * waits. */
bool store_sqlite_erase(struct store *store, int64_t account, struct writer_waiter *waiter);
/* The waiter's ready() is not called any more. */
void store_sqlite_stop_waiting(struct store *store, struct writer_waiter *waiter);
/* Sets new limits after a reload. */
void store_sqlite_set_limits(struct store *store, const struct store_sqlite_limits *limits);

#endif

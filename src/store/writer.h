/* store/writer.h: writes lines to the database: gathers them in parcels, writes these in the lane, retries on faults.
 *
 *   writer_add() --> filling --(half of sync_ms, or a parcel is full)--> waiting --> a job in the lane
 *                                                                          ^             |
 *                                                  a growing wait -- fault '-------------+--> kept
 *
 * One job at a time is in the lane.  Items added meanwhile go to the next parcels, so transactions grow with the load.
 * A parcel whose job fails stays the first one, and is retried after a wait, which doubles each time; nothing else is
 * written meanwhile.  All items that wait have a common bound; beyond it, items are refused.  An item that was taken is
 * given up only at the end.  Beyond the bound is a reserve for what people with rights do, and for erasing: so nobody
 * can prevent that by talking.
 *
 * Loop thread only.  Once the writer is initialized, only the lane's one thread uses the database. */
#ifndef CHATD_STORE_WRITER_H
#define CHATD_STORE_WRITER_H

#include "base/lane.h"
#include "base/timeq.h"
#include "store/parcel.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gate;
struct writer_job;
struct writer_part;

struct writer_limits {
    unsigned sync_ms;  /* the time from writer_add() until a line is on the disk, unless the disk is slow */
    size_t most_bytes; /* of items that wait, as stored in parcels, but for the reserve; exceeded by one item at most */
};

/* Called from the loop, never from within a function of the writer but writer_end(). */
struct writer_events {
    /* A database was opened, for the first time or again, and the greatest id of a line in it is this one.  Not called
     * for one that was open when the writer was initialized.  May be NULL. */
    void (*opened)(void *ctx, uint64_t last_id);
    /* All lines with ids up to this one are on the disk. */
    void (*kept)(void *ctx, uint64_t upto_id);
    /* Called when the fault has changed: nothing can be written, for the reason why; or with DB_OK, writing works
     * again. */
    void (*state)(void *ctx, enum db_fault fault, const char *why);
};

/* A wait until the lines added before are written. */
struct writer_waiter {
    /* Called when they are on the disk, or the database fails.  The waiter no longer waits. */
    void (*ready)(struct writer_waiter *waiter);
    uint64_t upto; /* the writer's own, as is the next */
    struct writer_waiter *next, **link; /* NULL if it does not wait */
};

struct writer_stats {
    uint64_t written;   /* items */
    uint64_t refused;   /* items, because the bound was reached */
    uint64_t attempts, failures; /* of transactions */
    uint64_t slowest_ms; /* of a transaction */
};

struct writer {
    struct writer_limits limits;
    struct lane *lane; /* borrowed, as is the clock */
    struct clock *clock;
    struct db *db; /* owned */
    const struct writer_events *events;
    void *ctx; /* for events */
    struct parcel filling;
    struct writer_part *first, **last_link; /* full parcels that wait */
    struct writer_job *job; /* the job in the lane; NULL if there is none */
    struct gate *gate;
    bool is_due;  /* filling is to be written as soon as possible */
    size_t bytes; /* of all items that wait, with those in the job */
    uint64_t added, done; /* items added so far, and those of them that are on the disk */
    struct writer_waiter *waiters, **last_waiter;
    struct timeq syncing, retrying; /* for a loop to run */
    struct timeq_node sync_node, retry_node;
    unsigned openings;   /* of the database, so far as events->opened was called for them */
    unsigned moves;      /* likewise, that were logged */
    enum db_fault fault; /* of the last attempt */
    enum db_fault told;  /* the fault last passed to events->state */
    struct writer_stats stats;
};

/* Takes over db, which may be open.  fault is the result of opening it.  If that is not DB_OK, the next attempt is made
 * after a wait; events->state is called if that one fails too.  The caller sets events and ctx. */
void writer_init(struct writer *writer, struct lane *lane, struct clock *clock, struct db *db, enum db_fault fault,
                 const struct writer_limits *limits);
/* Sets new limits after a reload. */
void writer_set_limits(struct writer *writer, const struct writer_limits *limits);

/* Adds a copy of an item.  Returns false, and refuses the item, if the items that wait have reached the bound:
 * most_bytes, and WRITER_RESERVE more for an item that erases something, or is a rule or of the audit trail. */
enum { WRITER_RESERVE = 1 << 20 };
bool writer_add(struct writer *writer, const struct parcel_item *item);
/* Has waiter->ready called once all items added so far are on the disk, or an attempt fails.  Writes them at once,
 * without waiting for sync_ms.  Returns false, and does not call ready, if no item waits or the last attempt has
 * failed. */
bool writer_wait(struct writer *writer, struct writer_waiter *waiter);
/* Ends the waiter's wait; does nothing if it does not wait. */
void writer_forget(struct writer *writer, struct writer_waiter *waiter);

/* A position in the items that wait.  Zeroed at first; valid until an item is added or the loop goes on. */
struct writer_look {
    const struct parcel *parcel;
    const struct writer_part *part;
    size_t at;
    int stage;
};
/* Reads the next item that is not known to be on the disk, the oldest first.  Returns false at the end. */
bool writer_peek(const struct writer *writer, struct writer_look *look, struct parcel_item *item);

/* Ends the writer: writes the items that wait, and closes and frees the database in the lane's thread.  Blocks for at
 * most deadline_ms.  Returns the number of items that are not known to be on the disk.  When it is called, no waiter
 * waits any more; from then on, no job that uses the database is pushed to the lane. */
uint64_t writer_end(struct writer *writer, unsigned deadline_ms);

#endif

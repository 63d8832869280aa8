/* store/writer.h: from the loop to the disk: gathers lines, hands them over in parcels, tries again when that fails.
 *
 *   writer_add() --> filling --(a part of sync_ms, or a parcel is full)--> waiting --> a job in the lane
 *                                                                            ^             |
 *                                                    waits that grow -- fault '-------------+--> kept
 *
 * One job at a time is in the lane; what comes meanwhile is the next parcel, so the more there is, the larger the
 * transactions are.  A parcel whose job fails stays the first, and is tried again after a wait that grows; nothing else
 * is written meanwhile.  All that waits has one bound, past which lines are refused: nothing that was taken is given up
 * but at the end.
 *
 * Loop thread only; the database is used in the lane's one thread alone, once the writer has begun. */
#ifndef CHATD_STORE_WRITER_H
#define CHATD_STORE_WRITER_H

#include "base/lane.h"
#include "base/timeq.h"
#include "store/parcel.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer_gate;
struct writer_job;
struct writer_part;

struct writer_limits {
    unsigned sync_ms;  /* a line is on the disk so long after writer_add(), unless the disk is slower */
    size_t most_bytes; /* of all that waits, as it lies in parcels */
};

/* Called from the loop, never from within a function of the writer but writer_end(). */
struct writer_events {
    /* All lines up to the one with this id are on the disk. */
    void (*kept)(void *ctx, uint64_t upto_id);
    /* Nothing can be written, and why; or it can again.  Once for each change of the fault. */
    void (*state)(void *ctx, enum db_fault fault, const char *why);
};

/* A wait until the lines added before are written. */
struct writer_waiter {
    /* It is on the disk, or the disk fails. */
    void (*ready)(struct writer_waiter *waiter);
    uint64_t upto; /* the writer's own, as is the next */
    struct writer_waiter *next, **link; /* NULL if it does not wait */
};

struct writer_stats {
    uint64_t written;   /* items */
    uint64_t refused;   /* items, since the bound was reached */
    uint64_t attempts, failures; /* of transactions */
    uint64_t slowest_ms; /* of a transaction */
};

struct writer {
    struct writer_limits limits;
    struct lane *lane; /* borrowed, as is the clock */
    struct clock *clock;
    struct db *db; /* the writer's, until it has ended */
    const struct writer_events *events;
    void *ctx; /* for events */
    struct parcel filling;
    struct writer_part *first, **last_link; /* full parcels that wait */
    struct writer_job *job; /* the job in the lane; NULL if there is none */
    struct writer_gate *gate;
    bool is_due;  /* what is filled is handed over as soon as it can */
    size_t bytes; /* of all that waits, in the job too */
    uint64_t added, done; /* items: so far, and of these on the disk */
    struct writer_waiter *waiters, **last_waiter;
    struct timeq syncing, retrying; /* for a loop to run */
    struct timeq_node sync_node, retry_node;
    enum db_fault fault; /* of the last attempt */
    enum db_fault told;  /* to events->state */
    struct writer_stats stats;
};

/* Takes over db, which may be open.  fault: what its opening has come to; when it is not DB_OK, the next attempt is
 * made after a wait, and events->state is told then. */
void writer_init(struct writer *writer, struct lane *lane, struct clock *clock, struct db *db, enum db_fault fault,
                 const struct writer_limits *limits);
/* After a reload. */
void writer_set_limits(struct writer *writer, const struct writer_limits *limits);

/* False: too much waits, and the item is refused. */
bool writer_add(struct writer *writer, const struct parcel_item *item);
/* Has waiter->ready called once all that was added is on the disk, or an attempt fails, and hurries for it.  False:
 * nothing waits, or the disk fails, so ready is not called. */
bool writer_wait(struct writer *writer, struct writer_waiter *waiter);
/* Harmless when it does not wait. */
void writer_forget(struct writer *writer, struct writer_waiter *waiter);

/* Zeroed at first; valid until something is added or the loop goes on. */
struct writer_look {
    const struct parcel *parcel;
    const struct writer_part *part;
    size_t at;
    int stage;
};
/* The next item of those that are not known to be on the disk, the oldest first; false at the end. */
bool writer_peek(const struct writer *writer, struct writer_look *look, struct parcel_item *item);

/* The end: writes what waits, for which it blocks until so many milliseconds have passed; closes the database in the
 * lane's thread.  How many lines are not known to be on the disk.  No waiter waits any more, and no other job of the
 * lane uses the database. */
uint64_t writer_end(struct writer *writer, unsigned deadline_ms);

#endif

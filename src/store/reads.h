/* store/reads.h: reads that wait for the writer, then in a queue, then in the lane.
 *
 *   reads_begin() --(what waits is written first)--> queue --> a few in the lane --> done()
 *
 * So a read finds what was added before it, and many reads leave the lane space for others' jobs.  Loop thread only. */
#ifndef CHATD_STORE_READS_H
#define CHATD_STORE_READS_H

#include "base/lane.h"
#include "store/writer.h"

#include <stdbool.h>

struct reads;

/* Embedded in a read, and zeroed.  The owner sets the operations of the job: done() calls reads_leave() first, and
 * reads_go() at its end. */
struct reads_item {
    struct lane_job job;
    struct writer_waiter waiter;
    struct reads *reads;
    struct reads_item *next, **link; /* in the queue; link is NULL: not */
    bool is_in_lane;
};

/* Embedded by its owner. */
struct reads {
    struct lane *lane; /* borrowed, as is the writer */
    struct writer *writer;
    unsigned most; /* reads in the lane */
    /* What was added before the read has begun is on the disk, or cannot be written just now; NULL: of no concern. */
    void (*ready)(struct reads_item *item);
    struct reads_item *first, **last_link; /* the reads that wait for the lane */
    unsigned in_lane;                      /* the number of reads in the lane */
};

void reads_init(struct reads *reads, struct lane *lane, struct writer *writer, unsigned most,
                void (*ready)(struct reads_item *item));
/* Begins a read; its done() is called later, never by this function. */
void reads_begin(struct reads *reads, struct reads_item *item);
/* Ends a read that has begun, and frees it by its job's free(); or, if it runs, that is done behind its done(). */
void reads_cancel(struct reads_item *item);
/* A read comes out of the lane. */
void reads_leave(struct reads_item *item);
/* Takes reads that wait to the lane, if it has space.  A lane that is full of others' jobs is asked again when a read
 * comes out of it, or the next one begins. */
void reads_go(struct reads *reads);

#endif

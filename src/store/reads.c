/* store/reads.c: the queue before the lane. */
#include "config.h"

#include "store/reads.h"

#include "base/container.h"

static void enqueue(struct reads_item *item)
{
    struct reads *reads = item->reads;

    item->next = NULL;
    item->link = reads->last_link;
    *reads->last_link = item;
    reads->last_link = &item->next;
}

static void dequeue(struct reads_item *item)
{
    if (item->link == NULL) {
        return;
    }
    *item->link = item->next;
    if (item->next != NULL) {
        item->next->link = item->link;
    } else {
        item->reads->last_link = item->link;
    }
    item->link = NULL;
}

void reads_go(struct reads *reads)
{
    struct reads_item *item;

    while ((item = reads->first) != NULL && reads->in_lane < reads->most && lane_push(reads->lane, &item->job)) {
        dequeue(item);
        item->is_in_lane = true;
        reads->in_lane++;
    }
}

static void written(struct writer_waiter *waiter)
{
    struct reads_item *item = CONTAINER_OF(waiter, struct reads_item, waiter);

    if (item->reads->ready != NULL) {
        item->reads->ready(item);
    }
    enqueue(item);
    reads_go(item->reads);
}

void reads_begin(struct reads *reads, struct reads_item *item)
{
    item->reads = reads;
    item->waiter.ready = written;
    if (!writer_wait(reads->writer, &item->waiter)) {
        written(&item->waiter);
    }
}

void reads_leave(struct reads_item *item)
{
    item->reads->in_lane--;
}

void reads_cancel(struct reads_item *item)
{
    struct reads *reads = item->reads;

    if (item->is_in_lane) {
        if (lane_cancel(reads->lane, &item->job)) {
            reads->in_lane--;
            reads_go(reads);
        }
        return;
    }
    writer_forget(reads->writer, &item->waiter);
    dequeue(item);
    item->job.ops->free(&item->job);
}

void reads_init(struct reads *reads, struct lane *lane, struct writer *writer, unsigned most,
                void (*ready)(struct reads_item *item))
{
    *reads = (struct reads){.lane = lane, .writer = writer, .most = most, .ready = ready};
    reads->last_link = &reads->first;
}

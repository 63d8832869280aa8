/* base/timeq.h: a queue of things that all wait equally long.
 *
 * Since every node waits the same time, the queue in order of joining is the queue in order of
 * falling due: joining, leaving and finding the next are O(1), and ten thousand waiting connections
 * need one timer.  Nodes are embedded in what waits and belong to it; a node is in one queue at most.
 * Loop thread only. */
#ifndef CHATD_BASE_TIMEQ_H
#define CHATD_BASE_TIMEQ_H

#include "base/turn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timeq;

struct timeq_node {
    struct timeq_node *prev, *next; /* NULL: not waiting; zero it at first */
    uint64_t since_ms;              /* when it joined, by the loop's clock */
};

/* Called with a node that has waited long enough and has just been taken out; may push it again. */
typedef void timeq_due_fn(struct timeq *q, struct timeq_node *node);

struct timeq {
    struct timeq_node ends; /* next: the first, prev: the last */
    struct timeq_node mark; /* where the run that goes on ends */
    uint64_t wait_ms;       /* may be changed at any time; counts for those who wait already too */
    timeq_due_fn *due;
    void *ctx; /* for due */
};

enum { TIMEQ_NEVER = -1 };
#define TIMEQ_OFF UINT64_MAX /* a wait_ms: nobody falls due */

void timeq_init(struct timeq *q, uint64_t wait_ms, timeq_due_fn *due, void *ctx);
/* Joins at the end, leaving its old place first when it waits already. */
void timeq_push(struct timeq *q, struct timeq_node *node, uint64_t now_ms);
/* Leaves whatever queue it is in; harmless when it is in none. */
void timeq_remove(struct timeq_node *node);
/* Calls due for every node that has waited wait_ms, once. */
void timeq_run(struct timeq *q, uint64_t now_ms);
/* The same until turn is over, with one node at least: the rest stays due. */
void timeq_run_part(struct timeq *q, uint64_t now_ms, struct turn *turn);
/* Takes the first out, however long it has waited, and calls due for it; q is not empty. */
void timeq_run_first(struct timeq *q);
/* Milliseconds until the first falls due, 0 when it has already; TIMEQ_NEVER when nobody waits. */
int64_t timeq_wait_ms(const struct timeq *q, uint64_t now_ms);

static inline bool timeq_is_empty(const struct timeq *q)
{
    return q->ends.next == &q->ends;
}

static inline bool timeq_is_waiting(const struct timeq_node *node)
{
    return node->next != NULL;
}

#endif

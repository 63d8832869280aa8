/* base/timeq.h: a queue of nodes that all wait for the same time.
 *
 * Since every node waits for the same time, nodes fall due in the order in which they were pushed: pushing, removing
 * and finding the next one are O(1), and ten thousand waiting connections need one timer.  A node is embedded in the
 * object that waits, and is in one queue at most.  Loop thread only. */
#ifndef CHATD_BASE_TIMEQ_H
#define CHATD_BASE_TIMEQ_H

#include "base/turn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timeq;

struct timeq_node {
    struct timeq_node *prev, *next; /* NULL if it is in no queue; zeroed by the owner first */
    uint64_t since_ms;              /* when it was pushed, by the loop's clock */
};

/* Called with a node that has fallen due and has just been removed; may push it again. */
typedef void timeq_due_fn(struct timeq *q, struct timeq_node *node);

struct timeq {
    struct timeq_node ends; /* next is the first node, prev the last */
    struct timeq_node mark; /* during a run: the nodes before it take part */
    uint64_t wait_ms;       /* may be changed at any time, and then holds for the waiting nodes too */
    timeq_due_fn *due;
    void *ctx; /* for due */
};

enum { TIMEQ_NEVER = -1 };
#define TIMEQ_OFF UINT64_MAX /* a wait_ms: no node falls due */

void timeq_init(struct timeq *q, uint64_t wait_ms, timeq_due_fn *due, void *ctx);
/* Puts the node at the end of q, after removing it from the queue it is in, if any. */
void timeq_push(struct timeq *q, struct timeq_node *node, uint64_t now_ms);
/* Removes the node from its queue; does nothing if it is in none. */
void timeq_remove(struct timeq_node *node);
/* Removes every node that has waited for wait_ms, and calls due once for each. */
void timeq_run(struct timeq *q, uint64_t now_ms);
/* The same until turn is over, but for at least one node; the other nodes stay due. */
void timeq_run_part(struct timeq *q, uint64_t now_ms, struct turn *turn);
/* Removes the first node, however long it has waited, and calls due for it.  q is not empty. */
void timeq_run_first(struct timeq *q);
/* The milliseconds until the first node falls due, 0 if it is due already; TIMEQ_NEVER if no node will. */
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

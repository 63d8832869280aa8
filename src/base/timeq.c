/* base/timeq.c: a ring of nodes in the order in which they were pushed. */
#include "config.h"

#include "base/timeq.h"

#include <stddef.h>

void timeq_init(struct timeq *q, uint64_t wait_ms, timeq_due_fn *due, void *ctx)
{
    *q = (struct timeq){.wait_ms = wait_ms, .due = due, .ctx = ctx};
    q->ends.prev = q->ends.next = &q->ends;
}

void timeq_push(struct timeq *q, struct timeq_node *node, uint64_t now_ms)
{
    timeq_remove(node);
    node->since_ms = now_ms;
    node->prev = q->ends.prev;
    node->next = &q->ends;
    node->prev->next = node;
    q->ends.prev = node;
}

void timeq_remove(struct timeq_node *node)
{
    if (node->next != NULL) {
        node->prev->next = node->next;
        node->next->prev = node->prev;
        node->prev = node->next = NULL;
    }
}

void timeq_run(struct timeq *q, uint64_t now_ms)
{
    timeq_run_part(q, now_ms, NULL);
}

void timeq_run_part(struct timeq *q, uint64_t now_ms, struct turn *turn)
{
    struct timeq_node *node = q->ends.next;

    if (node == &q->ends) {
        return;
    }
    /* A node that due pushes again stands behind this mark and waits for the next run, even if wait_ms is 0, so a
     * run always ends.  A waiting node could not serve as the mark, since due may remove it. */
    timeq_push(q, &q->mark, now_ms);
    while ((node = q->ends.next) != &q->mark && now_ms - node->since_ms >= q->wait_ms) {
        timeq_remove(node);
        q->due(q, node);
        if (turn_is_over(turn)) {
            break;
        }
    }
    timeq_remove(&q->mark);
}

void timeq_run_first(struct timeq *q)
{
    struct timeq_node *node = q->ends.next;

    timeq_remove(node);
    q->due(q, node);
}

int64_t timeq_wait_ms(const struct timeq *q, uint64_t now_ms)
{
    const struct timeq_node *first = q->ends.next;
    uint64_t waited;

    if (first == &q->ends || q->wait_ms == TIMEQ_OFF) {
        return TIMEQ_NEVER;
    }
    waited = now_ms - first->since_ms;
    return waited >= q->wait_ms ? 0 : (int64_t)(q->wait_ms - waited);
}

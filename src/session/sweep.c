/* session/sweep.c: goes on with the walk when the loop comes to it. */
#include "config.h"

#include "session/sweep.h"

enum { LOOKS = 500, MUCH = 16 /* a turn's worth: of connections that are visited, and of those that were much work */ };

static void sweep_end(struct sweep *sweep)
{
    if (sweep->is_begun) {
        net_walk_end(sweep->net, &sweep->walk);
        timeq_remove(&sweep->node);
        sweep->is_begun = false;
    }
}

static void sweep_due(struct timeq *q, struct timeq_node *node)
{
    struct sweep *sweep = q->ctx;
    struct conn *conn = NULL;

    for (int looks = 0, much = 0; looks < LOOKS && much < MUCH; looks++) {
        conn = net_walk_next(&sweep->walk);
        if (conn == NULL) {
            break;
        }
        much += sweep->visit(conn);
    }
    if (conn == NULL) {
        sweep_end(sweep);
    } else {
        timeq_push(q, node, clock_ms(sweep->clock));
    }
}

void sweep_init(struct sweep *sweep, struct net *net, struct clock *clock, sweep_visit_fn *visit)
{
    *sweep = (struct sweep){.net = net, .clock = clock, .visit = visit};
    timeq_init(&sweep->due, 0, sweep_due, sweep);
}

void sweep_begin(struct sweep *sweep)
{
    sweep_end(sweep);
    net_walk_begin(sweep->net, &sweep->walk);
    sweep->is_begun = true;
    timeq_push(&sweep->due, &sweep->node, clock_ms(sweep->clock));
}

/* net/net.c: walks over all connections, and the lists that a turn of the loop works through. */
#include "config.h"

#include "net/net.h"

#include "base/check.h"
#include "base/container.h"
#include "net/conn.h"
#include "net/conn_priv.h"
#include "net/flush.h"
#include "net/flush_priv.h"
#include "net/intake.h"
#include "net/stall.h"

static void lingering_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    conn_close(CONTAINER_OF(node, struct conn, wait), REASON_EOF);
}

void net_init(struct net *net, struct event_base *base, struct clock *clock, const struct net_limits *limits)
{
    *net = (struct net){.base = base, .clock = clock, .turn.clock = clock, .ready_cb = intake_cb,
                         .write_now = flush_conn, .write_list = flush_list, .relieved_log.phrase = "queues relieved"};
    turn_begin_part(&net->turn, TURN_READY);
    timeq_init(&net->stalled, limits->stall_ms, stall_due, net);
    timeq_init(&net->lingering, NET_LINGER_MS, lingering_due, net);
    net_set_limits(net, limits);
}

void net_set_limits(struct net *net, const struct net_limits *limits)
{
    net->limits = *limits;
    net->stalled.wait_ms = limits->stall_ms;
}

static void go_on_ending(struct net *net)
{
    struct conn *conn;

    while ((conn = net_walk_next(&net->ending)) != NULL) {
        if (conn->state == CONN_OPEN) {
            conn_request_end(conn, net->end_reason);
        }
        if (turn_is_over(&net->turn)) {
            return;
        }
    }
    net_walk_end(net, &net->ending);
    net->is_ending = false;
}

void net_end_all(struct net *net, enum reason reason)
{
    if (net->is_ending) {
        net_walk_end(net, &net->ending);
    }
    net->is_ending = true;
    net->end_reason = reason;
    net_walk_begin(net, &net->ending);
    go_on_ending(net);
}

/* ---- walks ---- */

void net_walk_begin(struct net *net, struct net_walk *walk)
{
    *walk = (struct net_walk){.at = net->all, .next = net->walks};
    net->walks = walk;
}

struct conn *net_walk_next(struct net_walk *walk)
{
    struct conn *conn = walk->at;

    if (conn != NULL) {
        walk->at = conn->all_next;
    }
    return conn;
}

void net_walk_end(struct net *net, struct net_walk *walk)
{
    struct net_walk **link = &net->walks;

    while (*link != walk) {
        link = &(*link)->next;
    }
    *link = walk->next;
}

/* ---- the turn's lists ---- */

/* Moves the connections behind conn to the front of the list, so that connections that yield again and again leave time
 * for the others. */
static void put_behind(struct net *net, struct conn *conn)
{
    struct conn *first = conn->work_next, *last = first;

    if (first == NULL) {
        return;
    }
    while (last->work_next != NULL) {
        last = last->work_next;
    }
    last->work_next = net->work;
    conn->work_next = NULL;
    net->work = first;
}

void net_run_ready(struct net *net)
{
    turn_begin_part(&net->turn, TURN_READY);
    if (net->is_ending) {
        go_on_ending(net);
    }
    /* An input side may put connections on the list: they are put at its front, which the walk has passed. */
    for (struct conn *conn = net->work; conn != NULL; conn = conn->work_next) {
        if (conn->to_go_on) {
            conn_run_ready(conn);
            if (turn_is_over(&net->turn)) {
                put_behind(net, conn);
                return;
            }
        }
    }
}

/* Walks through the list once.  Returns true if the turn has had time for all of it. */
static bool reap_list(struct net *net)
{
    struct conn *conn = net->work;
    bool is_over = false;

    net->work = NULL;
    while (conn != NULL) {
        struct conn *next = conn->work_next;
        bool is_gone = false;

        conn->is_listed = false;
        if (conn->to_reap && !is_over) {
            conn->to_reap = false;
            is_gone = conn_reap(conn);
            is_over = turn_is_over(&net->turn);
        }
        if (!is_gone && (conn->to_write || conn->to_go_on || conn->to_reap)) {
            conn_list(conn);
        }
        conn = next;
    }
    return !is_over;
}

void net_reap(struct net *net)
{
    turn_begin_part(&net->turn, TURN_REAP);
    reap_list(net);
}

void net_fini(struct net *net)
{
    if (net->is_ending) {
        net_walk_end(net, &net->ending);
        net->is_ending = false;
    }
    for (struct conn *conn = net->late; conn != NULL; conn = conn->work_next) {
        conn->is_listed = false; /* so that closing puts it on the list for the reaper */
    }
    net->late = net->late_last = NULL;
    for (struct conn *conn = net->all; conn != NULL; conn = conn->all_next) {
        conn_close(conn, REASON_SHUTDOWN);
        conn_list(conn);
    }
    do { /* a person who leaves is announced to others; their connections are closed too, so nothing is queued */
        turn_begin_part(&net->turn, TURN_REAP);
    } while (!reap_list(net));
    CHECK(net->all == NULL);
    outq_pool_fini(&net->pool);
}

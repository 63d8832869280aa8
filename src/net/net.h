/* net/net.h: what all connections of one loop share.
 *
 * Made and wired by server.c; given to listeners and connections.  It owns the lists that the loop
 * works through at the end of a turn, the read buffer, the pool of small rings, and the sums that the
 * limits are held against.  It knows no protocol.  Loop thread only. */
#ifndef CHATD_NET_NET_H
#define CHATD_NET_NET_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "net/batch.h"
#include "net/outq.h"
#include "net/reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;
struct event_base;
struct net_walk;

enum {
    NET_READ_BYTES = 16384,      /* read from one connection in one turn at most */
    NET_LINGER_MS = 1000,        /* for the peer to take the last line before the socket is closed */
    NET_TURN_DELIVERIES = 65536, /* queued in one turn before the loop goes to flush them */
};

/* Its slice of the settings; a reload changes it in place. */
struct net_limits {
    uint32_t queue_bytes;    /* that may wait for one connection */
    uint64_t queues_bytes;   /* that may wait in all, unfinished input too */
    bool disconnect_slow;    /* instead of letting its oldest lines give way */
    uint64_t stall_ms;       /* that a reader may take nothing */
};

struct net {
    struct event_base *base;  /* borrowed */
    struct clock *clock;      /* borrowed */
    struct net_limits limits;
    struct conn *all;         /* every connection; through all_prev, all_next */
    uint32_t count;           /* of them */
    struct net_walk *walks;   /* that are under way over all */
    struct conn *work;        /* with something to do before the loop waits again; through work_next */
    struct timeq stalled;     /* connections that cannot write, by their last progress */
    struct timeq lingering;   /* connections that are over but for the peer's last ACK */
    struct outq_pool pool;
    uint64_t queued_bytes;    /* waiting in all queues */
    uint64_t input_bytes;     /* of unfinished input, kept by all handlers: conn_note_input() */
    uint32_t turn_deliveries; /* queued since the last flush */
    uint32_t last_id;         /* of connections, for the log */
    uint64_t bytes_in;        /* ever */
    uint64_t bytes_out;       /* ever */
    uint64_t lines_skipped;   /* that gave way, ever */
    uint64_t closes[REASON_COUNT]; /* of connections that had a handler, ever */
    struct log_limit relieved_log;
    struct batch batch;       /* for the flush */
    char read_buf[NET_READ_BYTES];
};

void net_init(struct net *net, struct event_base *base, struct clock *clock, const struct net_limits *limits);
/* Closes every connection; handlers are told. */
void net_fini(struct net *net);
/* After a reload. */
void net_set_limits(struct net *net, const struct net_limits *limits);
/* Ends every connection in order; handlers say goodbye. */
void net_end_all(struct net *net, enum reason reason);

/* A walk over all connections, the newest first, that may rest between steps while people come and go: who
 * goes is passed over, who comes is not met.  Embedded by the walker. */
struct net_walk {
    struct conn *at; /* the next to be met */
    struct net_walk *next;
};
void net_walk_begin(struct net *net, struct net_walk *walk);
/* NULL at the end; the connection is to be looked at before anything can free it. */
struct conn *net_walk_next(struct net_walk *walk);
/* To be called at the end, or before it. */
void net_walk_end(struct net *net, struct net_walk *walk);
/* conn leaves the list of all; only for net's own. */
void net_walk_pass(struct net *net, const struct conn *conn);

/* True when the loop must not wait. */
static inline bool net_has_work(const struct net *net)
{
    return net->work != NULL;
}
/* Lets the handlers that yielded go on. */
void net_run_ready(struct net *net);
/* Tells the handlers of connections that are over, and frees those that are closed: the only place
 * that does. */
void net_reap(struct net *net);

#endif

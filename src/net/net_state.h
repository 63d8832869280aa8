/* net/net_state.h: struct net: the state that all connections of one loop share.
 *
 * It holds the lists that the loop works through at the end of a turn, the read buffer, the pool of small rings, and
 * the sums that are compared with the limits.  The rest of net/ uses it: connections (net/conn.h), their events
 * (net/intake.h), the flush (net/flush.h), and the functions for all connections (net/net.h).  Loop thread only. */
#ifndef CHATD_NET_NET_STATE_H
#define CHATD_NET_NET_STATE_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "base/turn.h"
#include "net/batch.h"
#include "net/outq.h"
#include "net/reason.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;
struct lane;
struct net;
struct shares;

/* A walk over all connections, the newest first.  Between its steps connections may come and go: one that goes is
 * skipped, one that comes is not visited.  Embedded by the caller. */
struct net_walk {
    struct conn *at; /* the next connection to visit */
    struct net_walk *next;
};

enum {
    /* The most that is read from one connection in one turn.  Decoding it takes up to 30 ns a byte; if a thousand
     * clients send all they can, a client that asks for little waits for one read of each of them. */
    NET_READ_BYTES = 4096,
    NET_LINGER_MS = 1000,   /* the time for the peer to take the last line before the socket is closed */
};

/* Its slice of the settings; a reload changes it in place. */
struct net_limits {
    uint32_t queue_bytes;    /* the most that may be queued for one connection */
    uint64_t memory_bytes;   /* the most that may be queued in all, unfinished input included */
    bool disconnect_slow;    /* a full queue closes the connection; otherwise its oldest lines are dropped */
    uint64_t stall_ms;       /* a peer that takes nothing for so long is disconnected */
};

/* Writes to the connections of a list, as far as the part of the turn has time.  Returns the first one that is left;
 * NULL if none is.  *last is set if the list that is left does not end as the one before did. */
typedef struct conn *net_write_list_fn(struct net *net, struct conn *list, struct conn **last);

struct net {
    struct event_base *base;  /* borrowed */
    struct clock *clock;      /* borrowed */
    struct net_limits limits;
    /* Called by connections, which lie below intake and flush: */
    event_callback_fn ready_cb;           /* intake_cb() */
    void (*write_now)(struct conn *conn); /* flush_conn() */
    /* Called by the flush: flush_list(), or that of net/shares.h, which lies above it. */
    net_write_list_fn *write_list;
    struct shares *shares;    /* borrowed; NULL if the loop's thread makes all writes */
    struct conn *all;         /* every connection; linked by all_prev, all_next */
    uint32_t count;           /* of connections */
    struct net_walk *walks;   /* the walks over all that have begun and not ended */
    struct turn turn;         /* the loop's; used by all code that works for a peer */
    struct conn *work;        /* connections with something to do before the loop waits again; linked by work_next */
    struct conn *late, *late_last; /* connections that earlier turns had no time to write to, the oldest first */
    struct net_walk ending;   /* net_end_all(), while is_ending */
    enum reason end_reason;
    bool is_ending;
    struct timeq stalled;     /* connections that cannot write, in order of their last progress */
    struct timeq lingering;   /* connections that wait for the peer to take the last line */
    struct outq_pool pool;
    uint64_t queued_bytes;    /* in all queues */
    uint64_t input_bytes;     /* of unfinished input in all input sides: conn_note_input() */
    struct lane *shakes;      /* makes the handshakes of transport objects; borrowed; NULL: the loop makes them */
    uint32_t ready_conns;     /* connections that the event base has reported in this turn */
    uint32_t last_id;         /* of connections, for the log */
    uint64_t bytes_in;        /* since the start */
    uint64_t bytes_out;       /* since the start */
    uint64_t lines_skipped;   /* dropped lines, since the start */
    uint64_t closes[REASON_COUNT]; /* of connections that had an owner, since the start */
    struct log_limit relieved_log;
    struct batch batch;       /* for the flush */
    char read_buf[NET_READ_BYTES];
};

#endif

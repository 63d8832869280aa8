/* net/net_state.h: struct net: what all connections of one loop share.
 *
 * It holds the lists that the loop works through at the end of a turn, the read buffer, the pool of small rings, and
 * the sums that the limits are held against.  The rest of net/ stands on it: connections (net/conn.h), what comes in
 * (net/intake.h), the flush (net/flush.h), and what is done with all connections (net/net.h).  Loop thread only. */
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

/* A walk over all connections, the newest first, that may rest between steps while people come and go: who
 * goes is passed over, who comes is not met.  Embedded by the walker. */
struct net_walk {
    struct conn *at; /* the next to be met */
    struct net_walk *next;
};

enum {
    /* Read from one connection in one turn at most.  To look through it takes up to 30 ns a byte, and when a thousand
     * send all that they can, whoever asks for little waits for one reading of each. */
    NET_READ_BYTES = 4096,
    NET_LINGER_MS = 1000,   /* for the peer to take the last line before the socket is closed */
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
    /* For connections, which stand below both: */
    event_callback_fn ready_cb;           /* intake_cb() */
    void (*write_now)(struct conn *conn); /* flush_conn() */
    struct conn *all;         /* every connection; through all_prev, all_next */
    uint32_t count;           /* of them */
    struct net_walk *walks;   /* that are under way over all */
    struct turn turn;         /* the loop's, asked by everything that works for a peer */
    struct conn *work;        /* with something to do before the loop waits again; through work_next */
    struct conn *late, *late_last; /* to be written to, which the last turns had no time for: the oldest first */
    struct net_walk ending;   /* net_end_all(), while is_ending */
    enum reason end_reason;
    bool is_ending;
    struct timeq stalled;     /* connections that cannot write, by their last progress */
    struct timeq lingering;   /* connections that are over but for the peer's last ACK */
    struct outq_pool pool;
    uint64_t queued_bytes;    /* waiting in all queues */
    uint64_t input_bytes;     /* of unfinished input, kept by all input sides: conn_note_input() */
    uint32_t ready_conns;     /* that the event base has told of since the loop asked it */
    uint32_t last_id;         /* of connections, for the log */
    uint64_t bytes_in;        /* ever */
    uint64_t bytes_out;       /* ever */
    uint64_t lines_skipped;   /* that gave way, ever */
    uint64_t closes[REASON_COUNT]; /* of connections that had an owner, ever */
    struct log_limit relieved_log;
    struct batch batch;       /* for the flush */
    char read_buf[NET_READ_BYTES];
};

#endif

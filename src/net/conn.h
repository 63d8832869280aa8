/* net/conn.h: one connection: bytes in, bytes out, and one way to end.
 *
 * A connection reads into the loop's one buffer and hands the bytes to its input side, which takes them
 * all.  What is sent is queued (net/outq.h) and written when the turn ends (net/flush.h).  Nothing
 * here frees a connection while a call chain may hold it: conn_close() and conn_finish() mark, the
 * reaper (net_reap()) tells the owner and frees.
 *
 *   OPEN --conn_finish--> FINISHING --queue written, output ended--> LINGERING --EOF, time--> CLOSED
 *    '--------------------------- conn_close, at any time -----------------------------------^
 *
 * Loop thread only. */
#ifndef CHATD_NET_CONN_H
#define CHATD_NET_CONN_H

#include "base/payload.h"
#include "base/timeq.h"
#include "net/addr.h"
#include "net/net_state.h"
#include "net/outq.h"
#include "net/reason.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

struct transport;

/* The input side of a connection: what makes sense of the bytes.  Embedded in the object that does. */
struct conn_input {
    const struct conn_input_ops *ops;
};

struct conn_input_ops {
    /* len bytes have come, valid during the call; all of them are the input side's now, to change too. */
    void (*input)(struct conn_input *in, char *data, size_t len);
    /* The peer will send no more (it may still read). */
    void (*eof)(struct conn_input *in);
    /* The turn after conn_yield(), or once the queue has drained after conn_notify_drained(), or once the transport's
     * handshake is over. */
    void (*ready)(struct conn_input *in);
};

/* The owner of a connection: what it is kept for.  Embedded in the object that is it. */
struct conn_owner {
    const struct conn_owner_ops *ops;
};

struct conn_owner_ops {
    /* The line that tells of count lines that gave way here, with a reference for the caller. */
    struct payload *(*gap)(struct conn_owner *owner, uint32_t count);
    /* The connection is to be ended, for this reason: the owner says goodbye and calls conn_finish(). */
    void (*end)(struct conn_owner *owner, enum reason reason);
    /* It is over, for the reason given: told once, by the reaper; only freed follows, and the input side, which may be
     * freed now, is told nothing more.  The rest of the queue is still written when the end is an orderly one. */
    void (*closed)(struct conn_owner *owner, enum reason reason);
    /* The connection is about to be freed, and its descriptor closed: the last call. */
    void (*freed)(struct conn_owner *owner);
};

enum conn_state { CONN_OPEN, CONN_FINISHING, CONN_LINGERING, CONN_CLOSED };

enum { CONN_INPUT_UNIT = 16 };
#define CONN_MOST_BYTES_IN ((UINT64_C(1) << 48) - 1)

/* Others read id, peer, reason, owner, input, bytes_in, bytes_out and lines_out; all else is net's own, and all is
 * written by net alone.  The struct is here for conn_send()'s sake, which is inlined into the fan-out. */
struct conn {
    struct net *net;
    struct outq q;
    struct conn *work_next;
    bool is_deaf : 1;         /* what is sent goes nowhere: a write failed, or the last word is queued */
    bool is_listed : 1;       /* in net->work, for one or more of: */
    bool to_write : 1;        /* something new is queued: the writable list is those with this mark */
    bool to_go_on : 1;        /* the input side has yielded */
    bool to_reap : 1;         /* it is over */
    bool is_blocked : 1;      /* the last write was short, or wants something: it waits for its event */
    bool write_wants_read : 1; /* that event is EV_READ; else EV_WRITE */
    bool read_wants_write : 1; /* the last read, or the handshake, waits for EV_WRITE; else for EV_READ */
    bool is_paused : 1;       /* the input side wants nothing now */
    bool is_eof : 1;          /* the peer has ended its output */
    bool wants_drained : 1;
    bool has_transport : 1;   /* its bytes go through a transport object; else it is plain */
    bool is_shaking : 1;      /* the transport's handshake is not over: nothing is read or written */
    bool close_reported : 1;  /* owner->ops->closed has been called */
    uint8_t state : 2;        /* enum conn_state */
    uint8_t reason;           /* enum reason, once it is over */
    uint8_t armed;            /* EV_READ, EV_WRITE: what the event waits for */
    uint32_t lines_out;       /* payloads written whole: each line is one */
    struct conn_input *input; /* NULL: none yet, or it is over */
    struct conn_owner *owner; /* NULL: a newcomer that is turned away */
    struct conn *all_prev, *all_next;
    struct timeq_node wait; /* in stalled or lingering */
    uint64_t bytes_in : 48;    /* at most CONN_MOST_BYTES_IN: a month at 100 MB a second */
    uint64_t input_units : 16; /* what conn_note_input() was told, in units of CONN_INPUT_UNIT bytes */
    uint64_t bytes_out;
    struct addr peer;
    uint32_t id;            /* for the log; counted from 1 */
    struct event ev;          /* its ev_fd is the socket, which is kept nowhere else */
};

/* Takes over the connected, non-blocking socket fd.  Before the turn ends it gets an owner and an input side, or is
 * finished. */
struct conn *conn_new(struct net *net, int fd, const struct addr *peer);
/* The same for bytes that go through a transport object, which is taken over and freed with the connection.
 * Reading and writing begin when its handshake is over, which the input side is told by ready(). */
struct conn *conn_new_layered(struct net *net, int fd, const struct addr *peer, struct transport *transport);
/* The two are borrowed until the owner is told that the connection is over, or freed, or until others take their
 * places.  NULL: none, before either is told anything. */
void conn_set_owner(struct conn *conn, struct conn_owner *owner);
void conn_set_input(struct conn *conn, struct conn_input *in);

/* Reads in this turn, without being told that there is something: a program that connects sends its first lines with
 * that, and so gets their answers in one segment with the greeting. */
void conn_read_early(struct conn *conn);

/* The slow part of conn_send(): a larger ring, bounds, and connections to which nothing is sent any more. */
void conn_send_over(struct conn *conn, struct payload *p);
/* Its socket; only for net's own: event_get_fd() would be a call for each write. */
static inline int conn_fd(const struct conn *conn)
{
    return conn->ev.ev_fd;
}

/* Joins the list of connections with something to do; only for net's own. */
static inline void conn_list(struct conn *conn)
{
    if (!conn->is_listed) {
        conn->is_listed = true;
        conn->work_next = conn->net->work;
        conn->net->work = conn;
    }
}

/* Joins the writable ones; only for conn_push() and net's own. */
static inline void conn_list_writable(struct conn *conn)
{
    if (!conn->to_write && !conn->is_blocked) {
        conn->to_write = true;
        conn_list(conn);
    }
}

/* Queues p whatever the limit; only for conn_send() and conn_send_over(). */
static inline void conn_push(struct conn *conn, struct payload *p)
{
    outq_push(&conn->q, &conn->net->pool, p);
    conn->net->queued_bytes += p->len;
    conn_list_writable(conn);
}

/* Queues p, taking a reference of its own; it is written when the turn ends.  At the limit what the connection takes is
 * written at once; where that is not enough the oldest droppable payloads give way, or the connection is closed, as the
 * settings say. */
static inline void conn_send(struct conn *conn, struct payload *p)
{
    /* Everything that needs a call is in one place: so the fan-out needs no stack on the short way, which nearly every
     * payload takes. */
    if (__builtin_expect(conn->is_deaf, 0) || __builtin_expect(outq_is_tight(&conn->q), 0) ||
        __builtin_expect(conn->q.bytes + p->len > conn->net->limits.queue_bytes, 0)) {
        conn_send_over(conn, p);
    } else {
        conn_push(conn, p);
    }
}

/* A payload made of the bytes, sent and given up: for answers. */
void conn_send_bytes(struct conn *conn, const char *data, size_t len);
/* Bytes that wait to be written. */
static inline uint32_t conn_queued_bytes(const struct conn *conn)
{
    return conn->q.bytes;
}
/* True when so much waits that must not give way that the peer should not be given occasion for more: over
 * half the limit; or, where a full queue closes the connection, so much of anything that an answer could close it. */
bool conn_is_behind(const struct conn *conn);
/* Bytes of answers that may be sent at once: before conn_is_behind() is true and, where a full queue closes the
 * connection, without filling more than half of what is left of it. */
uint32_t conn_spare_bytes(const struct conn *conn);
/* True when not even a private line of len bytes should be queued: the limit is reached by what is kept, or it would
 * go nowhere. */
bool conn_is_full(const struct conn *conn, size_t len);
/* What the input side keeps of what it got, since it is unfinished or has to wait: bytes, as of now.  They count in
 * limits.queues_bytes. */
void conn_note_input(struct conn *conn, size_t bytes);
static inline uint32_t conn_input_bytes(const struct conn *conn)
{
    return (uint32_t)conn->input_units * CONN_INPUT_UNIT;
}
/* Forgets what has not been written, but for the rest of a payload that is partly out. */
void conn_drop_unsent(struct conn *conn);

/* Stops reading, and starts again. */
void conn_pause(struct conn *conn);
void conn_resume(struct conn *conn);
/* Calls ready() of the input side in the next turn. */
void conn_yield(struct conn *conn);
/* Calls ready() of the input side once conn_is_behind() is not true any more. */
void conn_notify_drained(struct conn *conn);

/* The owner of an open connection ends it, for this reason. */
void conn_request_end(struct conn *conn, enum reason reason);
/* Ends it in order: no more goes to the input side, nothing more is queued, what is queued is written, then the output
 * is ended, then the peer has NET_LINGER_MS to take it. */
void conn_finish(struct conn *conn, enum reason reason);
/* Ends it now.  The first reason given stays. */
void conn_close(struct conn *conn, enum reason reason);

static inline bool conn_is_open(const struct conn *conn)
{
    return conn->state == CONN_OPEN;
}

#endif

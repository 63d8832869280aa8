/* net/conn.h: one connection: bytes in, bytes out, and one way to end.
 *
 * A connection reads into the loop's one buffer and passes the bytes to its input side, which takes all of
 * them.  Payloads that are sent are queued (net/outq.h) and written when the turn ends (net/flush.h).  No function
 * here frees a connection, so callers may go on using it: conn_close() and conn_finish() mark it; the
 * reaper (net_reap()) tells the owner and frees it.
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

/* The input side of a connection: decodes the bytes.  Embedded in the object that does so, a front end. */
struct conn_input {
    const struct conn_input_ops *ops;
};

struct conn_input_ops {
    /* len bytes have arrived, valid during the call.  The input side takes all of them and may change them. */
    void (*input)(struct conn_input *in, char *data, size_t len);
    /* The peer will send no more (it may still read). */
    void (*eof)(struct conn_input *in);
    /* Called in the turn after conn_yield(), or when the queue has drained after conn_notify_drained(), or when the
     * transport's handshake is over. */
    void (*ready)(struct conn_input *in);
};

/* The owner of a connection.  Embedded in the object that uses the connection, a session. */
struct conn_owner {
    const struct conn_owner_ops *ops;
};

struct conn_owner_ops {
    /* Returns a line that tells the receiver that count lines were dropped here, with a reference for the caller. */
    struct payload *(*gap)(struct conn_owner *owner, uint32_t count);
    /* Asks the owner to end the connection for this reason: to send a goodbye and call conn_finish(). */
    void (*end)(struct conn_owner *owner, enum reason reason);
    /* The connection is over for this reason.  Called once, by the reaper.  After it only freed is called, unless the
     * owner leaves the connection now with conn_set_owner(NULL); the input
     * side is not called any more and may be freed now.  If conn_finish() has ended the connection, the rest of the
     * queue is still written. */
    void (*closed)(struct conn_owner *owner, enum reason reason);
    /* The connection is about to be freed and its descriptor closed.  The last call. */
    void (*freed)(struct conn_owner *owner);
};

enum conn_state { CONN_OPEN, CONN_FINISHING, CONN_LINGERING, CONN_CLOSED };

enum { CONN_INPUT_UNIT = 16 };
#define CONN_MOST_BYTES_IN ((UINT64_C(1) << 48) - 1)

/* Code outside of net reads id, peer, reason, owner, input, is_cut, bytes_in, bytes_out and lines_out; the other fields
 * are private to net.  Only net writes them.  The struct is defined here because conn_send() is inlined into the
 * fan-out. */
struct conn {
    struct net *net;
    struct outq q;
    struct conn *work_next;
    bool is_deaf : 1;         /* payloads are no longer queued: a write failed, or the last one is queued */
    bool is_listed : 1;       /* in net->work, for one or more of the next three reasons */
    bool to_write : 1;        /* a payload was queued: connections with this mark are the writable list */
    bool to_go_on : 1;        /* the input side has yielded */
    bool to_reap : 1;         /* the connection is over */
    bool is_blocked : 1;      /* the last write was not complete; the next one waits for an event */
    bool write_wants_read : 1; /* that event is EV_READ; otherwise EV_WRITE */
    bool read_wants_write : 1; /* the next read, or the handshake, waits for EV_WRITE; otherwise for EV_READ */
    bool is_paused : 1;       /* the input side takes no bytes now */
    bool is_eof : 1;          /* the peer has ended its output */
    bool wants_drained : 1;   /* conn_notify_drained() was called */
    bool has_transport : 1;   /* the bytes go through a transport object; otherwise the transport is plain */
    bool is_shaking : 1;      /* the transport's handshake is not over: nothing is read or written */
    bool close_reported : 1;  /* owner->ops->closed has been called */
    uint8_t state : 2;        /* enum conn_state */
    uint8_t reason;           /* enum reason, set when the connection is over */
    uint8_t armed : 7;        /* EV_READ, EV_WRITE: the events that ev waits for */
    bool is_cut : 1;          /* the input has ended, but the peer has not told so: its last line may lack its end */
    uint32_t lines_out;       /* payloads written completely; each line is one */
    struct conn_input *input; /* NULL before conn_set_input() and when the connection is over */
    struct conn_owner *owner; /* NULL for a newcomer that is turned away */
    struct conn *all_prev, *all_next;
    struct timeq_node wait; /* in stalled or lingering */
    uint64_t bytes_in : 48;    /* counted modulo CONN_MOST_BYTES_IN + 1: a month at 100 MB a second */
    uint64_t input_units : 16; /* the last value of conn_note_input(), in units of CONN_INPUT_UNIT bytes */
    uint64_t bytes_out;
    struct addr peer;
    uint32_t id;            /* for the log; counted from 1 */
    struct event ev;          /* its ev_fd is the only place where the socket is kept */
};

/* Takes over the connected, non-blocking socket fd.  Before the turn ends the caller sets an owner and an input side,
 * or finishes the connection. */
struct conn *conn_new(struct net *net, int fd, const struct addr *peer);
/* The same for bytes that go through a transport object, which is taken over and freed with the connection.
 * Reading and writing begin when its handshake is over; the input side's ready() is called then. */
struct conn *conn_new_layered(struct net *net, int fd, const struct addr *peer, struct transport *transport);
/* Frees the transport object of a connection whose handshake is not over; the connection is plain again.  Returns
 * false if a step of the handshake is being made in a lane. */
bool conn_drop_transport(struct conn *conn);
/* The transport object, whose handshake may not be over; NULL if the connection is plain, or a step of the handshake is
 * being made in a lane. */
const struct transport *conn_transport(const struct conn *conn);
/* Sets or replaces the owner and the input side.  The owner is borrowed until its freed() has been called or it is
 * replaced, the input side until the owner's closed() has been called or it is replaced.  NULL removes one; the caller
 * then sets another one, or finishes the connection, before the turn ends. */
void conn_set_owner(struct conn *conn, struct conn_owner *owner);
void conn_set_input(struct conn *conn, struct conn_input *in);

/* Reads in this turn, without waiting for the socket to be readable: a program that connects often sends its first
 * lines at once, and then gets the answers in one segment with the greeting. */
void conn_read_early(struct conn *conn);

/* The slow part of conn_send(): the ring is full, the limit is reached, or payloads are no longer queued. */
void conn_send_over(struct conn *conn, struct payload *p);
/* The socket; only for net: event_get_fd() would be a call for each write. */
static inline int conn_fd(const struct conn *conn)
{
    return conn->ev.ev_fd;
}

/* Puts the connection on the list of those with something to do; only for net. */
static inline void conn_list(struct conn *conn)
{
    if (!conn->is_listed) {
        conn->is_listed = true;
        conn->work_next = conn->net->work;
        conn->net->work = conn;
    }
}

/* Puts the connection on the writable list; only for conn_push() and net. */
static inline void conn_list_writable(struct conn *conn)
{
    if (!(conn->to_write | conn->is_blocked)) { /* one test of two bits */
        conn->to_write = true;
        conn_list(conn);
    }
}

/* Queues p regardless of the limit; only for conn_send() and conn_send_over(). */
static inline void conn_push(struct conn *conn, struct payload *p)
{
    outq_push(&conn->q, &conn->net->pool, p);
    conn->net->queued_bytes += p->len;
    conn_list_writable(conn);
}

/* Queues p and takes a reference; p is written when the turn ends.  If the queue would exceed its limit, as much of it
 * as the socket takes is written at once.  If that is not enough, the oldest droppable payloads are dropped, or the
 * connection is closed, as the settings say. */
static inline void conn_send(struct conn *conn, struct payload *p)
{
    /* All cases that need a call are together, so the short path, which nearly every payload takes, needs no stack. */
    if (__builtin_expect(conn->is_deaf, 0) || __builtin_expect(outq_is_tight(&conn->q), 0) ||
        __builtin_expect(conn->q.bytes + p->len > conn->net->limits.queue_bytes, 0)) {
        conn_send_over(conn, p);
    } else {
        conn_push(conn, p);
    }
}

/* One payload on its way to many connections of one net: conn_send() for each, with what is equal for all of them
 * done once.  The references and the sum of queued bytes are brought up to date by conn_spread_end(): between the
 * first conn_spread_to() and it nothing else of net is called. */
struct conn_spread {
    struct net *net;
    struct payload *p;       /* borrowed */
    uint32_t len;            /* bytes of p */
    uint32_t most;           /* the most bytes that a queue may hold before it is given p */
    uint32_t count;          /* of connections that have got it and are not accounted for */
};

/* Returns false if p is too long for any queue, or is not droppable, as only few are.  Then, and before, only
 * conn_spread_end() may be called, on a spread of zeros. */
static inline bool conn_spread_begin(struct conn_spread *spread, struct net *net, struct payload *p)
{
    *spread = (struct conn_spread){.net = net, .p = p, .len = p->len};
    spread->most = net->limits.queue_bytes - p->len;
    return p->kind == PAYLOAD_DROPPABLE && p->len <= net->limits.queue_bytes;
}

/* Returns false, and has done nothing, if the payload has to be sent by conn_send(), after conn_spread_end(). */
static inline bool conn_spread_to(struct conn_spread *spread, struct conn *conn)
{
    struct outq *q = &conn->q;

    if (__builtin_expect(conn->is_deaf, 0) || __builtin_expect(outq_is_tight(q), 0) ||
        __builtin_expect(q->bytes > spread->most, 0)) {
        return false;
    }
    outq_append(q, spread->p, spread->len);
    spread->count++;
    conn_list_writable(conn);
    return true;
}

static inline void conn_spread_end(struct conn_spread *spread)
{
    if (spread->count > 0) {
        spread->p->refs += spread->count;
        spread->net->queued_bytes += (uint64_t)spread->len * spread->count;
        spread->count = 0;
    }
}

/* Sends a payload made of the len bytes at data, of class PAYLOAD_KEPT: for answers. */
void conn_send_bytes(struct conn *conn, const char *data, size_t len);
/* The number of bytes that wait to be written. */
static inline uint32_t conn_queued_bytes(const struct conn *conn)
{
    return conn->q.bytes;
}
/* Returns true if the last write was not complete: the client does not read as fast as it is sent to. */
static inline bool conn_is_blocked(const struct conn *conn)
{
    return conn->is_blocked;
}
/* Returns true if no more of the client's commands should run until it has read more: over a quarter of the limit is
 * used by payloads that are not droppable; or, if a full queue closes the connection, so much is used by any payloads
 * that an answer could close it. */
bool conn_is_behind(const struct conn *conn);
/* The number of bytes that may be sent as an answer now: until half of the limit is used by payloads that are not
 * droppable, so a command that runs has at least a quarter of it; if a full queue closes the connection, half of the
 * space that is left. */
uint32_t conn_spare_bytes(const struct conn *conn);
/* Returns true if not even a private line of len bytes should be queued: payloads that are not droppable use all of the
 * limit, or payloads are no longer queued. */
bool conn_is_full(const struct conn *conn, size_t len);
/* Tells how many bytes of input the input side holds now, because they are unfinished or wait.  They count in
 * limits.memory_bytes. */
void conn_note_input(struct conn *conn, size_t bytes);
static inline uint32_t conn_input_bytes(const struct conn *conn)
{
    return (uint32_t)conn->input_units * CONN_INPUT_UNIT;
}
/* Drops all payloads that have not been written, except the rest of one that is partly written. */
void conn_drop_unsent(struct conn *conn);

/* Has the system probe the peer after so many seconds of silence (net/transport.h); 0: as usual. */
void conn_keep_alive(struct conn *conn, uint32_t idle_s);

/* Stops reading, and starts again. */
void conn_pause(struct conn *conn);
void conn_resume(struct conn *conn);
/* Has ready() of the input side called in the next turn. */
void conn_yield(struct conn *conn);
/* Has ready() of the input side called once conn_is_behind() is no longer true. */
void conn_notify_drained(struct conn *conn);

/* Asks the owner of an open connection to end it for this reason. */
void conn_request_end(struct conn *conn, enum reason reason);
/* Ends the connection in order: the input side gets no more bytes and nothing more is queued; the queue is
 * written, then the output is ended, and then the peer has NET_LINGER_MS to take it. */
void conn_finish(struct conn *conn, enum reason reason);
/* Ends the connection at once; its queue is dropped.  If it was ending already, the first reason stays. */
void conn_close(struct conn *conn, enum reason reason);

static inline bool conn_is_open(const struct conn *conn)
{
    return conn->state == CONN_OPEN;
}

#endif

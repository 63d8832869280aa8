/* net/conn.c: the life of a connection.
 *
 * net/intake.c handles its events and net/flush.c writes its queue; both use this file.
 *
 * Owns the socket, its event, the queue, and the place in each of net's lists.  There is one event for reading and
 * writing, and it is assigned anew when the flags change.  A second event would save that, but reading is
 * paused and writing waits so rarely that the 128 bytes it would cost each connection weigh more. */
#include "config.h"

#include "net/conn.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "net/bound.h"
#include "net/conn_priv.h"
#include "net/shake.h"
#include "net/transport.h"

#include <event2/event_compat.h>
#include <stdlib.h>
#include <unistd.h>

/* A connection with has_transport: its bytes go through a transport object. */
struct layered {
    struct conn conn;
    struct conn_layer layer;
};

struct conn_layer *conn_layer(struct conn *conn)
{
    return &CONTAINER_OF(conn, struct layered, conn)->layer;
}

static const struct conn_layer *layer_of(const struct conn *conn)
{
    return &CONTAINER_OF(conn, const struct layered, conn)->layer;
}

/* When the connection is ending, input is still read and thrown away: unread bytes would make the kernel send a reset,
 * and the peer would lose the last line. */
bool conn_wants_input(const struct conn *conn)
{
    return !conn->is_eof && (!conn->is_paused || conn->state != CONN_OPEN);
}

short conn_read_event(const struct conn *conn)
{
    return conn->read_wants_write ? EV_WRITE : EV_READ;
}

short conn_write_event(const struct conn *conn)
{
    return conn->write_wants_read ? EV_READ : EV_WRITE;
}

static short interest(const struct conn *conn)
{
    if (conn->state == CONN_CLOSED) {
        return 0;
    }
    if (conn->is_shaking) {
        return layer_of(conn)->shake == NULL ? conn_read_event(conn) : 0;
    }
    return (short)((conn_wants_input(conn) ? conn_read_event(conn) : 0) |
                   (conn->is_blocked ? conn_write_event(conn) : 0));
}

/* The event does not report bytes that the transport object holds already. */
static void read_pending(struct conn *conn)
{
    const struct transport *t = conn_layer(conn)->transport;

    if ((conn->armed & EV_READ) != 0 && !conn->is_shaking && conn_wants_input(conn) && !conn->read_wants_write &&
        t->ops->pending(t) > 0) {
        event_active(&conn->ev, EV_READ, 0);
    }
}

void conn_update_interest(struct conn *conn)
{
    short want = interest(conn);

    if (want != conn->armed) {
        if (conn->armed != 0) {
            event_del(&conn->ev);
        }
        conn->armed = (unsigned)want & 0x7f;
        if (want != 0) {
            event_assign(&conn->ev, conn->net->base, conn_fd(conn), (short)(want | EV_PERSIST),
                         conn->net->ready_cb, conn);
            /* The kernel has no memory to watch the socket: the connection could never be served. */
            if (event_add(&conn->ev, NULL) != 0) {
                conn->armed = 0;
                conn_close(conn, REASON_ERROR);
                return;
            }
        }
    }
    if (conn->has_transport) {
        read_pending(conn);
    }
}

void conn_give_reason(struct conn *conn, enum reason reason)
{
    if (conn->reason == REASON_NONE) {
        conn->reason = (uint8_t)reason;
    }
}

static void init(struct conn *conn, struct net *net, int fd, const struct addr *peer)
{
    conn->net = net;
    conn->ev.ev_fd = fd;
    conn->peer = *peer;
    conn->id = ++net->last_id;
    conn->all_next = net->all;
    if (net->all != NULL) {
        net->all->all_prev = conn;
    }
    net->all = conn;
    net->count++;
    conn_update_interest(conn);
}

struct conn *conn_new(struct net *net, int fd, const struct addr *peer)
{
    struct conn *conn = mem_zalloc(sizeof(*conn));

    init(conn, net, fd, peer);
    return conn;
}

struct conn *conn_new_layered(struct net *net, int fd, const struct addr *peer, struct transport *transport)
{
    struct layered *layered = mem_zalloc(sizeof(*layered));

    transport->fd = fd;
    layered->layer.transport = transport;
    layered->conn.has_transport = true;
    layered->conn.is_shaking = true;
    /* It is writable, so the handshake begins in the next turn, unless bytes are needed first. */
    layered->conn.read_wants_write = transport->ops->gather == NULL;
    init(&layered->conn, net, fd, peer);
    return &layered->conn;
}

bool conn_drop_transport(struct conn *conn)
{
    struct conn_layer *layer = conn_layer(conn);

    CHECK(conn->is_shaking);
    if (layer->shake != NULL) {
        return false;
    }
    layer->transport->ops->free(layer->transport);
    layer->transport = NULL;
    conn->has_transport = conn->is_shaking = conn->read_wants_write = false;
    conn_note_input(conn, 0);
    conn_update_interest(conn);
    return true;
}

const struct transport *conn_transport(const struct conn *conn)
{
    return conn->has_transport && layer_of(conn)->shake == NULL ? layer_of(conn)->transport : NULL;
}

void conn_set_owner(struct conn *conn, struct conn_owner *owner)
{
    conn->owner = owner;
}

void conn_set_input(struct conn *conn, struct conn_input *in)
{
    conn->input = in;
}

/* ---- reading ---- */

void conn_note_input(struct conn *conn, size_t bytes)
{
    size_t units = (bytes + CONN_INPUT_UNIT - 1) / CONN_INPUT_UNIT;

    conn->net->input_bytes -= conn_input_bytes(conn);
    conn->input_units = units < UINT16_MAX ? (uint16_t)units : UINT16_MAX;
    conn->net->input_bytes += conn_input_bytes(conn);
}

void conn_read_early(struct conn *conn)
{
    if ((conn->armed & EV_READ) != 0) {
        event_active(&conn->ev, EV_READ, 0);
    }
}

void conn_keep_alive(struct conn *conn, uint32_t idle_s)
{
    transport_keep_alive(conn_fd(conn), idle_s);
}

void conn_pause(struct conn *conn)
{
    conn->is_paused = true;
    conn_update_interest(conn);
}

void conn_resume(struct conn *conn)
{
    conn->is_paused = false;
    conn_update_interest(conn);
}

void conn_yield(struct conn *conn)
{
    conn->to_go_on = true;
    conn_list(conn);
}

void conn_notify_drained(struct conn *conn)
{
    conn->wants_drained = true;
}

void conn_run_ready(struct conn *conn)
{
    conn->to_go_on = false;
    if (conn->state == CONN_OPEN) {
        conn->input->ops->ready(conn->input);
    }
}

/* ---- writing ---- */

void conn_send_over(struct conn *conn, struct payload *p)
{
    struct net *net = conn->net;
    const struct net_limits *limits = &net->limits;
    uint32_t before;

    if (conn->is_deaf) {
        return;
    }
    /* One turn may bring more than the limit; a client that has read everything before is not slow. */
    if (conn->q.bytes + p->len > limits->queue_bytes && !conn->is_blocked) {
        net->write_now(conn);
        if (conn->is_deaf) {
            return;
        }
    }
    if (conn->q.bytes + p->len <= limits->queue_bytes) {
        conn_push(conn, p);
        return;
    }
    before = conn->q.bytes;
    switch (bound_make_room(&conn->q, limits, p, conn_pinned(conn))) {
    case BOUND_PUSH:
        net->queued_bytes -= before - conn->q.bytes;
        conn_push(conn, p);
        break;
    case BOUND_GAP:
        outq_push_gap(&conn->q, &net->pool);
        conn_list_writable(conn);
        break;
    case BOUND_CLOSE:
        conn_close(conn, REASON_QUEUE_FULL);
        break;
    }
}

void conn_send_bytes(struct conn *conn, const char *data, size_t len)
{
    struct payload *p;

    if (!conn->is_deaf && len > 0) {
        p = payload_new(data, len, PAYLOAD_KEPT);
        conn_send(conn, p);
        payload_unref(p);
    }
}

bool conn_is_behind(const struct conn *conn)
{
    return !conn->is_deaf && bound_is_behind(&conn->q, &conn->net->limits);
}

uint32_t conn_spare_bytes(const struct conn *conn)
{
    return bound_spare_bytes(&conn->q, &conn->net->limits);
}

bool conn_is_full(const struct conn *conn, size_t len)
{
    return conn->is_deaf || bound_is_full(&conn->q, &conn->net->limits, len);
}

uint32_t conn_pinned(struct conn *conn)
{
    return conn->has_transport ? conn_layer(conn)->pinned : 0;
}

void conn_drop_unsent(struct conn *conn)
{
    conn->net->queued_bytes -= conn->q.bytes;
    outq_drop_unsent(&conn->q, &conn->net->pool, conn_pinned(conn));
    conn->net->queued_bytes += conn->q.bytes;
}

static void drop_queue(struct conn *conn)
{
    conn->net->queued_bytes -= conn->q.bytes;
    outq_fini(&conn->q, &conn->net->pool);
    if (conn->has_transport) {
        conn_layer(conn)->pinned = 0;
    }
}

void conn_tell_gap(struct conn *conn, uint32_t i)
{
    uint32_t skipped = outq_gap(&conn->q, i);
    struct payload *line;

    if (skipped == 0) {
        return;
    }
    CHECK(!conn->close_reported); /* conn_reap() has filled all gaps before it called closed() */
    conn->net->lines_skipped += skipped;
    line = conn->owner->ops->gap(conn->owner, skipped);
    outq_fill_gap(&conn->q, i, line);
    conn->net->queued_bytes += line->len;
    payload_unref(line);
}

void conn_lost_output(struct conn *conn, enum reason reason)
{
    if (reason != REASON_EOF) {
        conn_give_reason(conn, reason); /* Linux reports it once: a later read sees an orderly end */
    }
    conn->is_deaf = true;
    conn->is_blocked = false;
    drop_queue(conn);
    timeq_remove(&conn->wait);
    if (conn->wants_drained) {
        conn->wants_drained = false;
        conn_yield(conn);
    }
    if (conn->state != CONN_OPEN) {
        conn_close(conn, conn->reason);
        return;
    }
    /* A client that closes at once, such as "socat -u" or "ncat --send-only", makes the write fail
     * while its lines are still unread: the input side gets them, and then the end. */
    conn_update_interest(conn);
}

/* ---- ending ---- */

void conn_request_end(struct conn *conn, enum reason reason)
{
    conn->owner->ops->end(conn->owner, reason);
}

static void list_over(struct conn *conn)
{
    conn->to_reap = true;
    conn_list(conn);
}

void conn_finish(struct conn *conn, enum reason reason)
{
    if (conn->state != CONN_OPEN) {
        return;
    }
    conn_give_reason(conn, reason);
    conn->state = CONN_FINISHING;
    list_over(conn);
    if (conn->is_deaf) {
        conn_close(conn, reason);
        return;
    }
    conn->is_deaf = true; /* the last line is queued */
    conn_update_interest(conn);
    conn_list_writable(conn); /* even if nothing is queued: the flush then goes on to the next state */
}

void conn_close(struct conn *conn, enum reason reason)
{
    if (conn->state == CONN_CLOSED) {
        return;
    }
    conn_give_reason(conn, reason);
    conn->state = CONN_CLOSED;
    conn->is_deaf = true;
    conn->is_blocked = false;
    drop_queue(conn);
    conn_update_interest(conn);
    timeq_remove(&conn->wait);
    list_over(conn);
}

static void unlink_all(struct conn *conn)
{
    struct net *net = conn->net;

    if (conn->all_prev != NULL) {
        conn->all_prev->all_next = conn->all_next;
    } else {
        net->all = conn->all_next;
    }
    if (conn->all_next != NULL) {
        conn->all_next->all_prev = conn->all_prev;
    }
    for (struct net_walk *walk = net->walks; walk != NULL; walk = walk->next) {
        if (walk->at == conn) {
            walk->at = conn->all_next;
        }
    }
    net->count--;
}

/* Ends the output of a connection whose owner has just been told, if everything is written.  If that closes the
 * connection, it is freed at once, not in the next turn. */
static void end_reported(struct conn *conn)
{
    struct net *net = conn->net;

    conn->wants_drained = false;
    if (conn->state == CONN_FINISHING && conn->q.count == 0) {
        net->write_now(conn);
    }
    if (conn->to_reap && net->work == conn) {
        net->work = conn->work_next;
        conn->is_listed = conn->to_reap = false;
    }
}

bool conn_reap(struct conn *conn)
{
    struct conn_owner *owner = conn->owner;

    if (owner != NULL && !conn->close_reported) {
        for (uint32_t i = 0; i < conn->q.count && conn->state != CONN_CLOSED; i++) {
            conn_tell_gap(conn, i);
        }
        conn->close_reported = true;
        owner->ops->closed(owner, conn->reason);
        owner = conn->owner; /* it may have left */
        conn->input = NULL;
        end_reported(conn);
    }
    if (conn->state != CONN_CLOSED || conn->is_listed) {
        return false; /* still to be written or lingering, or listed to be reaped */
    }
    if (owner != NULL) {
        owner->ops->freed(owner);
        conn->net->closes[conn->reason]++;
    }
    conn_note_input(conn, 0);
    unlink_all(conn);
    if (conn->has_transport && conn_layer(conn)->shake != NULL) {
        shake_abandon(conn_layer(conn)->shake); /* closes the socket too */
    } else {
        if (conn->has_transport) {
            struct transport *t = conn_layer(conn)->transport;

            t->ops->free(t);
        }
        close(conn_fd(conn));
    }
    free(conn);
    return true;
}

/* net/flush.c: the end of a turn: writes what is queued. */
#include "config.h"

#include "net/flush.h"

#include "net/conn.h"
#include "net/conn_priv.h"
#include "net/stall.h"
#include "net/transport.h"

enum {
    FLUSH_IOV = 256,   /* payloads in one write */
    FLUSH_WRITES = 16, /* writes to one connection in one turn; the rest waits */
};

/* ---- transport objects ---- */

static enum transport_result write_layered(struct conn *conn, const struct iovec *iov, int count, size_t *n)
{
    struct transport *t = conn_layer(conn)->transport;

    *n = 0;
    return conn->is_shaking ? TRANSPORT_WANT_WRITE : t->ops->write(t, iov, count, n);
}

static void unpin(struct conn *conn)
{
    struct conn_layer *layer = conn_layer(conn);

    outq_unpin(&conn->q, layer->pinned);
    layer->pinned = 0;
}

/* Pins the first slots, which were offered and not taken, so that they are offered again unchanged. */
static void pin(struct conn *conn, uint32_t slots)
{
    struct conn_layer *layer = conn_layer(conn);

    layer->pinned = conn->is_shaking ? 0 : slots; /* during the handshake nothing is offered */
    outq_pin(&conn->q, layer->pinned);
}

/* ---- the end ---- */

static enum transport_result end_output(struct conn *conn)
{
    struct transport *t;

    if (!conn->has_transport) {
        if (!conn->is_eof) { /* otherwise the peer has ended too, and the close is enough */
            transport_end_output(conn_fd(conn));
        }
        return TRANSPORT_OK;
    }
    t = conn_layer(conn)->transport;
    return conn->is_shaking ? TRANSPORT_GONE : t->ops->end(t);
}

/* Called when the last byte is written, and again until the transport object has ended its output.  The time to linger
 * runs meanwhile. */
static void go_on_ending(struct conn *conn)
{
    enum transport_result result = end_output(conn);

    if (conn->is_eof || transport_is_end(result)) {
        conn_close(conn, conn->reason);
        return;
    }
    if (conn->state == CONN_FINISHING) {
        conn->state = CONN_LINGERING;
        timeq_push(&conn->net->lingering, &conn->wait, clock_ms(conn->net->clock));
    }
    conn->is_blocked = result != TRANSPORT_OK;
    conn->write_wants_read = result == TRANSPORT_WANT_READ;
}

static void wrote_all(struct conn *conn)
{
    if (conn->state == CONN_OPEN) {
        timeq_remove(&conn->wait);
    } else if (conn->close_reported || conn->owner == NULL) {
        go_on_ending(conn);
    } /* else conn_reap() comes back: a peer that sees the end may rely on what its owner has given back, its name */
    conn_update_interest(conn);
}

/* ---- writing ---- */

/* Bytes that were offered as one piece of the batch are offered again as the payloads of the queue. */
_Static_assert((int)BATCH_SLOTS <= (int)FLUSH_IOV, "a write offers all that the one before has offered");

static void wait_writable(struct conn *conn, bool progressed, bool wants_read)
{
    stall_note(conn, progressed);
    conn->is_blocked = true;
    conn->write_wants_read = wants_read;
    conn_update_interest(conn);
}

static void tell_drained(struct conn *conn)
{
    if (conn->wants_drained && !conn_is_behind(conn)) {
        conn->wants_drained = false;
        conn_yield(conn);
    }
}

/* Makes one write.  Returns true if more is queued and the connection may take it. */
static bool write_once(struct conn *conn, bool *progressed)
{
    struct net *net = conn->net;
    struct iovec iov[FLUSH_IOV];
    size_t want = 0, n;
    uint32_t before, payloads, gathered;
    enum transport_result result;
    int count;

    if (conn->has_transport) {
        unpin(conn);
    }
    conn_tell_gap(conn, 0);
    before = conn->q.bytes;
    payloads = conn->q.count;
    if (batch_find(&net->batch, &conn->q, iov)) {
        count = 1;
        gathered = payloads;
    } else {
        count = outq_gather(&conn->q, iov, FLUSH_IOV);
        gathered = (uint32_t)count;
    }
    result = conn->has_transport ? write_layered(conn, iov, count, &n)
                                 : transport_write(conn_fd(conn), iov, count, &n);
    if (result != TRANSPORT_OK) {
        if (conn->has_transport) {
            pin(conn, gathered);
        }
        if (transport_is_end(result)) {
            conn_lost_output(conn, conn_reason_of(result));
        } else {
            wait_writable(conn, *progressed, result == TRANSPORT_WANT_READ);
        }
        return false;
    }
    for (int i = 0; i < count; i++) {
        want += iov[i].iov_len;
    }
    *progressed = true;
    conn->bytes_out += n;
    net->bytes_out += n;
    if (n == want && gathered == payloads) {
        outq_consume_all(&conn->q, &net->pool);
    } else {
        outq_consume(&conn->q, &net->pool, n);
    }
    conn->lines_out += payloads - conn->q.count;
    net->queued_bytes -= before - conn->q.bytes;
    if (conn->has_transport) {
        pin(conn, gathered - (payloads - conn->q.count)); /* it takes pieces of its own, and may take the next */
    } else if (n < want) {
        wait_writable(conn, true, false);
        return false;
    }
    return conn->q.count > 0;
}

void flush_conn(struct conn *conn)
{
    bool progressed = false;
    int writes = 0;

    while (conn->q.count > 0 && conn->state != CONN_CLOSED) {
        if (!write_once(conn, &progressed)) {
            break;
        }
        if (++writes == FLUSH_WRITES) {
            conn_list_writable(conn); /* goes on in the next turn */
            break;
        }
    }
    if (conn->q.count == 0 && conn->state != CONN_CLOSED && (conn->state != CONN_OPEN || !conn->is_deaf)) {
        wrote_all(conn);
    }
    tell_drained(conn);
}

/* Prefetches the data of the next connection while the kernel writes for this one. */
static void fetch_ahead(const struct conn *next)
{
    if (next != NULL) {
        for (size_t at = 0; at < sizeof(*next); at += 64) {
            __builtin_prefetch((const char *)next + at);
        }
    }
}

/* Writes to the connections of a list until the part of the turn is over.  Returns the first that is left. */
static struct conn *flush_list(struct net *net, struct conn *conn)
{
    unsigned written = 0;

    while (conn != NULL) {
        struct conn *next = conn->work_next;

        if (written == TURN_WINDOW) {
            written = 0;
            if (turn_is_over(&net->turn)) {
                break;
            }
        }

        fetch_ahead(next);
        conn->is_listed = false;
        if (conn->to_write) {
            conn->to_write = false;
            if (conn->state != CONN_CLOSED) {
                flush_conn(conn);
                written++;
            }
        }
        if (conn->to_go_on || conn->to_reap) {
            conn_list(conn);
        }
        conn = next;
    }
    return conn;
}

/* Puts connections for which there was no time behind those that wait already. */
static void leave_late(struct net *net, struct conn *conn)
{
    while (conn != NULL) {
        struct conn *next = conn->work_next;

        if (conn->to_write) {
            conn->work_next = NULL;
            if (net->late == NULL) {
                net->late = conn;
            } else {
                net->late_last->work_next = conn;
            }
            net->late_last = conn;
        } else {
            conn->is_listed = false;
            conn_list(conn);
        }
        conn = next;
    }
}

void flush_run(struct net *net)
{
    struct conn *left = net->work;

    net->work = NULL;
    turn_begin_part(&net->turn, TURN_FLUSH);
    left = flush_list(net, left);
    leave_late(net, left);
    if (net->late != NULL) {
        turn_begin_part(&net->turn, TURN_LATE);
        net->late = flush_list(net, net->late);
    }
    batch_forget(&net->batch);
    outq_settle(&net->pool);
}

/* net/flush.c: the end of a turn: writes what is queued.
 *
 * A write has three parts: the loop prepares it, it is made, and the loop accounts for it.  Where net has shares
 * (net/shares.h), the second part may be made in another thread. */
#include "config.h"

#include "net/flush.h"

#include "net/conn.h"
#include "net/conn_priv.h"
#include "net/flush_priv.h"
#include "net/stall.h"
#include "net/transport.h"

/* Each part is also a function of its own, at the end, and the compiler would not copy them by itself. */
#define INLINE inline __attribute__((always_inline))

/* ---- transport objects ---- */

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

    if ((conn->is_eof && result == TRANSPORT_OK) || transport_is_end(result)) {
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

/* What a transport object was offered before and did not take may be offered in other pieces. */
static INLINE void prepare(struct conn *conn)
{
    if (conn->has_transport) {
        unpin(conn);
    }
    conn_tell_gap(conn, 0);
}

static INLINE enum transport_result write_layered(struct conn *conn, const struct iovec *iov, int count, size_t *n)
{
    struct transport *t = conn_layer(conn)->transport;

    *n = 0;
    return conn->is_shaking ? TRANSPORT_WANT_WRITE : t->ops->write(t, iov, count, n);
}

/* The parts for any thread: these read the connection and change nothing of it. */
static INLINE int offer(struct conn *conn, struct batch *batch, struct iovec *iov, struct flush_write *w)
{
    int count;

    if (batch_find(batch, &conn->q, iov)) {
        count = 1;
        w->gathered = conn->q.count;
    } else {
        count = outq_gather(&conn->q, iov, FLUSH_IOV);
        w->gathered = (uint32_t)count;
    }
    w->want = 0;
    for (int i = 0; i < count; i++) {
        w->want += iov[i].iov_len;
    }
    return count;
}

static INLINE void make(struct conn *conn, struct batch *batch, struct flush_write *w)
{
    struct iovec iov[FLUSH_IOV];
    int count = offer(conn, batch, iov, w);

    w->result = conn->has_transport ? write_layered(conn, iov, count, &w->n)
                                    : transport_write(conn_fd(conn), iov, count, &w->n);
}

/* Returns true if more is queued and the connection may take it. */
static INLINE bool account(struct conn *conn, const struct flush_write *w, bool *progressed)
{
    struct net *net = conn->net;
    uint32_t before = conn->q.bytes, payloads = conn->q.count;

    if (w->result != TRANSPORT_OK) {
        if (conn->has_transport) {
            pin(conn, w->gathered);
        }
        if (transport_is_end(w->result)) {
            conn_lost_output(conn, conn_reason_of(w->result));
        } else {
            wait_writable(conn, *progressed, w->result == TRANSPORT_WANT_READ);
        }
        return false;
    }
    *progressed = true;
    conn->bytes_out += w->n;
    net->bytes_out += w->n;
    if (w->n == w->want && w->gathered == payloads) {
        outq_consume_all(&conn->q, &net->pool);
    } else {
        outq_consume(&conn->q, &net->pool, w->n);
    }
    conn->lines_out += payloads - conn->q.count;
    net->queued_bytes -= before - conn->q.bytes;
    if (conn->has_transport) {
        pin(conn, w->gathered - (payloads - conn->q.count)); /* it takes pieces of its own, and may take the next */
    } else if (w->n < w->want) {
        wait_writable(conn, true, false);
        return false;
    }
    return conn->q.count > 0;
}

/* Makes one write.  Returns true if more is queued and the connection may take it. */
static INLINE bool write_once(struct conn *conn, bool *progressed)
{
    struct flush_write w;

    prepare(conn);
    make(conn, &conn->net->batch, &w);
    return account(conn, &w, progressed);
}

/* After the turn's last write to the connection. */
static INLINE void finish(struct conn *conn)
{
    if (conn->q.count == 0 && conn->state != CONN_CLOSED && (conn->state != CONN_OPEN || !conn->is_deaf)) {
        wrote_all(conn);
    }
    tell_drained(conn);
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
    finish(conn);
}

/* ---- the parts, for net/shares.c ---- */

void flush_prepare(struct conn *conn)
{
    prepare(conn);
}

int flush_offer(struct conn *conn, struct batch *batch, struct iovec *iov, struct flush_write *w)
{
    return offer(conn, batch, iov, w);
}

void flush_make(struct conn *conn, struct batch *batch, struct flush_write *w)
{
    make(conn, batch, w);
}

bool flush_account(struct conn *conn, const struct flush_write *w, bool *progressed)
{
    return account(conn, w, progressed);
}

void flush_finish(struct conn *conn)
{
    finish(conn);
}

/* ---- the list ---- */

struct conn *flush_list(struct net *net, struct conn *conn, struct conn **last)
{
    unsigned written = 0;

    (void)last;

    while (conn != NULL) {
        struct conn *next = conn->work_next;

        if (written == TURN_WINDOW) {
            written = 0;
            if (turn_is_over(&net->turn)) {
                break;
            }
        }

        flush_fetch_ahead(next);
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
    struct conn *left = net->work, *ignored;

    net->work = NULL;
    turn_begin_part(&net->turn, TURN_FLUSH);
    left = net->write_list(net, left, &ignored);
    leave_late(net, left);
    if (net->late != NULL) {
        turn_begin_part(&net->turn, TURN_LATE);
        net->late = net->write_list(net, net->late, &net->late_last);
    }
    batch_forget(&net->batch);
    outq_settle(&net->pool);
}

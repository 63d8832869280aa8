/* net/intake.c: handles the event of a connection. */
#include "config.h"

#include "net/intake.h"

#include "base/clock.h"
#include "base/turn.h"
#include "net/conn.h"
#include "net/conn_priv.h"
#include "net/shake.h"
#include "net/transport.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

static enum transport_result read_some(struct conn *conn, size_t *n)
{
    struct net *net = conn->net;
    struct transport *t;

    if (!conn->has_transport) {
        return transport_read(conn_fd(conn), net->read_buf, sizeof(net->read_buf), n);
    }
    t = conn_layer(conn)->transport;
    return t->ops->read(t, net->read_buf, sizeof(net->read_buf), n);
}

static void got(struct conn *conn, size_t n)
{
    struct net *net = conn->net;

    conn->bytes_in = (conn->bytes_in + n) & CONN_MOST_BYTES_IN;
    net->bytes_in += n;
    if (conn->state == CONN_OPEN) {
        conn->input->ops->input(conn->input, net->read_buf, n);
    }
}

/* The peer will send no more, or the connection broke. */
static void got_end(struct conn *conn, enum transport_result result)
{
    bool may_write = result == TRANSPORT_EOF || result == TRANSPORT_CUT;

    conn->is_eof = true;
    conn->is_cut = conn->has_transport && result != TRANSPORT_EOF;
    if (result == TRANSPORT_CUT) {
        conn_give_reason(conn, REASON_TLS_CUT);
    }
    if (may_write) {
        conn_update_interest(conn);
    } else {
        conn_lost_output(conn, conn_reason_of(result));
    }
    if (conn->state == CONN_OPEN) {
        conn->input->ops->eof(conn->input); /* lines that arrived before and wait are still run */
    } else if (!may_write || conn->state == CONN_LINGERING) {
        conn_close(conn, conn_reason_of(result));
    } /* otherwise the queue is still written */
}

/* Tries a write that was blocked again, at the turn's end. */
static void try_write(struct conn *conn)
{
    conn->is_blocked = false;
    conn_list_writable(conn);
}

static void shaken(struct conn *conn)
{
    conn->is_shaking = false;
    if (conn->is_blocked) {
        try_write(conn);
    }
    if (conn->state == CONN_OPEN) {
        conn->input->ops->ready(conn->input);
    }
}

/* A step of the handshake has had this result. */
static void took_step(struct conn *conn, enum transport_result result)
{
    conn->read_wants_write = result == TRANSPORT_WANT_WRITE;
    if (result == TRANSPORT_FOREIGN && conn->state == CONN_OPEN) {
        conn_request_end(conn, REASON_TLS_REQUIRED);
        return;
    }
    if (transport_is_end(result)) {
        conn_close(conn, conn_reason_of(result));
        return;
    }
    if (result == TRANSPORT_OK) {
        shaken(conn);
    }
    conn_update_interest(conn);
}

static void step_done(void *ctx, enum transport_result result)
{
    struct conn *conn = ctx;

    conn_layer(conn)->shake = NULL;
    if (conn->state != CONN_CLOSED) { /* otherwise the reaper comes */
        took_step(conn, result);
    }
}

/* A handshake is made in a lane, since it takes up to some milliseconds to compute; without one it is made at once. */
static void shake(struct conn *conn)
{
    struct conn_layer *layer = conn_layer(conn);
    const struct transport_ops *ops = layer->transport->ops;
    enum transport_result result = ops->gather != NULL ? ops->gather(layer->transport) : TRANSPORT_OK;

    if (result != TRANSPORT_OK) {
        conn_note_input(conn, ops->pending(layer->transport));
        took_step(conn, result);
        return;
    }
    conn_note_input(conn, 0); /* the handshake uses them at once */
    if (conn->net->shakes == NULL) {
        took_step(conn, ops->handshake(layer->transport));
        return;
    }
    layer->shake = shake_begin(conn->net->shakes, layer->transport, step_done, conn);
    if (layer->shake == NULL) {
        conn_close(conn, REASON_ERROR);
        return;
    }
    conn_update_interest(conn);
}

static void read_input(struct conn *conn)
{
    size_t n;
    enum transport_result result = read_some(conn, &n);

    conn->read_wants_write = result == TRANSPORT_WANT_WRITE;
    if (transport_is_end(result)) {
        got_end(conn, result);
        return;
    }
    if (result == TRANSPORT_OK) {
        got(conn, n);
    }
    conn_update_interest(conn);
}

void intake_cb(evutil_socket_t fd, short what, void *arg)
{
    struct conn *conn = arg;

    (void)fd;
    (void)clock_ms(conn->net->clock); /* the first callback of a turn reads the clock: the loop has woken up */
    conn->net->ready_conns++;
    if (conn->is_shaking) {
        if (conn_layer(conn)->shake == NULL) {
            shake(conn);
        }
    } else {
        bool can_read = (what & conn_read_event(conn)) != 0;

        if (conn->is_blocked && (what & conn_write_event(conn)) != 0) {
            try_write(conn);
        }
        if (can_read && conn_wants_input(conn)) {
            read_input(conn);
        }
    }
    if (turn_is_over(&conn->net->turn)) {
        event_base_loopbreak(conn->net->base); /* other ready connections follow in the next turn, in order */
    }
}

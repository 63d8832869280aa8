/* net/intake.c: handles the event of a connection. */
#include "config.h"

#include "net/intake.h"

#include "base/clock.h"
#include "base/turn.h"
#include "net/conn.h"
#include "net/conn_priv.h"
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
    conn->is_eof = true;
    if (result == TRANSPORT_EOF) {
        conn_update_interest(conn);
    } else {
        conn_lost_output(conn, conn_reason_of(result));
    }
    if (conn->state == CONN_OPEN) {
        conn->input->ops->eof(conn->input); /* lines that arrived before and wait are still run */
    } else if (result != TRANSPORT_EOF || conn->state == CONN_LINGERING) {
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

static void shake(struct conn *conn)
{
    struct transport *t = conn_layer(conn)->transport;
    enum transport_result result = t->ops->handshake(t);

    conn->read_wants_write = result == TRANSPORT_WANT_WRITE;
    if (transport_is_end(result)) {
        conn_close(conn, conn_reason_of(result));
        return;
    }
    if (result == TRANSPORT_OK) {
        shaken(conn);
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
        shake(conn);
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

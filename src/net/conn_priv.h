/* net/conn_priv.h: the parts of a connection that only net's files use. */
#ifndef CHATD_NET_CONN_PRIV_H
#define CHATD_NET_CONN_PRIV_H

#include "net/reason.h"
#include "net/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct conn;

/* The additional part of a connection with has_transport: its bytes go through a transport object. */
struct conn_layer {
    struct transport *transport; /* owned */
    struct shake *shake;         /* a step of its handshake that is being made in a lane; NULL if none is */
    uint32_t pinned;             /* the number of first slots of the queue that were offered and not taken */
};

/* The layer of a connection with has_transport. */
struct conn_layer *conn_layer(struct conn *conn);
/* The number of first slots of the queue that must not change. */
uint32_t conn_pinned(struct conn *conn);
/* Returns true if bytes are to be read. */
bool conn_wants_input(const struct conn *conn);
/* EV_READ or EV_WRITE: the event for which the next read (or the handshake) waits. */
short conn_read_event(const struct conn *conn);
/* EV_READ or EV_WRITE: the event for which a blocked write waits. */
short conn_write_event(const struct conn *conn);
/* Makes the event wait for what the flags ask for.  Only a change makes a system call. */
void conn_update_interest(struct conn *conn);
/* The reason for which the connection is over, unless there is one already. */
void conn_give_reason(struct conn *conn, enum reason reason);
/* If slot i of the queue is a gap, replaces it by the owner's line about it. */
void conn_tell_gap(struct conn *conn, uint32_t i);
/* A write failed, because the peer has ended the connection (REASON_EOF) or because the connection is broken
 * (REASON_RESET, REASON_DEAD).  The queue is lost; bytes that the peer sent before are still read. */
void conn_lost_output(struct conn *conn, enum reason reason);
/* For the reaper; conn is in no list.  Tells the owner once that the connection is over.  Frees conn and returns true
 * if it is closed. */
bool conn_reap(struct conn *conn);
/* For net_run_ready(). */
void conn_run_ready(struct conn *conn);

/* The reason for which a result that is an end closes the connection. */
static inline enum reason conn_reason_of(enum transport_result end)
{
    switch (end) {
    case TRANSPORT_EOF:
        return REASON_EOF;
    case TRANSPORT_DEAD:
        return REASON_DEAD;
    case TRANSPORT_CUT:
        return REASON_TLS_CUT;
    case TRANSPORT_WRONG:
        return REASON_TLS_ERROR;
    case TRANSPORT_FOREIGN:
        return REASON_TLS_REQUIRED;
    default:
        return REASON_RESET;
    }
}

#endif

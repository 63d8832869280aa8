/* net/conn_priv.h: what net's files share of a connection. */
#ifndef CHATD_NET_CONN_PRIV_H
#define CHATD_NET_CONN_PRIV_H

#include "net/reason.h"
#include "net/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct conn;

/* What a connection has beside its socket whose bytes go through a transport object. */
struct conn_layer {
    struct transport *transport; /* owned */
    uint32_t pinned;             /* slots of the queue, the first ones, that hold what was offered and not taken */
};

/* Of one with has_transport. */
struct conn_layer *conn_layer(struct conn *conn);
/* Slots of the queue's front that may not change. */
uint32_t conn_pinned(struct conn *conn);
/* Whether it is to be read. */
bool conn_wants_input(const struct conn *conn);
/* EV_READ or EV_WRITE: what the next read, or the handshake, waits for; and the next write, where it is blocked. */
short conn_read_event(const struct conn *conn);
short conn_write_event(const struct conn *conn);
/* Makes the event wait for what the flags say: nothing but a change reaches the kernel. */
void conn_update_interest(struct conn *conn);
/* Puts the line that tells of a gap in its place, where slot i holds one. */
void conn_tell_gap(struct conn *conn, uint32_t i);
/* A write failed, since the peer had ended the connection (REASON_EOF) or it broke (REASON_RESET, REASON_DEAD): what is
 * queued is lost, what the peer sent before is still read. */
void conn_lost_output(struct conn *conn, enum reason reason);
/* For the reaper, with conn in no list: tells the owner, and frees conn if it is closed; true then. */
bool conn_reap(struct conn *conn);
/* For net_run_ready(). */
void conn_run_ready(struct conn *conn);

/* The reason for closing, out of a result that is an end. */
static inline enum reason conn_reason_of(enum transport_result end)
{
    return end == TRANSPORT_EOF ? REASON_EOF : end == TRANSPORT_DEAD ? REASON_DEAD : REASON_RESET;
}

#endif

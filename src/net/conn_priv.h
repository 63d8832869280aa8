/* net/conn_priv.h: what net's files share of a connection. */
#ifndef CHATD_NET_CONN_PRIV_H
#define CHATD_NET_CONN_PRIV_H

#include "net/conn.h"

/* event_get_fd() would be a call for each write. */
static inline int conn_fd(const struct conn *conn)
{
    return conn->ev.ev_fd;
}

/* Makes the event wait for what the flags say: nothing but a change reaches the kernel. */
void conn_update_interest(struct conn *conn);
/* Puts the line that tells of a gap in its place, where slot i holds one. */
void conn_tell_gap(struct conn *conn, uint32_t i);
/* Notes how much the peer has taken of what was written; what is queued is not nothing. */
void conn_note_taken(struct conn *conn);
/* Whether it has taken anything since. */
bool conn_has_taken(struct conn *conn);
/* All that was queued is written. */
void conn_wrote_all(struct conn *conn);
/* A write failed, since the peer had ended the connection (REASON_EOF) or it broke (REASON_RESET, REASON_DEAD): what is
 * queued is lost, what the peer sent before is still read. */
void conn_lost_output(struct conn *conn, enum reason reason);
/* For the reaper, with conn in no list: tells the owner, and frees conn if it is closed; true then. */
bool conn_reap(struct conn *conn);
/* For net_run_ready(). */
void conn_run_ready(struct conn *conn);

#endif

/* net/conn_priv.h: what net's files share of a connection. */
#ifndef CHATD_NET_CONN_PRIV_H
#define CHATD_NET_CONN_PRIV_H

#include "net/reason.h"
#include "net/transport.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

struct conn;

/* Slots of the queue's front that may not change. */
uint32_t conn_pinned(const struct conn *conn);
/* Through the transport object, of what the queue's first slots hold; before that they are unpinned, and after it those
 * that are not written are pinned. */
enum transport_result conn_write_layered(struct conn *conn, const struct iovec *iov, int count, size_t *n);
void conn_unpin(struct conn *conn);
void conn_pin(struct conn *conn, uint32_t slots);
/* Makes the event wait for what the flags say: nothing but a change reaches the kernel. */
void conn_update_interest(struct conn *conn);
/* Puts the line that tells of a gap in its place, where slot i holds one. */
void conn_tell_gap(struct conn *conn, uint32_t i);
/* Notes how much the peer has taken of what was written; what is queued is not nothing. */
void conn_note_taken(struct conn *conn);
/* Whether it has taken anything since. */
bool conn_has_taken(struct conn *conn);
/* All that was queued is written, and of one that ends perhaps not yet the end itself. */
void conn_wrote_all(struct conn *conn);
/* A write failed, since the peer had ended the connection (REASON_EOF) or it broke (REASON_RESET, REASON_DEAD): what is
 * queued is lost, what the peer sent before is still read. */
void conn_lost_output(struct conn *conn, enum reason reason);
/* For the reaper, with conn in no list: tells the owner, and frees conn if it is closed; true then. */
bool conn_reap(struct conn *conn);
/* For net_run_ready(). */
void conn_run_ready(struct conn *conn);

#endif

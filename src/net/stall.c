/* net/stall.c: closes connections whose peers take nothing.
 *
 * A socket becomes writable only when a good part of its buffer, perhaps megabytes, is free: until then a peer can
 * read steadily for minutes.  So progress is measured by the bytes that the peer's system has acknowledged. */
#include "config.h"

#include "net/stall.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/timeq.h"
#include "net/conn.h"
#include "net/transport.h"

#include <stdint.h>

/* The number of written bytes that the peer has taken. */
static uintptr_t taken(const struct conn *conn)
{
    return (uintptr_t)(conn->bytes_out - transport_untaken(conn_fd(conn)));
}

/* The queue is not empty, so it has a mark. */
static void wait_on(struct conn *conn, struct timeq *stalled)
{
    *outq_mark(&conn->q) = taken(conn);
    timeq_push(stalled, &conn->wait, clock_ms(conn->net->clock));
}

void stall_note(struct conn *conn, bool progressed)
{
    if (progressed || !timeq_is_waiting(&conn->wait)) {
        wait_on(conn, &conn->net->stalled);
    }
}

void stall_due(struct timeq *q, struct timeq_node *node)
{
    struct conn *conn = CONTAINER_OF(node, struct conn, wait);

    if (conn->q.count > 0 && *outq_mark(&conn->q) != taken(conn)) {
        wait_on(conn, q);
    } else {
        conn_close(conn, REASON_STALLED);
    }
}

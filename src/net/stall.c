/* net/stall.c: readers that take nothing.
 *
 * The system takes more of a connection only when a good part of its buffer is free, megabytes perhaps: a peer can
 * read steadily for minutes until then.  So what the peer's system has acknowledged is looked at. */
#include "config.h"

#include "net/stall.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/timeq.h"
#include "net/conn.h"
#include "net/transport.h"

#include <stdint.h>

/* How much the peer has taken of what was written. */
static uintptr_t taken(const struct conn *conn)
{
    return (uintptr_t)(conn->bytes_out - transport_untaken(conn_fd(conn)));
}

/* What is queued is not nothing. */
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

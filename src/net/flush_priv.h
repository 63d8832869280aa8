/* net/flush_priv.h: the parts of a write, for net/shares.c, which has other threads make writes. */
#ifndef CHATD_NET_FLUSH_PRIV_H
#define CHATD_NET_FLUSH_PRIV_H

#include "net/batch.h"
#include "net/conn.h"
#include "net/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum {
    FLUSH_WRITES = 16, /* to one connection in one turn; the rest waits */
    FLUSH_IOV = 256,   /* payloads in one write */
};

/* A write that was made. */
struct flush_write {
    enum transport_result result;
    uint32_t gathered; /* the number of first slots of the queue that were offered */
    size_t want, n;    /* bytes offered, and bytes taken */
};

/* Prefetches the data of the next connection while the kernel writes for this one. */
static inline void flush_fetch_ahead(const struct conn *next)
{
    if (next != NULL) {
        for (size_t at = 0; at < sizeof(*next); at += 64) {
            __builtin_prefetch((const char *)next + at);
        }
    }
}

/* Makes all writes in the loop's thread. */
net_write_list_fn flush_list;

/* Before a write: the queue is not empty, the connection not closed.  Loop thread only. */
void flush_prepare(struct conn *conn);
/* Points iov, of FLUSH_IOV pieces, at what the write offers; returns the number of pieces.  Sets all but the result and
 * n.  Any thread, as flush_make(). */
int flush_offer(struct conn *conn, struct batch *batch, struct iovec *iov, struct flush_write *w);
/* Makes the write, and changes nothing of the connection but its transport object.  Any thread: the loop's leaves the
 * connection alone meanwhile. */
void flush_make(struct conn *conn, struct batch *batch, struct flush_write *w);
/* After the write.  *progressed: an earlier write of this turn wrote some bytes; it is set if this one has.  Returns
 * true if more is queued and the connection may take it.  Loop thread only. */
bool flush_account(struct conn *conn, const struct flush_write *w, bool *progressed);
/* After the turn's last write to the connection, or if it has nothing queued.  Loop thread only. */
void flush_finish(struct conn *conn);

#endif

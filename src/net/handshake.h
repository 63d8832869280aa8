/* net/handshake.h: the TLS handshakes of newcomers: what comes between their admission and their session.
 *
 *   admitted --> handshake --passed--> an owner and an input side
 *                    |---foreign-----> a line in clear, and the end
 *                    '---ended-------> the end
 *
 * During the handshake there is only a small state and no session.  There is a bound on its time, counted from its
 * begin, on its bytes (net/tls.h), and on the number of connections in it: if there are too many, the oldest ends,
 * since a client that does not stall needs less time than those before it have had.  What is to be computed is computed
 * in a lane (net/shake.h).  Loop thread only. */
#ifndef CHATD_NET_HANDSHAKE_H
#define CHATD_NET_HANDSHAKE_H

#include "base/timeq.h"
#include "net/reason.h"

#include <stddef.h>
#include <stdint.h>

struct addr;
struct conn;
struct listener_profile;
struct net;
struct tls_context;

/* The ways in which handshakes end, for the metrics. */
enum handshake_result {
    HANDSHAKE_PASSED,
    HANDSHAKE_LEFT,    /* the client has ended the connection, or it broke */
    HANDSHAKE_FAILED,  /* the two sides did not agree, or the bytes were wrong */
    HANDSHAKE_LATE,
    HANDSHAKE_FULL,    /* it gave way to a newer one */
    HANDSHAKE_FOREIGN, /* the client does not speak TLS */
    HANDSHAKE_STOPPED, /* the server has ended it */
    HANDSHAKE_RESULTS
};
/* "passed", ...; static. */
const char *handshake_result_code(enum handshake_result result);

struct handshake_ops {
    /* The handshake is over.  conn is open.  The callee sets an owner and an input side, or finishes conn, before it
     * returns. */
    void (*passed)(void *ctx, const struct listener_profile *profile, struct conn *conn);
    /* The client does not speak TLS, or has said nothing in time.  conn is open and plain.  The callee finishes it. */
    void (*foreign)(void *ctx, const struct listener_profile *profile, struct conn *conn);
    /* The connection is over, or about to be, for this reason.  Neither of the others was called.  fault is the
     * reason in OpenSSL's words, or NULL. */
    void (*ended)(void *ctx, const struct listener_profile *profile, const struct conn *conn, enum reason reason,
                  const char *fault);
};

/* All connections that are in their handshake; embedded by its owner. */
struct handshake_set {
    struct net *net;           /* borrowed */
    uint32_t most;             /* the greatest count */
    const struct handshake_ops *ops;
    void *ctx;                 /* for ops */
    struct timeq waiting;      /* run by the loop; the oldest first */
    uint32_t count;
    uint64_t results[HANDSHAKE_RESULTS]; /* since the start */
};

/* The caller has set net, most, ops and ctx.  Each handshake may take wait_ms, which a reload changes in waiting. */
void handshake_set_init(struct handshake_set *set, uint64_t wait_ms);
/* Takes over the connected, non-blocking socket fd of a client at peer, and begins its handshake. */
void handshake_begin(struct handshake_set *set, struct tls_context *context, const struct listener_profile *profile,
                     int fd, const struct addr *peer);

#endif

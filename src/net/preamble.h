/* net/preamble.h: the preamble: bytes that a peer sends before its connection has a session, for example a header that
 * tells the client's address.
 *
 *   accepted --> preamble --passed--> an owner and an input side, which get the bytes behind it
 *                   '------failed---> the end
 *
 * During the preamble there is only a small state and no session.  There is a bound on its time, counted from
 * accept(), on its bytes, and on the number of connections in it.  A connection of a listener without a preamble does
 * not pass through here.  Loop thread only. */
#ifndef CHATD_NET_PREAMBLE_H
#define CHATD_NET_PREAMBLE_H

#include "base/timeq.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;
struct listener_profile;
struct net;

enum preamble_answer {
    PREAMBLE_MORE,  /* the preamble is not complete: more bytes are needed */
    PREAMBLE_WHOLE, /* the preamble is complete */
    PREAMBLE_WRONG, /* this is no preamble of this kind */
};

/* The contents of a complete preamble. */
struct preamble_found {
    size_t used;      /* the preamble's length, greater than any len that was answered MORE; later bytes are input */
    struct addr peer; /* the client's address; before look() the peer's address as accept() returned it */
};

/* One kind of preamble; const. */
struct preamble_kind {
    size_t max_bytes; /* the greatest length; also the memory allocated for a preamble that comes in pieces */
    /* Decodes the bytes that have arrived so far: at least one and at most max_bytes. */
    enum preamble_answer (*look)(const char *data, size_t len, struct preamble_found *found);
};

enum preamble_failure {
    PREAMBLE_IS_CROWDED, /* too many connections are in their preamble */
    PREAMBLE_IS_LATE,
    PREAMBLE_IS_LONG,
    PREAMBLE_IS_WRONG,
};
/* "preambles-full", ...; static. */
const char *preamble_failure_code(enum preamble_failure failure);

/* Called when a preamble is complete.  conn is open and has the client's address.  The callee sets an owner and an
 * input side, or finishes conn, before it returns.  profile is that of preamble_begin(). */
typedef void preamble_passed_fn(void *ctx, const struct listener_profile *profile, struct conn *conn);
/* Called when a preamble has failed; not called if the peer has ended the connection or the server ends all. */
typedef void preamble_failed_fn(void *ctx, const struct listener_profile *profile, const struct addr *peer,
                                enum preamble_failure failure);

/* All connections that are in their preamble; embedded by its owner. */
struct preamble_set {
    struct net *net; /* borrowed */
    uint32_t most;   /* the greatest count */
    preamble_passed_fn *passed;
    preamble_failed_fn *failed;
    void *ctx;       /* for these two */
    struct timeq waiting; /* run by the loop */
    uint32_t count;
};

/* The caller has set net, most, passed, failed and ctx.  Each preamble may take wait_ms. */
void preamble_set_init(struct preamble_set *set, uint64_t wait_ms);
/* Takes over the connected, non-blocking socket fd, which begins with a preamble.  If there are too many, calls failed
 * and returns false; fd then stays the caller's. */
bool preamble_begin(struct preamble_set *set, const struct preamble_kind *kind,
                    const struct listener_profile *profile, int fd, const struct addr *peer);

#endif

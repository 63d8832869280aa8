/* net/preamble.h: the preamble: bytes that a peer sends before it is a client, for example a header that tells the
 * client's address.
 *
 *   accepted --> preamble --passed--> the socket, whose next byte is the first one behind the preamble
 *                   '------failed---> the socket, and why
 *
 * During the preamble there is only a small state and no connection (net/conn.h).  Exactly the bytes of the preamble
 * are taken from the socket, so what follows, a TLS handshake for example, is read by the code that it is for.  There
 * is a bound on its time, counted from accept(), on its bytes, and on the number of sockets in it.  A newcomer without
 * a preamble does not pass through here.  Loop thread only. */
#ifndef CHATD_NET_PREAMBLE_H
#define CHATD_NET_PREAMBLE_H

#include "base/timeq.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listener_profile;
struct net;

enum { PREAMBLE_MOST = 4096 }; /* the length of the longest preamble of any kind */

enum preamble_answer {
    PREAMBLE_MORE,  /* the preamble is not complete: more bytes are needed */
    PREAMBLE_WHOLE, /* the preamble is complete */
    PREAMBLE_NONE,  /* the bytes are no beginning of a preamble */
    PREAMBLE_WRONG, /* this begins as a preamble, but is none */
    PREAMBLE_LONG,  /* the preamble is longer than any that is taken */
};

/* The contents of a complete preamble. */
struct preamble_found {
    size_t used;      /* the preamble's length, greater than any len that was answered MORE */
    struct addr peer; /* the client's address; before look() the peer's address as accept() returned it */
    bool is_own;      /* the preamble tells no address: peer is that of the one who sent it; false before look() */
};

/* One kind of preamble; const. */
struct preamble_kind {
    size_t max_bytes; /* the greatest length, at most PREAMBLE_MOST; allocated for one that comes in pieces */
    /* Decodes the bytes that have arrived so far: at least one and at most max_bytes, for which the answer is not
     * MORE. */
    enum preamble_answer (*look)(const char *data, size_t len, struct preamble_found *found);
};

enum preamble_failure {
    PREAMBLE_IS_CROWDED, /* too many sockets are in their preamble */
    PREAMBLE_IS_MISSING, /* other bytes came, or none in time */
    PREAMBLE_IS_LATE,    /* only a part came in time */
    PREAMBLE_IS_LONG,
    PREAMBLE_IS_WRONG,   /* also if the peer ends its output within it */
};

/* Called when a preamble is complete.  The callee takes over fd; found->used is of no more use.  profile is that of
 * preamble_begin(). */
typedef void preamble_passed_fn(void *ctx, const struct listener_profile *profile, int fd,
                                const struct preamble_found *found);
/* Called when a preamble has failed; not called if the peer ends the connection without a word.  The callee takes over
 * fd; peer is the address as accept() returned it. */
typedef void preamble_failed_fn(void *ctx, const struct listener_profile *profile, int fd, const struct addr *peer,
                                enum preamble_failure failure);

/* All sockets that are in their preamble; embedded by its owner. */
struct preamble_set {
    struct net *net; /* borrowed */
    uint32_t most;   /* the greatest count; may be changed at any time */
    preamble_passed_fn *passed;
    preamble_failed_fn *failed;
    void *ctx;       /* for these two */
    struct timeq waiting; /* run by the loop; its wait_ms may be changed at any time */
    uint32_t count;
};

/* The caller has set net, most, passed, failed and ctx.  Each preamble may take wait_ms. */
void preamble_set_init(struct preamble_set *set, uint64_t wait_ms);
/* Closes all sockets that are in their preamble. */
void preamble_close_all(struct preamble_set *set);
/* Takes over the connected, non-blocking socket fd, which begins with a preamble.  passed or failed may be called
 * before this returns. */
void preamble_begin(struct preamble_set *set, const struct preamble_kind *kind,
                    const struct listener_profile *profile, int fd, const struct addr *peer);

#endif

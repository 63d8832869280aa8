/* net/preamble.h: what a connection brings before it is anybody's: a header that tells where it comes from, for one.
 *
 *   accepted --> preamble --passed--> an owner and an input side, which get what came behind it
 *                   '------failed---> the end
 *
 * Until then there is no session, only a small state, and each is bound: the time since the connection was accepted,
 * however it is used; the bytes; and how many of them there are at once.  A listener without a preamble has nothing to
 * do with all this.  Loop thread only. */
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
    PREAMBLE_MORE,  /* it goes on in bytes that have not come yet */
    PREAMBLE_WHOLE,
    PREAMBLE_WRONG, /* this is none */
};

/* What a whole one tells. */
struct preamble_found {
    size_t used;      /* its bytes, more than those for which the answer was MORE; what follows them is for others */
    struct addr peer; /* whose connection it is: at first the peer's address as accept() gave it */
};

/* One kind of them; const. */
struct preamble_kind {
    size_t max_bytes; /* no longer one is waited for; it gets so much memory when it comes in pieces */
    /* Looks at all that has come, at least one byte and at most max_bytes. */
    enum preamble_answer (*look)(const char *data, size_t len, struct preamble_found *found);
};

enum preamble_failure {
    PREAMBLE_IS_CROWDED, /* there are too many already */
    PREAMBLE_IS_LATE,
    PREAMBLE_IS_LONG,
    PREAMBLE_IS_WRONG,
};
/* "preambles-full", ...; static. */
const char *preamble_failure_code(enum preamble_failure failure);

/* It has passed.  conn is open, has the peer that was found, and gets an owner and an input side, or is finished,
 * before this returns; profile is as for preamble_begin(). */
typedef void preamble_passed_fn(void *ctx, const struct listener_profile *profile, struct conn *conn);
/* It has failed.  Not called when the peer has ended its connection, nor when the server ends all. */
typedef void preamble_failed_fn(void *ctx, const struct addr *peer, enum preamble_failure failure);

/* All that are under way; embedded by their owner. */
struct preamble_set {
    struct net *net; /* borrowed */
    uint32_t most;   /* at once */
    preamble_passed_fn *passed;
    preamble_failed_fn *failed;
    void *ctx;       /* for these two */
    struct timeq waiting; /* for the loop */
    uint32_t count;
};

/* net, most, passed, failed, ctx are set; the rest is filled in.  Each has wait_ms. */
void preamble_set_init(struct preamble_set *set, uint64_t wait_ms);
/* Takes over the connected, non-blocking socket fd, which begins with a preamble.  False, and failed has been called,
 * when there are too many: then fd is the caller's still. */
bool preamble_begin(struct preamble_set *set, const struct preamble_kind *kind,
                    const struct listener_profile *profile, int fd, const struct addr *peer);

#endif

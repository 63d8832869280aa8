/* net/admit.h: admission: limits how many clients there are in all, how many from one address, and how fast they come.
 *
 * An IPv6 network of /64 counts as one address, since one person usually has all of it.  Peers on unix sockets have no
 * address; only the limit on all clients holds for them, and for addresses in the networks that are exempt.  A client
 * that leaves without a word, as a health check does, is not counted in the rate of its address.  Such silent clients
 * have a rate of their own, ADMIT_SILENT times as high, since each costs the server as much as any other.  An address
 * is forgotten a while after its last connection.
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_ADMIT_H
#define CHATD_NET_ADMIT_H

#include "base/bucket.h"
#include "base/cidr_set.h"
#include "base/clock.h"
#include "base/timeq.h"
#include "net/addr.h"
#include "net/reason.h"

#include <stdbool.h>
#include <stdint.h>

/* Its slice of the settings. */
struct admit_limits {
    uint64_t clients;
    uint64_t per_address; /* 0 if there is no limit */
    uint64_t per_minute;  /* new clients per address; 0 if there is no limit */
    const char *exempt;   /* networks, separated by commas, for whose addresses only the limit on all clients holds;
                           * NULL if there are none; used only while the limits are set */
};

enum { ADMIT_SILENT = 4 };

struct admit_peer;

struct admit {
    struct clock *clock; /* borrowed */
    struct admit_limits limits;
    /* Whether newcomers from that address are not let in; the owner sets it and its ctx. NULL: all are. */
    bool (*is_banned)(void *ctx, const struct addr *addr);
    void *ctx;
    struct cidr_set exempt; /* of limits.exempt */
    struct bucket_rate rate, silent_rate;
    uint64_t clients;               /* admitted and not left */
    uint64_t refused[REASON_COUNT]; /* since the start */
    struct admit_peer *peers;       /* a uthash table by address */
    struct timeq forgetting;        /* addresses without a connection */
};

void admit_init(struct admit *admit, struct clock *clock, const struct admit_limits *limits);
void admit_fini(struct admit *admit);
void admit_set_limits(struct admit *admit, const struct admit_limits *limits);
/* After a standstill of ms: each address may bring as many more clients as its rate allows in that time.  0 ends
 * this. */
void admit_set_extra(struct admit *admit, uint64_t ms);
/* Admits a newcomer and counts it, until admit_leave(): returns REASON_NONE.  Otherwise returns the reason for refusing
 * it. */
enum reason admit_enter(struct admit *admit, const struct addr *addr);
/* An admitted client has left.  was_silent: it left without a word. */
void admit_leave(struct admit *admit, const struct addr *addr, bool was_silent);
/* Returns true if only the limit on all clients holds for the address. */
bool admit_is_exempt(const struct admit *admit, const struct addr *addr);
/* The option whose limit is the reason for refusing a newcomer; NULL if it is none; static. */
const char *admit_option(enum reason reason);
/* The network that is counted as one address and that addr belongs to: "2001:db8::/64"; "" if addr is counted
 * by itself.  buf has ADDR_TEXT_SIZE bytes and is returned. */
const char *admit_network(const struct addr *addr, char *buf);

#endif

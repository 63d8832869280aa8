/* net/admit.h: admission: limits how many clients there are in all, how many from one address and from one network, how
 * fast they come, and how many are silent.
 *
 * What counts as an address and as a network is said in net/netkey.h.  Peers on unix sockets have no address; only the
 * limit on all clients holds for them, for addresses in the networks that are exempt, and for proxies that connect for
 * themselves.  A client that leaves without a word, as a health check does, is not counted in the rate of its address.
 * Such silent clients have a rate of their own, PACE_SILENT times as high, since each costs the server as much as any
 * other.
 *
 * Memory: an entry for each address and each network that has a client, and a table of a fixed size for the rates
 * (net/pace.h).  Refusing a newcomer allocates nothing.
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_ADMIT_H
#define CHATD_NET_ADMIT_H

#include "base/cidr_set.h"
#include "base/clock.h"
#include "net/addr.h"
#include "net/pace.h"
#include "net/reason.h"
#include "net/silent.h"

#include <stdbool.h>
#include <stdint.h>

enum { ADMIT_NETWORK_PACE = 8 };

/* Its slice of the settings.  A limit that is 0 is none. */
struct admit_limits {
    uint64_t clients;
    uint64_t per_address;
    uint64_t per_minute; /* new clients per address; ADMIT_NETWORK_PACE times as many per network, if it has a limit */
    /* Clients per network.  A network may have as many as one of its addresses may in any case. */
    uint64_t network_v4, network_v6;
    uint64_t silent;
    const char *exempt;  /* networks, separated by commas, for whose addresses only the limit on all clients holds;
                          * NULL if there are none; used only while the limits are set */
};

struct admit_net;

struct admit {
    struct clock *clock; /* borrowed */
    struct admit_limits limits;
    /* Whether newcomers from that address are not let in; the owner sets it and its ctx. NULL: all are. */
    bool (*is_banned)(void *ctx, const struct addr *addr);
    void *ctx;
    struct cidr_set exempt; /* of limits.exempt */
    struct pace pace, network_pace; /* of addresses, and of networks */
    struct silent silent;
    uint64_t clients;               /* admitted and not left */
    uint64_t refused[REASON_COUNT]; /* since the start */
    struct admit_net *nets;         /* addresses and networks with clients: a uthash table */
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
/* Counts a newcomer that is refused for a reason that admit_enter() does not have, and returns the reason. */
enum reason admit_refuse(struct admit *admit, enum reason reason);
/* An admitted client has left.  was_silent: it left without a word. */
void admit_leave(struct admit *admit, const struct addr *addr, bool was_silent);
/* The number of addresses and networks that have clients: what takes memory. */
size_t admit_count_nets(const struct admit *admit);
/* Returns true if only the limit on all clients holds for the address. */
bool admit_is_exempt(const struct admit *admit, const struct addr *addr);

/* An admitted client has said nothing yet.  Returns true if it is counted as a silent one, until
 * admit_end_silence(). */
bool admit_begin_silence(struct admit *admit, const struct addr *addr);
void admit_end_silence(struct admit *admit, const struct addr *addr);
/* How many silent clients a network may keep, so that the newcomer at addr can be one of them (net/silent.h).
 * UINT32_MAX if there is space; 0 if there is none for it. */
uint32_t admit_silent_level(const struct admit *admit, const struct addr *addr);
/* The silent clients of the network that addr is in. */
uint32_t admit_silent_of(const struct admit *admit, const struct addr *addr);

/* The option whose limit is the reason for refusing a newcomer from addr; NULL if it is none; static. */
const char *admit_option(enum reason reason, const struct addr *addr);
/* What the option counts as one: "192.0.2.1", "2001:db8::/64", "192.0.2.0/24"; "" if all clients are counted.  buf has
 * CIDR_TEXT_SIZE bytes and is returned. */
const char *admit_counted(enum reason reason, const struct addr *addr, char *buf);

#endif

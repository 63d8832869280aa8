/* net/admit.h: who may connect: how many in all, how many from one address, how fast.
 *
 * An IPv6 network of /64 counts as one address, since one person commands all of it.  Peers on unix
 * sockets have no address and meet only the limit of all.  A connection that went without a word, as a health check
 * does, does not count against those that say something; but an address has so many of these a minute only, which are
 * ADMIT_SILENT times as many, since each costs the server as much as another.  An address is forgotten a while after
 * its last connection.  Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_ADMIT_H
#define CHATD_NET_ADMIT_H

#include "base/bucket.h"
#include "base/clock.h"
#include "base/timeq.h"
#include "net/addr.h"
#include "net/reason.h"

#include <stdbool.h>
#include <stdint.h>

/* Its slice of the settings. */
struct admit_limits {
    uint64_t clients;
    uint64_t per_address; /* 0: no limit */
    uint64_t per_minute;  /* new ones per address; 0: no limit */
};

enum { ADMIT_SILENT = 4 };

struct admit_peer;

struct admit {
    struct clock *clock; /* borrowed */
    struct admit_limits limits;
    struct bucket_rate rate, silent_rate;
    uint64_t clients;               /* admitted and not gone */
    uint64_t refused[REASON_COUNT]; /* ever */
    struct admit_peer *peers;       /* a uthash table by address */
    struct timeq forgetting;        /* peers without a connection */
};

void admit_init(struct admit *admit, struct clock *clock, const struct admit_limits *limits);
void admit_fini(struct admit *admit);
void admit_set_limits(struct admit *admit, const struct admit_limits *limits);
/* Addresses may bring what they are allowed in this time on top: nobody could look for so long.  0 ends it. */
void admit_set_extra(struct admit *admit, uint64_t ms);
/* REASON_NONE when the newcomer is admitted and counted, to be given back with admit_leave(); else
 * the reason for which it is not. */
enum reason admit_enter(struct admit *admit, const struct addr *addr);
/* was_silent: it went without a word. */
/* The option that sets the limit for which newcomers are refused; static. */
const char *admit_option(enum reason reason);
/* What is counted together with addr, and meets the limits of one address as one: "2001:db8::/64"; "" for what is
 * counted alone.  buf has ADDR_TEXT_SIZE bytes and is returned. */
const char *admit_network(const struct addr *addr, char *buf);
void admit_leave(struct admit *admit, const struct addr *addr, bool was_silent);

#endif

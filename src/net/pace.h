/* net/pace.h: how fast clients come from each address: a table of a fixed size.
 *
 * Each address has two buckets: one that each newcomer takes a token out of, and one for clients that leave without a
 * word, which get that token back as long as this one has any.  An address whose buckets are full needs no place.
 *
 * The table does not grow, however many addresses there are: somebody with an IPv6 /32 has four thousand million of
 * what counts as an address.  An address has a choice of PACE_WAYS places, found by a secret hash.  If all are taken,
 * it gets the one whose address has the most tokens left, which is thereby forgotten.  So an address that has used up
 * its tokens is the last one to be forgotten: to make the table forget it, as many connections would have to be made
 * from each of several other addresses, which bring more connections by themselves than they set free.
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_PACE_H
#define CHATD_NET_PACE_H

#include "base/bucket.h"
#include "net/netkey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PACE_SETS = 2048,
    PACE_WAYS = 8,
    PACE_SILENT = 4, /* so many times as many silent clients as others */
};

struct pace_place {
    struct netkey key;
    struct bucket comings, silents;
};

struct pace {
    struct bucket_rate rate, silent_rate;
    struct pace_place *places; /* PACE_SETS * PACE_WAYS; NULL until there is a limit */
};

void pace_fini(struct pace *pace);
/* per_minute: newcomers of one address; 0 if there is no limit. */
void pace_set(struct pace *pace, uint64_t per_minute);
/* After a standstill of ms: each address may bring as many more clients as its rate allows in that time.  0 ends
 * this. */
void pace_set_extra(struct pace *pace, uint64_t ms);
/* Returns true if the address may bring one more now. */
bool pace_allows(struct pace *pace, const struct netkey *key, uint64_t now_ms);
/* It has brought one. */
void pace_take(struct pace *pace, const struct netkey *key, uint64_t now_ms);
/* That client has left without a word. */
void pace_left_silent(struct pace *pace, const struct netkey *key, uint64_t now_ms);

#endif

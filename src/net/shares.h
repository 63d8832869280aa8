/* net/shares.h: cuts the writable list into shares, whose writes are made by several threads.
 *
 *   loop    [prepare 1][prepare 2][write 1][account for 1, prepare 3][write 2][account for 2, prepare 4]...
 *   helper            [write 1            ][write 2                         ][write 3                  ]...
 *
 * A round has a hundred connections or so; whoever is free takes the next few of its writes.
 *
 * Nearly all of the time of a big fan-out is the kernel's, in the calls that write; so the threads share these calls.
 * A helper reads the queues and the payloads of the connections in the round, and calls the write of a transport
 * object, which touches only its own connection; it notes how much went.  The loop's thread waits for all, and alone
 * changes queues and reference counts, and closes connections.  Meanwhile it prepares the next round and accounts for
 * the one before, whose connections are others.
 *
 * In a turn with few writes nobody is woken, and all is as without shares.  Loop thread only. */
#ifndef CHATD_NET_SHARES_H
#define CHATD_NET_SHARES_H

#include "net/net_state.h"

#include <stdbool.h>
#include <stdint.h>

struct shares;

struct shares_spec {
    unsigned writers; /* threads that write, the loop's included; 1 is of use with io_uring */
    uint32_t from;    /* connections to write to in one turn from which helpers are woken, at least 1 */
    bool has_uring;   /* plain writes go through io_uring (net/uring.h), which is usable, if there are some */
};

/* Starts the threads.  Returns NULL and sets errno if the system cannot start one, or refuses a ring. */
struct shares *shares_new(const struct shares_spec *spec);
/* Has net write in this way from now on. */
void shares_join(struct shares *shares, struct net *net);
/* Ends the threads.  The net is left to the caller, and does not write any more. */
void shares_free(struct shares *shares);

#endif

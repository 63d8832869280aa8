/* net/silent.h: how many silent clients there are, and how they are spread over networks.
 *
 * A client is silent until it has sent its first line or is logged in.  The number of silent clients has a limit.  When
 * it is reached, the networks that have the most of them give way, and a newcomer from such a network is refused: a
 * crowd from a few networks neither keeps others out, nor puts out somebody who reads quietly and is the only one in
 * their network.
 *
 * The networks are counted by their number of silent clients, so that nothing has to be searched for.
 * Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_SILENT_H
#define CHATD_NET_SILENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct silent {
    uint64_t limit;     /* 0 if there is none */
    uint64_t count;     /* of silent clients */
    uint32_t most;      /* that a network has */
    uint32_t *networks; /* networks[n]: how many networks have n of them, n >= 1 */
    size_t room;        /* of networks */
};

void silent_fini(struct silent *silent);
/* A network that had so many silent clients has one more, or one less. */
void silent_add(struct silent *silent, uint32_t had);
void silent_remove(struct silent *silent, uint32_t had);
/* The limit is reached. */
static inline bool silent_is_full(const struct silent *silent)
{
    return silent->limit > 0 && silent->count >= silent->limit;
}
/* How many give way at a time: a sixteenth of the limit, so that they are looked for seldom, but few enough for a short
 * turn. */
static inline unsigned silent_batch(const struct silent *silent)
{
    return silent->limit < 16 ? 1 : silent->limit / 16 < 8 ? (unsigned)(silent->limit / 16) : 8;
}
/* How many silent clients a network may keep, so that there is space for a newcomer whose network has so many.  0 if
 * the newcomer is to be refused. */
uint32_t silent_level(const struct silent *silent, uint32_t has);

#endif

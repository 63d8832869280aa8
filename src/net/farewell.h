/* net/farewell.h: tells a newcomer that is refused why, and ends its connection, without an allocation.
 *
 * A socket that is closed while bytes of the peer are unread makes the kernel send a reset, and the peer may lose the
 * line that it was told.  So the last FAREWELL_PLACES sockets stay open for a moment, with their output ended, and are
 * closed when they have been read.  They are not watched.  Embedded by its owner; loop thread only. */
#ifndef CHATD_NET_FAREWELL_H
#define CHATD_NET_FAREWELL_H

#include "base/clock.h"
#include "base/timeq.h"

#include <stddef.h>

enum {
    FAREWELL_PLACES = 64,
    FAREWELL_MS = 1000,
};

struct farewell_place {
    int fd; /* valid while node waits */
    struct timeq_node node;
};

struct farewell {
    struct clock *clock;  /* borrowed */
    struct timeq leaving; /* the loop runs it */
    struct farewell_place places[FAREWELL_PLACES]; /* used as a ring */
    size_t next;
};

void farewell_init(struct farewell *farewell, struct clock *clock);
/* Closes all sockets that are still open. */
void farewell_fini(struct farewell *farewell);
/* Sends the len bytes at line, as far as the socket takes them at once, and closes it, now or in a moment.  Takes over
 * fd. */
void farewell_say(struct farewell *farewell, int fd, const char *line, size_t len);

#endif

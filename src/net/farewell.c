/* net/farewell.c: a ring of sockets that are about to be closed. */
#include "config.h"

#include "net/farewell.h"

#include "base/container.h"

#include <sys/socket.h>
#include <unistd.h>

enum { READS = 8 /* of one socket, at most */ };

static void part(struct farewell_place *place)
{
    char junk[512];

    for (int i = 0; i < READS && recv(place->fd, junk, sizeof(junk), MSG_DONTWAIT) > 0; i++) {
    }
    close(place->fd);
}

static void leaving_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    part(CONTAINER_OF(node, struct farewell_place, node));
}

void farewell_init(struct farewell *farewell, struct clock *clock)
{
    *farewell = (struct farewell){.clock = clock};
    timeq_init(&farewell->leaving, FAREWELL_MS, leaving_due, farewell);
}

void farewell_fini(struct farewell *farewell)
{
    while (!timeq_is_empty(&farewell->leaving)) {
        timeq_run_first(&farewell->leaving);
    }
}

void farewell_say(struct farewell *farewell, int fd, const char *line, size_t len)
{
    struct farewell_place *place = &farewell->places[farewell->next++ % FAREWELL_PLACES];

    (void)!send(fd, line, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    if (timeq_is_waiting(&place->node)) {
        timeq_remove(&place->node);
        part(place);
    }
    place->fd = fd;
    timeq_push(&farewell->leaving, &place->node, clock_ms(farewell->clock));
}

/* bus/bus_local.c: numbers messages and passes them back. */
#include "config.h"

#include "bus/bus_local.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdlib.h>

struct bus_local {
    struct bus bus;
    uint64_t last_id;
};

/* Ids grow even if the clock is set back, and go on growing after a restart. */
static uint64_t next_id(struct bus_local *local, int64_t time_ms)
{
    uint64_t id = message_id_at(time_ms);

    local->last_id = id > local->last_id ? id : local->last_id + 1;
    return local->last_id;
}

static enum bus_answer local_publish(struct bus *bus, struct message *m)
{
    m->id = next_id(CONTAINER_OF(bus, struct bus_local, bus), m->time_ms);
    bus->events->message(bus->ctx, m);
    return BUS_DONE;
}

/* A room has no state outside of this process. */
static enum bus_answer local_enter(struct bus *bus, struct bus_enter *req)
{
    (void)bus;
    (void)req;
    return BUS_DONE;
}

static void local_cancel(struct bus *bus, struct bus_enter *req)
{
    (void)bus;
    (void)req;
}

static void local_leave(struct bus *bus, const char *folded)
{
    (void)bus;
    (void)folded;
}

static void local_free(struct bus *bus)
{
    free(CONTAINER_OF(bus, struct bus_local, bus));
}

static const struct bus_ops ops = {
    .publish = local_publish,
    .enter = local_enter,
    .cancel = local_cancel,
    .leave = local_leave,
    .free = local_free,
};

struct bus *bus_local_new(void)
{
    struct bus_local *local = mem_zalloc(sizeof(*local));

    local->bus.ops = &ops;
    return &local->bus;
}

void bus_local_go_on(struct bus *bus, uint64_t last_id)
{
    struct bus_local *local = CONTAINER_OF(bus, struct bus_local, bus);

    local->last_id = last_id > local->last_id ? last_id : local->last_id;
}

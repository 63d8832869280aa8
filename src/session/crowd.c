/* session/crowd.c: the share of whoever is being served.
 *
 * One share is enough: sessions are served one after another.  A session that is read twice in a turn with another in
 * between has two, which the kernel makes rare. */
#include "config.h"

#include "session/crowd.h"

void crowd_init(struct crowd *crowd, struct clock *clock, timeq_due_fn *due, void *ctx)
{
    *crowd = (struct crowd){.clock = clock};
    timeq_init(&crowd->waiting, 0, due, ctx);
}

static void begin_share(struct crowd *crowd, const void *who, uint32_t units)
{
    crowd->who = who;
    crowd->turn_ns = clock_ns(crowd->clock);
    crowd->left = units;
}

bool crowd_may_do(struct crowd *crowd, const void *who, uint32_t work)
{
    if (crowd->who != who || crowd->turn_ns != clock_ns(crowd->clock)) {
        begin_share(crowd, who, CROWD_DIRECT);
    }
    if (work > crowd->left) {
        return false;
    }
    crowd->left -= work;
    return true;
}

void crowd_wait(struct crowd *crowd, struct timeq_node *node)
{
    timeq_push(&crowd->waiting, node, clock_ms(crowd->clock));
}

void crowd_serve(struct crowd *crowd, const void *who, uint32_t work)
{
    begin_share(crowd, who, work < CROWD_QUANTUM ? CROWD_QUANTUM - work : 0);
}

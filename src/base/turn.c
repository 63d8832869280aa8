/* base/turn.c: compares the beginning of a part with the clock. */
#include "config.h"

#include "base/turn.h"

#include <stddef.h>

#define MS UINT64_C(1000000)

/* Together 20 ms.  With the last piece of work of each part, no turn should take longer than 25 ms. */
static const uint64_t shares_ns[TURN_PARTS] = {
    [TURN_READY] = 2 * MS, [TURN_EVENTS] = 4 * MS, [TURN_DUE] = 1 * MS,  [TURN_CROWD] = 3 * MS,
    [TURN_FLUSH] = 4 * MS, [TURN_LATE] = 4 * MS,   [TURN_REAP] = 2 * MS,
};

void turn_begin_part(struct turn *turn, enum turn_part part)
{
    turn->share_ns = shares_ns[part];
    turn->since_ns = turn->clock->stale ? 0 : clock_now_ns(turn->clock);
}

bool turn_is_over(struct turn *turn)
{
    if (turn == NULL) {
        return false;
    }
    if (turn->since_ns == 0) {
        turn->since_ns = clock_ns(turn->clock);
    }
    return clock_now_ns(turn->clock) - turn->since_ns >= turn->share_ns;
}

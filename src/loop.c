/* loop.c: one turn after another. */
#include "config.h"

#include "loop.h"

#include "base/check.h"
#include "base/mem.h"
#include "net/flush.h"

#include <event2/event.h>

#define US UINT64_C(1000)
#define MS (1000 * US)
#define S (1000 * MS)

/* From what a silent server needs to what nobody would wait for. */
static const uint64_t turn_bounds_ns[] = {
    100 * US, 250 * US, 500 * US, 1 * MS, 2500 * US, 5 * MS, 10 * MS, 25 * MS,
    50 * MS,  100 * MS, 250 * MS, 500 * MS, 1 * S,   2500 * MS, 5 * S, 10 * S,
};

static void timer_cb(evutil_socket_t fd, short what, void *arg)
{
    struct loop *loop = arg;

    (void)fd;
    (void)what;
    loop->timer_due_ms = 0; /* it has ended the wait, which is all it is for */
}

void loop_init(struct loop *loop, struct event_base *base, struct net *net, struct clock *clock)
{
    *loop = (struct loop){.base = base, .net = net, .clock = clock};
    histogram_init(&loop->turns, turn_bounds_ns, sizeof(turn_bounds_ns) / sizeof(turn_bounds_ns[0]));
    event_assign(&loop->timer, base, -1, 0, timer_cb, loop);
}

void loop_fini(struct loop *loop)
{
    event_del(&loop->timer);
    if (loop->work != NULL) {
        event_del(&loop->worked);
    }
}

void loop_add_timeq(struct loop *loop, struct timeq *q)
{
    int i = 0;

    while (loop->timeqs[i] != NULL) {
        i++;
    }
    CHECK(i < LOOP_TIMEQS - 1);
    loop->timeqs[i] = q;
}

static void worked_cb(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    work_reap(arg);
}

void loop_add_work(struct loop *loop, struct work *work)
{
    CHECK(loop->work == NULL);
    loop->work = work;
    event_assign(&loop->worked, loop->base, work_bell(work), EV_READ | EV_PERSIST, worked_cb, work);
    mem_need(event_add(&loop->worked, NULL) == 0);
}

/* Sets the timer for what falls due first. */
static void set_timer(struct loop *loop)
{
    uint64_t now = clock_ms(loop->clock);
    int64_t first = TIMEQ_NEVER;

    for (int i = 0; loop->timeqs[i] != NULL; i++) {
        int64_t wait = timeq_wait_ms(loop->timeqs[i], now);

        if (wait != TIMEQ_NEVER && (first == TIMEQ_NEVER || wait < first)) {
            first = wait;
        }
    }
    if (first == TIMEQ_NEVER) {
        if (loop->timer_due_ms != 0) {
            loop->timer_due_ms = 0;
            event_del(&loop->timer);
        }
    } else if (loop->timer_due_ms != now + (uint64_t)first) {
        struct timeval tv = {.tv_sec = (time_t)(first / 1000), .tv_usec = (suseconds_t)(first % 1000) * 1000};

        loop->timer_due_ms = now + (uint64_t)first;
        mem_need(event_add(&loop->timer, &tv) == 0); /* else the loop might never wake up */
    }
}

void loop_turn(struct loop *loop)
{
    uint64_t begun_ns = clock_elapsed_ns(loop->clock);
    bool waits;

    net_run_ready(loop->net);
    set_timer(loop);
    waits = !net_has_work(loop->net);
    clock_wait(loop->clock, waits ? loop->timer_due_ms : clock_ms(loop->clock));
    event_base_loop(loop->base, EVLOOP_ONCE | (waits ? 0 : EVLOOP_NONBLOCK));
    if (waits) {
        begun_ns = clock_elapsed_ns(loop->clock); /* when it woke up: who was called first has read it */
    }
    for (int i = 0; loop->timeqs[i] != NULL; i++) {
        timeq_run(loop->timeqs[i], clock_ms(loop->clock));
    }
    flush_run(loop->net);
    net_reap(loop->net);
    clock_refresh(loop->clock);
    histogram_add(&loop->turns, clock_elapsed_ns(loop->clock) - begun_ns);
}

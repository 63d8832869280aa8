/* loop.c: runs turns. */
#include "config.h"

#include "loop.h"

#include "base/check.h"
#include "base/mem.h"
#include "net/flush.h"
#include "net/relief.h"

#include <event2/event.h>
#include <string.h>

enum {
    BATCH = 32,             /* if so many connections are reported ready, more may be */
    CROWD_BYTES = 16 << 20, /* the most that the crowd queues in one turn: the next few turns can write so much */
    CROWD_WAITS = 8,        /* the most turns that the crowd waits for late writes */
};

#define US UINT64_C(1000)
#define MS (1000 * US)
#define S (1000 * MS)

/* From the turns of an idle server to turns that no client would wait for. */
static const uint64_t turn_bounds_ns[] = {
    100 * US, 250 * US, 500 * US, 1 * MS, 2500 * US, 5 * MS, 10 * MS, 25 * MS,
    50 * MS,  100 * MS, 250 * MS, 500 * MS, 1 * S,   2500 * MS, 5 * S, 10 * S,
};

static void timer_cb(evutil_socket_t fd, short what, void *arg)
{
    struct loop *loop = arg;

    (void)fd;
    (void)what;
    loop->timer_due_ms = 0; /* the timer's only purpose is to end the wait */
}

struct event_base *loop_base_new(const char *method)
{
    static const char *const methods[] = {"epoll", "poll", "select"};
    struct event_config *config = event_config_new();
    struct event_base *base;

    if (config == NULL) {
        return NULL;
    }
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    for (size_t i = 0; method != NULL && i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(methods[i], method) != 0) {
            event_config_avoid_method(config, methods[i]);
        }
    }
    base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
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
    for (struct loop_lane *of = loop->lanes; of < loop->lanes + LOOP_LANES && of->lane != NULL; of++) {
        event_del(&of->rung);
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

void loop_add_crowd(struct loop *loop, struct timeq *crowd)
{
    CHECK(loop->crowd == NULL);
    loop->crowd = crowd;
}

void loop_set_draw(struct loop *loop, void (*draw)(void *ctx), void *ctx)
{
    loop->draw = draw;
    loop->draw_ctx = ctx;
}

static bool has_crowd(const struct loop *loop)
{
    return loop->crowd != NULL && !timeq_is_empty(loop->crowd);
}

static void rung_cb(evutil_socket_t fd, short what, void *arg)
{
    struct loop_lane *of = arg;

    (void)fd;
    (void)what;
    lane_reap(of->lane, &of->loop->net->turn);
}

void loop_add_lane(struct loop *loop, struct lane *lane)
{
    struct loop_lane *of = loop->lanes;

    while (of->lane != NULL) {
        of++;
        CHECK(of < loop->lanes + LOOP_LANES);
    }
    *of = (struct loop_lane){.lane = lane, .loop = loop};
    event_assign(&of->rung, loop->base, lane_bell(lane), EV_READ | EV_PERSIST, rung_cb, of);
    mem_need(event_add(&of->rung, NULL) == 0);
}

/* Sets the timer for the node that falls due first. */
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
        mem_need(event_add(&loop->timer, &tv) == 0); /* without the timer the loop might never wake up */
    }
}

/* The backend reports few ready connections at once (epoll in libevent 32 at first).  If there may be more, and the
 * crowd would run first, it is asked again at once, so that the other ready connections do not wait for the crowd. */
static void run_events(struct loop *loop, bool waits)
{
    int flags = EVLOOP_ONCE | (waits ? 0 : EVLOOP_NONBLOCK);

    turn_begin_part(&loop->net->turn, TURN_EVENTS);
    do {
        loop->net->ready_conns = 0;
        event_base_loop(loop->base, flags);
        flags = EVLOOP_ONCE | EVLOOP_NONBLOCK;
    } while (loop->net->ready_conns >= BATCH && has_crowd(loop) && !turn_is_over(&loop->net->turn));
}

static void run_due(struct loop *loop)
{
    turn_begin_part(&loop->net->turn, TURN_DUE);
    for (int i = 0; loop->timeqs[i] != NULL; i++) {
        timeq_run_part(loop->timeqs[i], clock_ms(loop->clock), &loop->net->turn);
    }
}

/* The steps of the crowd cause many writes.  While some of these are late, more would only make the next turns long. */
static void run_crowd(struct loop *loop)
{
    struct net *net = loop->net;
    bool is_late = net->late != NULL && ++loop->crowd_waits < CROWD_WAITS;
    uint64_t most = net->queued_bytes + CROWD_BYTES;

    if (!has_crowd(loop) || is_late) {
        return;
    }
    loop->crowd_waits = 0;
    turn_begin_part(&net->turn, TURN_CROWD);
    do {
        timeq_run_first(loop->crowd);
    } while (has_crowd(loop) && net->late == NULL && net->queued_bytes < most && !turn_is_over(&net->turn));
}

void loop_turn(struct loop *loop)
{
    uint64_t begun_ns = clock_elapsed_ns(loop->clock);
    bool waits;

    net_run_ready(loop->net);
    set_timer(loop);
    waits = !net_has_work(loop->net) && !has_crowd(loop);
    clock_wait(loop->clock, waits ? loop->timer_due_ms : clock_ms(loop->clock));
    run_events(loop, waits);
    if (waits) {
        begun_ns = clock_elapsed_ns(loop->clock); /* when it woke up: the first callback has read the clock */
    }
    run_due(loop);
    run_crowd(loop);
    if (loop->draw != NULL) {
        loop->draw(loop->draw_ctx);
    }
    flush_run(loop->net);
    if (relief_is_due(loop->net)) {
        relief_run(loop->net);
    }
    net_reap(loop->net);
    clock_refresh(loop->clock);
    histogram_add(&loop->turns, clock_elapsed_ns(loop->clock) - begun_ns);
}

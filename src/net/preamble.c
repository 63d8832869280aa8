/* net/preamble.c: reads the preamble of a socket.
 *
 * Bytes are looked at first (MSG_PEEK) and taken from the socket once it is known that they belong to the preamble.
 * The bytes of one that is not complete all do; they are held here, so that the socket is not readable again before
 * more have come. */
#include "config.h"

#include "net/preamble.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "net/net_state.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct preamble {
    struct preamble_set *set;
    const struct preamble_kind *kind;
    const struct listener_profile *profile;
    char *held;             /* the bytes taken so far, kind->max_bytes allocated; NULL if there are none */
    size_t held_len;        /* less than max_bytes */
    struct timeq_node wait;
    struct addr peer;
    struct event ev;        /* has the socket */
};

/* Frees pre and returns its socket. */
static int leave(struct preamble *pre)
{
    int fd = (int)pre->ev.ev_fd;

    event_del(&pre->ev);
    timeq_remove(&pre->wait);
    pre->set->count--;
    free(pre->held);
    free(pre);
    return fd;
}

static void fail(struct preamble *pre, enum preamble_failure failure)
{
    struct preamble_set *set = pre->set;
    const struct listener_profile *profile = pre->profile;
    struct addr peer = pre->peer;

    set->failed(set->ctx, profile, leave(pre), &peer, failure);
}

static void pass(struct preamble *pre, const struct preamble_found *found)
{
    struct preamble_set *set = pre->set;
    const struct listener_profile *profile = pre->profile;

    set->passed(set->ctx, profile, leave(pre), found);
}

/* ---- the bytes ---- */

/* The next bytes of the socket, which stay there: their number, 0 at the end, -1 if there are none yet or the
 * connection is broken. */
static ssize_t peek(struct preamble *pre, char *buf, size_t size)
{
    ssize_t n;

    do {
        n = recv((int)pre->ev.ev_fd, buf, size, MSG_PEEK | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* Takes n bytes from the socket, all of which were seen there. */
static void take(struct preamble *pre, size_t n)
{
    char seen[512];

    while (n > 0) {
        ssize_t got = recv((int)pre->ev.ev_fd, seen, n < sizeof(seen) ? n : sizeof(seen), MSG_DONTWAIT);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return; /* the connection has broken meanwhile, which the next read tells */
        }
        n -= (size_t)got;
    }
}

static void hold(struct preamble *pre, const char *data, size_t n)
{
    if (pre->held == NULL) {
        pre->held = mem_alloc(pre->kind->max_bytes);
    }
    memcpy(pre->held + pre->held_len, data, n);
    pre->held_len += n;
}

/* n bytes have come, which lie at data and are still in the socket.  pre is freed if it is over.  Returns false then.
 * */
static bool look(struct preamble *pre, const char *data, size_t n)
{
    static const enum preamble_failure failures[] = {[PREAMBLE_NONE] = PREAMBLE_IS_MISSING,
                                                     [PREAMBLE_WRONG] = PREAMBLE_IS_WRONG,
                                                     [PREAMBLE_LONG] = PREAMBLE_IS_LONG};
    struct preamble_found found = {.peer = pre->peer};
    size_t before = pre->held_len;
    bool is_first = before == 0;
    enum preamble_answer answer;

    if (!is_first) {
        hold(pre, data, n);
        data = pre->held;
    }
    answer = pre->kind->look(data, before + n, &found);
    if (answer == PREAMBLE_WHOLE) {
        CHECK(found.used > before && found.used <= before + n);
        take(pre, found.used - before);
        pass(pre, &found);
        return false;
    }
    if (answer != PREAMBLE_MORE) {
        fail(pre, failures[answer]);
        return false;
    }
    CHECK(before + n < pre->kind->max_bytes);
    if (is_first) {
        hold(pre, data, n);
    }
    take(pre, n);
    return true;
}

/* Reads what there is.  pre is freed if it is over.  Returns false then. */
static bool read_some(struct preamble *pre)
{
    char buf[PREAMBLE_MOST];
    ssize_t n = peek(pre, buf, pre->kind->max_bytes - pre->held_len);

    if (n > 0) {
        return look(pre, buf, (size_t)n);
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return true;
    }
    if (n == 0 && pre->held_len > 0) {
        fail(pre, PREAMBLE_IS_WRONG);
    } else {
        close(leave(pre));
    }
    return false;
}

/* ---- events ---- */

static void ready_cb(evutil_socket_t fd, short what, void *arg)
{
    struct preamble *pre = arg;
    struct net *net = pre->set->net;

    (void)fd;
    (void)what;
    (void)clock_ms(net->clock); /* as in intake.c */
    net->ready_conns++;
    (void)read_some(pre);
    if (turn_is_over(&net->turn)) {
        event_base_loopbreak(net->base);
    }
}

static void late(struct timeq *q, struct timeq_node *node)
{
    struct preamble *pre = CONTAINER_OF(node, struct preamble, wait);

    (void)q;
    fail(pre, pre->held_len > 0 ? PREAMBLE_IS_LATE : PREAMBLE_IS_MISSING);
}

/* ---- the set ---- */

void preamble_set_init(struct preamble_set *set, uint64_t wait_ms)
{
    set->count = 0;
    timeq_init(&set->waiting, wait_ms, late, set);
}

void preamble_close_all(struct preamble_set *set)
{
    while (!timeq_is_empty(&set->waiting)) {
        close(leave(CONTAINER_OF(set->waiting.ends.next, struct preamble, wait)));
    }
}

void preamble_begin(struct preamble_set *set, const struct preamble_kind *kind,
                    const struct listener_profile *profile, int fd, const struct addr *peer)
{
    struct preamble *pre;

    CHECK(kind->max_bytes <= PREAMBLE_MOST);
    if (set->count >= set->most) {
        set->failed(set->ctx, profile, fd, peer, PREAMBLE_IS_CROWDED);
        return;
    }
    pre = mem_zalloc(sizeof(*pre));
    set->count++;
    pre->set = set;
    pre->kind = kind;
    pre->profile = profile;
    pre->peer = *peer;
    event_assign(&pre->ev, set->net->base, fd, EV_READ | EV_PERSIST, ready_cb, pre);
    timeq_push(&set->waiting, &pre->wait, clock_ms(set->net->clock));
    if (read_some(pre) && event_add(&pre->ev, NULL) != 0) {
        close(leave(pre)); /* the kernel has no memory for it */
    }
}

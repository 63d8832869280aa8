/* net/listener_state.h: struct listener_set: what the listeners of a server share; and what each of them is for.
 *
 * net/listener.h, net/listener_change.h and net/accept.h stand on it.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_STATE_H
#define CHATD_NET_LISTENER_STATE_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

struct event_base;
struct listener;
struct turn;

enum {
    LISTENER_BATCH = 64,    /* newcomers accepted in one turn by one listener */
    LISTENER_LAST = 4096,   /* newcomers accepted from one that is about to be closed */
    LISTENER_REST_MS = 500, /* when there is no descriptor */
};

/* Why a newcomer could not be accepted. */
enum listener_failure {
    LISTENER_DESCRIPTORS, /* the process or the system has no more */
    LISTENER_MEMORY,
    LISTENER_SELECT,      /* the backend cannot watch so great a descriptor */
    LISTENER_GONE,        /* it had left before it was taken */
    LISTENER_OTHER,
    LISTENER_FAILURES
};

/* What a listener is for.  This much the listeners use; embedded in what the callee of accept knows besides, which is
 * given back to it with each newcomer.  Const, and there as long as a listener has it. */
struct listener_profile {
    const char *name; /* as the log has it behind "for"; NULL: the ordinary one, which the log does not name */
};

/* A place to listen, and what for. */
struct listener_place {
    struct addr_listen at;
    const struct listener_profile *profile; /* borrowed */
};

/* A newcomer: fd is connected, non-blocking, close-on-exec, and the callee's; profile is its listener's. */
typedef void listener_accept_fn(void *ctx, const struct listener_profile *profile, int fd, const struct addr *peer);

/* What the listeners of a server share; embedded by its owner. */
struct listener_set {
    struct event_base *base; /* borrowed */
    struct clock *clock;     /* borrowed */
    struct turn *turn;       /* borrowed; asked after each newcomer, NULL: there is no bound but the batch */
    listener_accept_fn *accept;
    void *ctx;               /* for accept */
    const char *sorry;       /* the line for a newcomer when there is no descriptor; borrowed */
    uint32_t dead_s;         /* for transport_prepare() */
    int left_fds;            /* descriptors that newcomers leave for what else the process opens */
    int max_fd;              /* the greatest descriptor that a newcomer may have */
    enum listener_failure past_max; /* why no greater one */
    int spare_fd;            /* given up to tell a newcomer that there is none */
    struct listener *first;
    struct listener *leaving; /* closed as soon as nobody waits there */
    struct timeq resting;
    struct log_limit short_log; /* of lines on beginnings; an end is told only of what was begun */
    bool is_paused;
    uint64_t accepted;                    /* newcomers handed to accept, ever */
    uint64_t failures[LISTENER_FAILURES]; /* ever */
};

#endif

/* net/listener_state.h: struct listener_set: the state that the listeners of a server share; and the profile of each.
 *
 * Used by net/listener.h, net/listener_change.h and net/accept.h.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_STATE_H
#define CHATD_NET_LISTENER_STATE_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/log_record.h"
#include "base/timeq.h"
#include "net/addr.h"
#include "net/addr_listen.h"

#include <stdbool.h>
#include <stdint.h>

struct event_base;
struct listener;
struct turn;

enum {
    LISTENER_BATCH = 64,    /* newcomers accepted in one turn by one listener */
    LISTENER_SHARE_US = 250, /* of a turn, for newcomers of one listener: a crowd of them delays little */
    LISTENER_LAST = 4096,   /* newcomers accepted by a listener that is about to be closed */
    LISTENER_REST_MS = 500, /* between tries while there is no descriptor or memory */
};

/* Why a newcomer could not be accepted. */
enum listener_failure {
    LISTENER_DESCRIPTORS, /* the process or the system has no descriptor left */
    LISTENER_MEMORY,
    LISTENER_SELECT,      /* the backend cannot watch a descriptor with so high a number */
    LISTENER_GONE,        /* the newcomer had left before it was accepted */
    LISTENER_OTHER,
    LISTENER_FAILURES
};

/* The kinds of listeners by which the log and the metrics tell newcomers apart. */
enum listener_kind {
    LISTENER_LINES, /* the ordinary one */
    LISTENER_TLS,
    LISTENER_PROXIES,
    LISTENER_TLS_PROXIES,
    LISTENER_CONTROL,
    LISTENER_KINDS
};

/* The profile of a listener: how its newcomers are served.  The listeners use only these fields; the module that
 * accepts embeds it in a larger profile and gets it back with each newcomer.  Const, and valid as long as a listener
 * has it. */
struct listener_profile {
    enum listener_kind kind;
    bool is_layered; /* its connections have a transport object */
};

/* "lines", "tls", ...; static. */
const char *listener_kind_code(enum listener_kind kind);

/* What the log calls what came by a listener of this profile; NULL for the ordinary kind, which it does not name;
 * static. */
static inline const char *listener_log_name(const struct listener_profile *profile)
{
    return profile->kind != LISTENER_LINES ? listener_kind_code(profile->kind) : NULL;
}

/* The last field of a log line about what came by a listener of this profile: its name, if it has one. */
static inline struct log_field listener_purpose(const struct listener_profile *profile)
{
    return listener_log_name(profile) != NULL ? LOG_STR("for", listener_log_name(profile)) : LOG_END;
}

/* An address to listen on, and its profile. */
struct listener_place {
    struct addr_listen at;
    const struct listener_profile *profile; /* borrowed */
};

/* Called with a newcomer.  The callee takes over fd, which is connected, non-blocking and close-on-exec; profile is
 * that of the listener. */
typedef void listener_accept_fn(void *ctx, const struct listener_profile *profile, int fd, const struct addr *peer);

/* The state that the listeners of a server share; embedded by its owner. */
struct listener_set {
    struct event_base *base; /* borrowed */
    struct clock *clock;     /* borrowed */
    struct turn *turn;       /* borrowed; checked after each newcomer; NULL if only LISTENER_BATCH is a bound */
    listener_accept_fn *accept;
    void *ctx;               /* for accept */
    const char *sorry;       /* the line for a newcomer if there is no descriptor; borrowed */
    uint32_t dead_s;         /* for transport_prepare() */
    int left_fds;            /* descriptors that newcomers leave for other uses in the process */
    int max_fd;              /* the highest descriptor that a newcomer may have */
    enum listener_failure past_max; /* the failure if the descriptor is higher */
    int spare_fd;            /* closed for a moment, to tell a newcomer that there is no descriptor */
    struct listener *first;
    struct listener *leaving; /* listeners that are closed when no newcomer waits there */
    struct timeq resting;     /* run by the loop */
    struct log_limit short_log; /* for the beginnings of shortages; an end is logged only if its beginning was */
    bool is_paused;
    uint64_t accepted[LISTENER_KINDS];    /* newcomers passed to accept, by the listener's kind, since the start */
    uint64_t refused[LISTENER_KINDS];     /* of them, those that accept's module has refused; it counts them */
    uint64_t failures[LISTENER_FAILURES]; /* since the start */
};

#endif

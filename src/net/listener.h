/* net/listener.h: sockets that take newcomers.
 *
 * Newcomers are accepted in bounded batches.  When the process or the system is out of descriptors
 * or memory, a listener tells the newcomer through a spare descriptor, rests, and tries again: one
 * log line at the start of such a time, one at its end, and of many such times only some.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_H
#define CHATD_NET_LISTENER_H

#include "base/clock.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct listener;

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
/* "descriptors", ...; static. */
const char *listener_failure_code(enum listener_failure failure);

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

/* Where one listens, for people to read. */
struct listener_info {
    char address[ADDR_TEXT_SIZE];
    const char *socket; /* the service manager's name for one that it has opened, the listener's; NULL: opened here */
};

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

/* base, clock, turn, accept, ctx, sorry, dead_s, left_fds are set; the rest is filled in. */
void listener_set_init(struct listener_set *set);
/* Closes all. */
void listener_set_fini(struct listener_set *set);
/* After a change of the limit on descriptors: finds max_fd again. */
void listener_set_find_max_fd(struct listener_set *set);
/* Another dead_s, for newcomers from now on. */
void listener_set_dead(struct listener_set *set, uint32_t dead_s);
/* Opens one place to listen.  Returns false with a sentence in err, and why in errno. */
bool listener_open(struct listener_set *set, const struct listener_place *where, char *err, size_t err_size);
/* Takes over a socket that listens already, non-blocking, under the name that the service manager knows it
 * by; the file of a unix socket stays the manager's. */
void listener_adopt(struct listener_set *set, int fd, const char *name, const struct listener_profile *profile);
/* Where the first of them listens, with the port that the system chose; NULL when there is none. */
const struct addr_listen *listener_first_at(const struct listener_set *set);
/* Whether one of them was taken over. */
bool listener_has_adopted(const struct listener_set *set);
/* Whether it listens at where by itself, with the same group of the file. */
bool listener_is_asked(const struct listener_set *set, const struct addr_listen *where);

/* A change of where a set listens, in steps, so that several sets and other sockets change together or not at all.  The
 * loop does not turn between the first and the last of them.  next is the same in each; what was adopted stays.
 *
 * Begins: from here on, what overlaps with a place that will be left can be opened. */
void listener_change_begin(struct listener_set *set, const struct listener_place *next, size_t count);
/* Opens the places that are new; those that stay get their profile, and their files mode and group.  Returns false with
 * a sentence in err, and why in errno. */
bool listener_change_open(struct listener_set *set, const struct listener_place *next, size_t count, char *err,
                          size_t err_size);
/* Then all is as next says: places that are not in it are closed, once those who have connected there are accepted,
 * which may take some turns.
 * While the set is paused, what is new is closed too, for listener_resume_all(). */
void listener_change_commit(struct listener_set *set);
/* Or all is as it was before. */
void listener_change_cancel(struct listener_set *set);

/* The i-th that is open, in the order of listing; false behind the last. */
bool listener_info(const struct listener_set *set, size_t i, struct listener_info *info);
/* Stops listening everywhere: newcomers are refused by the system from here on. */
void listener_close_all(struct listener_set *set);
/* The same for the time being.  A socket of the service manager's stays open, since it could not be opened again:
 * who comes there waits, for listener_resume_all() or for the next server. */
void listener_pause_all(struct listener_set *set);
/* Listens again where it did before.  Returns false with a sentence in err when a place is taken by now; then all
 * stay paused. */
bool listener_resume_all(struct listener_set *set, char *err, size_t err_size);

#endif

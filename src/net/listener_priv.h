/* net/listener_priv.h: the parts of a listener that only net's files use. */
#ifndef CHATD_NET_LISTENER_PRIV_H
#define CHATD_NET_LISTENER_PRIV_H

#include "net/addr.h"
#include "net/addr_listen.h"
#include "net/bind.h"
#include "net/listener_state.h"

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>

struct listener {
    struct listener_set *set;
    struct listener *next;
    int fd;          /* -1 while it is paused and can be opened again */
    const struct listener_profile *profile;
    bool is_adopted; /* opened by the service manager */
    char *name;      /* the service manager's name for it; NULL if it was opened here */
    bool is_kept;          /* during a change: it is one of the next places too */
    bool is_new;           /* during a change: it was opened for one of the next places */
    bool is_leaving;       /* it is in set->leaving, until no newcomer waits or LISTENER_LAST were accepted */
    unsigned taken;        /* newcomers accepted since it is leaving */
    struct listener_place asked; /* the place that was asked for; not set if it is adopted */
    struct addr_listen at; /* the address that it has, with the port that the system chose */
    struct bind_file file; /* of a unix socket that was opened here */
    bool is_short;   /* a shortage of descriptors or memory was logged, and no newcomer was accepted since */
    struct timeq_node rest;
    struct event ev;
};

/* The address that it has; buf has ADDR_TEXT_SIZE bytes. */
const char *listener_bound_text(const struct listener *l, char *buf);
/* Logs that it listens. */
void listener_log_opened(const struct listener *l);
/* Opens a listener at the end of the list.  Returns NULL, writes a sentence to err and sets errno if it cannot. */
struct listener *listener_open_one(struct listener_set *set, const struct listener_place *where, char *err,
                                   size_t err_size);
/* Stops accepting.  is_closed: closes the socket too, so that the system refuses newcomers. */
void listener_rest(struct listener *l, bool is_closed);
/* Closes and frees the listener to which link, in a list of the set, points. */
void listener_close_at(struct listener **link);
/* Closes a listener that has been taken out of the set's list, after the newcomers who have connected already are
 * accepted, in this turn or the next ones. */
void listener_leave(struct listener *l);

#endif

/* net/listener_priv.h: what net's files share of a listening socket. */
#ifndef CHATD_NET_LISTENER_PRIV_H
#define CHATD_NET_LISTENER_PRIV_H

#include "base/log.h"
#include "net/addr.h"
#include "net/bind.h"
#include "net/listener_state.h"

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>

struct listener {
    struct listener_set *set;
    struct listener *next;
    int fd;          /* -1 while it is paused, if it can be opened again */
    const struct listener_profile *profile;
    bool is_adopted; /* opened by the service manager */
    char *name;      /* which knows it by this name; NULL: it was opened here */
    bool is_kept;          /* during a change: the next places have it too; */
    bool is_new;           /* or it was opened for them */
    bool is_leaving;       /* it is in set->leaving: the next newcomer that is not there yet is its end, */
    unsigned taken;        /* or so many since */
    struct listener_place asked; /* unless adopted, as is the next: what was asked for */
    struct addr_listen at; /* where it listens, with the port that the system chose */
    struct bind_file file; /* of a unix socket that was opened here */
    bool is_short;   /* of descriptors or memory, and that was logged, since the last newcomer that was taken */
    struct timeq_node rest;
    struct event ev;
};

/* What the listener is for that a line of the log is about, behind its other pairs. */
struct log_field listener_purpose(const struct listener *l);
/* Where it listens, in a buffer of ADDR_TEXT_SIZE bytes. */
const char *listener_bound_text(const struct listener *l, char *buf);
void listener_log_opened(const struct listener *l);
/* Opens one at the end of the list.  NULL, with a sentence in err, when it cannot be opened. */
struct listener *listener_open_one(struct listener_set *set, const struct listener_place *where, char *err,
                                   size_t err_size);
/* Newcomers are not looked at any more; is_closed says whether they are refused too. */
void listener_rest(struct listener *l, bool is_closed);
/* Closes the one that link, of a list of the set's, points to, and frees it. */
void listener_close_at(struct listener **link);
/* Closes one that has been taken out of the set's list, once the newcomers who have connected already are taken, in
 * this turn or the next ones. */
void listener_leave(struct listener *l);

#endif

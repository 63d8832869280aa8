/* net/listener.h: sockets that take newcomers.
 *
 * Newcomers are accepted in bounded batches (net/accept.h).  When the process or the system is out of descriptors
 * or memory, a listener tells the newcomer through a spare descriptor, rests, and tries again: one
 * log line at the start of such a time, one at its end, and of many such times only some.  Other places to listen in
 * place of these are net/listener_change.h's.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_H
#define CHATD_NET_LISTENER_H

#include "net/addr.h"
#include "net/listener_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where one listens, for people to read. */
struct listener_info {
    char address[ADDR_TEXT_SIZE];
    const char *socket; /* the service manager's name for one that it has opened, the listener's; NULL: opened here */
};

/* "descriptors", ...; static. */
const char *listener_failure_code(enum listener_failure failure);

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

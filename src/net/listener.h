/* net/listener.h: listening sockets.
 *
 * Newcomers are accepted in bounded batches (net/accept.h).  If the process or the system has no descriptor or memory
 * left, a listener tells one newcomer so with the help of a spare descriptor, rests, and tries again.  One log line
 * reports the beginning of such a shortage and one its end; if there are many, only some are reported.
 * net/listener_change.h changes the addresses of a set.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_H
#define CHATD_NET_LISTENER_H

#include "net/addr.h"
#include "net/addr_listen.h"
#include "net/listener_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A listener's address, for people to read. */
struct listener_info {
    char address[ADDR_TEXT_SIZE];
    const struct listener_profile *profile;
    const char *socket; /* the service manager's name for a socket that it has opened, borrowed; otherwise NULL */
};

/* "descriptors", ...; static. */
const char *listener_failure_code(enum listener_failure failure);

/* The caller has set base, clock, turn, accept, ctx, sorry, dead_s and left_fds. */
void listener_set_init(struct listener_set *set);
/* Closes all listeners. */
void listener_set_fini(struct listener_set *set);
/* Computes max_fd again, after the limit on descriptors has changed. */
void listener_set_find_max_fd(struct listener_set *set);
/* Sets dead_s for newcomers from now on. */
void listener_set_dead(struct listener_set *set, uint32_t dead_s);
/* Opens a listener.  Returns false, writes a sentence to err and sets errno if it cannot. */
bool listener_open(struct listener_set *set, const struct listener_place *where, char *err, size_t err_size);
/* Takes over a listening, non-blocking socket that the service manager has opened; name is the manager's name for
 * it.  The file of a unix socket stays the manager's. */
void listener_adopt(struct listener_set *set, int fd, const char *name, const struct listener_profile *profile);
/* The profile of the adopted listener that has the profile was and is bound to an address. */
typedef const struct listener_profile *listener_choose_fn(const void *ctx, const struct listener_profile *was,
                                                          const struct addr_listen *bound);
/* Gives the adopted listeners of the set the profiles that choose returns, and logs those that change. */
void listener_choose(struct listener_set *set, listener_choose_fn *choose, const void *ctx);
/* The address of the first listener, with the port that the system chose; NULL if there is none. */
const struct addr_listen *listener_first_at(const struct listener_set *set);
/* Returns true if the set has an adopted listener with that profile; NULL: with any. */
bool listener_has_adopted(const struct listener_set *set, const struct listener_profile *profile);
/* Returns true if the set has opened a listener for where, with the same group of its file. */
bool listener_is_asked(const struct listener_set *set, const struct addr_listen *where);

/* Returns true if one of the set accepts newcomers now. */
bool listener_is_accepting(const struct listener_set *set);
/* Describes open listener i, in the order of listing.  Returns false if i is past the last one. */
bool listener_info(const struct listener_set *set, size_t i, struct listener_info *info);
/* Closes all listeners: the system refuses newcomers from here on. */
void listener_close_all(struct listener_set *set);
/* Closes all listeners until listener_resume_all().  An adopted socket stays open, since it could not be opened again:
 * newcomers wait there, until listener_resume_all() or for the next server. */
void listener_pause_all(struct listener_set *set);
/* Opens the listeners again.  If an address is in use by now, returns false, writes a sentence to err, and all
 * stay paused. */
bool listener_resume_all(struct listener_set *set, char *err, size_t err_size);

#endif

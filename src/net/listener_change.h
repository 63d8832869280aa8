/* net/listener_change.h: a change of where a set listens, in steps, so that several sets and other sockets change
 * together or not at all.
 *
 * The loop does not turn between the first and the last of the steps.  next is the same in each; what was adopted
 * stays.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_CHANGE_H
#define CHATD_NET_LISTENER_CHANGE_H

#include "net/listener_state.h"

#include <stdbool.h>
#include <stddef.h>

/* Begins: from here on, what overlaps with a place that will be left can be opened. */
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

#endif

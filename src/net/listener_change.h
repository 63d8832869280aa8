/* net/listener_change.h: changes the addresses of a set of listeners, in steps, so that several sets and other sockets
 * change together or not at all.
 *
 * All steps are made in one turn of the loop, with the same next.  Adopted listeners stay.  Loop thread only. */
#ifndef CHATD_NET_LISTENER_CHANGE_H
#define CHATD_NET_LISTENER_CHANGE_H

#include "net/listener_state.h"

#include <stdbool.h>
#include <stddef.h>

/* Begins the change: from here on an address can be opened that overlaps with one that will be closed. */
void listener_change_begin(struct listener_set *set, const struct listener_place *next, size_t count);
/* Opens the places in next that are new.  Listeners that stay get the profile in next, and their files the mode and
 * group.  Returns false, writes a sentence to err and sets errno if one of these fails; listener_change_cancel()
 * follows. */
bool listener_change_open(struct listener_set *set, const struct listener_place *next, size_t count, char *err,
                          size_t err_size);
/* Completes the change: a listener that is not in next is closed after the newcomers who have connected already are
 * accepted, which may take some turns.  If the set is paused, new listeners are closed too, until
 * listener_resume_all(). */
void listener_change_commit(struct listener_set *set);
/* Undoes the change. */
void listener_change_cancel(struct listener_set *set);

#endif

/* session/find.h: which person or room a word of the peer's names.
 *
 * A word that names nothing is answered with an error and the name that may be meant, the search for which costs a line
 * of flood control.  Loop thread only. */
#ifndef CHATD_SESSION_FIND_H
#define CHATD_SESSION_FIND_H

#include "session/session.h"

#include <stdbool.h>

/* The person or room of that name; NULL when there is none, and the error has been sent.  A room may be written with or
 * without its '#'. */
struct person *find_person(struct session *s, const char *word);
struct room *find_room(struct session *s, const char *word);
/* The room that word names or, with NULL, the current one; NULL when there is none, and the error has been sent. */
struct room *find_room_or_current(struct session *s, const char *word);
/* The name of a room that need not exist; false when no room can have it, and the error has been sent. */
bool find_room_name(struct session *s, const char *word, struct name *name);

#endif

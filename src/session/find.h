/* session/find.h: finds the person or room that a word names.
 *
 * If there is none, the answer is an error with the nearest name; the search for that costs a line of flood control.
 * Loop thread only. */
#ifndef CHATD_SESSION_FIND_H
#define CHATD_SESSION_FIND_H

#include "session/session.h"

#include <stdbool.h>

/* The person or room of that name; NULL if there is none, after the error was sent.  A room may be written with or
 * without its '#'. */
struct person *find_person(struct session *s, const char *word);
struct room *find_room(struct session *s, const char *word);
/* The room that word names, or the current one if word is NULL.  NULL if there is none, after the error was sent. */
struct room *find_room_or_current(struct session *s, const char *word);
/* Makes the name of a room that need not exist.  Returns false, after the error was sent, if no room can have it. */
bool find_room_name(struct session *s, const char *word, struct name *name);

#endif

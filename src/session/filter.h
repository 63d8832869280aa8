/* session/filter.h: what may not be said in public, by the administrator's settings: words, and links.
 *
 * What is said in rooms, topics, away messages, last words and new names are public; private lines are not.  The verbs
 * ask before they call the chat, so that all front ends pass here.  Loop thread only. */
#ifndef CHATD_SESSION_FILTER_H
#define CHATD_SESSION_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct room;
struct session;

/* Returns true if the person may say the len bytes at text, which is valid UTF-8; otherwise the person has been told
 * why.  A word that is said anyway is told to the operators of the room, which is NULL for what concerns no room, and
 * to the administrators.  Without a filter it costs nothing. */
bool filter_allows(struct session *s, const struct room *room, const char *text, size_t len);

#endif

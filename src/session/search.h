/* session/search.h: looking for words in what was said in a room.
 *
 * A search takes long, so it goes on in steps, in turn with others who do much (session/crowd.h), and the more it looks
 * through, the more lines of flood control it costs.  Loop thread only. */
#ifndef CHATD_SESSION_SEARCH_H
#define CHATD_SESSION_SEARCH_H

#include "session/session.h"

#include <stdbool.h>

/* Begins a search of the session's current room, which the command that runs goes on with.  False: the words cannot be
 * searched for, and the client has been told. */
bool search_begin(struct session *s, const char *words);

#endif

/* session/search.h: searches a room's history for words.
 *
 * A search takes long, so it is done in steps, in turn with other sessions that do much (session/crowd.h).  The more
 * it searches, the more lines of flood control it costs.  Loop thread only. */
#ifndef CHATD_SESSION_SEARCH_H
#define CHATD_SESSION_SEARCH_H

#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

/* Begins a search of the session's current room, as a job of the command that runs: of the lines with ids below before,
 * or of all lines if before is 0.  with_ids: the lines found are shown with their ids.  Returns false if the words
 * cannot be searched for; the person has been told so. */
bool search_begin(struct session *s, const char *words, uint64_t before, bool with_ids);

#endif

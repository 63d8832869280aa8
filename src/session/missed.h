/* session/missed.h: the lines of a room that a person with an account has missed: /history new.
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_MISSED_H
#define CHATD_SESSION_MISSED_H

#include "session/session.h"
#include "session/verbs.h"

/* Shows those of one of the person's rooms, word is its name, or of the current room if word is "": as many as fit, the
 * oldest first, as the answer to the command that runs, or begins to.  Those that are shown are missed no longer. */
enum verb_result missed_begin(struct session *s, const char *word, bool with_ids);

#endif

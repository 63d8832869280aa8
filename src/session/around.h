/* session/around.h: the lines of a room around a time: half of them from before it, half from it on.
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_AROUND_H
#define CHATD_SESSION_AROUND_H

#include "session/session.h"
#include "session/verbs.h"

/* Shows those of the session's current room, as the answer to the command that runs, or begins to.  text is the time as
 * clock_parse() takes it. */
enum verb_result around_begin(struct session *s, const char *text, bool with_ids);

#endif

/* session/editing.h: what a session adds to the line being typed: the prompt, and what completes a word.
 *
 * These are the front end's events about editing (frontend/frontend.h).  Loop thread only. */
#ifndef CHATD_SESSION_EDITING_H
#define CHATD_SESSION_EDITING_H

#include "frontend/frontend.h"

#include <stdbool.h>

void editing_set(struct conn_owner *owner, bool on);
void editing_prompt(struct conn_owner *owner, struct strbuf *out);
/* Commands, and by the usage of a command its arguments: the words in it, names, rooms, commands, settings.  Elsewhere
 * names of people in the room, and rooms behind a '#'. */
void editing_complete(struct conn_owner *owner, struct completion *c);
/* Lines about accounts may hold passwords. */
bool editing_may_keep(struct conn_owner *owner, const char *line);
void editing_pasted(struct conn_owner *owner, unsigned lines);

#endif

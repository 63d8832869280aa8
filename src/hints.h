/* hints.h: hints for a person who starts chatd at a terminal, beside the log. */
#ifndef CHATD_HINTS_H
#define CHATD_HINTS_H

#include "base/strbuf.h"

struct listener_set;

/* The server is ready: tells how to connect, who else can, and how to stop it.  Called before the loop runs, since a
 * write to a terminal may wait. */
void hints_tell_start(const struct listener_set *people);
/* The start has failed, and error is the errno of the last call: if a port is in use, appends to errors what to do. */
void hints_add_taken(struct strbuf *errors, int error);
/* Warns if chatd is started as root, at a terminal or not. */
void hints_warn_of_root(void);

#endif

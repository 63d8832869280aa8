/* hints.h: what a person who starts chatd at a terminal is told beside the log. */
#ifndef CHATD_HINTS_H
#define CHATD_HINTS_H

#include "base/strbuf.h"

struct listener_set;

/* The server is ready: how to talk, who else may, how to end it.  Before the loop turns: a terminal may keep a writer
 * waiting. */
void hints_tell_start(const struct listener_set *people);
/* The start has failed with the errors, the last call with error, an errno: what to do when the port is taken. */
void hints_add_taken(struct strbuf *errors, int error);
/* Warns of a start as root, at a terminal or not. */
void hints_warn_of_root(void);

#endif

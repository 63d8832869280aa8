/* session/scroll.h: the lines that the owner of an account has typed, kept from one connection to the next.
 *
 * They are what Up and Ctrl-R bring back.  A connection that is edited takes them when its person is logged in, and
 * leaves its own when it ends.  They are in memory alone, of the SCROLL_ACCOUNTS accounts that came last; lines about
 * accounts, which may hold passwords, are not among them (editing_may_keep()).  Loop thread only. */
#ifndef CHATD_SESSION_SCROLL_H
#define CHATD_SESSION_SCROLL_H

#include "session/session.h"

enum { SCROLL_ACCOUNTS = 1024 };

/* The person is logged in, or the line is edited from now on: takes the lines, if both are so. */
void scroll_take(struct session *s);
/* The connection is about to end, or the line to be edited no longer: leaves the lines. */
void scroll_leave(struct session *s);
/* The server ends. */
void scroll_fini(struct session_env *env);

#endif

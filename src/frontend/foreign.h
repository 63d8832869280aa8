/* frontend/foreign.h: recognizes connections of other protocols: HTTP, TLS, SSH and others.
 *
 * Functions on the connection's first bytes and on its first line, both before telnet, editing and cleaning.  The
 * caller that reads the first bytes calls them, and ends the connection for the reason that they return.  Loop thread
 * only. */
#ifndef CHATD_FRONTEND_FOREIGN_H
#define CHATD_FRONTEND_FOREIGN_H

#include "net/reason.h"

#include <stdbool.h>
#include <stddef.h>

struct conn;

enum { FOREIGN_FIRST_BYTES = 12 }; /* so many are enough to decide */

/* The reason to end a connection that begins with the len bytes at data, or REASON_NONE. *undecided is set if more
 * bytes are needed; the bytes so far are then no line that a person waits for. */
enum reason foreign_by_bytes(const char *s, size_t len, bool *undecided);

/* The same for the first line that is not empty, len bytes without the line end; cut says that it is only the beginning
 * of a line that is too long. */
enum reason foreign_by_line(const char *s, size_t len, bool cut);

/* The answer in the peer's own protocol; NULL if the peer gets the error line for people. */
const char *foreign_answer(enum reason reason);
/* Ends the connection of such a peer with that answer, so that none of its bytes are run as lines. */
void foreign_refuse(struct conn *conn, enum reason reason);

#endif

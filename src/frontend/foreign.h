/* frontend/foreign.h: what a connection begins with that is no chat: HTTP, TLS, SSH and others.
 *
 * Functions over the connection's first bytes, and over its first line; both before telnet, editing and cleaning.
 * Whoever reads the first bytes asks, and ends the connection for the reason that comes back.  Loop thread only. */
#ifndef CHATD_FRONTEND_FOREIGN_H
#define CHATD_FRONTEND_FOREIGN_H

#include "net/reason.h"

#include <stdbool.h>
#include <stddef.h>

struct conn;

enum { FOREIGN_FIRST_BYTES = 12 }; /* no more are needed to decide */

/* What the first bytes of a connection, len of them, tell: the reason to end it, or REASON_NONE.  *undecided: more of
 * them are needed, and nothing that a person would miss has come so far. */
enum reason foreign_by_bytes(const char *s, size_t len, bool *undecided);

/* The same of the first line that is not empty, of len bytes without its end; cut says that this is its beginning,
 * of more bytes than a line may have. */
enum reason foreign_by_line(const char *s, size_t len, bool cut);

/* The answer in the peer's own protocol, or NULL: the error line that people get. */
const char *foreign_answer(enum reason reason);
/* Ends the connection of such a peer, with that answer: nothing of what it sends may be run as lines. */
void foreign_refuse(struct conn *conn, enum reason reason);

#endif

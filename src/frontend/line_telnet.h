/* frontend/line_telnet.h: speaks telnet with a client that has not been spoken to in it so far.
 *
 * A client that is no telnet shows what is said in it: so that comes only when the client has begun itself, or ends its
 * lines as telnets do and needs something of it, and is erased again.  Loop thread only. */
#ifndef CHATD_FRONTEND_LINE_TELNET_H
#define CHATD_FRONTEND_LINE_TELNET_H

#include <stdbool.h>

struct line;

/* Begins.  is_known: the client has begun itself. */
void line_telnet_begin(struct line *l, bool is_known);
/* Erases from the screen of a client that may be no telnet what was just said in it. */
void line_telnet_erase(struct line *l);
/* The client's text is in that charset from now on; its telnet is told. */
void line_telnet_set_charset(struct line *l, unsigned charset);

#endif

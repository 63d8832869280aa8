/* session/hear.h: a session's sink: receives the chat's deliveries.
 *
 * Nearly every delivery takes one look-up and one push.  A delivery that needs more (a private line, an ignored person,
 * a join that is not wanted, a line wider than the window) has a topic in session.quiet and takes the long path.  Loop
 * thread only. */
#ifndef CHATD_SESSION_HEAR_H
#define CHATD_SESSION_HEAR_H

#include "chat/port_sink.h"

/* The operations of session.self.sink. */
extern const struct sink_ops hear_ops;

#endif

/* session/hear.h: what a session hears of the chat.
 *
 * Nearly every delivery is one look-up and one push.  What needs more than that (a private line, somebody ignored, a
 * coming that is not wanted, a line wider than the window) has a topic in session.quiet and goes the long way.  Loop
 * thread only. */
#ifndef CHATD_SESSION_HEAR_H
#define CHATD_SESSION_HEAR_H

#include "chat/ports.h"

/* Of a sink that is a session's, session.self.sink. */
extern const struct sink_ops hear_ops;

#endif

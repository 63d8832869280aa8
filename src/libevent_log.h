/* libevent_log.h: writes libevent's messages to the log instead of standard error.
 *
 * Peers can cause warnings, for example with more connections than the system lets epoll watch, so there is a rate
 * limit on warnings.  libevent reports an error only if it cannot go on: it is logged, and the process aborts as after
 * a failed CHECK().  If libevent gets no memory, the process aborts as in base/mem.h.  The log does not call libevent,
 * so libevent may log from anywhere.  libevent's callbacks have no context, so the state is static, as in the log.
 * Loop thread only. */
#ifndef CHATD_LIBEVENT_LOG_H
#define CHATD_LIBEVENT_LOG_H

#include "base/clock.h"
#include "base/timeq.h"

/* Begins: clock is the loop's, telling is the owner's queue of log_limit_due(); both are borrowed. */
void libevent_log_begin(struct clock *clock, struct timeq *telling);
/* Ends: libevent writes to standard error again. */
void libevent_log_end(void);

#endif

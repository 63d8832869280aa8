/* libevent_log.h: what libevent has to say, as lines of the log instead of text on standard error.
 *
 * Peers can have it warn, by as many connections as the system lets epoll watch for example, so warnings have a limit.
 * An error of libevent's is fatal by its own account: it is logged, and the process aborts as after a failed CHECK().
 * So it is with memory that libevent is not given: the process aborts as by base/mem.h.
 * The log calls nothing of libevent's, which may therefore log from anywhere.  libevent's callbacks know no context:
 * module state here, as in the log.  Loop thread only. */
#ifndef CHATD_LIBEVENT_LOG_H
#define CHATD_LIBEVENT_LOG_H

#include "base/clock.h"
#include "base/timeq.h"

/* From now on; clock is the loop's, telling the owner's queue of log_limit_due(), both borrowed. */
void libevent_log_begin(struct clock *clock, struct timeq *telling);
/* It says the rest on standard error again. */
void libevent_log_end(void);

#endif

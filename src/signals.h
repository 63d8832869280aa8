/* signals.h: what the administrator says with kill(1): TERM and INT stop, HUP reloads, USR1 opens the
 * log file anew.
 *
 * SIGPIPE and SIGXFSZ are ignored: a write to a peer that is gone, or to a log that may grow no more, is an ordinary
 * event.  Handlers run as events of the loop. */
#ifndef CHATD_SIGNALS_H
#define CHATD_SIGNALS_H

#include <event2/event_struct.h>

enum { SIGNALS_COUNT = 4 };

struct signals {
    struct event ev[SIGNALS_COUNT];
    void (*stop)(void *ctx);
    void (*reload)(void *ctx);
    void (*reopen)(void *ctx);
    void *ctx;
};

/* stop, reload, reopen and ctx are set; the rest is filled in. */
void signals_init(struct signals *signals, struct event_base *base);
void signals_fini(struct signals *signals);

#endif

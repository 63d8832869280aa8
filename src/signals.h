/* signals.h: the signals that an administrator sends: TERM and INT stop the server, HUP reloads, USR1 opens the
 * log file anew.
 *
 * SIGPIPE and SIGXFSZ are ignored: writes to a peer that is gone, or to a log at its size limit, just fail.
 * The functions are called by the loop. */
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

/* The caller has set stop, reload, reopen and ctx. */
void signals_init(struct signals *signals, struct event_base *base);
void signals_fini(struct signals *signals);

#endif

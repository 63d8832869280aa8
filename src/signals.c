/* signals.c: receives signals as events of the loop. */
#include "config.h"

#include "signals.h"

#include "base/mem.h"

#include <event2/event.h>
#include <signal.h>

static void signal_cb(evutil_socket_t sig, short what, void *arg)
{
    struct signals *signals = arg;

    (void)what;
    if (sig == SIGHUP) {
        signals->reload(signals->ctx);
    } else if (sig == SIGUSR1) {
        signals->reopen(signals->ctx);
    } else {
        signals->stop(signals->ctx);
    }
}

void signals_init(struct signals *signals, struct event_base *base)
{
    static const int which[SIGNALS_COUNT] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < SIGNALS_COUNT; i++) {
        evsignal_assign(&signals->ev[i], base, which[i], signal_cb, signals);
        mem_need(event_add(&signals->ev[i], NULL) == 0); /* a failure would lose SIGTERM */
    }
}

void signals_fini(struct signals *signals)
{
    for (int i = 0; i < SIGNALS_COUNT; i++) {
        event_del(&signals->ev[i]);
    }
}

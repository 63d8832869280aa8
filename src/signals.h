/* signals.h: what the administrator says with kill(1): TERM and INT stop, HUP reloads.
 *
 * SIGPIPE is ignored: a write to a peer that is gone is an ordinary event.  Handlers run as events of
 * the loop. */
#ifndef CHATD_SIGNALS_H
#define CHATD_SIGNALS_H

#include <event2/event_struct.h>

enum { SIGNALS_COUNT = 3 };

struct signals {
    struct event ev[SIGNALS_COUNT];
    void (*stop)(void *ctx);
    void (*reload)(void *ctx);
    void *ctx;
};

void signals_init(struct signals *signals, struct event_base *base, void (*stop)(void *ctx),
                  void (*reload)(void *ctx), void *ctx);
void signals_fini(struct signals *signals);

#endif

/* control_host.h: the host of the control socket: carries out an administrator's commands on a running server. */
#ifndef CHATD_CONTROL_HOST_H
#define CHATD_CONTROL_HOST_H

#include "admin/control_cmd.h"

struct door;
struct listening;
struct reload;
struct settings;
struct storing;

/* The parts of the server that it acts on; all borrowed. */
struct control_host_parts {
    struct settings *settings;
    struct reload *reload;
    struct door *door;
    const struct listening *listening;
    struct storing *storing;
    void (*stop)(void *ctx); /* as SIGTERM: the first call stops in order, a second call at once */
    void *ctx;               /* for stop */
};

/* Returns a host whose functions act on parts, which are borrowed.  The caller sets chat, net, clock and metrics. */
struct control_host control_host_of(struct control_host_parts *parts);

#endif

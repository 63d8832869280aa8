/* control_host.h: what an administrator may have a running server do: the host of the control socket. */
#ifndef CHATD_CONTROL_HOST_H
#define CHATD_CONTROL_HOST_H

#include "admin/control_cmd.h"

struct door;
struct listening;
struct reload;
struct settings;

/* What it acts on; all borrowed. */
struct control_host_parts {
    struct settings *settings;
    struct reload *reload;
    struct door *door;
    const struct listening *listening;
    void (*stop)(void *ctx); /* as at SIGTERM: in order; a second time at once */
    void *ctx;               /* for stop */
};

/* A host whose functions act on parts, which are borrowed; chat, net, clock and metrics are for the caller to set. */
struct control_host control_host_of(struct control_host_parts *parts);

#endif

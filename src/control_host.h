/* control_host.h: what an administrator may have a running server do: the control socket's host. */
#ifndef CHATD_CONTROL_HOST_H
#define CHATD_CONTROL_HOST_H

#include "admin/control_cmd.h"
#include "server.h"

/* A host whose functions act on server; its parts (chat, net, clock, metrics) are for the caller to set. */
struct control_host control_host_of(struct server *server);

#endif

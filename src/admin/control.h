/* admin/control.h: the control socket, on which an administrator sends commands.
 *
 * A unix socket with few connections, none of which can keep the loop or people waiting: the length of a request has a
 * bound, an answer is made in slices and no faster than it is read, and a client that reads nothing for
 * limits.stall_seconds or sends no request for CONTROL_IDLE_S is disconnected.  These may send requests: root, the user
 * that the server runs as, and users whom the mode and the group of the socket's file allow to write to it.
 * admin/control_wire.h defines the protocol.  Embedded by its owner; loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_H
#define CHATD_ADMIN_CONTROL_H

#include "admin/control_access.h"
#include "admin/control_cmd.h"
#include "base/log_limit.h"
#include "net/addr_listen.h"
#include "net/listener.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct control_conn;
struct event;

enum { CONTROL_CONNS = 32, CONTROL_IDLE_S = 300, CONTROL_WORKING_MS = 500 /* between two lines that tell of work */ };

struct control {
    struct control_host host;
    struct listener_set listeners; /* the loop runs its queue resting */
    struct control_conn *first;
    unsigned count;
    uint32_t stall_s;
    struct control_access access;
    struct log_limit refused_log; /* the owner sets .telling */
    struct event *working; /* due while an answer waits for long work */
};

/* base and clock are borrowed; host is copied. */
void control_init(struct control *control, struct event_base *base, struct clock *clock,
                  const struct control_host *host);
/* Closes all connections, after a last attempt to write the rest of the answers. */
void control_fini(struct control *control);
void control_set_stall(struct control *control, uint64_t stall_s);

/* The steps of net/listener_change.h; next has a mode, or is NULL for no socket.  Existing connections stay, even if
 * the new mode would refuse them. */
void control_change_begin(struct control *control, const struct addr_listen *next);
bool control_change_open(struct control *control, const struct addr_listen *next, char *err, size_t err_size);
void control_change_commit(struct control *control, const struct addr_listen *next);
void control_change_cancel(struct control *control);
/* Takes over a listening socket that the service manager has opened; name is the manager's name for it. */
void control_adopt(struct control *control, int fd, const char *name);

#endif

/* admin/control.h: the control socket: where an administrator asks and orders.
 *
 * A unix socket of few connections, of which none can keep the loop or people waiting: a request is bounded in
 * length, an answer is made in slices no faster than it is read, who reads nothing for limits.stall_seconds is
 * dropped, and so is who asks nothing for CONTROL_IDLE_S.  Requests are taken of root, of the user that the server
 * runs as, and of whom the mode and the group of the socket's file let write to it.  What goes over the wire:
 * admin/control_wire.h.  Embedded by its owner; loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_H
#define CHATD_ADMIN_CONTROL_H

#include "admin/control_cmd.h"
#include "base/log_limit.h"
#include "net/addr.h"
#include "net/listener.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct control_conn;

enum { CONTROL_CONNS = 32, CONTROL_IDLE_S = 300 };

struct control {
    struct control_host host;
    struct listener_set listeners; /* its resting queue is for the loop */
    struct control_conn *first;
    unsigned count;
    uint32_t stall_s;
    mode_t mode; /* of the socket's file, and whose it is */
    uid_t owner;
    gid_t group;
    struct log_limit refused_log; /* .telling is the owner's to set */
    bool is_hidden; /* it has no file: only root and the server's own user are let in */
};

/* base and clock are borrowed; host is copied. */
void control_init(struct control *control, struct event_base *base, struct clock *clock,
                  const struct control_host *host, uint64_t stall_s);
/* Closes all, after a last attempt to write what is left of the answers. */
void control_fini(struct control *control);
void control_set_stall(struct control *control, uint64_t stall_s);

/* The steps of net/listener.h; next has a mode, or is NULL, for no socket.  The connections that there are stay, those
 * of whom a narrower mode would not let in too. */
void control_change_begin(struct control *control, const struct addr_listen *next);
bool control_change_open(struct control *control, const struct addr_listen *next, char *err, size_t err_size);
void control_change_commit(struct control *control, const struct addr_listen *next);
void control_change_cancel(struct control *control);
/* Takes over one that listens already, which the service manager knows by this name. */
void control_adopt(struct control *control, int fd, const char *name);

#endif

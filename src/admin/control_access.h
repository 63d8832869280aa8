/* admin/control_access.h: which users may send requests on the control socket.
 *
 * These are root, the user that the server runs as, and users whom the mode and the group of the socket's file allow to
 * write to it.  Loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_ACCESS_H
#define CHATD_ADMIN_CONTROL_ACCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct ucred;

/* Embedded by its owner. */
struct control_access {
    mode_t mode; /* of the socket's file, as are owner and group */
    uid_t owner;
    gid_t group;
    bool is_hidden; /* the socket has no file: only root and the server's own user may send requests */
};

/* Finds the mode, owner and group of the socket's file; path is "" for a socket without one. */
void control_access_learn(struct control_access *access, const char *path);
/* Returns true if the process at the other end of fd may send requests; *peer gets its user, group and pid. */
bool control_access_allows(const struct control_access *access, int fd, struct ucred *peer);

#endif

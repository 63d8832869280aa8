/* admin/control_access.c: which users may send requests on the control socket. */
#include "config.h"

#include "admin/control_access.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_in_group(int fd, gid_t group, gid_t peers)
{
    gid_t groups[256];
    socklen_t len = sizeof(groups);

    if (peers == group) {
        return true;
    }
#ifdef SO_PEERGROUPS
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == 0) {
        for (size_t i = 0; i < len / sizeof(groups[0]); i++) {
            if (groups[i] == group) {
                return true;
            }
        }
    }
#else
    (void)fd;
    (void)groups;
    (void)len;
#endif
    return false;
}

/* The system checks the file's mode when a client connects; this check is for a socket without a file, and for clients
 * that connected before the mode was changed. */
bool control_access_allows(const struct control_access *access, int fd, struct ucred *peer)
{
    socklen_t len = sizeof(*peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &len) != 0) {
        return false;
    }
    if (peer->uid == 0 || peer->uid == geteuid()) {
        return true;
    }
    if (access->is_hidden) {
        return false;
    }
    return (access->mode & S_IWOTH) != 0 || ((access->mode & S_IWUSR) != 0 && peer->uid == access->owner) ||
           ((access->mode & S_IWGRP) != 0 && is_in_group(fd, access->group, peer->gid));
}

/* A file that a sandbox hides belongs to the service manager's socket.  The manager has set its mode before any client
 * could connect, so every client that the system lets connect may send requests. */
void control_access_learn(struct control_access *access, const char *path)
{
    struct stat st;

    access->is_hidden = path[0] == '\0';
    if (!access->is_hidden && stat(path, &st) == 0) {
        access->mode = st.st_mode;
        access->owner = st.st_uid;
        access->group = st.st_gid;
    } else {
        access->mode = S_IWOTH;
    }
}

/* ctl/reach.c: a connection to the control socket of a server. */
#include "config.h"

#include "ctl/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static bool find_socket(const struct reach *how, struct sockaddr_un *un)
{
    const char *path = how->socket;
    const char *of_environment = getenv("CHATD_SOCKET");
    int len;

    if (path == NULL && how->instance == NULL && of_environment != NULL && of_environment[0] != '\0') {
        path = of_environment;
    }
    un->sun_family = AF_UNIX;
    if (path != NULL) {
        len = snprintf(un->sun_path, sizeof(un->sun_path), "%s", path);
    } else if (how->instance != NULL) {
        len = snprintf(un->sun_path, sizeof(un->sun_path), RUNDIR "/chatd-%s/control", how->instance);
    } else {
        len = snprintf(un->sun_path, sizeof(un->sun_path), RUNDIR "/chatd/control");
    }
    return len > 0 && (size_t)len < sizeof(un->sun_path);
}

/* The group whose members may use a socket: that of its file, or of the folder that hides it.  NULL if there is
 * none. */
static const char *group_of(const struct sockaddr_un *un)
{
    char folder[sizeof(un->sun_path)];
    char *slash;
    struct stat st;
    mode_t needed = S_IWGRP;
    const struct group *group;

    memcpy(folder, un->sun_path, sizeof(folder));
    slash = strrchr(folder, '/');
    if (stat(un->sun_path, &st) != 0) {
        needed = S_IXGRP;
        if (slash == NULL || slash == folder) {
            return NULL;
        }
        *slash = '\0';
        if (stat(folder, &st) != 0) {
            return NULL;
        }
    }
    group = (st.st_mode & needed) != 0 ? getgrgid(st.st_gid) : NULL;
    return group != NULL ? group->gr_name : NULL;
}

static const char *explain(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such socket: is chatd running, with control.socket set?";
    case ECONNREFUSED:
        return "nobody listens there any more";
    case EACCES:
        return "you may not use it: its mode and group say who may";
    case EAGAIN:
        return "the server does not answer";
    default:
        return strerror(error);
    }
}

/* Opens a socket that is none of the first three descriptors, even if some of these are closed: text printed there
 * would be sent as requests. */
static int open_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int above;

    if (fd < 0 || fd > STDERR_FILENO) {
        return fd;
    }
    above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return above;
}

/* The sentence about an error at the socket. */
static void add_why(struct strbuf *err, const struct sockaddr_un *un, int error)
{
    const char *group = error == EACCES ? group_of(un) : NULL;

    if (group != NULL) {
        strbuf_addf(err, "%s: you may not use it; root and the members of the group %s may "
                         "(usermod -aG %s USER makes USER one, from the next login on)", un->sun_path, group, group);
    } else {
        strbuf_addf(err, "%s: %s", un->sun_path, explain(error));
    }
}

int reach_server(const struct reach *how, struct strbuf *err)
{
    struct timeval wait = {.tv_sec = how->timeout_s};
    struct sockaddr_un un = {0};
    int fd;

    if (!find_socket(how, &un)) {
        strbuf_adds(err, "the socket's path is longer than one can be");
        return -1;
    }
    fd = open_socket();
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 ||
        connect(fd, (const struct sockaddr *)&un, sizeof(un)) != 0) {
        add_why(err, &un, errno);
        return -1;
    }
    return fd;
}

/* net/bind.c: opens listening sockets. */
#include "config.h"

#include "net/bind.h"

#include "base/mem.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Returns true if the file is that of a unix socket whose process was killed.  A socket that is bound and does
 * not listen yet refuses connections as if it had no process.  But for a connection of another type the system looks
 * for the process first, and answers EPROTOTYPE if there is one. */
static bool is_stale(const char *path)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    struct stat st;
    bool stale;
    int fd;

    if (strlen(path) >= sizeof(un.sun_path) || lstat(path, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        return false;
    }
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    memcpy(un.sun_path, path, strlen(path));
    stale = connect(fd, (const struct sockaddr *)&un, sizeof(un)) != 0 && errno == ECONNREFUSED;
    close(fd);
    return stale;
}

/* Removes a stale file; returns false if it is not stale.  Another process may start at the same time and bind its own
 * socket between the check and the removal.  So the file is moved away first, which only one process can do, and
 * checked again there.  This needs no lock; a lock could be held for ever by anybody who can open the folder. */
static bool remove_stale(const char *path)
{
    char aside[sizeof(((struct sockaddr_un *)NULL)->sun_path)];

    if (!is_stale(path)) {
        return false;
    }
    if (snprintf(aside, sizeof(aside), "%s.%d", path, (int)getpid()) >= (int)sizeof(aside)) {
        return unlink(path) == 0; /* there is no space for a longer name: one check must do */
    }
    if (rename(path, aside) != 0) {
        return errno == ENOENT; /* the other process has removed it */
    }
    if (is_stale(aside)) {
        return unlink(aside) == 0;
    }
    (void)rename(aside, path); /* it belongs to the other process and goes back */
    return false;
}

bool bind_share(int fd, bool is_shared)
{
    int on = is_shared, domain = AF_UNIX;
    socklen_t len = sizeof(domain);

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain != AF_UNIX &&
           setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0;
}

static int bind_socket(int fd, const struct addr_listen *where)
{
    const struct sockaddr *sa = (const struct sockaddr *)&where->addr;
    int on = 1;
    int v6_only = where->dual_stack ? 0 : 1;

    if (sa->sa_family != AF_UNIX) {
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }
    if (sa->sa_family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only));
    }
    if (bind(fd, sa, where->len) == 0) {
        return 0;
    }
    if (errno == EADDRINUSE && where->beside && bind_share(fd, true)) {
        return bind(fd, sa, where->len);
    }
    if (errno == EADDRINUSE && sa->sa_family == AF_UNIX) {
        if (remove_stale(((const struct sockaddr_un *)sa)->sun_path)) {
            return bind(fd, sa, where->len);
        }
        errno = EADDRINUSE; /* and not the error of the check */
    }
    return -1;
}

/* Sets nothing that is set already: a sandbox may forbid to change a file's group. */
static bool set_group(const char *path, gid_t group)
{
    struct stat st;

    return group == (gid_t)-1 || (lstat(path, &st) == 0 && st.st_gid == group) || lchown(path, (uid_t)-1, group) == 0;
}

/* Called before listen(): until then no client can connect, so none uses a mode that is wider than the one wanted. */
static bool set_access(const struct addr_listen *where, gid_t group)
{
    const char *path = addr_listen_path(where);

    return path == NULL || (set_group(path, group) && chmod(path, where->mode) == 0);
}

static void tell_access(const struct addr_listen *where, char *err, size_t err_size)
{
    int error = errno;

    snprintf(err, err_size, "cannot give %s its mode and group: %s%s", addr_listen_path(where), strerror(error),
             where->group == (gid_t)-1 ? "" : "; chatd has to run as a member of the group");
    errno = error;
}

bool bind_change_access(const struct addr_listen *was, const struct addr_listen *is, char *err, size_t err_size)
{
    bool differs = was->mode != is->mode || was->group != is->group;

    if (differs && !set_access(is, is->group != (gid_t)-1 ? is->group : getegid())) {
        tell_access(is, err, err_size);
        return false;
    }
    return true;
}

/* "*" on a machine without IPv6. */
static void fall_back_to_ipv4(struct addr_listen *where)
{
    uint16_t port = ((const struct sockaddr_in6 *)&where->addr)->sin6_port;
    struct sockaddr_in *in = (struct sockaddr_in *)&where->addr;

    memset(&where->addr, 0, sizeof(where->addr));
    in->sin_family = AF_INET;
    in->sin_port = port;
    where->len = sizeof(*in);
    where->dual_stack = false;
}

/* *is_refused is set if the mode or group of the file was refused, and not the socket. */
static int open_socket(struct addr_listen *where, bool *is_refused)
{
    int fd = socket(addr_listen_family(where), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error;

    if (fd < 0 && errno == EAFNOSUPPORT && where->dual_stack) {
        fall_back_to_ipv4(where);
        return open_socket(where, is_refused);
    }
    if (fd < 0) {
        return -1;
    }
    if (bind_socket(fd, where) == 0) {
        *is_refused = !set_access(where, where->group);
        if (!*is_refused && listen(fd, SOMAXCONN) == 0) {
            return fd;
        }
        error = errno;
        if (*is_refused) {
            unlink(addr_listen_path(where));
        }
        errno = error;
    }
    error = errno;
    close(fd);
    if (error == EADDRNOTAVAIL && where->dual_stack) {
        fall_back_to_ipv4(where); /* IPv6 is there but switched off */
        return open_socket(where, is_refused);
    }
    errno = error;
    return -1;
}

/* The number of the interface that a link-local address names, if it is there now. */
static bool find_zone(struct addr_listen *where)
{
    unsigned number = where->zone[0] != '\0' ? if_nametoindex(where->zone) : 0;

    if (number != 0) {
        ((struct sockaddr_in6 *)&where->addr)->sin6_scope_id = number;
    }
    return where->zone[0] == '\0' || number != 0;
}

int bind_listen(struct addr_listen *where, char *err, size_t err_size)
{
    struct addr_listen wanted = *where;
    bool is_refused = false;
    char text[ADDR_TEXT_SIZE];
    int fd, error;

    if (!find_zone(where)) {
        snprintf(err, err_size, "cannot listen on %s: there is no network interface %s",
                 addr_listen_text((const struct sockaddr *)&wanted.addr, text), where->zone);
        errno = ENODEV;
        return -1;
    }
    fd = open_socket(where, &is_refused);
    error = errno;
    if (fd < 0 && is_refused) {
        tell_access(&wanted, err, err_size);
    } else if (fd < 0) {
        snprintf(err, err_size, "cannot listen on %s: %s",
                 addr_listen_text((const struct sockaddr *)&wanted.addr, text), strerror(error));
    }
    errno = error;
    return fd;
}

void bind_file_note(struct bind_file *file, const struct addr_listen *where)
{
    const char *path = ((const struct sockaddr_un *)&where->addr)->sun_path;
    struct stat st;

    *file = (struct bind_file){0};
    if (addr_listen_family(where) == AF_UNIX && lstat(path, &st) == 0) {
        *file = (struct bind_file){.path = mem_strdup(path), .dev = st.st_dev, .ino = st.st_ino};
    }
}

void bind_file_remove(struct bind_file *file)
{
    struct stat st;

    if (file->path != NULL && lstat(file->path, &st) == 0 && st.st_dev == file->dev && st.st_ino == file->ino) {
        unlink(file->path);
    }
    free(file->path);
    *file = (struct bind_file){0};
}

/* tests/integration/harness_manager.c: see harness.h: a service manager, as far as a daemon sees one. */
#include "config.h"

#include "harness.h"

#include "harness_priv.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_MANAGERS = 4, MOST_SOCKETS = 8 };

struct manager {
    int fd;
    const char *path;
};

static struct manager managers[MOST_MANAGERS];
static unsigned count;
static int sockets[MOST_SOCKETS];
static unsigned socket_count;

void harness_needs_systemd(void)
{
#ifndef HAVE_SYSTEMD
    print_message("# built without libsystemd\n");
    skip();
#endif
}

static void fill_path(struct sockaddr_un *un, const char *path)
{
    *un = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(un->sun_path)) {
        harness_fail("too long for a socket: %s", path);
    }
    strcpy(un->sun_path, path);
}

struct manager *manager_open(void)
{
    struct manager *m = &managers[count];
    struct sockaddr_un un;

    if (count == MOST_MANAGERS) {
        harness_fail("more than %d managers", MOST_MANAGERS);
    }
    *m = (struct manager){.path = harness_text("%s/notify%u", harness_dir(), count)};
    fill_path(&un, m->path);
    m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    count++;
    if (m->fd < 0 || bind(m->fd, (const struct sockaddr *)&un, sizeof(un)) != 0) {
        harness_fail("%s: %s", m->path, strerror(errno));
    }
    return m;
}

const char *manager_path(const struct manager *m)
{
    return m->path;
}

const char *manager_poll(struct manager *m)
{
    char text[4096];
    ssize_t n = recv(m->fd, text, sizeof(text), 0);

    return n < 0 ? NULL : harness_keep(text, (size_t)n);
}

const char *manager_next(struct manager *m)
{
    int64_t until = harness_deadline();
    const char *text;

    while ((text = manager_poll(m)) == NULL) {
        if (!harness_wait(m->fd, POLLIN, until)) {
            harness_fail("expected a message to the service manager, but none came");
        }
    }
    return text;
}

const char *manager_expect(struct manager *m, const char *text)
{
    const char *skipped = "";
    int64_t until = harness_deadline();

    for (;;) {
        const char *got = manager_poll(m);

        if (got != NULL && strstr(got, text) != NULL) {
            return got;
        }
        if (got != NULL) {
            skipped = harness_text("%s%s\n--\n", skipped, got);
        } else if (!harness_wait(m->fd, POLLIN, until)) {
            harness_fail("expected a message to the service manager with: %s\nbut these came:\n%s", text, skipped);
        }
    }
}

/* ---- sockets for daemon_hand_over() ---- */

int manager_listen(const char *address)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        struct sockaddr_un un;
    } where = {0};
    socklen_t len;
    int fd;

    if (strcmp(address, "127.0.0.1") == 0) {
        where.in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        len = sizeof(where.in);
    } else if (strcmp(address, "[::1]") == 0) {
        where.in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
        len = sizeof(where.in6);
    } else {
        fill_path(&where.un, address);
        len = sizeof(where.un);
    }
    fd = socket(where.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, &where.any, len) != 0 || listen(fd, 16) != 0) {
        harness_fail("listening on %s: %s", address, strerror(errno));
    }
    return manager_keep(fd);
}

int manager_keep(int fd)
{
    if (socket_count == MOST_SOCKETS) {
        harness_fail("more than %d sockets", MOST_SOCKETS);
    }
    sockets[socket_count++] = fd;
    return fd;
}

void harness_end_managers(void)
{
    while (count > 0) {
        close(managers[--count].fd);
    }
    while (socket_count > 0) {
        close(sockets[--socket_count]);
    }
}

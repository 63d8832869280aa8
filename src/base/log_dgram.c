/* base/log_dgram.c: a socket that is not connected. */
#include "config.h"

#include "base/log_dgram.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Asked with a socket of its own: one that had been connected would get the errors of a daemon that ends. */
static int try_connect(const struct sockaddr_un *to)
{
    int fd = open_socket();
    int error = 0;

    if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0) {
        error = errno;
    }
    if (fd >= 0) {
        close(fd);
    }
    return error;
}

bool log_dgram_open(struct log_dgram *d, const char *path, char *err, size_t err_size)
{
    int error = ENAMETOOLONG;

    *d = (struct log_dgram){.fd = -1, .to = {.sun_family = AF_UNIX}};
    if (strlen(path) < sizeof(d->to.sun_path)) {
        strcpy(d->to.sun_path, path);
        error = try_connect(&d->to);
    }
    if (error == 0) {
        d->fd = open_socket();
        error = d->fd < 0 ? errno : 0;
    }
    if (error != 0) {
        snprintf(err, err_size, "%s: %s", path, strerror(error));
    }
    return error == 0;
}

void log_dgram_close(struct log_dgram *d)
{
    close(d->fd);
}

bool log_dgram_send(const struct log_dgram *d, const void *data, size_t len)
{
    ssize_t n;

    do {
        n = sendto(d->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&d->to, sizeof(d->to));
    } while (n < 0 && errno == EINTR);
    return n >= 0;
}

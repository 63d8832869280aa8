/* base/log_dgram.c: an unconnected socket, and a queue before it. */
#include "config.h"

#include "base/log_dgram.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

int log_dgram_severity(enum log_level level)
{
    static const int severities[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};

    return severities[level];
}

static int open_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Returns 0, or the error of connecting.  Uses a socket of its own: a socket that was connected would report errors
 * when the daemon ends. */
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
    strbuf_fini(&d->waiting);
}

/* Returns false if the socket may take the datagram later. */
static bool put(const struct log_dgram *d, const char *data, size_t len)
{
    ssize_t n;

    do {
        n = sendto(d->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&d->to, sizeof(d->to));
    } while (n < 0 && errno == EINTR);
    return n >= 0 || errno == EMSGSIZE; /* one that is too large is dropped, so that it does not block the others */
}

size_t log_dgram_retry(struct log_dgram *d)
{
    uint32_t len;

    while (d->count > 0) {
        const char *first = d->waiting.data + d->first;

        memcpy(&len, first, sizeof(len));
        if (!put(d, first + sizeof(len), len)) {
            break;
        }
        d->first += sizeof(len) + len;
        d->count--;
    }
    if (d->count == 0) {
        strbuf_fini(&d->waiting);
        d->first = 0;
    }
    return d->count;
}

/* Moves the waiting datagrams to the beginning once half of the memory is free there, so each byte is moved about
 * once. */
static void make_place(struct log_dgram *d)
{
    if (d->first > LOG_DGRAM_BYTES / 2) {
        d->waiting.len -= d->first;
        memmove(d->waiting.data, d->waiting.data + d->first, d->waiting.len);
        d->first = 0;
    }
}

bool log_dgram_send(struct log_dgram *d, const char *data, size_t len)
{
    uint32_t size = (uint32_t)len;

    if (log_dgram_retry(d) == 0 && put(d, data, len)) {
        return true;
    }
    make_place(d);
    if (d->waiting.len + sizeof(size) + len > LOG_DGRAM_BYTES) {
        return false;
    }
    strbuf_add(&d->waiting, (const char *)&size, sizeof(size));
    strbuf_add(&d->waiting, data, len);
    d->count++;
    return true;
}

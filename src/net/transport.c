/* net/transport.c: the system calls on a connected socket. */
#include "config.h"

#include "net/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { UNSENT_BYTES = 65536 }; /* that the kernel takes of a connection before it has sent them */

static enum transport_result classify(void)
{
    switch (errno) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
        return TRANSPORT_AGAIN;
    case EPIPE: /* its end came before, and is or will be read */
        return TRANSPORT_EOF;
    default:
        return TRANSPORT_GONE;
    }
}

enum transport_result transport_read(int fd, void *buf, size_t size, size_t *n)
{
    ssize_t got;

    do {
        got = recv(fd, buf, size, 0);
    } while (got < 0 && errno == EINTR);
    *n = got > 0 ? (size_t)got : 0;
    return got > 0 ? TRANSPORT_OK : got == 0 ? TRANSPORT_EOF : classify();
}

enum transport_result transport_write(int fd, const struct iovec *iov, int count, size_t *n)
{
    struct msghdr msg = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)count};
    ssize_t sent;

    do {
        /* For one piece the kernel has a shorter way, without a header and a list to copy in and check. */
        sent = count == 1 ? send(fd, iov->iov_base, iov->iov_len, MSG_NOSIGNAL | MSG_DONTWAIT)
                          : sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    *n = sent > 0 ? (size_t)sent : 0;
    return sent >= 0 ? TRANSPORT_OK : classify();
}

size_t transport_untaken(int fd)
{
    int bytes = 0;

    return ioctl(fd, TIOCOUTQ, &bytes) == 0 && bytes > 0 ? (size_t)bytes : 0; /* SIOCOUTQ of tcp(7) */
}

void transport_end_output(int fd)
{
    shutdown(fd, SHUT_WR);
}

static void set(int fd, int level, int option, int value)
{
    /* A unix socket refuses the TCP ones, and no failure here is worth a connection. */
    (void)setsockopt(fd, level, option, &value, sizeof(value));
}

void transport_prepare(int fd)
{
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    /* A peer whose machine has vanished is noticed by the kernel, since no byte of ours may be sent
     * for that: nc would show an IAC NOP. */
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 120);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 30);
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
    /* What one who does not read makes the kernel hold: it would take 4 MB of each by its default (tcp_wmem)
     * before limits.queue_bytes counts the first byte.  What is under way to a reader is not limited. */
    set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    /* telnet's Synch sends its DM as urgent data; out of line it would leave a stray F2 in the text. */
    set(fd, SOL_SOCKET, SO_OOBINLINE, 1);
}

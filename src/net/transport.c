/* net/transport.c: the system calls on a connected socket. */
#include "config.h"

#include "net/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
    UNSENT_BYTES = 65536, /* that the kernel takes of a connection before it has sent them */
    PROBES = 4,           /* of a silent peer before it is given up */
    PROBE_PARTS = 8,      /* of that time, between two probes */
};

/* blocked: what an operation that would block waits for. */
static enum transport_result classify(int error, enum transport_result blocked)
{
    switch (error) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
        return blocked;
    case EPIPE: /* its end came before, and is or will be read */
        return TRANSPORT_EOF;
    case ETIMEDOUT: /* nothing came back, or only a router's word that there is no way: tcp(7), TCP_USER_TIMEOUT */
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
        return TRANSPORT_DEAD;
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
    return got > 0 ? TRANSPORT_OK : got == 0 ? TRANSPORT_EOF : classify(errno, TRANSPORT_WANT_READ);
}

enum transport_result transport_write_result(int error)
{
    return classify(error, TRANSPORT_WANT_WRITE);
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
    return sent >= 0 ? TRANSPORT_OK : transport_write_result(errno);
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

static uint32_t probe_interval(uint32_t dead_s)
{
    return dead_s / PROBE_PARTS > 0 ? dead_s / PROBE_PARTS : 1;
}

static uint32_t probe_count(uint32_t dead_s)
{
    return PROBES * probe_interval(dead_s) < dead_s ? PROBES : dead_s - 1;
}

/* The seconds of silence before it. */
static uint32_t first_probe(uint32_t dead_s)
{
    return dead_s - probe_count(dead_s) * probe_interval(dead_s);
}

/* Has the kernel notice a peer whose machine has vanished.  chatd can send no bytes for that: nc would show an IAC NOP.
 * If nothing is to be sent, the kernel sends probes in the last part of the time, so that the last one falls due
 * at its end.  Bytes that are not acknowledged are sent again until then. */
static void set_dead(int fd, uint32_t dead_s)
{
    uint32_t interval = probe_interval(dead_s), probes = probe_count(dead_s);

    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    if (dead_s > 1) {
        set(fd, IPPROTO_TCP, TCP_KEEPIDLE, (int)first_probe(dead_s));
        set(fd, IPPROTO_TCP, TCP_KEEPINTVL, (int)interval);
        set(fd, IPPROTO_TCP, TCP_KEEPCNT, (int)probes);
        set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)dead_s * 1000);
    }
}

void transport_prepare(int fd, uint32_t dead_s)
{
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_dead(fd, dead_s);
    /* Limits the unsent bytes that the kernel holds for a client that does not read: by default it would take 4 MB
     * (tcp_wmem) before limits.queue_bytes counts the first byte.  Bytes on their way to a client are not limited. */
    set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    /* telnet's Synch sends its DM as urgent data; read out of line, it would leave a stray F2 in the text. */
    set(fd, SOL_SOCKET, SO_OOBINLINE, 1);
}

/* The socket knows what limits.dead_seconds was when it was accepted.  The time after which a silent peer is given up
 * stays that, however early the first probe is. */
void transport_keep_alive(int fd, uint32_t idle_s)
{
    int dead_ms = 0;
    socklen_t len = sizeof(dead_ms);
    uint32_t usual_s;

    if (getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, &len) != 0 || dead_ms < 2000) {
        return; /* no TCP */
    }
    usual_s = first_probe((uint32_t)dead_ms / 1000);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, (int)(idle_s > 0 && idle_s < usual_s ? idle_s : usual_s));
}

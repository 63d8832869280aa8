/* net/transport.h: bytes to and from a socket, with errno's many words made four.
 *
 * Plain TCP and unix sockets; what TLS will need differs here and nowhere else.  Nothing blocks: the
 * sockets are non-blocking.  Loop thread. */
#ifndef CHATD_NET_TRANSPORT_H
#define CHATD_NET_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum transport_result {
    TRANSPORT_OK,    /* *n bytes, at least 1 */
    TRANSPORT_AGAIN, /* nothing now */
    TRANSPORT_EOF,   /* read: the peer will send no more; write: it ended the connection, and takes no more */
    TRANSPORT_GONE,  /* the connection is broken */
    TRANSPORT_DEAD,  /* and that since the peer's machine does not answer any more */
};

enum transport_result transport_read(int fd, void *buf, size_t size, size_t *n);
/* One gathering write; never raises SIGPIPE. */
enum transport_result transport_write(int fd, const struct iovec *iov, int count, size_t *n);
/* Bytes that were written and that the peer's system has not acknowledged yet; of a unix socket, about what the
 * peer has not read.  0 where the system does not tell. */
size_t transport_untaken(int fd);
/* Tells the peer that no more will come. */
void transport_end_output(int fd);
/* The options that a connection's socket is to have (no delay, keepalive, urgent data in line), set on the
 * listening one: Linux and the BSDs hand them down to each that it accepts, which saves six calls for every
 * newcomer (FreeBSD's accept(2) promises it, Linux's tcp_create_openreq_child() does it).  dead_s: after so many
 * seconds without a sign of life from the peer's machine the system gives it up; 0: as the system likes. */
void transport_prepare(int fd, uint32_t dead_s);

#endif

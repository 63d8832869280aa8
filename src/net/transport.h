/* net/transport.h: bytes to and from a socket, with errno's many words made few.
 *
 * The functions serve plain TCP and unix sockets.  A connection whose bytes go another way, through TLS for one, has a
 * transport object beside its socket.  Nothing blocks: the sockets are non-blocking.  Loop thread. */
#ifndef CHATD_NET_TRANSPORT_H
#define CHATD_NET_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum transport_result {
    TRANSPORT_OK,         /* done; *n bytes, at least 1 */
    TRANSPORT_WANT_READ,  /* nothing before the socket can be read */
    TRANSPORT_WANT_WRITE, /* nothing before the socket can be written */
    /* From here on it is the end. */
    TRANSPORT_EOF,        /* read: the peer will send no more; write: it ended the connection, and takes no more */
    TRANSPORT_GONE,       /* the connection is broken */
    TRANSPORT_DEAD,       /* and that since the peer's machine does not answer any more */
};

/* Nothing more will come; else what was not done is done when the socket can be read or written. */
static inline bool transport_is_end(enum transport_result result)
{
    return result >= TRANSPORT_EOF;
}

/* ---- objects ---- */

/* Embedded in the object that does it.  A read may want to write, and a write to read. */
struct transport {
    const struct transport_ops *ops;
    int fd; /* the socket: the connection's, which sets it and closes it */
};

struct transport_ops {
    /* What comes before the first byte.  Called until it answers OK; nothing else is called before that. */
    enum transport_result (*handshake)(struct transport *t);
    enum transport_result (*read)(struct transport *t, void *buf, size_t size, size_t *n);
    /* Bytes that were offered and not taken are offered again, unchanged: the next call's bytes begin with them, in
     * other pieces perhaps, and more may follow them. */
    enum transport_result (*write)(struct transport *t, const struct iovec *iov, int count, size_t *n);
    /* Tells the peer that no more will come; called until it answers OK.  Reading goes on. */
    enum transport_result (*end)(struct transport *t);
    /* Bytes that are here and that read() gives at once, though the socket may be silent. */
    size_t (*pending)(const struct transport *t);
    void (*free)(struct transport *t);
};

/* ---- plain ---- */

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

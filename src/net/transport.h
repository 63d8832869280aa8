/* net/transport.h: reads and writes bytes of a socket, with few results instead of the many of errno.
 *
 * The functions are for plain TCP and unix sockets.  A connection whose bytes are transformed, for example by TLS, has
 * a transport object beside its socket.  The sockets are non-blocking, so nothing blocks.  Loop thread only. */
#ifndef CHATD_NET_TRANSPORT_H
#define CHATD_NET_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum transport_result {
    TRANSPORT_OK,         /* done: *n bytes, at least 1 */
    TRANSPORT_WANT_READ,  /* nothing was done: wait until the socket is readable */
    TRANSPORT_WANT_WRITE, /* nothing was done: wait until the socket is writable */
    /* The results from here on are ends. */
    TRANSPORT_EOF,        /* of a read: the peer will send no more; of a write: the peer has ended the connection */
    TRANSPORT_GONE,       /* the connection is broken */
    TRANSPORT_DEAD,       /* the connection is broken because the peer's machine does not answer any more */
    TRANSPORT_CUT,        /* of a read: the bytes end, but the peer has not told that no more will come */
    TRANSPORT_WRONG,      /* the bytes break the rules of the transport object's protocol */
    TRANSPORT_FOREIGN,    /* before a handshake: the first bytes are not of that protocol; nothing was sent */
};

/* Returns true if the call can never be made again with success. */
static inline bool transport_is_end(enum transport_result result)
{
    return result >= TRANSPORT_EOF;
}

/* ---- objects ---- */

/* Embedded in a transport object.  A read may answer WANT_WRITE, and a write WANT_READ. */
struct transport {
    const struct transport_ops *ops;
    int fd; /* the socket, set and closed by the connection */
};

struct transport_ops {
    /* Reads what the first step of the handshake needs.  Called until it answers OK, and before each step; it computes
     * little.  NULL if nothing is needed. */
    enum transport_result (*gather)(struct transport *t);
    /* Does what is necessary before the first byte.  Called until it answers OK; only free may be called before
     * that. */
    enum transport_result (*handshake)(struct transport *t);
    enum transport_result (*read)(struct transport *t, void *buf, size_t size, size_t *n);
    /* Bytes that were offered and not taken are offered again unchanged: the bytes of the next call begin with them,
     * perhaps in other pieces, and more may follow.  Called in any thread, in which nothing but the object is touched;
     * meanwhile the loop's thread leaves the connection alone. */
    enum transport_result (*write)(struct transport *t, const struct iovec *iov, int count, size_t *n);
    /* Tells the peer that no more bytes will come.  Called until it answers OK; reading goes on. */
    enum transport_result (*end)(struct transport *t);
    /* The number of bytes that read() returns at once, even if the socket is not readable; before the handshake, of
     * those that are gathered. */
    size_t (*pending)(const struct transport *t);
    void (*free)(struct transport *t);
};

/* ---- plain ---- */

enum transport_result transport_read(int fd, void *buf, size_t size, size_t *n);
/* One gathering write; never raises SIGPIPE.  Any thread. */
enum transport_result transport_write(int fd, const struct iovec *iov, int count, size_t *n);
/* The result of a write that has failed with this error. */
enum transport_result transport_write_result(int error);
/* The number of bytes that were written and that the peer's system has not acknowledged; for a unix socket, about the
 * bytes that the peer has not read.  0 if the system does not tell. */
size_t transport_untaken(int fd);
/* Tells the peer that no more bytes will come. */
void transport_end_output(int fd);
/* Sets the options for connections (no delay, keepalive, urgent data in line) on a listening socket.  On Linux and the
 * BSDs each accepted socket inherits them, which saves six calls for every newcomer (FreeBSD's accept(2) documents it,
 * Linux's tcp_create_openreq_child() does it).  After dead_s seconds without a sign of life from the peer's machine
 * the system ends the connection; 0 leaves that to the system's defaults. */
void transport_prepare(int fd, uint32_t dead_s);
/* Has the system probe the peer of an accepted socket after idle_s seconds of silence, if that is earlier than
 * transport_prepare() has said.  0: as that has said. */
void transport_keep_alive(int fd, uint32_t idle_s);

#endif

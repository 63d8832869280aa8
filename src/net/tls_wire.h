/* net/tls_wire.h: the bytes of one TLS connection on their way between OpenSSL and the socket.
 *
 * OpenSSL is not told of an end, only that nothing can be read or written now: so the other direction goes on, and the
 * caller finds the end in result.  After the handshake, what the socket does not take is kept here: while OpenSSL had
 * an unfinished write, it could write nothing else, as it has to for a peer that asks for other keys.  Embedded by the
 * connection's transport object; the thread that has that. */
#ifndef CHATD_NET_TLS_WIRE_H
#define CHATD_NET_TLS_WIRE_H

#include "net/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssl_st;

struct tls_wire {
    int fd;                       /* borrowed */
    enum transport_result result; /* of the last read or write; the caller sets it before it calls OpenSSL */
    bool is_bounded;              /* left is a bound */
    uint32_t left;                /* bytes that may still be read */
    char *fed;                    /* bytes that come before the socket's; NULL if there are none */
    size_t fed_len, fed_at;       /* their number, and how many of them OpenSSL has read */
    char *kept;                   /* bytes that OpenSSL has written and the socket has not; NULL if there are none */
    uint32_t kept_len, kept_at;   /* their number, and how many of them the socket has taken since */
};

void tls_wire_fini(struct tls_wire *wire);
/* Reads from the socket, so that at least len bytes come before those that are still in it.  Returns TRANSPORT_OK once
 * they are there. */
enum transport_result tls_wire_gather(struct tls_wire *wire, size_t len);
/* Writes what is kept.  Returns TRANSPORT_OK if nothing is kept any more. */
enum transport_result tls_wire_push(struct tls_wire *wire);
/* Has ssl read and write through wire.  Returns false if there is no memory. */
bool tls_wire_join(struct tls_wire *wire, struct ssl_st *ssl);

#endif

/* tests/bench/secure.h: TLS for the crowd's connections.  Any failure of OpenSSL ends the process with a message. */
#ifndef CHATD_BENCH_SECURE_H
#define CHATD_BENCH_SECURE_H

#include <stddef.h>
#include <sys/types.h>

struct secure; /* one connection */

/* Makes the handshake on a connected socket, which does not block.  Fails in a build without OpenSSL. */
struct secure *secure_begin(int fd);
/* As send() and recv(). */
ssize_t secure_send(struct secure *s, const void *data, size_t len);
ssize_t secure_recv(struct secure *s, void *buf, size_t size);

#endif

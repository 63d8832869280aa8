/* tests/bench/secure.c: see secure.h.  The server's certificate is not checked. */
#include "config.h"

#include "secure.h"

#include "crowd.h"

#ifdef HAVE_OPENSSL
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

enum { PATIENCE_MS = 60000 };

static SSL *ssl_of(struct secure *s)
{
    return (SSL *)s;
}

/* -1 with errno, or 0 at an end. */
static ssize_t outcome(SSL *ssl, int code)
{
    switch (SSL_get_error(ssl, code)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        errno = ECONNRESET;
        return -1;
    }
}

struct secure *secure_begin(int fd)
{
    static SSL_CTX *context;
    SSL *ssl;
    int code;

    if (context == NULL) {
        context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
    ssl = context != NULL ? SSL_new(context) : NULL;
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        crowd_fail("no memory for TLS");
    }
    while ((code = SSL_connect(ssl)) != 1) {
        int error = SSL_get_error(ssl, code);
        struct pollfd p = {.fd = fd, .events = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN};

        if ((error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) || poll(&p, 1, PATIENCE_MS) != 1) {
            const char *reason = ERR_reason_error_string(ERR_peek_error());

            crowd_fail("a handshake: %s", reason != NULL ? reason : "the server has ended it");
        }
    }
    return (struct secure *)ssl;
}

ssize_t secure_send(struct secure *s, const void *data, size_t len)
{
    size_t n;
    int code = SSL_write_ex(ssl_of(s), data, len, &n);

    return code == 1 ? (ssize_t)n : outcome(ssl_of(s), code);
}

/* Reads records until the buffer may not hold another one: what OpenSSL keeps makes no socket readable. */
ssize_t secure_recv(struct secure *s, void *buf, size_t size)
{
    size_t all = 0, n = 0;
    int code = 1;

    while (size - all >= SSL3_RT_MAX_PLAIN_LENGTH &&
           (code = SSL_read_ex(ssl_of(s), (char *)buf + all, size - all, &n)) == 1) {
        all += n;
    }
    return all > 0 ? (ssize_t)all : outcome(ssl_of(s), code);
}
#else
struct secure *secure_begin(int fd)
{
    (void)fd;
    crowd_fail("this load is built without OpenSSL");
}

ssize_t secure_send(struct secure *s, const void *data, size_t len)
{
    (void)s;
    (void)data;
    (void)len;
    return -1;
}

ssize_t secure_recv(struct secure *s, void *buf, size_t size)
{
    (void)s;
    (void)buf;
    (void)size;
    return -1;
}
#endif

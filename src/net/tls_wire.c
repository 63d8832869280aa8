/* net/tls_wire.c: OpenSSL's kind of stream ("BIO") over a socket.
 *
 * OpenSSL's own would raise SIGPIPE, and would take the end of the socket's bytes for a fault that forbids to write. */
#include "config.h"

#include "net/tls_wire.h"

#ifdef HAVE_OPENSSL
#include "base/mem.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEPT = 20480 }; /* a record of the longest, and some short ones */

/* Appends bytes that come before the socket's. */
static void feed(struct tls_wire *wire, const char *data, size_t len)
{
    wire->fed = mem_realloc(wire->fed, wire->fed_len + len);
    memcpy(wire->fed + wire->fed_len, data, len);
    wire->fed_len += len;
}

static void forget_fed(struct tls_wire *wire)
{
    free(wire->fed);
    wire->fed = NULL;
    wire->fed_len = wire->fed_at = 0;
}

static void forget_kept(struct tls_wire *wire)
{
    free(wire->kept);
    wire->kept = NULL;
    wire->kept_len = wire->kept_at = 0;
}

void tls_wire_fini(struct tls_wire *wire)
{
    forget_fed(wire);
    forget_kept(wire);
}

enum transport_result tls_wire_gather(struct tls_wire *wire, size_t len)
{
    char buf[2048];

    while (wire->fed_len < len) {
        size_t want = len - wire->fed_len, n;
        enum transport_result result =
            transport_read(wire->fd, buf, want < sizeof(buf) ? want : sizeof(buf), &n);

        if (result != TRANSPORT_OK) {
            return result;
        }
        feed(wire, buf, n);
    }
    return TRANSPORT_OK;
}

static size_t take_fed(struct tls_wire *wire, char *buf, size_t size)
{
    size_t n = wire->fed_len - wire->fed_at;

    n = n < size ? n : size;
    memcpy(buf, wire->fed + wire->fed_at, n);
    wire->fed_at += n;
    if (wire->fed_at == wire->fed_len) {
        forget_fed(wire);
    }
    return n;
}

static int wire_read(BIO *bio, char *buf, int size)
{
    struct tls_wire *wire = BIO_get_data(bio);
    size_t most = size > 0 ? (size_t)size : 0, n = 0;

    BIO_clear_retry_flags(bio);
    if (wire->is_bounded && wire->left == 0) {
        wire->result = TRANSPORT_WRONG; /* no handshake is so long */
    } else {
        most = wire->is_bounded && most > wire->left ? wire->left : most;
        if (wire->fed != NULL) {
            n = take_fed(wire, buf, most);
            wire->result = TRANSPORT_OK;
        } else {
            wire->result = transport_read(wire->fd, buf, most, &n);
        }
        wire->left -= wire->is_bounded ? (uint32_t)n : 0;
    }
    if (wire->result == TRANSPORT_OK) {
        return (int)n;
    }
    BIO_set_retry_read(bio);
    return -1;
}

enum transport_result tls_wire_push(struct tls_wire *wire)
{
    while (wire->kept != NULL) {
        struct iovec iov = {.iov_base = wire->kept + wire->kept_at, .iov_len = wire->kept_len - wire->kept_at};
        size_t n;
        enum transport_result result = transport_write(wire->fd, &iov, 1, &n);

        if (result != TRANSPORT_OK) {
            return result;
        }
        wire->kept_at += (uint32_t)n;
        if (wire->kept_at == wire->kept_len) {
            forget_kept(wire);
        }
    }
    return TRANSPORT_OK;
}

/* Keeps bytes that the socket does not take now.  Returns false if that would be too many.  In a handshake none are
 * kept: OpenSSL waits then, and its caller with it. */
static bool keep(struct tls_wire *wire, const char *data, size_t len)
{
    if (wire->is_bounded || wire->kept_len + len > MOST_KEPT) {
        return false;
    }
    wire->kept = mem_realloc(wire->kept, wire->kept_len + len);
    memcpy(wire->kept + wire->kept_len, data, len);
    wire->kept_len += (uint32_t)len;
    return true;
}

static int wire_write(BIO *bio, const char *data, int len)
{
    struct tls_wire *wire = BIO_get_data(bio);
    struct iovec iov = {.iov_base = (char *)data, .iov_len = len > 0 ? (size_t)len : 0};
    size_t n = 0;

    BIO_clear_retry_flags(bio);
    wire->result = tls_wire_push(wire);
    if (wire->result == TRANSPORT_OK) {
        wire->result = transport_write(wire->fd, &iov, 1, &n);
    }
    if (wire->result == TRANSPORT_WANT_WRITE && keep(wire, data, iov.iov_len)) {
        wire->result = TRANSPORT_OK;
        n = iov.iov_len;
    }
    if (wire->result == TRANSPORT_OK) {
        return (int)n;
    }
    BIO_set_retry_write(bio);
    return -1;
}

static long wire_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int wire_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

/* The functions above, for all connections: made once, never changed, and not freed before the process ends. */
static BIO_METHOD *method;

static void make_method(void)
{
    method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "chatd");
    mem_need(method != NULL);
    BIO_meth_set_create(method, wire_create);
    BIO_meth_set_read(method, wire_read);
    BIO_meth_set_write(method, wire_write);
    BIO_meth_set_ctrl(method, wire_ctrl);
}

bool tls_wire_join(struct tls_wire *wire, SSL *ssl)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    BIO *bio;

    pthread_once(&once, make_method);
    bio = BIO_new(method);
    if (bio == NULL) {
        return false;
    }
    BIO_set_data(bio, wire);
    SSL_set_bio(ssl, bio, bio);
    return true;
}
#endif

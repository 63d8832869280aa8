/* net/tls.c: one TLS connection.
 *
 * A record that the socket has not taken as a whole is kept by the wire.  Its bytes count as taken once the socket has
 * all of it. */
#include "config.h"

#include "net/tls.h"

/* A record with an alert: fatal, access_denied (RFC 8446, 6). */
const char tls_refusal[TLS_REFUSAL_BYTES] = {21, 3, 3, 0, 2, 2, 49};

#ifdef HAVE_OPENSSL
#include "base/container.h"
#include "base/mem.h"
#include "net/tls_context.h"
#include "net/tls_fault.h"
#include "net/tls_wire.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORD_BYTES = 16384,    /* the most that a record has */
    HANDSHAKE_BYTES = 65536, /* the most that a client sends in its handshake, with a chain of certificates */
    HEADER_BYTES = 5,        /* of a record: its kind, two bytes of a version, and its length in two bytes */
    HANDSHAKE = 22,          /* the kind of a record of a handshake */
};

struct tls {
    struct transport t;
    struct tls_context *context;
    SSL *ssl; /* NULL before the first byte */
    struct tls_wire wire;
    uint32_t owed;     /* bytes that OpenSSL has taken; the caller is told once the wire keeps none of them */
    bool has_ended;    /* OpenSSL has written that no more will come */
    const char *fault; /* static; NULL if there is none */
};

static const struct transport_ops tls_ops;

static struct tls *tls_of(struct transport *t)
{
    return CONTAINER_OF(t, struct tls, t);
}

/* NULL if t is no TLS connection, or has no state of OpenSSL's yet. */
static const struct tls *begun(const struct transport *t)
{
    const struct tls *tls = t != NULL && t->ops == &tls_ops ? CONTAINER_OF(t, const struct tls, t) : NULL;

    return tls != NULL && tls->ssl != NULL ? tls : NULL;
}

/* Called before each call of OpenSSL. */
static void prepare(struct tls *tls)
{
    tls_fault_clear();
    tls->wire.result = TRANSPORT_OK;
}

/* Why the last call has failed.  Of the client's certificate OpenSSL says apart what is wrong with it. */
static const char *take_fault(const SSL *ssl)
{
    bool is_certificate = ERR_GET_REASON(ERR_peek_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    const char *fault = tls_fault_take();

    return is_certificate ? X509_verify_cert_error_string(SSL_get_verify_result(ssl)) : fault;
}

/* The result of a call of OpenSSL that has returned code and has not done all.  end is what the end of the socket's
 * bytes means. */
static enum transport_result outcome(struct tls *tls, int code, enum transport_result end)
{
    enum transport_result wire = tls->wire.result;

    switch (SSL_get_error(tls->ssl, code)) {
    case SSL_ERROR_WANT_READ:
        return wire == TRANSPORT_EOF ? end : transport_is_end(wire) ? wire : TRANSPORT_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
        return transport_is_end(wire) ? wire : TRANSPORT_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return TRANSPORT_EOF;
    case SSL_ERROR_SSL:
        tls->fault = take_fault(tls->ssl);
        return TRANSPORT_WRONG;
    default:
        return TRANSPORT_GONE;
    }
}

/* ---- the handshake ---- */

/* Reads the first record, the client's hello, as a whole: OpenSSL would need 45 KB to wait for its rest. */
static enum transport_result tls_gather(struct transport *t)
{
    struct tls *tls = tls_of(t);
    enum transport_result result;
    const unsigned char *header;
    size_t len;

    if (tls->ssl != NULL) {
        return TRANSPORT_OK;
    }
    tls->wire.fd = t->fd;
    result = tls_wire_gather(&tls->wire, 1);
    if (result == TRANSPORT_OK && tls->wire.fed[0] != HANDSHAKE) {
        return TRANSPORT_FOREIGN;
    }
    if (result == TRANSPORT_OK) {
        result = tls_wire_gather(&tls->wire, HEADER_BYTES);
    }
    if (result != TRANSPORT_OK) {
        return result;
    }
    header = (const unsigned char *)tls->wire.fed;
    len = (size_t)header[3] << 8 | header[4];
    return tls_wire_gather(&tls->wire, HEADER_BYTES + (len < RECORD_BYTES ? len : RECORD_BYTES));
}

static enum transport_result tls_handshake(struct transport *t)
{
    struct tls *tls = tls_of(t);
    enum transport_result result;
    int code;

    if (tls->ssl == NULL) {
        tls->ssl = tls_context_connect(tls->context);
        if (tls->ssl == NULL || !tls_wire_join(&tls->wire, tls->ssl)) {
            return TRANSPORT_GONE;
        }
        tls->wire.is_bounded = true;
        tls->wire.left = HANDSHAKE_BYTES;
    }
    prepare(tls);
    code = SSL_do_handshake(tls->ssl);
    result = code == 1 ? TRANSPORT_OK : outcome(tls, code, TRANSPORT_EOF);
    if (code == 1) {
        tls->wire.is_bounded = false;
    }
    return result;
}

/* ---- bytes ---- */

static enum transport_result tls_read(struct transport *t, void *buf, size_t size, size_t *n)
{
    struct tls *tls = tls_of(t);
    int code;

    *n = 0;
    prepare(tls);
    code = SSL_read_ex(tls->ssl, buf, size, n);
    return code == 1 ? TRANSPORT_OK : outcome(tls, code, TRANSPORT_CUT);
}

/* The first bytes of iov, at most RECORD_BYTES, in one piece: where they are, or in buf. */
static struct iovec gather(const struct iovec *iov, int count, char *buf)
{
    size_t len = 0;

    if (count == 1 || iov[0].iov_len >= RECORD_BYTES) {
        len = iov[0].iov_len < RECORD_BYTES ? iov[0].iov_len : RECORD_BYTES;
        return (struct iovec){.iov_base = iov[0].iov_base, .iov_len = len};
    }
    for (int i = 0; i < count && len < RECORD_BYTES; i++) {
        size_t n = iov[i].iov_len < RECORD_BYTES - len ? iov[i].iov_len : RECORD_BYTES - len;

        memcpy(buf + len, iov[i].iov_base, n);
        len += n;
    }
    return (struct iovec){.iov_base = buf, .iov_len = len};
}

static enum transport_result tls_write(struct transport *t, const struct iovec *iov, int count, size_t *n)
{
    struct tls *tls = tls_of(t);
    char buf[RECORD_BYTES];
    enum transport_result result = tls_wire_push(&tls->wire);
    struct iovec record;
    int code;

    *n = 0;
    if (result != TRANSPORT_OK) {
        return result;
    }
    if (tls->owed > 0) {
        *n = tls->owed;
        tls->owed = 0;
        return TRANSPORT_OK;
    }
    record = gather(iov, count, buf);
    prepare(tls);
    code = SSL_write_ex(tls->ssl, record.iov_base, record.iov_len, n);
    if (code == 1 && tls->wire.kept != NULL) {
        tls->owed = (uint32_t)*n;
        *n = 0;
        return TRANSPORT_WANT_WRITE;
    }
    return code == 1 ? TRANSPORT_OK : outcome(tls, code, TRANSPORT_EOF);
}

static enum transport_result tls_end(struct transport *t)
{
    struct tls *tls = tls_of(t);
    enum transport_result result;
    int code;

    if (!tls->has_ended) {
        prepare(tls);
        code = SSL_shutdown(tls->ssl);
        if (code < 0) {
            return outcome(tls, code, TRANSPORT_EOF);
        }
        tls->has_ended = true;
    }
    result = tls_wire_push(&tls->wire);
    if (result != TRANSPORT_OK) {
        return result;
    }
    SSL_free_buffers(tls->ssl); /* 16 KB, which OpenSSL keeps after an alert: all may end at once */
    transport_end_output(t->fd); /* for peers that wait for the end of the socket's bytes */
    return TRANSPORT_OK;
}

static size_t tls_pending(const struct transport *t)
{
    const struct tls *tls = CONTAINER_OF(t, const struct tls, t);

    return (tls->ssl != NULL ? (size_t)SSL_pending(tls->ssl) : 0) + (tls->wire.fed_len - tls->wire.fed_at);
}

static void tls_free(struct transport *t)
{
    struct tls *tls = tls_of(t);

    SSL_free(tls->ssl);
    tls_fault_clear();
    tls_wire_fini(&tls->wire);
    tls_context_unref(tls->context);
    free(tls);
}

static const struct transport_ops tls_ops = {
    .gather = tls_gather,
    .handshake = tls_handshake,
    .read = tls_read,
    .write = tls_write,
    .end = tls_end,
    .pending = tls_pending,
    .free = tls_free,
};

struct transport *tls_new(struct tls_context *context)
{
    struct tls *tls = mem_zalloc(sizeof(*tls));

    tls->t.ops = &tls_ops;
    tls->context = tls_context_ref(context);
    return &tls->t;
}

/* ---- what it has come to ---- */

bool tls_has_begun(const struct transport *t)
{
    return CONTAINER_OF(t, const struct tls, t)->wire.fed != NULL || begun(t) != NULL;
}

const char *tls_fault(const struct transport *t)
{
    const struct tls *tls = begun(t);

    return tls != NULL ? tls->fault : NULL;
}

const char *tls_version(const struct transport *t)
{
    const struct tls *tls = begun(t);

    return tls != NULL ? SSL_get_version(tls->ssl) : NULL;
}

const char *tls_cipher(const struct transport *t)
{
    const struct tls *tls = begun(t);

    return tls != NULL ? SSL_get_cipher_name(tls->ssl) : NULL;
}

bool tls_client_fingerprint(const struct transport *t, unsigned char fingerprint[FINGERPRINT_BYTES])
{
    const struct tls *tls = begun(t);
    const X509 *certificate = tls != NULL ? SSL_get0_peer_certificate(tls->ssl) : NULL;
    unsigned len = FINGERPRINT_BYTES;

    return certificate != NULL && X509_digest(certificate, EVP_sha256(), fingerprint, &len) == 1;
}
#else /* HAVE_OPENSSL */
#include "base/check.h"

/* Without a context nothing can be made of it. */
struct transport *tls_new(struct tls_context *context)
{
    (void)context;
    check_abort("there is no TLS in this build");
}

bool tls_has_begun(const struct transport *t)
{
    (void)t;
    return false;
}

const char *tls_fault(const struct transport *t)
{
    (void)t;
    return NULL;
}

const char *tls_version(const struct transport *t)
{
    (void)t;
    return NULL;
}

const char *tls_cipher(const struct transport *t)
{
    (void)t;
    return NULL;
}

bool tls_client_fingerprint(const struct transport *t, unsigned char fingerprint[FINGERPRINT_BYTES])
{
    (void)t;
    (void)fingerprint;
    return false;
}
#endif

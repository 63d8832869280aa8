/* tests/integration/tls_client.c: see tls_client.h. */
#include "config.h"

#include "tls_client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct layer {
    struct client_layer l;
    SSL_CTX *context;
    SSL *ssl;
    SSL_SESSION *session; /* the newest ticket */
};

static struct layer *layer_of(struct client_layer *l)
{
    return (struct layer *)l; /* it is the first */
}

/* ---- certificates ---- */

static void add(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    assert_non_null(extension);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

struct tls_pair tls_pair_make(const char *name)
{
    struct tls_pair pair = {.certificate = harness_text("%s/%s.pem", harness_dir(), name),
                            .key = harness_text("%s/%s.key", harness_dir(), name)};
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_NAME *names;
    FILE *file;

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), (long)harness_now_ms());
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 90L * 86400);
    X509_set_pubkey(certificate, key);
    names = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(names, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, names);
    add(certificate, NID_basic_constraints, "critical,CA:TRUE");
    add(certificate, NID_subject_alt_name, harness_text("DNS:%s", name));
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    file = fopen(pair.certificate, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    file = fopen(pair.key, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pair;
}

struct daemon *tls_daemon_start_args(const char *const args[])
{
    struct tls_pair pair = tls_pair_make("localhost");
    const char *all[64] = {"-o", "tls.listen=127.0.0.1:0", "-o", harness_text("tls.certificate=%s", pair.certificate),
                           "-o", harness_text("tls.key=%s", pair.key), "-o", "tls.handshake_seconds=300"};
    size_t count = 8;

    for (size_t i = 0; args[i] != NULL; i++) {
        assert_true(count < 63);
        all[count++] = args[i];
    }
    return daemon_start_args(all);
}

/* ---- the layer ---- */

/* What a call that has returned code means for the socket's functions: 0 at an end in order. */
static ssize_t outcome(struct layer *layer, int code)
{
    switch (SSL_get_error(layer->ssl, code)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        errno = 0;
        return 0;
    case SSL_ERROR_SYSCALL:
        errno = errno != 0 && errno != EAGAIN ? errno : ECONNRESET;
        return -1;
    default:
        errno = EPROTO;
        return -1;
    }
}

static ssize_t layer_send(struct client_layer *l, const void *data, size_t len)
{
    struct layer *layer = layer_of(l);
    size_t n;
    int code;

    ERR_clear_error();
    code = SSL_write_ex(layer->ssl, data, len, &n);
    return code == 1 ? (ssize_t)n : outcome(layer, code);
}

static ssize_t layer_recv(struct client_layer *l, void *buf, size_t size)
{
    struct layer *layer = layer_of(l);
    size_t n;
    int code;

    ERR_clear_error();
    code = SSL_read_ex(layer->ssl, buf, size, &n);
    return code == 1 ? (ssize_t)n : outcome(layer, code);
}

static void layer_half_close(struct client_layer *l)
{
    ERR_clear_error();
    assert_true(SSL_shutdown(layer_of(l)->ssl) >= 0);
}

static void layer_free(struct client_layer *l)
{
    struct layer *layer = layer_of(l);

    SSL_SESSION_free(layer->session);
    SSL_free(layer->ssl);
    SSL_CTX_free(layer->context);
    free(layer);
}

/* ---- clients ---- */

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    struct layer *layer = SSL_get_app_data(ssl);

    SSL_SESSION_free(layer->session);
    layer->session = session;
    return 1;
}

static void apply(struct layer *layer, const struct tls_wishes *wishes)
{
    SSL_CTX *context = layer->context;

    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_session);
    if (wishes->version != 0) {
        SSL_CTX_set_min_proto_version(context, wishes->version);
        SSL_CTX_set_max_proto_version(context, wishes->version);
    }
    if (wishes->ciphers != NULL) {
        SSL_CTX_set_security_level(context, 0);
        assert_int_equal(SSL_CTX_set_cipher_list(context, wishes->ciphers), 1);
    }
    if (wishes->shows != NULL) {
        assert_int_equal(SSL_CTX_use_certificate_file(context, wishes->shows->certificate, SSL_FILETYPE_PEM), 1);
        assert_int_equal(SSL_CTX_use_PrivateKey_file(context, wishes->shows->key, SSL_FILETYPE_PEM), 1);
    }
}

static struct client *begin(struct daemon *d, const struct tls_wishes *wishes)
{
    static const struct tls_wishes none;
    const char *address = daemon_address(d, 1);
    struct client *c =
        wishes != NULL && wishes->rcvbuf > 0 ? client_open_small_at(address, wishes->rcvbuf) : client_open_at(address);
    struct layer *layer = calloc(1, sizeof(*layer));

    assert_non_null(layer);
    wishes = wishes != NULL ? wishes : &none;
    layer->l = (struct client_layer){
        .send = layer_send, .recv = layer_recv, .half_close = layer_half_close, .free = layer_free};
    layer->context = SSL_CTX_new(TLS_client_method());
    apply(layer, wishes);
    layer->ssl = SSL_new(layer->context);
    SSL_set_app_data(layer->ssl, layer);
    SSL_set_fd(layer->ssl, client_fd(c));
    SSL_set_connect_state(layer->ssl);
    if (wishes->resumes != NULL) {
        assert_int_equal(SSL_set_session(layer->ssl, wishes->resumes), 1);
    }
    if (wishes->header != NULL) {
        int is_corked = 1;

        setsockopt(client_fd(c), IPPROTO_TCP, TCP_CORK, &is_corked, sizeof(is_corked));
        client_send(c, wishes->header);
        client_set_layer(c, &layer->l);
        (void)SSL_do_handshake(layer->ssl); /* it waits for the daemon's answer */
        is_corked = 0;
        setsockopt(client_fd(c), IPPROTO_TCP, TCP_CORK, &is_corked, sizeof(is_corked));
    } else {
        client_set_layer(c, &layer->l);
    }
    return c;
}

/* Makes the handshake.  Returns 1, or the code that tells why it has failed. */
static int shake(struct client *c)
{
    SSL *ssl = tls_client_ssl(c);
    int64_t until = harness_now_ms() + harness_deadline_ms();
    int code;

    for (;;) {
        struct pollfd p = {.fd = client_fd(c)};
        int error;

        ERR_clear_error();
        code = SSL_do_handshake(ssl);
        error = code == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl, code);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
            return code;
        }
        p.events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (harness_now_ms() > until) {
            harness_fail("the handshake does not end");
        }
        poll(&p, 1, 20);
    }
}

struct client *tls_client_open(struct daemon *d, const struct tls_wishes *wishes)
{
    struct client *c = begin(d, wishes);

    if (shake(c) != 1) {
        harness_fail("the handshake failed: %s", ERR_reason_error_string(ERR_peek_error()));
    }
    return c;
}

struct client *tls_client_join(struct daemon *d, const char *name, const struct tls_wishes *wishes)
{
    struct client *c = tls_client_open(d, wishes);

    client_take_name(c, name);
    return c;
}

const char *tls_client_refused(struct daemon *d, const struct tls_wishes *wishes)
{
    struct client *c = begin(d, wishes);
    int code = shake(c);
    const char *reason = "";
    char byte;

    /* With TLS 1.3 the client is through before it hears that it was refused. */
    while (code == 1) {
        struct pollfd p = {.fd = client_fd(c), .events = POLLIN};

        ERR_clear_error();
        code = SSL_read(tls_client_ssl(c), &byte, 1);
        if (code == 1) {
            harness_fail("the handshake has succeeded");
        }
        if (SSL_get_error(tls_client_ssl(c), code) == SSL_ERROR_WANT_READ) {
            assert_true(poll(&p, 1, harness_deadline_ms()) == 1);
            code = 1;
        }
    }
    if (SSL_get_error(tls_client_ssl(c), code) == SSL_ERROR_SSL) {
        reason = ERR_reason_error_string(ERR_peek_error());
    }
    client_close(c);
    return reason;
}

SSL *tls_client_ssl(const struct client *c)
{
    return layer_of(client_layer(c))->ssl;
}

void tls_client_expect_end(struct client *c)
{
    client_expect_eof(c);
    assert_true((SSL_get_shutdown(tls_client_ssl(c)) & SSL_RECEIVED_SHUTDOWN) != 0);
}

SSL_SESSION *tls_client_session(const struct client *c)
{
    SSL_SESSION *session = layer_of(client_layer(c))->session;

    assert_non_null(session);
    SSL_SESSION_up_ref(session);
    return session;
}

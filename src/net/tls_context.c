/* net/tls_context.c: reads certificates and keys, and sets OpenSSL's rules. */
#include "config.h"

#include "net/tls_context.h"

#ifdef HAVE_OPENSSL
#include "base/mem.h"
#include "net/tls_fault.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MOST_CERTIFICATES = 16384, /* bytes of a client's certificates, for each of which memory is needed */
    TICKETS = 1,               /* that a client gets after a handshake */
    TICKET_KEYS_SIZE = 80,     /* of OpenSSL's keys for tickets */
};

struct tls_context {
    SSL_CTX *ssl;
    unsigned refs; /* changed atomically: a connection may end in a lane */
    enum tls_clients clients;
};

/* ---- errors ---- */

/* what was looked for in the file: "certificate". */
static void complain(struct strbuf *errors, const char *option, const char *path, const char *what)
{
    const char *fault = tls_fault_take();

    /* That is how OpenSSL calls a text without it. */
    if (strcmp(fault, "no start line") == 0 || strcmp(fault, "unsupported") == 0) {
        strbuf_addf(errors, "%s: there is no %s in PEM format in \"%s\"\n", option, what, path);
    } else {
        strbuf_addf(errors, "%s: \"%s\" cannot be used: %s\n", option, path, fault);
    }
}

/* Without this, OpenSSL would ask for the passphrase of a key at the terminal.  data is set to true. */
static int refuse_passphrase(char *buf, int size, int is_writing, void *data)
{
    (void)buf;
    (void)size;
    (void)is_writing;
    *(bool *)data = true;
    return -1;
}

/* ---- the files ---- */

/* Opening a FIFO waits for a writer, and a device may never end: with either, the reload would not end.  A file that
 * cannot be looked at is left to OpenSSL, which tells why. */
static bool is_file(const char *option, const char *path, struct strbuf *errors)
{
    struct stat st;

    if (stat(path, &st) != 0 || S_ISREG(st.st_mode)) {
        return true;
    }
    strbuf_addf(errors, "%s: \"%s\" is not a regular file\n", option, path);
    return false;
}

static const char *key_file(const struct tls_settings *settings)
{
    return settings->key[0] != '\0' ? settings->key : settings->certificate;
}

static bool use_certificate(SSL_CTX *ssl, const struct tls_settings *settings, struct strbuf *errors)
{
    tls_fault_clear();
    if (settings->certificate[0] == '\0') {
        strbuf_adds(errors, "tls.certificate: tls.listen needs a certificate\n");
        return false;
    }
    if (!is_file("tls.certificate", settings->certificate, errors)) {
        return false;
    }
    if (SSL_CTX_use_certificate_chain_file(ssl, settings->certificate) != 1) {
        complain(errors, "tls.certificate", settings->certificate, "certificate");
        return false;
    }
    return true;
}

static EVP_PKEY *read_key(const char *path, struct strbuf *errors)
{
    bool has_passphrase = false;
    EVP_PKEY *key = NULL;
    BIO *file;

    if (!is_file("tls.key", path, errors)) {
        return NULL;
    }
    tls_fault_clear();
    file = BIO_new_file(path, "r");
    if (file != NULL) {
        key = PEM_read_bio_PrivateKey(file, NULL, refuse_passphrase, &has_passphrase);
        BIO_free(file);
    }
    if (key == NULL && has_passphrase) {
        strbuf_addf(errors, "tls.key: the key in \"%s\" has a passphrase, which nobody could type in; "
                    "\"openssl pkey\" removes it\n", path);
    } else if (key == NULL) {
        complain(errors, "tls.key", path, "private key");
    }
    return key;
}

/* has_certificate: there is one that the key has to fit. */
static bool use_key(SSL_CTX *ssl, const struct tls_settings *settings, bool has_certificate, struct strbuf *errors)
{
    const char *path = key_file(settings);
    EVP_PKEY *key = path[0] != '\0' ? read_key(path, errors) : NULL;
    bool is_right = key != NULL;

    if (key != NULL && has_certificate && X509_check_private_key(SSL_CTX_get0_certificate(ssl), key) != 1) {
        strbuf_addf(errors, "tls.key: the key in \"%s\" does not belong to the certificate in \"%s\"\n", path,
                    settings->certificate);
        is_right = false;
    } else if (key != NULL && has_certificate && SSL_CTX_use_PrivateKey(ssl, key) != 1) {
        complain(errors, "tls.key", path, "private key");
        is_right = false;
    }
    EVP_PKEY_free(key);
    return is_right;
}

/* ---- the certificates of clients ---- */

static int accept_any(int is_right, X509_STORE_CTX *store)
{
    (void)is_right;
    (void)store;
    return 1;
}

static bool use_client_ca(SSL_CTX *ssl, const char *path, struct strbuf *errors)
{
    STACK_OF(X509_NAME) *names;

    tls_fault_clear();
    if (path[0] == '\0') {
        strbuf_adds(errors, "tls.client_ca: tls.client_certificates needs the certificates of those who issue them\n");
        return false;
    }
    if (!is_file("tls.client_ca", path, errors)) {
        return false;
    }
    names = SSL_load_client_CA_file(path);
    if (names == NULL || SSL_CTX_load_verify_file(ssl, path) != 1) {
        complain(errors, "tls.client_ca", path, "certificate");
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return false;
    }
    SSL_CTX_set_client_CA_list(ssl, names);
    return true;
}

static bool use_clients(SSL_CTX *ssl, const struct tls_settings *settings, struct strbuf *errors)
{
    switch (settings->clients) {
    case TLS_CLIENTS_OFF:
        break;
    case TLS_CLIENTS_ANY:
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, accept_any);
        break;
    case TLS_CLIENTS_CA:
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
        return use_client_ca(ssl, settings->client_ca, errors);
    case TLS_CLIENTS_REQUIRED:
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        return use_client_ca(ssl, settings->client_ca, errors);
    }
    return true;
}

/* ---- the rules ---- */

static bool use_ciphers(SSL_CTX *ssl, const char *ciphers, struct strbuf *errors)
{
    tls_fault_clear();
    if (SSL_CTX_set_cipher_list(ssl, ciphers) != 1) {
        strbuf_addf(errors, "tls.ciphers: \"%s\" names no cipher that OpenSSL has: %s\n", ciphers, tls_fault_take());
        return false;
    }
    return true;
}

/* AUTO_RETRY is off: one read handles one record, so that a peer whose records carry nothing cannot hold the caller. */
static void set_rules(SSL_CTX *ssl, const struct tls_settings *settings)
{
    static const unsigned char name[] = "chatd";

    SSL_CTX_set_min_proto_version(ssl, settings->needs_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(ssl, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_clear_mode(ssl, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(ssl, 0);
    SSL_CTX_set_max_cert_list(ssl, MOST_CERTIFICATES);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF); /* a ticket holds all that is known of a session */
    SSL_CTX_set_session_id_context(ssl, name, sizeof(name) - 1);
    SSL_CTX_set_num_tickets(ssl, TICKETS);
}

struct tls_context *tls_context_new(const struct tls_settings *settings, struct strbuf *errors)
{
    SSL_CTX *ssl = SSL_CTX_new(TLS_server_method());
    struct tls_context *context;
    bool has_certificate, is_right;

    mem_need(ssl != NULL);
    set_rules(ssl, settings);
    has_certificate = use_certificate(ssl, settings, errors);
    is_right = use_key(ssl, settings, has_certificate, errors) && has_certificate;
    is_right &= use_ciphers(ssl, settings->ciphers, errors);
    is_right &= use_clients(ssl, settings, errors);
    tls_fault_clear();
    if (!is_right) {
        SSL_CTX_free(ssl);
        return NULL;
    }
    context = mem_alloc(sizeof(*context));
    *context = (struct tls_context){.ssl = ssl, .refs = 1, .clients = settings->clients};
    return context;
}

struct tls_context *tls_context_ref(struct tls_context *context)
{
    __atomic_add_fetch(&context->refs, 1, __ATOMIC_RELAXED);
    return context;
}

void tls_context_unref(struct tls_context *context)
{
    if (context != NULL && __atomic_sub_fetch(&context->refs, 1, __ATOMIC_ACQ_REL) == 0) {
        SSL_CTX_free(context->ssl);
        free(context);
    }
}

void tls_context_keep_tickets(struct tls_context *next, const struct tls_context *before)
{
    unsigned char keys[TICKET_KEYS_SIZE];

    if (next->clients == before->clients && next->clients < TLS_CLIENTS_CA &&
        SSL_CTX_get_tlsext_ticket_keys(before->ssl, keys, sizeof(keys)) == 1) {
        SSL_CTX_set_tlsext_ticket_keys(next->ssl, keys, sizeof(keys));
    }
    mem_wipe(keys, sizeof(keys));
}

/* ---- connections ---- */

SSL *tls_context_connect(struct tls_context *context)
{
    SSL *ssl = SSL_new(context->ssl);

    if (ssl != NULL) {
        SSL_set_accept_state(ssl);
    }
    return ssl;
}

X509 *tls_context_certificate(const struct tls_context *context)
{
    return SSL_CTX_get0_certificate(context->ssl);
}
#else /* HAVE_OPENSSL */
#include <stddef.h>

struct tls_context *tls_context_new(const struct tls_settings *settings, struct strbuf *errors)
{
    (void)settings;
    strbuf_adds(errors, "tls.certificate: this chatd is built without OpenSSL\n");
    return NULL;
}

struct tls_context *tls_context_ref(struct tls_context *context)
{
    return context;
}

void tls_context_unref(struct tls_context *context)
{
    (void)context;
}

void tls_context_keep_tickets(struct tls_context *next, const struct tls_context *before)
{
    (void)next;
    (void)before;
}

struct ssl_st *tls_context_connect(struct tls_context *context)
{
    (void)context;
    return NULL;
}

struct x509_st *tls_context_certificate(const struct tls_context *context)
{
    (void)context;
    return NULL;
}
#endif

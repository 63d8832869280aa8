/* net/tls_context.h: what all TLS connections of a listener share: the certificate with its key, and the rules.
 *
 * Made as a whole from files, which may be on a disk that hangs, so in a lane; a context never changes.  A reload makes
 * another one: new connections use that, and those that are there keep the one that they began with.  Who holds a
 * context has a reference.  Any thread. */
#ifndef CHATD_NET_TLS_CONTEXT_H
#define CHATD_NET_TLS_CONTEXT_H

#include "base/strbuf.h"

#include <stdbool.h>

struct ssl_st;  /* OpenSSL's SSL */
struct x509_st; /* OpenSSL's X509 */

/* Certificates of clients. */
enum tls_clients {
    TLS_CLIENTS_OFF,      /* are not asked for */
    TLS_CLIENTS_ANY,      /* are asked for; any is taken, and who shows it has its key */
    TLS_CLIENTS_CA,       /* are asked for; one that is shown must be issued by client_ca */
    TLS_CLIENTS_REQUIRED, /* must be shown, and be issued by client_ca */
};

/* Its slice of the settings; the strings are borrowed during a call. */
struct tls_settings {
    const char *certificate; /* a file in PEM: the certificate, and those that lead to one that clients know */
    const char *key;         /* a file in PEM; "" if the certificate's file has the key too */
    bool needs_1_3;          /* nothing older than TLS 1.3; otherwise TLS 1.2 is taken too */
    const char *ciphers;     /* for TLS 1.2, in OpenSSL's notation */
    enum tls_clients clients;
    const char *client_ca;   /* a file in PEM; "" if there is none */
};

struct tls_context;

/* Reads the files and checks that they fit together.  Returns a reference; or, if anything is wrong, NULL, and appends
 * a line for each error to errors ("tls.key: ...").  In a build without OpenSSL there is no context.  May wait for the
 * disk. */
struct tls_context *tls_context_new(const struct tls_settings *settings, struct strbuf *errors);
struct tls_context *tls_context_ref(struct tls_context *context);
/* NULL is allowed. */
void tls_context_unref(struct tls_context *context);
/* Clients that return with a ticket of before are known to next.  A ticket also tells that a client's certificate was
 * checked: if that might be decided differently now, none is taken over.  Called before next is used. */
void tls_context_keep_tickets(struct tls_context *next, const struct tls_context *before);

/* A new connection of the server's side, for the caller to free with SSL_free(); NULL if there is no memory. */
struct ssl_st *tls_context_connect(struct tls_context *context);
/* The server's certificate; borrowed from context. */
struct x509_st *tls_context_certificate(const struct tls_context *context);

#endif

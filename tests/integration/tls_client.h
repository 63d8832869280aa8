/* tests/integration/tls_client.h: clients of the harness that speak TLS, and certificates for the daemon. */
#ifndef CHATD_TESTS_TLS_CLIENT_H
#define CHATD_TESTS_TLS_CLIENT_H

#include "harness.h"

#include <openssl/ssl.h>

/* A certificate that is signed with its own key. */
struct tls_pair {
    const char *certificate, *key; /* files in harness_dir() */
};
/* Makes one, in files NAME.pem and NAME.key; it is one of an authority too. */
struct tls_pair tls_pair_make(const char *name);

/* Starts a daemon whose address 0 is clear and whose address 1 takes TLS, with the given arguments. */
#define tls_daemon_start(...) tls_daemon_start_args(HARNESS_ARGS(__VA_ARGS__))
struct daemon *tls_daemon_start_args(const char *const args[]);

/* What a client wants; all zeros for what OpenSSL does by itself. */
struct tls_wishes {
    int version;                   /* TLS1_2_VERSION: this one alone */
    const char *ciphers;           /* for TLS 1.2 */
    const struct tls_pair *shows;  /* its own certificate */
    SSL_SESSION *resumes;          /* borrowed */
    int rcvbuf;                    /* of the socket; 0 for the system's choice */
    const char *header;            /* sent in clear first, in one segment with the first bytes of TLS; NULL for none */
};

/* Connects to the daemon's TLS address and makes the handshake; it must succeed. */
struct client *tls_client_open(struct daemon *d, const struct tls_wishes *wishes);
/* The same, and takes a name. */
struct client *tls_client_join(struct daemon *d, const char *name, const struct tls_wishes *wishes);
/* The same as tls_client_open(), but the handshake must fail.  Returns OpenSSL's reason, as a text; "" if the daemon
 * has just ended the connection. */
const char *tls_client_refused(struct daemon *d, const struct tls_wishes *wishes);
/* The client's side of the connection. */
SSL *tls_client_ssl(const struct client *c);
/* Waits for the end of the connection, and fails unless the daemon has told it by close_notify. */
void tls_client_expect_end(struct client *c);
/* The session of a client that has read something since its handshake, for another one to resume; the caller frees
 * it. */
SSL_SESSION *tls_client_session(const struct client *c);

#endif

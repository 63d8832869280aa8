/* net/tls.h: TLS as a transport (net/transport.h), the server's side.
 *
 * A connection that has not sent its first record as a whole has no state of OpenSSL's yet.  A write takes what it is
 * offered as one record, of at most 16 KB, so that the lines of a turn share one.  Apart from its context, which does
 * not change, a connection shares nothing with others: its functions may be called in any thread, by one at a time. */
#ifndef CHATD_NET_TLS_H
#define CHATD_NET_TLS_H

#include "base/fingerprint.h"
#include "net/transport.h"

#include <stdbool.h>
#include <stddef.h>

struct tls_context;

/* What a client is sent that is refused before its handshake: its program shows that it may not come in. */
enum { TLS_REFUSAL_BYTES = 7 };
extern const char tls_refusal[TLS_REFUSAL_BYTES];

/* Takes a reference to context. */
struct transport *tls_new(struct tls_context *context);

/* Returns true if the peer's first byte has come.  t is a TLS connection. */
bool tls_has_begun(const struct transport *t);
/* Why the handshake or a read has failed, in OpenSSL's words; static.  NULL if it has not. */
const char *tls_fault(const struct transport *t);

/* These are for connections whose handshake is over.  t may be NULL, or another kind of transport: then there is
 * nothing to tell, and they return NULL or false. */

/* "TLSv1.3", static. */
const char *tls_version(const struct transport *t);
/* "TLS_AES_256_GCM_SHA384", static. */
const char *tls_cipher(const struct transport *t);
/* The fingerprint of the client's certificate.  Returns false if the client has shown none. */
bool tls_client_fingerprint(const struct transport *t, unsigned char fingerprint[FINGERPRINT_BYTES]);

#endif

/* net/tls_expiry.h: tells the log which certificate is in force, and warns that it ends soon.
 *
 * One line 21 days before, one 7 days, one 1 day, and one when it has expired; at the start, and with a new
 * certificate, the last one of these that is due.  Embedded by its owner.  Loop thread only. */
#ifndef CHATD_NET_TLS_EXPIRY_H
#define CHATD_NET_TLS_EXPIRY_H

#include "base/clock.h"
#include "base/fingerprint.h"
#include "base/timeq.h"

#include <stdbool.h>
#include <stdint.h>

struct x509_st; /* OpenSSL's X509 */

struct tls_expiry {
    struct clock *clock; /* borrowed */
    struct timeq looking; /* run by the loop; empty without a certificate */
    struct timeq_node look;
    int64_t until_ms; /* since 1970; 0: there is no certificate */
    unsigned char fingerprint[FINGERPRINT_BYTES]; /* of the certificate; zeroed if there is none */
    unsigned told;    /* how many of the lines are due no more */
    char *path;       /* the certificate's file, for the log */
};

void tls_expiry_init(struct tls_expiry *e, struct clock *clock);
void tls_expiry_fini(struct tls_expiry *e);
/* Returns true if certificate, which is not NULL, is not the one in force. */
bool tls_expiry_is_new(const struct tls_expiry *e, const struct x509_st *certificate);
/* This certificate, which was read from the file at path, is in force from now on; NULL: none is. */
void tls_expiry_watch(struct tls_expiry *e, const struct x509_st *certificate, const char *path);

#endif

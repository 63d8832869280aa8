/* net/tls_check.h: what is to be said of the server's certificate and its key, beyond whether OpenSSL takes them
 * (net/tls_context.h).
 *
 * Texts are lines that begin with the option and name the file.  A build without OpenSSL has nothing to say.  Any
 * thread; functions with a path may wait for the disk. */
#ifndef CHATD_NET_TLS_CHECK_H
#define CHATD_NET_TLS_CHECK_H

#include "base/fingerprint.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct x509_st; /* OpenSSL's X509 */

enum { TLS_CHECK_SOON_DAYS = 21 }; /* before its end a certificate is due to be renewed */

/* When a certificate is valid, in milliseconds since 1970. */
struct tls_validity {
    int64_t from_ms, until_ms;
};
struct tls_validity tls_check_validity(const struct x509_st *certificate);
/* Its fingerprint. */
void tls_check_fingerprint(const struct x509_st *certificate, unsigned char fingerprint[FINGERPRINT_BYTES]);
/* The whole days from now_ms to until_ms; negative if that is over. */
int64_t tls_check_days(int64_t until_ms, int64_t now_ms);

/* Appends a warning for each weakness of the files, which can be used: other users can read the key; the certificates
 * are not in order; the certificate is not for server_name, if that can be the name of a host in the internet.  key is
 * "" if the certificate's file has it too. */
void tls_check_files(const char *certificate, const char *key, const char *server_name, struct strbuf *warnings);
/* Appends a warning if the certificate is not valid yet or no longer, or ends soon. */
void tls_check_dates(const char *certificate, int64_t now_ms, struct strbuf *warnings);

/* Appends a warning if one of the certificates in the file of tls.client_ca is not valid now: clients with certificates
 * that it has issued are refused. */
void tls_check_issuers(const char *client_ca, int64_t now_ms, struct strbuf *warnings);

/* Returns false, and appends an error, if next is no certificate to replace is, the one in force: clients take that now
 * and would not take next, since its time has not come, or is over.  path is next's file. */
bool tls_check_may_replace(const struct x509_st *is, const struct x509_st *next, const char *path, int64_t now_ms,
                           struct strbuf *errors);

#endif

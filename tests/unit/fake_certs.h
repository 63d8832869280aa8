/* tests/unit/fake_certs.h: certificates and keys in files, for tests of TLS.  Only in a build with OpenSSL. */
#ifndef CHATD_TESTS_FAKE_CERTS_H
#define CHATD_TESTS_FAKE_CERTS_H

struct fake_cert;

/* What a certificate is to be. */
struct fake_cert_spec {
    const char *name;               /* of a host */
    long from_s, until_s;           /* from now on; negative is before */
    const struct fake_cert *issuer; /* NULL: it signs itself */
};

/* An EC key and its certificate; freed by fake_cert_free(). */
struct fake_cert *fake_cert_new(const struct fake_cert_spec *spec);
void fake_cert_free(struct fake_cert *cert);
/* Write it to a file, replacing what is there, with a mode; append writes the certificate behind what is there. */
void fake_cert_write(const struct fake_cert *cert, const char *path);
void fake_cert_append(const struct fake_cert *cert, const char *path);
void fake_cert_write_key(const struct fake_cert *cert, const char *path, unsigned mode);
/* Its SHA-256 fingerprint, 32 bytes as fingerprint_text() has them; static. */
const char *fake_cert_fingerprint(const struct fake_cert *cert);
/* OpenSSL's X509; borrowed. */
struct x509_st;
struct x509_st *fake_cert_x509(const struct fake_cert *cert);

#endif

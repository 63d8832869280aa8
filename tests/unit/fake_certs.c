/* tests/unit/fake_certs.c: makes certificates by OpenSSL. */
#include "config.h"

#ifdef HAVE_OPENSSL

#include "fake_certs.h"

#include "base/fingerprint.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct fake_cert {
    X509 *x509;
    EVP_PKEY *key;
};

static void add(X509 *x509, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    assert_non_null(extension);
    assert_int_equal(X509_add_ext(x509, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

struct fake_cert *fake_cert_new(const struct fake_cert_spec *spec)
{
    static long serial;
    struct fake_cert *cert = mem_zalloc(sizeof(*cert));
    const struct fake_cert *issuer = spec->issuer != NULL ? spec->issuer : cert;
    X509_NAME *subject;
    char names[300];

    cert->key = EVP_EC_gen("P-256");
    cert->x509 = X509_new();
    assert_non_null(cert->key);
    assert_non_null(cert->x509);
    X509_set_version(cert->x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert->x509), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(cert->x509), spec->from_s);
    X509_gmtime_adj(X509_getm_notAfter(cert->x509), spec->until_s);
    subject = X509_get_subject_name(cert->x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)spec->name, -1, -1, 0);
    X509_set_issuer_name(cert->x509, X509_get_subject_name(issuer->x509));
    X509_set_pubkey(cert->x509, cert->key);
    add(cert->x509, NID_basic_constraints, "critical,CA:TRUE"); /* so that it can issue others */
    snprintf(names, sizeof(names), "DNS:%s", spec->name);
    add(cert->x509, NID_subject_alt_name, names);
    assert_true(X509_sign(cert->x509, issuer->key, EVP_sha256()) > 0);
    return cert;
}

void fake_cert_free(struct fake_cert *cert)
{
    X509_free(cert->x509);
    EVP_PKEY_free(cert->key);
    free(cert);
}

static FILE *open_file(const char *path, int flags, unsigned mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | flags, mode);
    FILE *file;

    assert_true(fd >= 0);
    assert_int_equal(fchmod(fd, (mode_t)mode), 0);
    file = fdopen(fd, "a");
    assert_non_null(file);
    return file;
}

static void write_cert(const struct fake_cert *cert, const char *path, int flags)
{
    FILE *file = open_file(path, flags, 0644);

    assert_int_equal(PEM_write_X509(file, cert->x509), 1);
    fclose(file);
}

void fake_cert_write(const struct fake_cert *cert, const char *path)
{
    write_cert(cert, path, O_TRUNC);
}

void fake_cert_append(const struct fake_cert *cert, const char *path)
{
    write_cert(cert, path, 0);
}

void fake_cert_write_key(const struct fake_cert *cert, const char *path, unsigned mode)
{
    FILE *file = open_file(path, O_TRUNC, mode);

    assert_int_equal(PEM_write_PrivateKey(file, cert->key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
}

const char *fake_cert_fingerprint(const struct fake_cert *cert)
{
    static char text[FINGERPRINT_SIZE];
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned len;

    assert_int_equal(X509_digest(cert->x509, EVP_sha256(), hash, &len), 1);
    return fingerprint_text(hash, text);
}

struct x509_st *fake_cert_x509(const struct fake_cert *cert)
{
    return cert->x509;
}

#endif

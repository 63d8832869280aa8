/* net/tls_check.c: looks at certificates as clients will. */
#include "config.h"

#include "net/tls_check.h"

enum { DAY_MS = 86400000 };

int64_t tls_check_days(int64_t until_ms, int64_t now_ms)
{
    int64_t left_ms = until_ms - now_ms;

    return left_ms >= 0 ? left_ms / DAY_MS : -((-left_ms + DAY_MS - 1) / DAY_MS);
}

#ifdef HAVE_OPENSSL

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/tls_fault.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* ---- dates ---- */

static int64_t ms_of(const ASN1_TIME *time)
{
    struct tm tm = {0};

    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : 0;
}

struct tls_validity tls_check_validity(const X509 *certificate)
{
    return (struct tls_validity){.from_ms = ms_of(X509_get0_notBefore(certificate)),
                                 .until_ms = ms_of(X509_get0_notAfter(certificate))};
}

void tls_check_fingerprint(const X509 *certificate, unsigned char fingerprint[FINGERPRINT_BYTES])
{
    unsigned len = FINGERPRINT_BYTES;

    mem_need(X509_digest(certificate, EVP_sha256(), fingerprint, &len) == 1);
}

/* Tells what is wrong with the dates; "" if a client takes the certificate now. */
static void tell_fault(struct strbuf *out, const struct tls_validity *valid, int64_t now_ms)
{
    char at[CLOCK_ISO_SIZE];

    if (now_ms > valid->until_ms) {
        strbuf_addf(out, "has expired, at %s", clock_iso(valid->until_ms, at));
    } else if (now_ms < valid->from_ms) {
        strbuf_addf(out, "is not valid before %s", clock_iso(valid->from_ms, at));
    }
}

bool tls_check_may_replace(const X509 *is, const X509 *next, const char *path, int64_t now_ms, struct strbuf *errors)
{
    struct tls_validity of_is = tls_check_validity(is), of_next = tls_check_validity(next);
    struct strbuf fault_is = {0}, fault_next = {0};
    bool may;

    tell_fault(&fault_is, &of_is, now_ms);
    tell_fault(&fault_next, &of_next, now_ms);
    may = fault_next.len == 0 || fault_is.len > 0;
    if (!may) {
        strbuf_addf(errors, "tls.certificate: the certificate in \"%s\" %s, and the one in force is valid\n", path,
                    strbuf_str(&fault_next));
    }
    strbuf_fini(&fault_is);
    strbuf_fini(&fault_next);
    return may;
}

/* ---- files ---- */

/* NULL if it cannot be opened, or is not a regular file: opening a FIFO would wait for a writer. */
static BIO *open_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? BIO_new_file(path, "r") : NULL;
}

/* The next certificate in the file; NULL if there is none. */
static X509 *read_next(BIO *file)
{
    X509 *certificate = file != NULL ? PEM_read_bio_X509_AUX(file, NULL, NULL, NULL) : NULL;

    tls_fault_clear(); /* the end of the file is an error to OpenSSL */
    return certificate;
}

void tls_check_dates(const char *certificate, int64_t now_ms, struct strbuf *warnings)
{
    BIO *file = open_file(certificate);
    X509 *first = read_next(file);
    struct strbuf fault = {0};

    if (first != NULL) {
        struct tls_validity valid = tls_check_validity(first);
        int64_t days = tls_check_days(valid.until_ms, now_ms);
        char at[CLOCK_ISO_SIZE];

        tell_fault(&fault, &valid, now_ms);
        if (fault.len == 0 && days < TLS_CHECK_SOON_DAYS) {
            strbuf_addf(&fault, "expires in %lld %s, at %s", (long long)days,
                        text_plural((uint64_t)days, "day", "days"), clock_iso(valid.until_ms, at));
        }
        if (fault.len > 0) {
            strbuf_addf(warnings, "tls.certificate: the certificate in \"%s\" %s\n", certificate, fault.data);
        }
    }
    strbuf_fini(&fault);
    X509_free(first);
    BIO_free(file);
}

void tls_check_issuers(const char *client_ca, int64_t now_ms, struct strbuf *warnings)
{
    BIO *file = open_file(client_ca);
    struct strbuf fault = {0};
    X509 *issuer;

    while (fault.len == 0 && (issuer = read_next(file)) != NULL) {
        struct tls_validity valid = tls_check_validity(issuer);

        tell_fault(&fault, &valid, now_ms);
        X509_free(issuer);
    }
    if (fault.len > 0) {
        strbuf_addf(warnings, "tls.client_ca: a certificate in \"%s\" %s, so clients that it stands for are refused\n",
                    client_ca, fault.data);
    }
    strbuf_fini(&fault);
    BIO_free(file);
}

static void check_secrecy(const char *key, struct strbuf *warnings)
{
    struct stat st;

    if (stat(key, &st) == 0 && (st.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        strbuf_addf(warnings, "tls.key: every user of this machine can %s \"%s\"; chmod o= keeps the key secret\n",
                    (st.st_mode & S_IROTH) != 0 ? "read" : "write", key);
    }
}

/* A name that certificates are issued for.  Other names are for people alone, such as "The chat". */
static bool is_host(const char *name)
{
    static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

    return strchr(name, '.') != NULL && name[strspn(name, chars)] == '\0';
}

static void check_name(X509 *first, const char *certificate, const char *name, struct strbuf *warnings)
{
    if (is_host(name) && X509_check_host(first, name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) != 1 &&
        X509_check_ip_asc(first, name, 0) != 1) {
        strbuf_addf(warnings, "tls.certificate: the certificate in \"%s\" is not for %s, the name in server.name\n",
                    certificate, name);
    }
}

/* Clients follow the chain from each certificate to the next one in the file. */
static void check_order(X509 *first, BIO *file, const char *certificate, struct strbuf *warnings)
{
    X509 *subject = first, *issuer;
    bool is_right = true;

    while (is_right && (issuer = read_next(file)) != NULL) {
        is_right = X509_check_issued(issuer, subject) == X509_V_OK;
        if (subject != first) {
            X509_free(subject);
        }
        subject = issuer;
    }
    if (subject != first) {
        X509_free(subject);
    }
    if (!is_right) {
        strbuf_addf(warnings, "tls.certificate: the certificates in \"%s\" are not in order: the server's comes first, "
                    "and behind each comes the one of its issuer\n", certificate);
    }
}

void tls_check_files(const char *certificate, const char *key, const char *server_name, struct strbuf *warnings)
{
    BIO *file = open_file(certificate);
    X509 *first = read_next(file);

    check_secrecy(key[0] != '\0' ? key : certificate, warnings);
    if (first != NULL) {
        check_name(first, certificate, server_name, warnings);
        check_order(first, file, certificate, warnings);
    }
    X509_free(first);
    BIO_free(file);
    tls_fault_clear();
}

#else

struct tls_validity tls_check_validity(const struct x509_st *certificate)
{
    (void)certificate;
    return (struct tls_validity){0};
}

void tls_check_fingerprint(const struct x509_st *certificate, unsigned char fingerprint[FINGERPRINT_BYTES])
{
    (void)certificate;
    (void)fingerprint;
}

void tls_check_files(const char *certificate, const char *key, const char *server_name, struct strbuf *warnings)
{
    (void)certificate;
    (void)key;
    (void)server_name;
    (void)warnings;
}

void tls_check_dates(const char *certificate, int64_t now_ms, struct strbuf *warnings)
{
    (void)certificate;
    (void)now_ms;
    (void)warnings;
}

void tls_check_issuers(const char *client_ca, int64_t now_ms, struct strbuf *warnings)
{
    (void)client_ca;
    (void)now_ms;
    (void)warnings;
}

bool tls_check_may_replace(const struct x509_st *is, const struct x509_st *next, const char *path, int64_t now_ms,
                           struct strbuf *errors)
{
    (void)is;
    (void)next;
    (void)path;
    (void)now_ms;
    (void)errors;
    return true;
}

#endif

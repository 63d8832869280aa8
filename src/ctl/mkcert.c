/* ctl/mkcert.c: makes the pair in memory, then its files. */
#include "config.h"

#include "ctl/mkcert.h"

#include <string.h>

#ifdef HAVE_OPENSSL

#include "base/fingerprint.h"
#include "base/json.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SERIAL_BITS = 159,     /* RFC 5280 4.1.2.2: positive, at most 20 octets */
    COMMON_NAME_CHARS = 64, /* RFC 5280, ub-common-name */
    LATE_CLOCK_S = 3600,   /* clients' clocks may be slow by so much */
};

struct pair {
    EVP_PKEY *key;
    X509 *cert;
};

static bool openssl_failed(struct strbuf *err, const char *what)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());

    strbuf_addf(err, "%s: %s", what, why != NULL ? why : "OpenSSL does not tell why");
    return false;
}

/* ---- names ---- */

static bool is_address(const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

/* Of letters, digits and hyphens, in parts with a dot between. */
static bool is_host(const char *name)
{
    size_t len = strlen(name), part = 0;

    if (len == 0 || len > 253) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        bool is_inner = name[i] == '-' && part > 0 && name[i + 1] != '.' && name[i + 1] != '\0';
        bool is_plain = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
                        (name[i] >= '0' && name[i] <= '9') || name[i] == '_';

        if (name[i] == '.' && part > 0 && name[i + 1] != '\0') {
            part = 0;
        } else if ((is_plain || is_inner) && part < 63) {
            part++;
        } else {
            return false;
        }
    }
    return true;
}

bool mkcert_is_name(const char *name)
{
    return is_address(name) || is_host(strncmp(name, "*.", 2) == 0 ? name + 2 : name);
}

/* The names of spec, or this machine's. */
static bool take_names(const struct mkcert *spec, struct mkcert *with, char host[256], struct strbuf *err)
{
    *with = *spec;
    if (spec->name_count > 0) {
        return true;
    }
    if (gethostname(host, 255) != 0 || !mkcert_is_name(host)) {
        strbuf_adds(err, "this machine has no name that a certificate can have; --name gives one");
        return false;
    }
    with->names[with->name_count++] = host;
    return true;
}

/* ---- the certificate ---- */

static bool add_extension(X509 *cert, int kind, const char *value)
{
    X509V3_CTX ctx;
    X509_EXTENSION *extension;
    bool is_added;

    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &ctx, kind, value);
    is_added = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return is_added;
}

/* mkcert_is_name() has been true of each name, so that none can be taken for more than a name. */
static bool add_names(X509 *cert, const struct mkcert *spec)
{
    struct strbuf value = {0};
    bool is_added;

    for (size_t i = 0; i < spec->name_count; i++) {
        strbuf_addf(&value, "%s%s:%s", i > 0 ? "," : "", is_address(spec->names[i]) ? "IP" : "DNS", spec->names[i]);
    }
    is_added = add_extension(cert, NID_subject_alt_name, strbuf_str(&value));
    strbuf_fini(&value);
    return is_added;
}

static bool set_serial(X509 *cert)
{
    BIGNUM *number = BN_new();
    bool is_set = number != NULL && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;

    BN_free(number);
    return is_set;
}

static bool fill(const struct pair *pair, const struct mkcert *spec)
{
    X509 *cert = pair->cert;
    X509_NAME *subject = X509_get_subject_name(cert);
    const char *name = strlen(spec->names[0]) <= COMMON_NAME_CHARS ? spec->names[0] : "chatd";

    return X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cert) &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -LATE_CLOCK_S) != NULL &&
           X509_time_adj_ex(X509_getm_notAfter(cert), (int)spec->days, 0, NULL) != NULL &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(cert, subject) == 1 && X509_set_pubkey(cert, pair->key) == 1 &&
           add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(cert, NID_key_usage, "critical,digitalSignature") &&
           add_extension(cert, NID_ext_key_usage, "serverAuth") && add_names(cert, spec) &&
           add_extension(cert, NID_subject_key_identifier, "hash") && X509_sign(cert, pair->key, EVP_sha256()) > 0;
}

static void pair_fini(struct pair *pair)
{
    X509_free(pair->cert);
    EVP_PKEY_free(pair->key);
}

static bool pair_make(struct pair *pair, const struct mkcert *spec, struct strbuf *err)
{
    *pair = (struct pair){.key = EVP_EC_gen("P-256"), .cert = X509_new()};
    if (pair->key == NULL || pair->cert == NULL || !fill(pair, spec)) {
        pair_fini(pair);
        return openssl_failed(err, "the certificate cannot be made");
    }
    return true;
}

/* ---- files ---- */

/* Both are written under other names first: none is seen half written. */
struct target {
    char *path, *draft;
    bool has_draft;
};

static void target_init(struct target *t, const char *folder, const char *path)
{
    struct strbuf text = {0};

    if (folder != NULL) {
        strbuf_addf(&text, "%s%s", folder, folder[0] != '\0' && folder[strlen(folder) - 1] != '/' ? "/" : "");
    }
    strbuf_adds(&text, path);
    *t = (struct target){.path = strbuf_take(&text)};
    strbuf_addf(&text, "%s.%ld.new", t->path, (long)getpid());
    t->draft = strbuf_take(&text);
}

static void target_fini(struct target *t)
{
    if (t->has_draft) {
        unlink(t->draft);
    }
    free(t->draft);
    free(t->path);
}

static bool file_failed(struct strbuf *err, const char *path)
{
    strbuf_addf(err, "%s: %s", path, strerror(errno));
    return false;
}

/* Writes the bytes of bio. */
static bool draft(struct target *t, mode_t mode, BIO *bio, struct strbuf *err)
{
    char *data;
    long len = BIO_get_mem_data(bio, &data);
    int fd = open(t->draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    ssize_t written;
    bool is_written;

    if (fd < 0) {
        return file_failed(err, t->path);
    }
    t->has_draft = true;
    written = write(fd, data, (size_t)len);
    is_written = written == len && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    if (!is_written && written >= 0 && written < len) {
        errno = ENOSPC;
    }
    if (close(fd) != 0 || !is_written) {
        return file_failed(err, t->path);
    }
    return true;
}

/* Gives the draft its name.  link() refuses what is there, even if it has come just now. */
static bool publish(struct target *t, bool is_forced, struct strbuf *err)
{
    if (is_forced) {
        if (rename(t->draft, t->path) != 0) {
            return file_failed(err, t->path);
        }
        t->has_draft = false;
        return true;
    }
    if (link(t->draft, t->path) == 0) {
        return true;
    }
    if (errno == EEXIST) {
        strbuf_addf(err, "%s is there already, and is kept; --force replaces it", t->path);
        return false;
    }
    return file_failed(err, t->path);
}

static bool is_free(const struct target *t, bool is_forced, struct strbuf *err)
{
    struct stat st;

    if (lstat(t->path, &st) == 0 && (!is_forced || S_ISDIR(st.st_mode))) {
        strbuf_addf(err, "%s is there already, and is kept%s", t->path, is_forced ? "" : "; --force replaces it");
        return false;
    }
    return true;
}

static bool write_files(const struct pair *pair, struct target *cert, struct target *key, bool is_forced,
                        struct strbuf *err)
{
    BIO *secret = BIO_new(BIO_s_mem()), *open_text = BIO_new(BIO_s_mem());
    bool is_done = secret != NULL && open_text != NULL &&
                   PEM_write_bio_PKCS8PrivateKey(secret, pair->key, NULL, NULL, 0, NULL, NULL) == 1 &&
                   PEM_write_bio_X509(open_text, pair->cert) == 1;

    if (!is_done) {
        openssl_failed(err, "the certificate cannot be written");
    }
    is_done = is_done && is_free(cert, is_forced, err) && is_free(key, is_forced, err) &&
              draft(key, 0600, secret, err) && draft(cert, 0644, open_text, err);
    if (is_done && publish(key, is_forced, err)) {
        is_done = publish(cert, is_forced, err);
        if (!is_done && !is_forced) {
            unlink(key->path);
        }
    } else {
        is_done = false;
    }
    BIO_free(secret); /* wipes it */
    BIO_free(open_text);
    return is_done;
}

/* ---- what is told ---- */

static void add_day(struct strbuf *out, const ASN1_TIME *time)
{
    struct tm tm = {0};

    (void)ASN1_TIME_to_tm(time, &tm);
    strbuf_addf(out, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void tell_json(const struct mkcert *spec, const char *cert, const char *key, const char *fingerprint,
                      const char *until, struct strbuf *told)
{
    json_begin(told, NULL);
    json_str(told, "certificate", cert);
    json_str(told, "key", key);
    json_begin_array(told, "names");
    for (size_t i = 0; i < spec->name_count; i++) {
        json_str(told, NULL, spec->names[i]);
    }
    json_end_array(told);
    json_str(told, "until", until);
    json_str(told, "fingerprint", fingerprint);
    json_end(told);
    strbuf_addc(told, '\n');
}

static void tell_text(const struct mkcert *spec, const char *cert, const char *key, const char *fingerprint,
                      const char *until, struct strbuf *told)
{
    strbuf_addf(told, "Certificate: %s, until %s, for", cert, until);
    for (size_t i = 0; i < spec->name_count; i++) {
        strbuf_addf(told, "%s %s", i > 0 ? "," : "", spec->names[i]);
    }
    strbuf_addf(told, "\nKey:         %s, a secret: only its owner can read it\n", key);
    strbuf_addf(told, "sha256 Fingerprint=%s\n\n", fingerprint);
    if (geteuid() == 0 && getgrnam("chatd") != NULL) {
        strbuf_addf(told, "The service reads the key as a member of the group chatd:\n\n"
                          "    chgrp chatd %s\n    chmod 0640 %s\n\n", key, key);
    } else {
        strbuf_adds(told, "The user that chatd runs as must be able to read the key.\n");
    }
    strbuf_addf(told, "In chatd.ini:\n\n    [tls]\n    listen = *:6697\n    certificate = %s\n    key = %s\n\n", cert,
                key);
    strbuf_adds(told, "No authority has signed this certificate. So tell people its fingerprint, or give them the\n"
                      "certificate: openssl s_client -CAfile and ncat --ssl-trustfile check the server by it.\n");
}

static void tell(const struct mkcert *spec, const struct pair *pair, const struct target *cert,
                 const struct target *key, bool is_json, struct strbuf *told)
{
    unsigned char hash[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;
    char fingerprint[FINGERPRINT_SIZE];
    char *cert_path = realpath(cert->path, NULL), *key_path = realpath(key->path, NULL);
    struct strbuf until = {0};

    (void)X509_digest(pair->cert, EVP_sha256(), hash, &len);
    add_day(&until, X509_get0_notAfter(pair->cert));
    (is_json ? tell_json : tell_text)(spec, cert_path != NULL ? cert_path : cert->path,
                                      key_path != NULL ? key_path : key->path, fingerprint_text(hash, fingerprint),
                                      strbuf_str(&until), told);
    strbuf_fini(&until);
    free(cert_path);
    free(key_path);
}

bool mkcert_make(const struct mkcert *spec, bool is_json, struct strbuf *told, struct strbuf *err)
{
    struct mkcert with;
    struct target cert, key;
    struct pair pair;
    char host[256] = "";
    bool is_made;

    if (!take_names(spec, &with, host, err) || !pair_make(&pair, &with, err)) {
        return false;
    }
    target_init(&cert, spec->cert != NULL ? NULL : spec->out, spec->cert != NULL ? spec->cert : "chatd.crt");
    target_init(&key, spec->key != NULL ? NULL : spec->out, spec->key != NULL ? spec->key : "chatd.key");
    is_made = write_files(&pair, &cert, &key, spec->is_forced, err);
    if (is_made) {
        tell(&with, &pair, &cert, &key, is_json, told);
    }
    target_fini(&cert);
    target_fini(&key);
    pair_fini(&pair);
    return is_made;
}

#else

bool mkcert_is_name(const char *name)
{
    return name[0] != '\0';
}

bool mkcert_make(const struct mkcert *spec, bool is_json, struct strbuf *told, struct strbuf *err)
{
    (void)spec;
    (void)is_json;
    (void)told;
    strbuf_adds(err, "this chatctl is built without OpenSSL, so it can make no certificate; "
                     "openssl req -x509 makes one");
    return false;
}

#endif

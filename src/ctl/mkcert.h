/* ctl/mkcert.h: makes a self-signed certificate and its key, for a chatd that has no other (tls.certificate, tls.key).
 *
 * The key is an EC key on the curve P-256.  Its file is made with mode 0600, and no file that is there is replaced
 * unless that is asked for. */
#ifndef CHATD_CTL_MKCERT_H
#define CHATD_CTL_MKCERT_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum { MKCERT_NAMES = 64, MKCERT_MOST_DAYS = 36500, MKCERT_DAYS = 365 };

/* All strings are borrowed. */
struct mkcert {
    const char *names[MKCERT_NAMES]; /* host names and addresses, by which clients reach the server */
    size_t name_count;               /* 0: the name of this machine */
    const char *out;                 /* the folder, for chatd.crt and chatd.key; NULL: the current one */
    const char *cert, *key;          /* the files; both are NULL if they are in out */
    long days;                       /* how long the certificate is valid */
    bool is_forced;                  /* files that are there are replaced */
};

/* Makes the two files and appends what to tell about them: lines for people, or a JSON object.  Returns false, appends
 * a sentence to err, and leaves all files as they were, if that is not possible. */
bool mkcert_make(const struct mkcert *spec, bool is_json, struct strbuf *told, struct strbuf *err);
/* Returns true if a certificate can have the name: a host name, "*." in front of one, or an IP address. */
bool mkcert_is_name(const char *name);

#endif

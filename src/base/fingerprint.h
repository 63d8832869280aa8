/* base/fingerprint.h: fingerprints of certificates, and how people read and type them.
 *
 * A fingerprint is the SHA-256 hash of a certificate's DER form, as "openssl x509 -fingerprint -sha256" prints it.
 * Knows no certificate.  Any thread. */
#ifndef CHATD_BASE_FINGERPRINT_H
#define CHATD_BASE_FINGERPRINT_H

#include <stdbool.h>

enum {
    FINGERPRINT_BYTES = 32,
    FINGERPRINT_SIZE = 3 * FINGERPRINT_BYTES, /* as text, with its NUL */
};

/* "AB:CD:..."; returns text. */
const char *fingerprint_text(const unsigned char bytes[FINGERPRINT_BYTES], char text[FINGERPRINT_SIZE]);
/* Reads a fingerprint in capital or small letters, with colons between the bytes or without.  Returns false if it is
 * none. */
bool fingerprint_parse(const char *text, unsigned char bytes[FINGERPRINT_BYTES]);

#endif

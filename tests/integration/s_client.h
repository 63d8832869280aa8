/* tests/integration/s_client.h: clients that talk TLS by "openssl s_client", for tests of the daemon's certificates. */
#ifndef CHATD_TESTS_S_CLIENT_H
#define CHATD_TESTS_S_CLIENT_H

#include "harness.h"

/* Skips the test, with a message, where chatd is built without OpenSSL or openssl is not installed. */
void s_client_is_needed(void);
/* Connects to an address by TLS: what the client sends and receives goes through the program.  It checks the server by
 * the certificate in the file trusted, unless that is NULL, and shows the certificate in the file own with its key in
 * own.key, unless that is NULL. */
struct client *s_client_open(const char *address, const char *trusted, const char *own);
/* The fingerprint of the certificate that an address shows now: "sha256 Fingerprint=AB:...". */
const char *s_client_fingerprint_at(const char *address);
/* The same of the certificate in a file. */
const char *s_client_fingerprint_of(const char *path);
/* Runs a command in a shell and returns what it prints; its errors too if they are redirected.  The exit status does
 * not matter. */
const char *s_client_shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif

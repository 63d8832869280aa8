/* net/tls_fault.h: what OpenSSL says went wrong, in words.
 *
 * OpenSSL keeps its errors in a queue of each thread.  Any thread. */
#ifndef CHATD_NET_TLS_FAULT_H
#define CHATD_NET_TLS_FAULT_H

/* Forgets the errors of earlier calls.  Called before each call whose errors matter: an old one would be taken for
 * its own. */
void tls_fault_clear(void);
/* Takes the first error, which is the cause of the others, and forgets them all: the end of a sentence, static.
 * "unknown error" if there is none. */
const char *tls_fault_take(void);

#endif

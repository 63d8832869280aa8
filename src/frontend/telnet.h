/* frontend/telnet.h: the telnet of one connection (RFC 854), by libtelnet.
 *
 * Made when a connection's first IAC arrives and not before: nc and other plain clients would show
 * what telnet says.  It takes bytes apart into text and telnet, answers the telnet, and heals the
 * UTF-8 that inetutils' telnet mangles.  Loop thread only. */
#ifndef CHATD_FRONTEND_TELNET_H
#define CHATD_FRONTEND_TELNET_H

#include "base/strbuf.h"
#include "net/conn.h"

#include <stdbool.h>
#include <stddef.h>

struct telnet_peer;

/* Begins to speak telnet on conn (borrowed).  The len bytes at text are what its unfinished line holds so far:
 * the first IAC of all may be one that has replaced a byte of a letter. */
struct telnet_peer *telnet_peer_new(struct conn *conn, const char *text, size_t len);
void telnet_peer_free(struct telnet_peer *peer);
/* Takes the n bytes at data; what of them is text goes to out, which has place for n bytes.  Returns
 * its length. */
size_t telnet_peer_decode(struct telnet_peer *peer, const char *data, size_t n, char *out);
/* Bytes that are kept of what the peer has sent, beyond what every telnet needs. */
size_t telnet_peer_kept_bytes(const struct telnet_peer *peer);
/* The peer has sent IAC EOF: no more text will come. */
bool telnet_peer_is_eof(const struct telnet_peer *peer);
/* The peer has broken the protocol in a way that leaves the rest without meaning. */
bool telnet_peer_is_broken(const struct telnet_peer *peer);
/* What was negotiated, short lines, each ended by LF. */
void telnet_peer_describe(const struct telnet_peer *peer, struct strbuf *out);

#endif

/* frontend/telnet.h: the telnet of one connection (RFC 854), its negotiation by libtelnet.
 *
 * Made when a peer first speaks telnet (frontend/telnet_begin.h), since nc and other plain clients show what telnet
 * says; and before that only for a peer that ends its lines as telnets do, when its user asks for what needs telnet: an
 * edited line, a password, a charset.
 * It takes bytes apart into text and telnet, answers the telnet, and heals the UTF-8 that inetutils' telnet
 * mangles.  Loop thread only. */
#ifndef CHATD_FRONTEND_TELNET_H
#define CHATD_FRONTEND_TELNET_H

#include "base/charsets.h"
#include "frontend/reply.h"
#include "frontend/telnet_modes.h"
#include "net/conn.h"

#include <stdbool.h>
#include <stddef.h>

struct telnet_peer;

/* The telnet of conn (borrowed); sends nothing.  The len bytes at text are what its unfinished line holds so far:
 * the first command of all may have replaced a byte of a letter. */
struct telnet_peer *telnet_peer_new(struct conn *conn, const char *text, size_t len);
/* Asks a new peer for BINARY, the terminal's type and the window's size.  is_known tells that it has spoken telnet, and
 * so may be offered CHARSET at once. */
void telnet_peer_greet(struct telnet_peer *peer, bool is_known);
void telnet_peer_free(struct telnet_peer *peer);
/* Decodes the n bytes at data and writes their text to out, which has space for n + 1 bytes.  Returns the length of the
 * text.  Commands that edit the line become the keys of base/typed.h. */
size_t telnet_peer_decode(struct telnet_peer *peer, const char *data, size_t n, char *out);
/* Returns true if the peer has asked whether the server is there, once or more, since the last call. */
bool telnet_peer_take_question(struct telnet_peer *peer);
/* The work of the answers since the last call, in lines. */
unsigned telnet_peer_take_cost(struct telnet_peer *peer);
/* Returns true if the peer has sent IAC EOF: no more text will come. */
bool telnet_peer_is_eof(const struct telnet_peer *peer);
/* Returns true if the peer has broken the protocol, so that the rest cannot be decoded. */
bool telnet_peer_is_broken(const struct telnet_peer *peer);
/* The columns of its window, as last sent; 0 if they are not known. */
unsigned telnet_peer_columns(const struct telnet_peer *peer);
unsigned telnet_peer_rows(const struct telnet_peer *peer);
/* Its terminal's type as the client tells it; "" if it will not; NULL if it has not answered yet. */
const char *telnet_peer_terminal(const struct telnet_peer *peer);
/* What a client for MUDs tells of its terminal, as bits of MTTS (frontend/terminals.h); 0 if it has not. */
unsigned telnet_peer_mtts(const struct telnet_peer *peer);
/* The charsets that may be negotiated; NULL, as at the beginning: only UTF-8.  Borrowed. */
void telnet_peer_set_charsets(struct telnet_peer *peer, const struct charsets *charsets);
/* Its text is UTF-8, as at the beginning; or it is not, and a byte 255 may be a letter. */
void telnet_peer_set_utf8(struct telnet_peer *peer, bool on);
/* The person has chosen that one: no other is negotiated. */
void telnet_peer_fix_charset(struct telnet_peer *peer, unsigned number);
/* Returns true if a charset was negotiated since the last call. */
bool telnet_peer_take_charset(struct telnet_peer *peer, unsigned *number);
/* Has the peer hide what is typed (RFC 857: WILL ECHO, and nothing is echoed), or show it again.  Returns false when
 * that cannot be said. */
bool telnet_peer_hide(struct telnet_peer *peer, bool on);
/* Returns true once the peer has negotiated anything: until then it may be no telnet. */
bool telnet_peer_is_heard(const struct telnet_peer *peer);

/* Sends a NOP (RFC 854); returns the number of bytes. */
unsigned telnet_peer_probe(struct telnet_peer *peer);

/* Asks the client for keys, or for lines again. */
void telnet_peer_edit(struct telnet_peer *peer, bool on);
enum telnet_mode telnet_peer_mode(const struct telnet_peer *peer);
/* What was negotiated, as in struct frontend_ops. */
void telnet_peer_describe(const struct telnet_peer *peer, struct reply *r);

#endif

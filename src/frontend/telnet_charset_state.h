/* frontend/telnet_charset_state.h: how far a client's telnet and the server have agreed on a charset (RFC 2066).
 *
 * The server offers WILL CHARSET once, and requests one when the client says DO; the client may request one at any
 * time.  Loop thread only. */
#ifndef CHATD_FRONTEND_TELNET_CHARSET_STATE_H
#define CHATD_FRONTEND_TELNET_CHARSET_STATE_H

#include "base/charsets.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded by its owner, and zeroed. */
struct telnet_charset_state {
    bool requests : 1;    /* a charset was requested of the client, which has not answered */
    bool has_charset : 1; /* one was negotiated: the number of it is charset */
    bool is_fixed : 1;    /* the person has chosen charset: nothing else is negotiated */
    uint8_t charset;
};

/* The client may be told which charsets there are: appends the request.  all are those that may be negotiated, here and
 * below; NULL: only UTF-8. */
void telnet_charset_state_request(struct telnet_charset_state *s, const struct charsets *all, struct strbuf *answers);
/* A subnegotiation of CHARSET has come: appends the answer, if there is one.  Returns the number of answers. */
unsigned telnet_charset_state_receive(struct telnet_charset_state *s, const struct charsets *all, const char *data,
                                      size_t len, struct strbuf *answers);

/* The person has chosen that one: no other is negotiated. */
void telnet_charset_state_fix(struct telnet_charset_state *s, unsigned number);
/* Returns true if a charset was negotiated since the last call. */
bool telnet_charset_state_take(struct telnet_charset_state *s, unsigned *number);

#endif

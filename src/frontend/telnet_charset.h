/* frontend/telnet_charset.h: what is said and heard in telnet's negotiation of a charset (RFC 2066).
 *
 * Tables of characters, which the RFC has too, are refused.  Pure. */
#ifndef CHATD_FRONTEND_TELNET_CHARSET_H
#define CHATD_FRONTEND_TELNET_CHARSET_H

#include "base/charsets.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum { TELNET_CHARSET = 42 /* the option */ };

/* What a subnegotiation of CHARSET begins with. */
enum telnet_charset_verb {
    TELNET_CHARSET_REQUEST = 1,
    TELNET_CHARSET_ACCEPTED,
    TELNET_CHARSET_REJECTED,
    TELNET_CHARSET_TTABLE_IS,
    TELNET_CHARSET_TTABLE_REJECTED,
};

enum { TELNET_CHARSET_ANY = -1 };

/* Appends the subnegotiation that offers UTF-8, and then all that there are; or only the one with a number. */
void telnet_charset_add_request(struct strbuf *out, const struct charsets *all, int only);
/* Appends one that consists of a verb and a name; "" for none. */
void telnet_charset_add(struct strbuf *out, enum telnet_charset_verb verb, const char *name);
/* Chooses from a REQUEST, of which the len bytes at data follow the verb: UTF-8 if it is offered, and else the first
 * that there is; or only the one with a number.  name, of room bytes, becomes its name as it is written there.  False:
 * there is none. */
bool telnet_charset_choose(const struct charsets *all, int only, const char *data, size_t len, unsigned *number,
                           char *name, size_t room);

#endif

/* frontend/telnet_parts.h: takes a peer's bytes apart into text, commands, negotiations and subnegotiations (RFC 854).
 *
 * A peer's bytes are not always telnet: an IAC that no command follows is text, and what is unfinished never takes a
 * line's end with it.  It does not matter in what pieces the bytes arrive.  Loop thread only. */
#ifndef CHATD_FRONTEND_TELNET_PARTS_H
#define CHATD_FRONTEND_TELNET_PARTS_H

#include "base/strbuf.h"
#include "frontend/telnet_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded by its owner, and zeroed. */
struct telnet_parts {
    struct telnet_text text; /* the owner may begin it, add to it, and set has_letters */
    struct strbuf sub;       /* the beginning of a subnegotiation */
    uint16_t sub_len;        /* the length of all of it */
    uint8_t state;           /* between calls too */
    uint8_t verb;            /* in a negotiation: WILL, WONT, DO or DONT */
    uint8_t option;          /* in a subnegotiation */
    bool is_eof;    /* set by the owner: nothing follows that is to be taken apart */
    bool is_broken; /* the same, since the peer has broken the protocol; the owner may set it too */
};

/* Called in the order in which these parts and the text have come. */
struct telnet_parts_ops {
    void (*command)(struct telnet_parts *p, unsigned char command);
    void (*negotiation)(struct telnet_parts *p, unsigned char verb, unsigned char option);
    /* What it holds is in sub and sub_len. */
    void (*subnegotiation)(struct telnet_parts *p, unsigned char option);
};

/* Takes apart the n bytes at data.  The text is written to out, which has space for n + 1 bytes.  Returns its
 * length. */
size_t telnet_parts_take(struct telnet_parts *p, const struct telnet_parts_ops *ops, const char *data, size_t n,
                         char *out);
void telnet_parts_fini(struct telnet_parts *p);

#endif

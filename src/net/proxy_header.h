/* net/proxy_header.h: the header of the PROXY protocol, in which a proxy tells the address of its client.
 *
 * Both versions of the protocol (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt) are read.  Version 1 is a
 * line of text of at most 107 bytes; version 2 is binary, and the fields that may follow its addresses (TLVs) are
 * skipped.  A header that tells no address is complete too: LOCAL, with which a proxy tells that it connects for
 * itself, UNKNOWN and UNSPEC, and the datagram protocols, which do not come over a stream.  Pure functions; any thread.
 * */
#ifndef CHATD_NET_PROXY_HEADER_H
#define CHATD_NET_PROXY_HEADER_H

#include "net/preamble.h"

#include <stddef.h>

enum {
    PROXY_HEADER_LINE = 107,  /* the longest header of version 1, with its CR and LF (the specification, 2.1) */
    PROXY_HEADER_MOST = PREAMBLE_MOST, /* the longest of version 2 that is taken; without TLVs it has at most 232 */
};

/* Decodes the len bytes at data, at least one and at most PROXY_HEADER_MOST. */
enum preamble_answer proxy_header_look(const char *data, size_t len, struct preamble_found *found);

extern const struct preamble_kind proxy_header_kind;

#endif

/* net/addr.h: the addresses of peers.
 *
 * Addresses are numeric: a name would need DNS, which can stall.  Any thread. */
#ifndef CHATD_NET_ADDR_H
#define CHATD_NET_ADDR_H

#include "base/cidr.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum addr_kind { ADDR_UNIX, ADDR_IPV4, ADDR_IPV6 };

/* How the address of a client is known. */
enum addr_source {
    ADDR_OF_SOCKET, /* it is that of the peer of the socket */
    ADDR_TOLD,      /* a proxy has told it: the peer of the socket is the proxy */
    ADDR_OF_PROXY,  /* it is that of a proxy, which connects for itself, as its health checks do */
};

/* A peer's address; small, since every connection has one. */
struct addr {
    uint8_t kind;    /* enum addr_kind */
    uint8_t ip[16];  /* IPv4: the first 4 bytes; unix: zero */
    uint8_t source;  /* enum addr_source; not compared */
    uint16_t port;   /* in host byte order */
};

enum { ADDR_TEXT_SIZE = 128 }; /* "[ipv6]:port", "unix:" and a path of at most 107 bytes, NUL */

/* A range of peers' addresses: all whose first bits bits are those of addr, and whose port is that of addr unless it is
 * 0.  As text: "192.0.2.1", "192.0.2.1:5000", "[2001:db8::1]:5000", "2001:db8::1", "2001:db8::/64". */
struct addr_range {
    struct addr addr;
    uint8_t bits;
};
/* Returns false if text has none of these forms. */
bool addr_parse_range(struct addr_range *out, const char *text);
/* The address alone, without its port; false for a unix socket, which has none. */
bool addr_cidr(const struct addr *addr, struct cidr *out);
bool addr_is_within(const struct addr *addr, const struct addr_range *range);

/* Converts an address from the system; an IPv4 address mapped into IPv6 becomes IPv4. */
void addr_from_sockaddr(struct addr *out, const struct sockaddr *sa);
/* "127.0.0.1:5000", "[::1]:5000", "unix"; buf has ADDR_TEXT_SIZE bytes and is returned. */
const char *addr_text(const struct addr *addr, char *buf);

#endif

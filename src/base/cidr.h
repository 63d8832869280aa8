/* base/cidr.h: networks of IPv4 and IPv6 addresses, as text and as bits.
 *
 * An address is a network of its full length.  An IPv4 address that is mapped into IPv6 (::ffff:192.0.2.1) is the IPv4
 * address.  Pure functions; any thread. */
#ifndef CHATD_BASE_CIDR_H
#define CHATD_BASE_CIDR_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

enum cidr_kind { CIDR_IPV4, CIDR_IPV6, CIDR_KINDS };

struct cidr {
    uint8_t kind;   /* enum cidr_kind */
    uint8_t bits;   /* the length of the prefix: at most 32 or 128 */
    uint8_t ip[16]; /* IPv4: the first 4 bytes; the bits behind the prefix, and bytes not in use, are 0 */
};

enum { CIDR_TEXT_SIZE = 64 };

/* The network of the first bits bits of an address, whose kind says how many bytes ip has: 4 or 16.  The bits behind
 * them are dropped.  bits is at most the number that such an address has. */
struct cidr cidr_of(enum cidr_kind kind, const uint8_t *ip, unsigned bits);
/* Reads "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "[2001:db8::1]" or "2001:db8::/32".  Returns false and appends a
 * sentence without its full stop to err, unless that is NULL, if text is something else, or has bits set behind its
 * prefix. */
bool cidr_parse(struct cidr *out, const char *text, struct strbuf *err);
/* Returns true if text can only be meant as an address or a network: it has a dot, a colon or a slash, which no name
 * has. */
bool cidr_is_meant(const char *text);
/* "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; buf has CIDR_TEXT_SIZE bytes and is returned. */
const char *cidr_text(const struct cidr *cidr, char *buf);
/* Returns true if all of inner is in outer. */
bool cidr_holds(const struct cidr *outer, const struct cidr *inner);
bool cidr_is_equal(const struct cidr *a, const struct cidr *b);
/* The number of bits at which both begin alike, at most the length of the shorter prefix; their kinds are equal. */
unsigned cidr_common_bits(const struct cidr *a, const struct cidr *b);

/* Bit i of the address, counted from its first. */
static inline unsigned cidr_bit(const struct cidr *cidr, unsigned i)
{
    return (unsigned)cidr->ip[i / 8] >> (7 - i % 8) & 1u;
}

#endif

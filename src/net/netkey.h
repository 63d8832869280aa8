/* net/netkey.h: the networks in which admission counts clients, as keys of its tables.
 *
 *                       IPv4    IPv6
 *   an address counts   /32     /64     since one person usually has all of an IPv6 /64
 *   a network counts    /24     /48     since one site usually has all of it
 *
 * Any thread. */
#ifndef CHATD_NET_NETKEY_H
#define CHATD_NET_NETKEY_H

#include "base/cidr.h"
#include "net/addr.h"

#include <stdint.h>
#include <string.h>

enum netkey_scope { NETKEY_ADDRESS, NETKEY_NETWORK };

/* Compared as bytes: it has no gaps. */
struct netkey {
    uint8_t kind; /* enum addr_kind; 0 in a place of a table that is not used, since unix peers are not counted */
    uint8_t bits;
    uint8_t ip[8];
};

/* The address or network that addr, which is no unix socket's, is counted in. */
static inline struct netkey netkey_of(const struct addr *addr, enum netkey_scope scope)
{
    bool is_v6 = addr->kind == ADDR_IPV6;
    struct netkey key = {.kind = addr->kind};

    key.bits = scope == NETKEY_ADDRESS ? (is_v6 ? 64 : 32) : (is_v6 ? 48 : 24);
    memcpy(key.ip, addr->ip, key.bits / 8);
    return key;
}

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::/64"; buf has CIDR_TEXT_SIZE bytes and is returned. */
static inline const char *netkey_text(const struct netkey *key, char *buf)
{
    uint8_t ip[16] = {0};
    struct cidr cidr;

    memcpy(ip, key->ip, sizeof(key->ip));
    cidr = cidr_of(key->kind == ADDR_IPV6 ? CIDR_IPV6 : CIDR_IPV4, ip, key->bits);
    return cidr_text(&cidr, buf);
}

#endif

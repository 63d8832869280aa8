/* net/addr.c: parses and prints the addresses of peers. */
#include "config.h"

#include "net/addr.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

void addr_from_sockaddr(struct addr *out, const struct sockaddr *sa)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

    memset(out, 0, sizeof(*out));
    switch (sa->sa_family) {
    case AF_INET:
        out->kind = ADDR_IPV4;
        memcpy(out->ip, &in->sin_addr, 4);
        out->port = ntohs(in->sin_port);
        break;
    case AF_INET6:
        out->port = ntohs(in6->sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
            out->kind = ADDR_IPV4;
            memcpy(out->ip, in6->sin6_addr.s6_addr + 12, 4);
        } else {
            out->kind = ADDR_IPV6;
            memcpy(out->ip, &in6->sin6_addr, 16);
        }
        break;
    default:
        out->kind = ADDR_UNIX;
    }
}

/* Cuts text at the last c and reads the number behind it, which is at most most. */
static bool cut_number(char *text, char c, unsigned long most, unsigned long *number)
{
    char *at = strrchr(text, c), *end;

    if (at == NULL || at[1] < '0' || at[1] > '9') {
        return false;
    }
    *number = strtoul(at + 1, &end, 10); /* there are few digits, as text is short */
    *at = '\0';
    return *end == '\0' && *number <= most;
}

static bool parse_ip_only(struct addr *out, const char *text)
{
    struct sockaddr_in in4 = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &in4.sin_addr) == 1) {
        addr_from_sockaddr(out, (struct sockaddr *)&in4);
        return true;
    }
    if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1) {
        addr_from_sockaddr(out, (struct sockaddr *)&in6);
        return true;
    }
    return false;
}

bool addr_parse_range(struct addr_range *out, const char *text)
{
    char copy[ADDR_TEXT_SIZE];
    size_t len = strlen(text);
    unsigned long port = 0, bits = 128;
    bool is_network = strchr(text, '/') != NULL;

    if (len >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, text, len + 1);
    if (is_network && !cut_number(copy, '/', 128, &bits)) {
        return false;
    }
    if (!is_network && (copy[0] == '[' || (strchr(copy, ':') == strrchr(copy, ':') && strchr(copy, ':') != NULL)) &&
        copy[len - 1] != ']' && (!cut_number(copy, ':', 65535, &port) || port == 0)) {
        return false;
    }
    len = strlen(copy);
    if (copy[0] == '[' && len > 1 && copy[len - 1] == ']') {
        copy[len - 1] = '\0';
        memmove(copy, copy + 1, len - 1);
    }
    if (!parse_ip_only(&out->addr, copy)) {
        return false;
    }
    if (out->addr.kind == ADDR_IPV4) {
        bool is_mapped = strchr(copy, ':') != NULL; /* ::ffff:192.0.2.0/120 */

        if (is_mapped && bits < 96) {
            return false;
        }
        bits = !is_network ? 32 : is_mapped ? bits - 96 : bits;
        if (bits > 32) {
            return false;
        }
    }
    out->addr.port = (uint16_t)port;
    out->bits = (uint8_t)bits;
    return true;
}

bool addr_cidr(const struct addr *addr, struct cidr *out)
{
    if (addr->kind == ADDR_UNIX) {
        return false;
    }
    *out = addr->kind == ADDR_IPV4 ? cidr_of(CIDR_IPV4, addr->ip, 32) : cidr_of(CIDR_IPV6, addr->ip, 128);
    return true;
}

bool addr_is_within(const struct addr *addr, const struct addr_range *range)
{
    size_t whole = range->bits / 8, rest = range->bits % 8;

    return addr->kind == range->addr.kind && (range->addr.port == 0 || range->addr.port == addr->port) &&
           memcmp(addr->ip, range->addr.ip, whole) == 0 &&
           (rest == 0 || ((addr->ip[whole] ^ range->addr.ip[whole]) & (0xff00u >> rest) & 0xff) == 0);
}

static char *put_ipv4(char *at, const uint8_t *ip)
{
    for (int i = 0; i < 4; i++) {
        at = text_put_number(at, ip[i]);
        *at++ = i < 3 ? '.' : ':';
    }
    return at;
}

static char *put_ipv6(char *at, const uint8_t *ip)
{
    *at = '[';
    inet_ntop(AF_INET6, ip, at + 1, INET6_ADDRSTRLEN);
    at += strlen(at);
    memcpy(at, "]:", 2);
    return at + 2;
}

const char *addr_text(const struct addr *addr, char *buf)
{
    char *end;

    if (addr->kind == ADDR_UNIX) {
        strcpy(buf, "unix");
        return buf;
    }
    end = addr->kind == ADDR_IPV4 ? put_ipv4(buf, addr->ip) : put_ipv6(buf, addr->ip);
    *text_put_number(end, addr->port) = '\0';
    return buf;
}

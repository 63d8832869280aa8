/* base/cidr.c: parses, prints and compares networks. */
#include "config.h"

#include "base/cidr.h"

#include "base/check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned bits;
    int family;
} kinds[CIDR_KINDS] = {[CIDR_IPV4] = {"IPv4", 32, AF_INET}, [CIDR_IPV6] = {"IPv6", 128, AF_INET6}};

static const uint8_t mapped[12] = {[10] = 0xff, 0xff}; /* how a mapped address begins (RFC 4291, 2.5.5.2) */

struct cidr cidr_of(enum cidr_kind kind, const uint8_t *ip, unsigned bits)
{
    struct cidr out = {.kind = (uint8_t)kind, .bits = (uint8_t)bits};

    CHECK(bits <= kinds[kind].bits);
    if (kind == CIDR_IPV6 && bits >= 8 * sizeof(mapped) && memcmp(ip, mapped, sizeof(mapped)) == 0) {
        return cidr_of(CIDR_IPV4, ip + sizeof(mapped), bits - 8 * (unsigned)sizeof(mapped));
    }
    memcpy(out.ip, ip, (bits + 7) / 8);
    if (bits % 8 != 0) {
        out.ip[bits / 8] &= (uint8_t)(0xff00u >> bits % 8);
    }
    return out;
}

/* ---- text ---- */

/* Appends a sentence, and returns false. */
static bool complain(struct strbuf *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool complain(struct strbuf *err, const char *fmt, ...)
{
    va_list ap;

    if (err != NULL) {
        va_start(ap, fmt);
        strbuf_vaddf(err, fmt, ap);
        va_end(ap);
    }
    return false;
}

/* The text before the '/', if any, without brackets.  Returns false if it is too long. */
static bool cut_address(char *to, size_t size, const char *text)
{
    size_t len = strcspn(text, "/");

    if (text[0] == '[' && len > 1 && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len >= size) {
        return false;
    }
    memcpy(to, text, len);
    to[len] = '\0';
    return true;
}

/* An address as lists of connections show it. */
static bool has_port(const char *text)
{
    char copy[CIDR_TEXT_SIZE], *colon;
    uint8_t ip[16];

    if (strlen(text) >= sizeof(copy)) {
        return false;
    }
    strcpy(copy, text);
    colon = strrchr(copy, ':');
    if (colon == NULL) {
        return false;
    }
    *colon = '\0';
    return inet_pton(AF_INET, copy, ip) == 1 || (copy[0] == '[' && colon > copy && colon[-1] == ']');
}

static bool complain_of_address(struct strbuf *err, const char *text, const char *address)
{
    if (has_port(text)) {
        return complain(err, "%s has a port: give the address alone", text);
    }
    if (strchr(address, '%') != NULL) {
        return complain(err, "%s names an interface behind its %%: give the address alone", text);
    }
    return complain(err, "%s is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32", text);
}

/* Reads the length behind the '/'; without one, the length is most. */
static bool read_bits(const char *text, enum cidr_kind kind, unsigned *bits, struct strbuf *err)
{
    const char *slash = strchr(text, '/');
    size_t digits = slash != NULL ? strspn(slash + 1, "0123456789") : 0;

    *bits = kinds[kind].bits;
    if (slash == NULL) {
        return true;
    }
    if (digits == 0 || digits > 3 || slash[1 + digits] != '\0') {
        return complain(err, "%s has no number of bits behind its /", text);
    }
    *bits = (unsigned)strtoul(slash + 1, NULL, 10);
    if (*bits > kinds[kind].bits) {
        return complain(err, "%s is longer than an address: %s has %u bits", text, kinds[kind].name, kinds[kind].bits);
    }
    return true;
}

bool cidr_parse(struct cidr *out, const char *text, struct strbuf *err)
{
    char address[INET6_ADDRSTRLEN] = "", right[CIDR_TEXT_SIZE];
    enum cidr_kind kind = CIDR_IPV4;
    uint8_t ip[16] = {0};
    struct cidr whole;
    unsigned bits;

    if (!cut_address(address, sizeof(address), text)) {
        return complain_of_address(err, text, text);
    }
    if (inet_pton(AF_INET, address, ip) != 1) {
        kind = CIDR_IPV6;
        if (inet_pton(AF_INET6, address, ip) != 1) {
            return complain_of_address(err, text, address);
        }
    }
    if (!read_bits(text, kind, &bits, err)) {
        return false;
    }
    *out = cidr_of(kind, ip, bits);
    whole = cidr_of(kind, ip, kinds[kind].bits);
    if (out->kind != whole.kind || memcmp(out->ip, whole.ip, sizeof(out->ip)) != 0) {
        return complain(err, "%s has bits set behind its first %u: the network is %s", text, bits,
                        cidr_text(out, right));
    }
    return true;
}

bool cidr_is_meant(const char *text)
{
    return strpbrk(text, ".:/") != NULL;
}

static bool is_address(const struct cidr *cidr)
{
    return cidr->bits == kinds[cidr->kind].bits;
}

const char *cidr_text(const struct cidr *cidr, char *buf)
{
    inet_ntop(kinds[cidr->kind].family, cidr->ip, buf, CIDR_TEXT_SIZE);
    if (!is_address(cidr)) {
        size_t len = strlen(buf);

        snprintf(buf + len, CIDR_TEXT_SIZE - len, "/%u", cidr->bits);
    }
    return buf;
}

/* ---- comparing ---- */

bool cidr_is_equal(const struct cidr *a, const struct cidr *b)
{
    return a->kind == b->kind && a->bits == b->bits && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

unsigned cidr_common_bits(const struct cidr *a, const struct cidr *b)
{
    unsigned most = a->bits < b->bits ? a->bits : b->bits, bits = 0;

    while (bits < most && a->ip[bits / 8] == b->ip[bits / 8]) {
        bits += 8;
    }
    if (bits < most) {
        bits += (unsigned)__builtin_clz((unsigned)(a->ip[bits / 8] ^ b->ip[bits / 8]) << 24);
    }
    return bits < most ? bits : most;
}

bool cidr_holds(const struct cidr *outer, const struct cidr *inner)
{
    return outer->kind == inner->kind && outer->bits <= inner->bits &&
           cidr_common_bits(outer, inner) == outer->bits;
}

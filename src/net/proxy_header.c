/* net/proxy_header.c: reads the header of the PROXY protocol.
 *
 * The numbers of sections are those of the specification. */
#include "config.h"

#include "net/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

const struct preamble_kind proxy_header_kind = {.max_bytes = PROXY_HEADER_MOST, .look = proxy_header_look};

static const char line_begin[] = "PROXY ";
static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";

enum {
    LINE_BEGIN = sizeof(line_begin) - 1,
    SIGNATURE = sizeof(signature) - 1,
    FIXED = SIGNATURE + 4,        /* of version 2: the signature, version and command, family and protocol, a length */
    IPV4_BLOCK = 4 + 4 + 2 + 2,   /* both addresses, and both ports */
    IPV6_BLOCK = 16 + 16 + 2 + 2,
    UNIX_BLOCK = 108 + 108,       /* both paths */
};

/* The bits of version 2 (2.2). */
enum { VERSION_2 = 2, LOCAL = 0, PROXIED = 1 };
enum { UNSPEC = 0, INET = 1, INET6 = 2, UNIX = 3 };
enum { STREAM = 1, DGRAM = 2 };

static void set_ipv4(struct addr *peer, const void *ip, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};

    memcpy(&in.sin_addr, ip, sizeof(in.sin_addr));
    addr_from_sockaddr(peer, (struct sockaddr *)&in);
}

static void set_ipv6(struct addr *peer, const void *ip, uint16_t port)
{
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    memcpy(&in6.sin6_addr, ip, sizeof(in6.sin6_addr));
    addr_from_sockaddr(peer, (struct sockaddr *)&in6); /* a mapped IPv4 address becomes IPv4 */
}

/* ---- version 1 ---- */

/* Cuts the next word off *rest, into word: it ends at a single space, or at the end if is_last.  Returns false if it is
 * empty, longer than an address can be, or ends elsewhere. */
static bool next_word(const char **rest, size_t *left, char word[INET6_ADDRSTRLEN], bool is_last)
{
    const char *space = memchr(*rest, ' ', *left);
    size_t len = space != NULL ? (size_t)(space - *rest) : *left;

    if ((space == NULL) != is_last || len == 0 || len >= INET6_ADDRSTRLEN || memchr(*rest, '\0', len) != NULL) {
        return false;
    }
    memcpy(word, *rest, len);
    word[len] = '\0';
    *rest += len + !is_last;
    *left -= len + !is_last;
    return true;
}

/* A decimal number without leading zeros, at most 65535. */
static bool read_port(const char *word, uint16_t *port)
{
    unsigned long number = 0;
    size_t len = strlen(word);

    if (len > 5 || (word[0] == '0' && len > 1)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (word[i] < '0' || word[i] > '9') {
            return false;
        }
        number = number * 10 + (unsigned long)(word[i] - '0');
    }
    *port = (uint16_t)number;
    return number <= UINT16_MAX;
}

/* "192.0.2.1 198.51.100.1 56324 4000": the address of the client, that of the proxy, and their ports. */
static bool read_addresses(const char *rest, size_t left, int family, struct addr *peer)
{
    char words[4][INET6_ADDRSTRLEN];
    struct in6_addr client, server; /* large enough for both families */
    uint16_t client_port, server_port;

    for (int i = 0; i < 4; i++) {
        if (!next_word(&rest, &left, words[i], i == 3)) {
            return false;
        }
    }
    if (inet_pton(family, words[0], &client) != 1 || inet_pton(family, words[1], &server) != 1 ||
        !read_port(words[2], &client_port) || !read_port(words[3], &server_port)) {
        return false;
    }
    if (family == AF_INET) {
        set_ipv4(peer, &client, client_port);
    } else {
        set_ipv6(peer, &client, client_port);
    }
    return true;
}

/* The line between "PROXY " and its end. */
static enum preamble_answer read_line(const char *line, size_t len, struct preamble_found *found)
{
    static const char unknown[] = "UNKNOWN", tcp4[] = "TCP4 ", tcp6[] = "TCP6 ";
    bool is_right;

    if (len >= 7 && memcmp(line, unknown, 7) == 0 && (len == 7 || line[7] == ' ')) {
        found->is_own = true; /* what follows is ignored (2.1) */
        return PREAMBLE_WHOLE;
    }
    if (len < 5) {
        return PREAMBLE_WRONG;
    }
    if (memcmp(line, tcp4, 5) == 0) {
        is_right = read_addresses(line + 5, len - 5, AF_INET, &found->peer);
    } else {
        is_right = memcmp(line, tcp6, 5) == 0 && read_addresses(line + 5, len - 5, AF_INET6, &found->peer);
    }
    return is_right ? PREAMBLE_WHOLE : PREAMBLE_WRONG;
}

static enum preamble_answer look_for_line(const char *data, size_t len, struct preamble_found *found)
{
    size_t most = len < PROXY_HEADER_LINE ? len : PROXY_HEADER_LINE;
    const char *lf = memchr(data, '\n', most);
    const char *cr = memchr(data, '\r', most);

    if (cr != NULL && cr + 1 < data + most && cr + 1 != lf) {
        return PREAMBLE_WRONG;
    }
    if (lf == NULL) {
        return len < PROXY_HEADER_LINE ? PREAMBLE_MORE : PREAMBLE_LONG;
    }
    if (cr == NULL || cr + 1 != lf) {
        return PREAMBLE_WRONG;
    }
    found->used = (size_t)(lf - data) + 1;
    return read_line(data + LINE_BEGIN, (size_t)(cr - data) - LINE_BEGIN, found);
}

/* ---- version 2 ---- */

static uint16_t number_at(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* The addresses in the len bytes at block; what is longer are TLVs. */
static enum preamble_answer read_block(unsigned family, const uint8_t *block, size_t len, struct preamble_found *found)
{
    static const size_t needed[] = {[INET] = IPV4_BLOCK, [INET6] = IPV6_BLOCK, [UNIX] = UNIX_BLOCK};

    if (len < needed[family]) {
        return PREAMBLE_WRONG;
    }
    if (family == INET) {
        set_ipv4(&found->peer, block, number_at(block + 8));
    } else if (family == INET6) {
        set_ipv6(&found->peer, block, number_at(block + 32));
    } else {
        found->peer = (struct addr){.kind = ADDR_UNIX}; /* on a unix socket of the proxy's machine */
    }
    return PREAMBLE_WHOLE;
}

static enum preamble_answer look_for_binary(const char *data, size_t len, struct preamble_found *found)
{
    uint8_t head[FIXED] = {0};
    unsigned command, family, protocol;
    size_t whole;

    memcpy(head, data, len < FIXED ? len : FIXED);
    command = head[SIGNATURE] & 0xfu;
    family = head[SIGNATURE + 1] >> 4;
    protocol = head[SIGNATURE + 1] & 0xfu;
    if (len > SIGNATURE && (head[SIGNATURE] >> 4 != VERSION_2 || command > PROXIED)) {
        return PREAMBLE_WRONG;
    }
    if (len > SIGNATURE + 1 && (family > UNIX || protocol > DGRAM)) {
        return PREAMBLE_WRONG; /* reserved values are refused (2.2) */
    }
    if (len < FIXED) {
        return PREAMBLE_MORE;
    }
    whole = FIXED + (size_t)number_at(head + FIXED - 2);
    if (whole > PROXY_HEADER_MOST) {
        return PREAMBLE_LONG;
    }
    if (len < whole) {
        return PREAMBLE_MORE;
    }
    found->used = whole;
    if (command == LOCAL || family == UNSPEC || protocol != STREAM) {
        found->is_own = true; /* the addresses are ignored (2.2) */
        return PREAMBLE_WHOLE;
    }
    return read_block(family, (const uint8_t *)data + FIXED, whole - FIXED, found);
}

/* ---- both ---- */

enum preamble_answer proxy_header_look(const char *data, size_t len, struct preamble_found *found)
{
    if (memcmp(data, line_begin, len < LINE_BEGIN ? len : LINE_BEGIN) == 0) {
        return len < LINE_BEGIN ? PREAMBLE_MORE : look_for_line(data, len, found);
    }
    if (memcmp(data, signature, len < SIGNATURE ? len : SIGNATURE) == 0) {
        return len < SIGNATURE ? PREAMBLE_MORE : look_for_binary(data, len, found);
    }
    return PREAMBLE_NONE;
}

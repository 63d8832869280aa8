/* net/addr.c: parsing and printing of addresses. */
#include "config.h"

#include "net/addr.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

static bool fail(char *err, size_t err_size, const char *what)
{
    snprintf(err, err_size, "%s", what);
    return false;
}

static bool parse_port(uint16_t *port, const char *s, size_t len)
{
    uint32_t n = 0;

    if (len == 0 || len > 5) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return false;
        }
        n = n * 10 + (uint32_t)(s[i] - '0');
    }
    *port = (uint16_t)n;
    return n <= 65535;
}

static bool parse_unix(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&out->addr;
    const char *path = s + strlen("unix:");
    size_t path_len = len - strlen("unix:");

    if (path_len == 0 || path[0] != '/') {
        return fail(err, err_size, "needs an absolute path behind unix:");
    }
    if (path_len >= sizeof(un->sun_path)) {
        return fail(err, err_size, "is a longer path than a unix socket can have (107 bytes)");
    }
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, path_len);
    out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len + 1);
    return true;
}

static bool parse_ip(struct addr_listen *out, const char *host, size_t len, uint16_t port)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&out->addr;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->addr;
    char text[INET6_ADDRSTRLEN];

    if (len == 1 && host[0] == '*') {
        out->dual_stack = true;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        out->len = sizeof(*in6);
        return true;
    }
    if (len >= 2 && host[0] == '[' && host[len - 1] == ']') {
        host++;
        len -= 2;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        out->len = sizeof(*in6);
    } else {
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        out->len = sizeof(*in);
    }
    if (len >= sizeof(text)) {
        return false;
    }
    memcpy(text, host, len);
    text[len] = '\0';
    return inet_pton(out->addr.ss_family, text,
                     out->addr.ss_family == AF_INET ? (void *)&in->sin_addr : (void *)&in6->sin6_addr) == 1;
}

bool addr_parse_listen(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size)
{
    const char *colon = memrchr(s, ':', len);
    uint16_t port;

    memset(out, 0, sizeof(*out));
    if (len >= strlen("unix:") && memcmp(s, "unix:", strlen("unix:")) == 0) {
        return parse_unix(out, s, len, err, err_size);
    }
    if (colon == NULL || !parse_port(&port, colon + 1, len - (size_t)(colon + 1 - s))) {
        return fail(err, err_size, "does not end in a port of 0 to 65535, as in *:4000 or [::1]:4000");
    }
    if (!parse_ip(out, s, (size_t)(colon - s), port)) {
        return fail(err, err_size,
                    "is no address: write *:PORT, an IPv4 address and port, [IPv6]:PORT or unix:PATH; "
                    "names of hosts are not looked up");
    }
    return true;
}

bool addr_is_same_listen(const struct addr_listen *a, const struct addr_listen *b)
{
    return a->dual_stack == b->dual_stack && a->len == b->len && memcmp(&a->addr, &b->addr, a->len) == 0;
}

bool addr_next_listen(const char **list, const char **part, size_t *len)
{
    return text_next_item(list, part, len);
}

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

const char *addr_listen_text(const struct sockaddr *sa, char *buf)
{
    struct addr addr;

    if (sa->sa_family == AF_UNIX) {
        const char *path = ((const struct sockaddr_un *)sa)->sun_path;

        /* An abstract one has no file, and a NUL first. */
        snprintf(buf, ADDR_TEXT_SIZE, path[0] == '\0' ? "unix:@%.106s" : "unix:%.107s", path + (path[0] == '\0'));
        return buf;
    }
    addr_from_sockaddr(&addr, sa);
    return addr_text(&addr, buf);
}

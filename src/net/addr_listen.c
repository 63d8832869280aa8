/* net/addr_listen.c: parses, compares and prints addresses to listen on. */
#include "config.h"

#include "net/addr_listen.h"

#include "base/access.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

enum { UNIX_MODE = 0666 /* of a socket's file: everyone who can reach its folder may connect */ };

bool addr_listen_parse_path(struct addr_listen *out, const char *path, size_t len, char *err, size_t err_size)
{
    struct sockaddr_un *un = (struct sockaddr_un *)&out->addr;

    *out = (struct addr_listen){.mode = UNIX_MODE, .group = (gid_t)-1};
    if (len == 0 || path[0] != '/') {
        return fail(err, err_size, "needs an absolute path behind unix:");
    }
    if (len >= sizeof(un->sun_path)) {
        return fail(err, err_size, "is a longer path than a unix socket can have (107 bytes)");
    }
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, len);
    out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
    return true;
}

const char *addr_listen_path(const struct addr_listen *where)
{
    return addr_listen_family(where) == AF_UNIX ? ((const struct sockaddr_un *)&where->addr)->sun_path : NULL;
}

/* One of "mode=0660" and "group=NAME". */
static bool parse_setting(struct addr_listen *out, const char *setting, char *err, size_t err_size)
{
    mode_t mode;

    if (strncmp(setting, "mode=", 5) == 0) {
        if (!access_parse_mode(setting + 5, &mode)) {
            return fail(err, err_size, "has no mode of three octal digits that lets its owner write, as mode=0660");
        }
        out->mode = (uint16_t)mode;
        return true;
    }
    if (strncmp(setting, "group=", 6) == 0) {
        if (setting[6] == '\0' || !access_find_group(setting + 6, &out->group)) {
            return fail(err, err_size, "names a group that does not exist");
        }
        return true;
    }
    return fail(err, err_size, "has behind its path something else than mode=MODE and group=GROUP");
}

/* The settings behind a unix socket's path, each preceded by a comma. */
static bool parse_settings(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size)
{
    char *text = mem_strndup(s, len), *next = text, *setting;
    bool is_right = true;

    while (is_right && (setting = strsep(&next, ",")) != NULL) {
        setting += strspn(setting, " \t");
        setting[strcspn(setting, " \t")] = '\0';
        is_right = parse_setting(out, setting, err, err_size);
    }
    free(text);
    return is_right;
}

static bool parse_unix(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size)
{
    const char *path = s + strlen("unix:"), *end = s + len;
    const char *comma = memchr(path, ',', (size_t)(end - path));
    const char *path_end = comma != NULL ? comma : end;

    while (path_end > path && (path_end[-1] == ' ' || path_end[-1] == '\t')) {
        path_end--;
    }
    return addr_listen_parse_path(out, path, (size_t)(path_end - path), err, err_size) &&
           (comma == NULL || parse_settings(out, comma + 1, (size_t)(end - comma - 1), err, err_size));
}

/* A link-local address needs a network interface, which zone names or numbers; other addresses must have none. */
static bool take_zone(struct addr_listen *out, char *err, size_t err_size)
{
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->addr;
    bool is_local = addr_listen_family(out) == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr);

    if (is_local && out->zone[0] == '\0') {
        return fail(err, err_size, "is a link-local address, which needs its network interface, as in "
                                   "[fe80::1%eth0]:4000");
    }
    if (!is_local && out->zone[0] != '\0') {
        return fail(err, err_size, "names a network interface, which only a link-local address (fe80::) has");
    }
    if (out->zone[strspn(out->zone, "0123456789")] == '\0') {
        in6->sin6_scope_id = is_local ? (uint32_t)strtoul(out->zone, NULL, 10) : in6->sin6_scope_id;
        memset(out->zone, 0, sizeof(out->zone));
    }
    return true;
}

/* IPv4 in the form of IPv6, "::ffff:10.0.0.1", becomes IPv4: a socket for IPv6 alone cannot have that address. */
static void unmap(struct addr_listen *out, uint16_t port)
{
    struct sockaddr_in6 in6 = *(struct sockaddr_in6 *)&out->addr;
    struct sockaddr_in *in = (struct sockaddr_in *)&out->addr;

    if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
        memset(&out->addr, 0, sizeof(out->addr));
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        memcpy(&in->sin_addr, in6.sin6_addr.s6_addr + 12, 4);
        out->len = sizeof(*in);
    }
}

static bool parse_ip(struct addr_listen *out, const char *host, size_t len, uint16_t port)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&out->addr;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->addr;
    char text[INET6_ADDRSTRLEN + 1 + sizeof(out->zone)], *zone;

    if (len == 1 && host[0] == '*') {
        out->dual_stack = true;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        out->len = sizeof(*in6);
        return true;
    }
    if (len >= sizeof(text)) {
        return false;
    }
    memcpy(text, host, len);
    text[len] = '\0';
    if (len < 2 || text[0] != '[' || text[len - 1] != ']') {
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        out->len = sizeof(*in);
        return inet_pton(AF_INET, text, &in->sin_addr) == 1;
    }
    text[len - 1] = '\0';
    zone = strchr(text, '%');
    if (zone != NULL) {
        *zone++ = '\0';
        if (zone[0] == '\0' || strlen(zone) >= sizeof(out->zone)) {
            return false;
        }
        strcpy(out->zone, zone);
    }
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(port);
    out->len = sizeof(*in6);
    if (inet_pton(AF_INET6, text + 1, &in6->sin6_addr) != 1) {
        return false;
    }
    unmap(out, port);
    return true;
}

static bool is_ipv6(const char *host, size_t len)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr addr;

    if (len >= sizeof(text)) {
        return false;
    }
    memcpy(text, host, len);
    text[len] = '\0';
    return inet_pton(AF_INET6, text, &addr) == 1;
}

/* Says what is wrong with the host before a port; returns false. */
static bool fail_host(const char *host, size_t len, uint16_t port, char *err, size_t err_size)
{
    if (len == 0) {
        snprintf(err, err_size, "is no address: write *:%u for every address of this machine, or 127.0.0.1:%u for "
                 "this machine alone", port, port);
    } else if (len == strlen("localhost") && strncasecmp(host, "localhost", len) == 0) {
        snprintf(err, err_size, "is no address: names of hosts are not looked up; write 127.0.0.1:%u or [::1]:%u",
                 port, port);
    } else if (is_ipv6(host, len)) {
        snprintf(err, err_size, "is no address: IPv6 stands in brackets; write [%.*s]:%u", (int)len, host, port);
    } else {
        snprintf(err, err_size, "is no address: write *:PORT, an IPv4 address and port, [IPv6]:PORT or unix:PATH; "
                 "names of hosts are not looked up");
    }
    return false;
}

/* The same for text that does not end with a port. */
static bool fail_port(const char *s, size_t len, char *err, size_t err_size)
{
    struct addr_listen where;
    uint16_t port;

    if (parse_port(&port, s, len)) {
        snprintf(err, err_size, "is a port alone: write *:%u for every address of this machine, or 127.0.0.1:%u for "
                 "this machine alone", port, port);
    } else if (parse_ip(&where, s, len, 0)) {
        snprintf(err, err_size, "does not end in a port of 0 to 65535; write %.*s:4000", (int)len, s);
    } else if (is_ipv6(s, len)) {
        snprintf(err, err_size, "does not end in a port of 0 to 65535; write [%.*s]:4000", (int)len, s);
    } else {
        snprintf(err, err_size, "does not end in a port of 0 to 65535, as in *:4000 or [::1]:4000");
    }
    return false;
}

bool addr_listen_parse(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size)
{
    const char *colon = memrchr(s, ':', len);
    uint16_t port;

    memset(out, 0, sizeof(*out));
    if (len >= strlen("unix:") && memcmp(s, "unix:", strlen("unix:")) == 0) {
        return parse_unix(out, s, len, err, err_size);
    }
    if (memchr(s, ',', len) != NULL) {
        return fail(err, err_size, "has a mode or a group, which only the file of a unix socket has");
    }
    if (colon == NULL || !parse_port(&port, colon + 1, len - (size_t)(colon + 1 - s))) {
        return fail_port(s, len, err, err_size);
    }
    if (!parse_ip(out, s, (size_t)(colon - s), port)) {
        bool is_whole = is_ipv6(s, len) && !is_ipv6(s, (size_t)(colon - s)); /* "fe80::1" has no port */

        return is_whole ? fail_port(s, len, err, err_size) : fail_host(s, (size_t)(colon - s), port, err, err_size);
    }
    return take_zone(out, err, err_size);
}

bool addr_listen_is_same(const struct addr_listen *a, const struct addr_listen *b)
{
    return a->dual_stack == b->dual_stack && a->len == b->len && memcmp(&a->addr, &b->addr, a->len) == 0 &&
           strcmp(a->zone, b->zone) == 0;
}

static uint16_t port_of(const struct addr_listen *where)
{
    const struct sockaddr *sa = (const struct sockaddr *)&where->addr;

    return sa->sa_family == AF_INET ? ((const struct sockaddr_in *)sa)->sin_port
                                    : ((const struct sockaddr_in6 *)sa)->sin6_port;
}

static bool is_any(const struct addr_listen *where)
{
    const struct sockaddr *sa = (const struct sockaddr *)&where->addr;

    return sa->sa_family == AF_INET ? ((const struct sockaddr_in *)sa)->sin_addr.s_addr == htonl(INADDR_ANY)
                                    : IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)sa)->sin6_addr);
}

bool addr_listen_is_overlapping(const struct addr_listen *a, const struct addr_listen *b)
{
    const char *path = addr_listen_path(a), *other = addr_listen_path(b);

    if (path != NULL || other != NULL) {
        return path != NULL && other != NULL && strcmp(path, other) == 0;
    }
    if (port_of(a) != port_of(b) || port_of(a) == 0) { /* for port 0 the system chooses different ports */
        return false;
    }
    if (addr_listen_family(a) != addr_listen_family(b)) {
        return a->dual_stack || b->dual_stack;
    }
    return is_any(a) || is_any(b) || (memcmp(&a->addr, &b->addr, a->len) == 0 && strcmp(a->zone, b->zone) == 0);
}

bool addr_listen_next(const char **list, const char **part, size_t *len)
{
    return text_next_item(list, part, len);
}

/* "[fe80::1]:4000" -> "[fe80::1%eth0]:4000" */
static void put_zone(char *text, unsigned scope_id)
{
    char *end = strchr(text, ']'), zone[IF_NAMESIZE], rest[16];

    if (if_indextoname(scope_id, zone) == NULL) {
        snprintf(zone, sizeof(zone), "%u", scope_id);
    }
    snprintf(rest, sizeof(rest), "%s", end);
    snprintf(end, ADDR_TEXT_SIZE - (size_t)(end - text), "%%%s%s", zone, rest);
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
    addr_text(&addr, buf);
    if (sa->sa_family == AF_INET6 && ((const struct sockaddr_in6 *)sa)->sin6_scope_id != 0) {
        put_zone(buf, ((const struct sockaddr_in6 *)sa)->sin6_scope_id);
    }
    return buf;
}

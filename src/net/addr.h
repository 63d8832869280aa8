/* net/addr.h: addresses: where a listener listens, and who a peer is.
 *
 * Addresses are numeric: a name would need DNS, which can stall.  Any thread. */
#ifndef CHATD_NET_ADDR_H
#define CHATD_NET_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

enum addr_kind { ADDR_UNIX, ADDR_IPV4, ADDR_IPV6 };

/* A peer's address, small, since every connection has one. */
struct addr {
    uint8_t kind;    /* enum addr_kind */
    uint8_t ip[16];  /* IPv4: the first 4 bytes; unix: zero */
    uint16_t port;   /* host's byte order */
};

/* Where to listen. */
struct addr_listen {
    bool dual_stack; /* "*": IPv6 and IPv4 on one socket */
    bool beside;     /* for bind_listen(): sockets marked by bind_share() may have an address that overlaps */
    uint16_t mode;   /* of a unix socket's file */
    gid_t group;     /* of it; (gid_t)-1: the process's own */
    char zone[16];   /* of a link-local address: an interface that need not be there yet; "": none, or its number is in
                      * addr */
    socklen_t len;
    struct sockaddr_storage addr;
};

enum { ADDR_TEXT_SIZE = 128 }; /* "[ipv6]:port", "unix:" and a path of at most 107 bytes, NUL */

/* Parses one place to listen, the len bytes at s: "*:4000", "127.0.0.1:4000", "[::1]:4000", "[fe80::1%eth0]:4000",
 * "unix:PATH" or "unix:PATH,mode=0660,group=NAME"; port 0 lets the system choose.  Without a mode everyone may connect
 * to a unix socket, as to a port.  A group is asked for, which may wait for the system: not in the loop.  Returns false
 * with a sentence's end in err ("is no address: ..."), before which the caller puts what was given, as far as that has
 * not been told already. */
bool addr_parse_listen(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size);
/* The same for the path of a unix socket alone. */
bool addr_parse_path(struct addr_listen *out, const char *path, size_t len, char *err, size_t err_size);
/* NULL when it is not a unix socket's. */
const char *addr_listen_path(const struct addr_listen *where);
/* AF_INET, ...  Read addr.ss_family through this alone: the address was written as a structure of its own family, and
 * a compiler may take that for another object than a struct sockaddr_storage. */
static inline sa_family_t addr_listen_family(const struct addr_listen *where)
{
    sa_family_t family;

    memcpy(&family, &where->addr.ss_family, sizeof(family));
    return family;
}

/* Whether both ask for the same socket: what its file's mode and group are left aside. */
bool addr_is_same_listen(const struct addr_listen *a, const struct addr_listen *b);
/* Whether the system would refuse to open both. */
bool addr_is_overlapping(const struct addr_listen *a, const struct addr_listen *b);

/* Takes the next part of a comma list, from *list on, without blanks around it; false at the end.
 * Empty parts are skipped. */
bool addr_next_listen(const char **list, const char **part, size_t *len);

/* Addresses of peers: all that agree with addr in the first so many bits, and in the port unless it is 0.  As text:
 * "192.0.2.1", "192.0.2.1:5000", "[2001:db8::1]:5000", "2001:db8::1", "2001:db8::/64". */
struct addr_range {
    struct addr addr;
    uint8_t bits;
};
/* False: it is none of these. */
bool addr_parse_range(struct addr_range *out, const char *text);
bool addr_is_within(const struct addr *addr, const struct addr_range *range);

/* A peer's or a bound address as the system gives it; IPv4 mapped into IPv6 becomes IPv4. */
void addr_from_sockaddr(struct addr *out, const struct sockaddr *sa);
/* "127.0.0.1:5000", "[::1]:5000", "unix"; buf has ADDR_TEXT_SIZE bytes and is returned. */
const char *addr_text(const struct addr *addr, char *buf);
/* The same for a place to listen, with its path if it is a unix socket ("unix:@name": an abstract one); sa is
 * zeroed behind what the system filled in. */
const char *addr_listen_text(const struct sockaddr *sa, char *buf);

#endif

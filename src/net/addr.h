/* net/addr.h: addresses: where a listener listens, and who a peer is.
 *
 * Addresses are numeric: a name would need DNS, which can stall.  Pure functions; any thread. */
#ifndef CHATD_NET_ADDR_H
#define CHATD_NET_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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
    uint16_t mode;   /* of a unix socket's file; 0: what the umask leaves */
    gid_t group;     /* of it, with a mode; (gid_t)-1: the process's own */
    socklen_t len;
    struct sockaddr_storage addr;
};

enum { ADDR_TEXT_SIZE = 128 }; /* "[ipv6]:port", "unix:" and a path of at most 107 bytes, NUL */

/* Parses one place to listen, the len bytes at s: "*:4000", "127.0.0.1:4000", "[::1]:4000" or "unix:PATH";
 * port 0 lets the system choose.  Returns false with a sentence's end in err ("is no address: ..."), before
 * which the caller puts what was given, as far as that has not been told already. */
bool addr_parse_listen(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size);

/* Whether both ask for the same socket: what its file's mode and group are left aside. */
bool addr_is_same_listen(const struct addr_listen *a, const struct addr_listen *b);

/* Takes the next part of a comma list, from *list on, without blanks around it; false at the end.
 * Empty parts are skipped. */
bool addr_next_listen(const char **list, const char **part, size_t *len);

/* A peer's or a bound address as the system gives it; IPv4 mapped into IPv6 becomes IPv4. */
void addr_from_sockaddr(struct addr *out, const struct sockaddr *sa);
/* "127.0.0.1:5000", "[::1]:5000", "unix"; buf has ADDR_TEXT_SIZE bytes and is returned. */
const char *addr_text(const struct addr *addr, char *buf);
/* The same for a place to listen, with its path if it is a unix socket ("unix:@name": an abstract one); sa is
 * zeroed behind what the system filled in. */
const char *addr_listen_text(const struct sockaddr *sa, char *buf);

#endif

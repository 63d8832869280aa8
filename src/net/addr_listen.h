/* net/addr_listen.h: addresses to listen on.
 *
 * They are numeric, as those of peers are (net/addr.h): a name would need DNS, which can stall.  Any thread. */
#ifndef CHATD_NET_ADDR_LISTEN_H
#define CHATD_NET_ADDR_LISTEN_H

#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

/* An address to listen on. */
struct addr_listen {
    bool dual_stack; /* "*": IPv6 and IPv4 on one socket */
    bool beside;     /* for bind_listen(): the address may overlap with that of a socket marked by bind_share() */
    uint16_t mode;   /* of a unix socket's file */
    gid_t group;     /* of that file; (gid_t)-1 stands for the process's own */
    char zone[16];   /* of a link-local address: the name of an interface, which need not exist yet; "" if there is none
                      * or its number is in addr */
    socklen_t len;
    struct sockaddr_storage addr;
};

/* Parses the address in the len bytes at s: "*:4000", "127.0.0.1:4000", "[::1]:4000", "[fe80::1%eth0]:4000",
 * "unix:PATH" or "unix:PATH,mode=0660,group=NAME".  Port 0 lets the system choose a port.  Without a mode, everyone may
 * connect to a unix socket, as to a port.  Looking up a group may wait for the system's databases, so this is not
 * called in the loop.  Returns false and writes the end of a sentence ("is no address: ...") to err if it is not valid;
 * the caller puts the given text before it. */
bool addr_listen_parse(struct addr_listen *out, const char *s, size_t len, char *err, size_t err_size);
/* The same for the path of a unix socket, without "unix:" and settings. */
bool addr_listen_parse_path(struct addr_listen *out, const char *path, size_t len, char *err, size_t err_size);
/* The path of a unix socket; NULL for another address. */
const char *addr_listen_path(const struct addr_listen *where);
/* The address family, AF_INET for example.  Always read addr.ss_family through this function: the address was written
 * as a structure of its own family, and the compiler may treat that as another object than a struct
 * sockaddr_storage. */
static inline sa_family_t addr_listen_family(const struct addr_listen *where)
{
    sa_family_t family;

    memcpy(&family, &where->addr.ss_family, sizeof(family));
    return family;
}

/* Returns true if both are the same socket; the mode and group of its file are not compared. */
bool addr_listen_is_same(const struct addr_listen *a, const struct addr_listen *b);
/* Returns true if the system would refuse to open both. */
bool addr_listen_is_overlapping(const struct addr_listen *a, const struct addr_listen *b);

/* Finds the next item of *list, whose items are separated by commas: *len bytes at *part, without the blanks around it.
 * Moves *list behind it.  Empty items are skipped.  Returns false if there is none left. */
bool addr_listen_next(const char **list, const char **part, size_t *len);

/* The address as text, as addr_text() makes it; a unix socket has its path ("unix:@name" if it is abstract).  The bytes
 * of sa that the system did not fill in are zero. */
const char *addr_listen_text(const struct sockaddr *sa, char *buf);

#endif

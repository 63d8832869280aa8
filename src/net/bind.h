/* net/bind.h: from an address to a socket that listens there, for whoever accepts on it. */
#ifndef CHATD_NET_BIND_H
#define CHATD_NET_BIND_H

#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Opens a socket that listens, non-blocking and close-on-exec, and is the caller's, as is the file of a unix socket;
 * one that a killed process left behind is replaced.  *where becomes what was taken: "*" on a machine without IPv6
 * is an IPv4 address.  Returns -1 with a sentence in err, and why in errno. */
int bind_listen(struct addr_listen *where, char *err, size_t err_size);

/* A TCP socket that listens and is about to be closed may be bound over by one with .beside, whose address overlaps:
 * marks it so, or takes that back, on the one and on the other.  False, with errno set, when it cannot be marked. */
bool bind_share(int fd, bool is_shared);
/* Gives the file of a unix socket another mode and group, if they differ.  False, with a sentence in err, and why in
 * errno, when that is refused. */
bool bind_change_access(const struct addr_listen *was, const struct addr_listen *is, char *err, size_t err_size);

/* The file of a unix socket, to be removed before the socket is closed: until then nothing else can have its number.
 * Zeroed it is none. */
struct bind_file {
    char *path; /* NULL: none */
    dev_t dev;
    ino_t ino;
};

/* What bind_listen() has made at where: none, unless that is the address of a unix socket. */
void bind_file_note(struct bind_file *file, const struct addr_listen *where);
/* Unlinks it and is none; what somebody else has put in its place meanwhile stays. */
void bind_file_remove(struct bind_file *file);

#endif

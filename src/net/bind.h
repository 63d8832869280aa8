/* net/bind.h: opens listening sockets; the callers accept on them. */
#ifndef CHATD_NET_BIND_H
#define CHATD_NET_BIND_H

#include "net/addr_listen.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Opens a listening socket, non-blocking and close-on-exec.  The caller owns the socket and the file of a unix socket;
 * a file that a killed process left behind is replaced.  *where becomes the address that was bound: "*" becomes an
 * IPv4 address on a machine without IPv6.  Returns -1, writes a sentence to err and sets errno if it cannot. */
int bind_listen(struct addr_listen *where, char *err, size_t err_size);

/* Marks a listening TCP socket that is about to be closed, so that bind_listen() can open one with .beside whose
 * address overlaps; or takes the mark back, from either socket.  Returns false and sets errno if it cannot. */
bool bind_share(int fd, bool is_shared);
/* Changes the mode and group of the file of a unix socket, if they differ.  Returns false, writes a sentence to err and
 * sets errno if it cannot. */
bool bind_change_access(const struct addr_listen *was, const struct addr_listen *is, char *err, size_t err_size);

/* The file of a unix socket.  It is removed before the socket is closed: until then no other file can have its inode
 * number.  Zeroed if there is no file. */
struct bind_file {
    char *path; /* NULL if there is no file */
    dev_t dev;
    ino_t ino;
};

/* Remembers the file that bind_listen() has made; there is none unless where is the address of a unix socket. */
void bind_file_note(struct bind_file *file, const struct addr_listen *where);
/* Unlinks the file and zeroes *file.  A file that another process has put in its place stays. */
void bind_file_remove(struct bind_file *file);

#endif

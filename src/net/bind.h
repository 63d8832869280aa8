/* net/bind.h: from an address to a socket that listens there, for whoever accepts on it. */
#ifndef CHATD_NET_BIND_H
#define CHATD_NET_BIND_H

#include "net/addr.h"

#include <stddef.h>

/* Opens a socket that listens, non-blocking and close-on-exec, and is the caller's, as is the file of a unix socket;
 * one that a killed process left behind is replaced.  *where becomes what was taken: "*" on a machine without IPv6
 * is an IPv4 address.  Returns -1 with a sentence in err, and why in errno. */
int bind_listen(struct addr_listen *where, char *err, size_t err_size);

#endif

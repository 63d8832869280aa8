/* net/intake.h: handles the event of a connection: the socket is readable or writable, or its handshake goes on.
 *
 * The counterpart of net/flush.h.  Bytes are read into the loop's one buffer and passed to the connection's input side.
 * Loop thread only. */
#ifndef CHATD_NET_INTAKE_H
#define CHATD_NET_INTAKE_H

#include <event2/util.h>

/* net->ready_cb; arg is the connection. */
void intake_cb(evutil_socket_t fd, short what, void *arg);

#endif

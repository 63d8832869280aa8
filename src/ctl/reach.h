/* ctl/reach.h: a connection to the control socket of a server. */
#ifndef CHATD_CTL_REACH_H
#define CHATD_CTL_REACH_H

#include "base/strbuf.h"

struct reach {
    const char *socket;   /* its path; NULL if it was not given: $CHATD_SOCKET, or the server's usual one */
    const char *instance; /* the server is chatd@INSTANCE; NULL if it was not given */
    long timeout_s;
};

/* Returns a connected, blocking socket on which no call blocks for longer than the timeout; or -1, with a sentence in
 * err. */
int reach_server(const struct reach *how, struct strbuf *err);

#endif

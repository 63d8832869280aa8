/* admin/activation.h: listening sockets that the service manager has opened and passes to chatd:
 * sd_listen_fds(3).
 *
 * Each has the name in FileDescriptorName= of the .socket unit, or the unit's own name.  Three names stand for the
 * control socket, the metrics and people who speak TLS; a socket with any other name is for people.  The part that
 * listens on a socket takes it and owns it from then on.  A build without libsystemd has none.  Loop thread only. */
#ifndef CHATD_ADMIN_ACTIVATION_H
#define CHATD_ADMIN_ACTIVATION_H

#include "base/strbuf.h"

#include <stdbool.h>

#define ACTIVATION_CONTROL "control"
#define ACTIVATION_METRICS "metrics"
#define ACTIVATION_TLS "tls"

struct activation_socket {
    int fd; /* -1 if it was taken */
    char *name;
};

struct activation {
    struct activation_socket *sockets;
    unsigned count;
};

/* Finds the sockets and removes them from the environment.  Called before anything else is opened: a descriptor that
 * the environment names and that is not open could otherwise be the next one that is opened.  The sockets become
 * close-on-exec and non-blocking.  If one is no listening stream socket, closes all, returns false and appends a line
 * to errors. */
bool activation_open(struct activation *activation, struct strbuf *errors);
/* Takes the next socket of that name, which the caller then owns; -1 if there is none. */
int activation_take(struct activation *activation, const char *name);
/* Takes the next socket for people; -1 if there is none.  *name is its name, valid until activation_close(). */
int activation_take_peoples(struct activation *activation, const char **name);
/* Logs a warning for each socket that was not taken.  Called after a start that has succeeded. */
void activation_warn(const struct activation *activation);
/* Sends a line to all newcomers that wait at the sockets that were not taken, and closes their connections: if they
 * went on waiting, the service manager would start the process again at once. */
void activation_turn_away(const struct activation *activation, const char *line);
/* Closes the sockets that were not taken, and frees the list. */
void activation_close(struct activation *activation);

#endif

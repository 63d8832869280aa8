/* admin/activation.h: listening sockets that the service manager has opened and hands over:
 * sd_listen_fds(3).
 *
 * Each has the name that FileDescriptorName= gives it in the .socket unit, or the unit's own name.  Two
 * names are for parts of chatd; a socket of any other name takes people.  Who listens takes what is
 * meant for it and owns it from then on.  Built without libsystemd there never are any.  Loop thread. */
#ifndef CHATD_ADMIN_ACTIVATION_H
#define CHATD_ADMIN_ACTIVATION_H

#include "base/strbuf.h"

#include <stdbool.h>

#define ACTIVATION_CONTROL "control"
#define ACTIVATION_METRICS "metrics"

struct activation_socket {
    int fd; /* -1: taken */
    char *name;
};

struct activation {
    struct activation_socket *sockets;
    unsigned count;
};

/* Finds what was handed over, and takes it out of the environment; before anything else is opened,
 * since a descriptor that is promised and not there would be the next one.  All are then close-on-exec
 * and non-blocking.  Returns false, with a line in errors and nothing left open, when one is not a
 * listening stream socket. */
bool activation_open(struct activation *activation, struct strbuf *errors);
/* The next socket of that name, now the caller's; -1 when there is none. */
int activation_take(struct activation *activation, const char *name);
/* The next one that takes people, of whatever name, which is valid until activation_close(). */
int activation_take_peoples(struct activation *activation, const char **name);
/* Logs what nobody took: of a start that has succeeded, since else the reason of that is all there is to tell. */
void activation_warn(const struct activation *activation);
/* Gives a line to all who wait at the sockets that nobody took, and closes their connections: those who waited on would
 * have the service manager start the process again at once. */
void activation_turn_away(const struct activation *activation, const char *line);
/* Closes what nobody took. */
void activation_close(struct activation *activation);

#endif

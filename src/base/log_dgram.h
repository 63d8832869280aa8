/* base/log_dgram.h: datagrams to a log daemon's unix socket, for log_journal.c and log_syslog.c.
 *
 * Such a socket takes few datagrams before its daemon has to read, on many systems ten, and a turn of the loop may
 * log thousands: what is not taken now waits in memory, LOG_DGRAM_BYTES at most, and is sent later in its order.
 * Each is sent to the path anew, so a daemon that is started again is found.  Embedded; loop thread only. */
#ifndef CHATD_BASE_LOG_DGRAM_H
#define CHATD_BASE_LOG_DGRAM_H

#include "base/log_record.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

enum { LOG_DGRAM_BYTES = 4 << 20 };

struct log_dgram {
    int fd;
    struct sockaddr_un to;
    struct strbuf waiting; /* datagrams, each behind its length in 4 bytes */
    size_t first;          /* where in waiting the first one begins */
    size_t count;          /* of them */
};

/* The number that a level has in syslog.h. */
int log_dgram_severity(enum log_level level);
/* False, with "PATH: why" in err, when nobody takes datagrams there. */
bool log_dgram_open(struct log_dgram *d, const char *path, char *err, size_t err_size);
void log_dgram_close(struct log_dgram *d);
/* Sends it or has it wait; false when there is no place for it. */
bool log_dgram_send(struct log_dgram *d, const char *data, size_t len);
/* Sends of those that wait what is taken now; how many still wait. */
size_t log_dgram_retry(struct log_dgram *d);

#endif

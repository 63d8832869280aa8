/* base/log_dgram.h: sends datagrams to a log daemon's unix socket, for log_journal.c and log_syslog.c.
 *
 * Such a socket holds few datagrams that its daemon has not read (ten on many systems), and one turn of the loop may
 * log thousands.  Datagrams that the socket does not take wait in memory, up to LOG_DGRAM_BYTES, and are sent later in
 * the same order.  Each datagram is addressed to the path, so a daemon that was restarted gets it.  Embedded by its
 * owner; loop thread only. */
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
    struct strbuf waiting; /* datagrams, each preceded by its length in 4 bytes */
    size_t first;          /* the offset in waiting of the first one that was not sent */
    size_t count;          /* of datagrams that wait */
};

/* The number of a level in syslog.h. */
int log_dgram_severity(enum log_level level);
/* Returns false and writes "PATH: why" to err if no daemon receives datagrams at path. */
bool log_dgram_open(struct log_dgram *d, const char *path, char *err, size_t err_size);
void log_dgram_close(struct log_dgram *d);
/* Sends a datagram or queues it.  Returns false if the queue is full: the datagram is then lost. */
bool log_dgram_send(struct log_dgram *d, const char *data, size_t len);
/* Sends as many of the waiting datagrams as the socket takes; returns the number that still wait. */
size_t log_dgram_retry(struct log_dgram *d);

#endif

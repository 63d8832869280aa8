/* base/log_dgram.h: datagrams to a log daemon's unix socket, for log_journal.c and log_syslog.c.
 *
 * Each is sent to the path anew, so a daemon that is started again is found without anybody noticing that it was
 * gone; what is sent meanwhile is refused.  Embedded; loop thread only. */
#ifndef CHATD_BASE_LOG_DGRAM_H
#define CHATD_BASE_LOG_DGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

struct log_dgram {
    int fd;
    struct sockaddr_un to;
};

/* False, with "PATH: why" in err, when nobody takes datagrams there. */
bool log_dgram_open(struct log_dgram *d, const char *path, char *err, size_t err_size);
void log_dgram_close(struct log_dgram *d);
/* Never waits; false when it was not taken. */
bool log_dgram_send(const struct log_dgram *d, const void *data, size_t len);

#endif

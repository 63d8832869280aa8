/* base/log_syslog.h: a log sink that writes the system's log, in the form of RFC 3164:
 *
 *   <30>Nov 21 12:00:00 chatd[12]: client closed client=12 reason=quit
 *
 * The time is in the time zone of the machine, as in the lines of other programs. */
#ifndef CHATD_BASE_LOG_SYSLOG_H
#define CHATD_BASE_LOG_SYSLOG_H

#include "base/log_sink.h"

#define LOG_SYSLOG_SOCKET "/dev/log"

enum log_facility {
    LOG_FACILITY_DAEMON,
    LOG_FACILITY_USER,
    LOG_FACILITY_LOCAL0,
    LOG_FACILITY_LOCAL7 = LOG_FACILITY_LOCAL0 + 7,
};

/* path is syslogd's socket.  Returns NULL and writes "PATH: why" to err if no daemon receives datagrams there. */
struct log_sink *log_syslog_open(const char *path, enum log_facility facility, char *err, size_t err_size);

#endif

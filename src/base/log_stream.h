/* base/log_stream.h: a log sink that writes standard error or another descriptor, one line for each event.
 *
 * No write waits, not even on a pipe, a socket or a terminal whose reader is slow.  The open file description of
 * standard error is shared with other programs and is not changed. */
#ifndef CHATD_BASE_LOG_STREAM_H
#define CHATD_BASE_LOG_STREAM_H

#include "base/log_sink.h"

/* fd stays the caller's, who keeps it open as long as the sink. */
struct log_sink *log_stream_open(int fd);

#endif

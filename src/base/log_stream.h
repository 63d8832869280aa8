/* base/log_stream.h: the log on standard error, or on any other descriptor: a line an event.
 *
 * On a pipe, a socket or a terminal whose reader is behind, no write waits.  Standard error's own open file
 * description, which other programs share, is left as it is. */
#ifndef CHATD_BASE_LOG_STREAM_H
#define CHATD_BASE_LOG_STREAM_H

#include "base/log_sink.h"

/* fd stays the caller's, and open as long as the sink. */
struct log_sink *log_stream_open(int fd);

#endif

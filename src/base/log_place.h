/* base/log_place.h: the destinations of the log, as settings name them. */
#ifndef CHATD_BASE_LOG_PLACE_H
#define CHATD_BASE_LOG_PLACE_H

#include "base/log_sink.h"
#include "base/log_syslog.h"

#include <stddef.h>

enum log_target {
    LOG_TARGET_AUTO, /* the journal if standard error is connected to it and it can be reached, else standard error */
    LOG_TARGET_JOURNAL,
    LOG_TARGET_SYSLOG,
    LOG_TARGET_STDERR,
    LOG_TARGET_FILE,
};

struct log_place {
    enum log_target target;
    const char *file; /* the path, for LOG_TARGET_FILE */
    enum log_facility facility; /* for LOG_TARGET_SYSLOG */
};

/* Opens a sink for the place; the log in use does not change.  The caller passes the sink to log_use() or log_drop().
 * Returns NULL if the place cannot be opened: writes "PATH: why" to err and, for a file, sets errno.  Any thread. */
struct log_sink *log_place_open(const struct log_place *place, char *err, size_t err_size);

#endif

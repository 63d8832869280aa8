/* base/log_place.h: the places that the log can go to, as settings name them. */
#ifndef CHATD_BASE_LOG_PLACE_H
#define CHATD_BASE_LOG_PLACE_H

#include "base/log_sink.h"
#include "base/log_syslog.h"

#include <stddef.h>

enum log_target {
    LOG_TARGET_AUTO, /* the journal, when standard error leads there and it can be reached; else standard error */
    LOG_TARGET_JOURNAL,
    LOG_TARGET_SYSLOG,
    LOG_TARGET_STDERR,
    LOG_TARGET_FILE,
};

struct log_place {
    enum log_target target;
    const char *file; /* its path, for LOG_TARGET_FILE */
    enum log_facility facility; /* for LOG_TARGET_SYSLOG */
};

/* Opens a place, and leaves the log where it is.  NULL, with a sentence that names the place in err, and for a file
 * with why in errno, when it cannot be opened.  The sink is for log_use() or log_drop().  Any thread. */
struct log_sink *log_place_open(const struct log_place *place, char *err, size_t err_size);

#endif

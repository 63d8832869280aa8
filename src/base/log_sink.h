/* base/log_sink.h: a place that the log can go to: what each one has to offer.
 *
 * One file, one table of functions: log_stream.c, log_journal.c, log_syslog.c, log_file.c.  A sink belongs to who
 * opened it, until log_use() takes it over.  Loop thread only, but for the opening, which is for any. */
#ifndef CHATD_BASE_LOG_SINK_H
#define CHATD_BASE_LOG_SINK_H

#include "base/log_record.h"

#include <stdbool.h>
#include <stddef.h>

struct log_sink {
    const struct log_sink_ops *ops;
};

struct log_sink_ops {
    /* Never waits.  False: the record was not taken, and nothing of it will be seen. */
    bool (*put)(struct log_sink *sink, const struct log_record *record);
    /* Tries again to send on what was taken and waits; how many records still do.  NULL: none ever does. */
    size_t (*retry)(struct log_sink *sink);
    /* NULL: there is nothing to open anew. */
    void (*reopen)(struct log_sink *sink);
    /* Does not wait either; frees.  What still waits is lost. */
    void (*close)(struct log_sink *sink);
};

#endif

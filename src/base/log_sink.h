/* base/log_sink.h: the interface of a destination of the log.
 *
 * Each of log_stream.c, log_journal.c, log_syslog.c and log_file.c implements it with one table of functions.  A sink
 * belongs to the code that opened it, until log_use() takes it over.  A sink may be opened in any thread; its
 * operations are for the loop's thread. */
#ifndef CHATD_BASE_LOG_SINK_H
#define CHATD_BASE_LOG_SINK_H

#include "base/log_record.h"

#include <stdbool.h>
#include <stddef.h>

struct log_sink {
    const struct log_sink_ops *ops;
};

struct log_sink_ops {
    /* Writes or queues the record; never waits.  Returns false if nothing of the record was taken. */
    bool (*put)(struct log_sink *sink, const struct log_record *record);
    /* Tries to send the queued records; never waits.  Returns the number that are still queued.  NULL if the sink
     * queues none. */
    size_t (*retry)(struct log_sink *sink);
    /* Opens the file anew.  NULL if the sink is no file. */
    void (*reopen)(struct log_sink *sink);
    /* Frees the sink; never waits.  Records that are still queued are lost. */
    void (*close)(struct log_sink *sink);
};

#endif

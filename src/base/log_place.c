/* base/log_place.c: opens the sink of a place. */
#include "config.h"

#include "base/log_place.h"

#include "base/log_file.h"
#include "base/log_journal.h"
#include "base/log_stream.h"

#include <unistd.h>

/* Never fails: the settings name no place, so any that works will do. */
static struct log_sink *open_auto(void)
{
    struct log_sink *journal = NULL;
    char err[256];

    if (log_journal_is_behind(STDERR_FILENO)) {
        journal = log_journal_open(LOG_JOURNAL_SOCKET, err, sizeof(err));
    }
    return journal != NULL ? journal : log_stream_open(STDERR_FILENO);
}

struct log_sink *log_place_open(const struct log_place *place, char *err, size_t err_size)
{
    switch (place->target) {
    case LOG_TARGET_JOURNAL:
        return log_journal_open(LOG_JOURNAL_SOCKET, err, err_size);
    case LOG_TARGET_SYSLOG:
        return log_syslog_open(LOG_SYSLOG_SOCKET, place->facility, err, err_size);
    case LOG_TARGET_STDERR:
        return log_stream_open(STDERR_FILENO);
    case LOG_TARGET_FILE:
        return log_file_open(place->file, err, err_size);
    case LOG_TARGET_AUTO:
        break;
    }
    return open_auto();
}

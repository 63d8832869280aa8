/* base/log_journal.h: the log in systemd's journal, with fields.
 *
 * MESSAGE is the phrase and the pairs as on a line, PRIORITY syslog's number of the level, SYSLOG_IDENTIFIER chatd;
 * and each pair is a field of its own, its key in capitals behind CHATD_, its value as it came, not escaped and not
 * cut.  The rule takes the place of a list of keys, so that no line's field can be forgotten. */
#ifndef CHATD_BASE_LOG_JOURNAL_H
#define CHATD_BASE_LOG_JOURNAL_H

#include "base/log_sink.h"

#define LOG_JOURNAL_SOCKET "/run/systemd/journal/socket"

/* Whether fd, standard error of a service, leads to the journal: JOURNAL_STREAM names it then (systemd.exec(5)). */
bool log_journal_is_behind(int fd);

/* path is the journal's socket.  NULL, with a sentence in err, when nobody listens there. */
struct log_sink *log_journal_open(const char *path, char *err, size_t err_size);

#endif

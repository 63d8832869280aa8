/* base/log_journal.h: a log sink that writes systemd's journal, with fields.
 *
 * MESSAGE is the phrase with the pairs, as on a line; PRIORITY is syslog's number of the level; SYSLOG_IDENTIFIER is
 * chatd.  Each pair is also a field: its name is CHATD_ and the key in capitals, its value is neither escaped nor
 * cut.  This rule replaces a list of keys, so no field can be forgotten. */
#ifndef CHATD_BASE_LOG_JOURNAL_H
#define CHATD_BASE_LOG_JOURNAL_H

#include "base/log_sink.h"

#define LOG_JOURNAL_SOCKET "/run/systemd/journal/socket"

/* Returns true if fd, the standard error of a service, is connected to the journal: JOURNAL_STREAM names it then
 * (systemd.exec(5)). */
bool log_journal_is_behind(int fd);

/* path is the journal's socket.  Returns NULL and writes "PATH: why" to err if no daemon receives datagrams there. */
struct log_sink *log_journal_open(const char *path, char *err, size_t err_size);

#endif

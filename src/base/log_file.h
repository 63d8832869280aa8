/* base/log_file.h: a log sink that writes a file, one line for each event.
 *
 * A disk may stall, so a thread writes the file: the loop writes whole lines into a pipe and goes on.  While the pipe
 * is full, because the disk stalls, lines are lost as with any other sink.  The thread counts lines that a full or
 * failing disk does not take, and reports them in the file, with the error, when it takes lines again. */
#ifndef CHATD_BASE_LOG_FILE_H
#define CHATD_BASE_LOG_FILE_H

#include "base/log_sink.h"

#include <stddef.h>
#include <stdint.h>

/* Opens the file for appending and creates it if necessary (mode 0640).  Returns NULL and sets err to "PATH: why" and
 * errno if it cannot.  This call may wait for the disk; the sink's operations do not.  After the sink is closed, the
 * thread writes what is in the pipe and ends by itself. */
struct log_sink *log_file_open(const char *path, char *err, size_t err_size);

/* Waits up to wait_ms until all threads have written what is in their pipes and have ended. */
void log_file_finish(unsigned wait_ms);

/* The number of lines that files did not take since the start of the process.  Any thread. */
uint64_t log_file_lost(void);

#endif

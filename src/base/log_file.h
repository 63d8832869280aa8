/* base/log_file.h: the log in a file, a line an event.
 *
 * A disk may stall, so a thread writes: the loop puts whole lines into a pipe and goes on.  A pipe that is full, while
 * the disk stalls, loses lines like any other sink.  What a full disk or a failing one does not take is counted by
 * the thread and told in the file, with the error, once it takes lines again. */
#ifndef CHATD_BASE_LOG_FILE_H
#define CHATD_BASE_LOG_FILE_H

#include "base/log_sink.h"

#include <stddef.h>
#include <stdint.h>

/* Opens the file to append to it, and makes it if need be (mode 0640).  NULL, with "PATH: why" in err, when that
 * cannot be.  The opening and only that waits for the disk.  Closing the sink leaves the thread to write what is in
 * the pipe and to end by itself. */
struct log_sink *log_file_open(const char *path, char *err, size_t err_size);

/* Waits until all threads have ended, so that nothing is left in a pipe; no longer than wait_ms. */
void log_file_finish(unsigned wait_ms);

/* Lines that files did not take since the start of the process.  Any thread. */
uint64_t log_file_lost(void);

#endif

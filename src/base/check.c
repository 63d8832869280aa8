/* base/check.c: the last words of a process that cannot go on. */
#include "config.h"

#include "base/check.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1024 }; /* a pipe that is ready to be written takes so many at once */

void check_abort(const char *fmt, ...)
{
    struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
    char line[LINE_BYTES] = "chatd: ";
    size_t len = strlen(line);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line + len, sizeof(line) - len - 1, fmt, ap); /* a byte is kept for the line's end */
    va_end(ap);
    len = strlen(line);
    line[len++] = '\n';
    /* A full pipe whose reader hangs must not keep a dead server from being started again. */
    if (poll(&p, 1, 0) == 1) {
        (void)!write(STDERR_FILENO, line, len);
    }
    abort();
}

void check_failed(const char *cond, const char *file, int line)
{
    check_abort("bug: %s at %s:%d", cond, file, line);
}

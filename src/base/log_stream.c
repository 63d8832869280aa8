/* base/log_stream.c: writes lines at once or not at all.
 *
 * A line is written in one call.  A pipe takes all of it or nothing (POSIX, write()).  If a terminal or a TCP socket
 * takes a part of a line, the rest is kept and is written before the next line.
 *
 * A write that never waits needs O_NONBLOCK.  That flag belongs to the open file description, which standard error
 * shares with the shell and every other program that the shell started.  So a pipe or a terminal is opened anew through
 * /proc, which makes a description of chatd's own. */
#include "config.h"

#include "base/log_stream.h"

#include "base/container.h"
#include "base/log_line.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a write is kept from waiting. */
enum manner {
    MANNER_PLAIN, /* write() does not wait: a regular file, or a description of chatd's own with O_NONBLOCK */
    MANNER_SEND,  /* a socket: send() with MSG_DONTWAIT */
    MANNER_POLL,  /* a pipe or terminal that could not be opened anew: poll() before write() */
};

struct stream {
    struct log_sink sink;
    int fd;
    bool owned; /* fd was opened here and is closed here */
    enum manner manner;
    size_t rest_len;
    char rest[LOG_LINE_BYTES]; /* the rest of a line that was written in part: written before all others */
};

/* Tries once and never waits.  Returns -1 if nothing was taken. */
static ssize_t put(const struct stream *s, const char *data, size_t len)
{
    struct pollfd p = {.fd = s->fd, .events = POLLOUT};
    ssize_t n;

    if (s->manner == MANNER_SEND) {
        do {
            n = send(s->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
        } while (n < 0 && errno == EINTR);
        return n;
    }
    /* A pipe with POLLOUT has space for PIPE_BUF bytes.  A write to a terminal may still wait if its user has stopped
     * the output; this is accepted.  POLLERR means that the reader is gone. */
    if (s->manner == MANNER_POLL && (poll(&p, 1, 0) != 1 || p.revents != POLLOUT)) {
        return -1;
    }
    do {
        n = write(s->fd, data, len);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* Returns false if a rest of an earlier line is still left. */
static bool put_rest(struct stream *s)
{
    if (s->rest_len > 0) {
        ssize_t n = put(s, s->rest, s->rest_len);

        if (n > 0) {
            s->rest_len -= (size_t)n;
            memmove(s->rest, s->rest + n, s->rest_len);
        }
    }
    return s->rest_len == 0;
}

static bool stream_put(struct log_sink *sink, const struct log_record *record)
{
    struct stream *s = CONTAINER_OF(sink, struct stream, sink);
    struct log_line line;
    ssize_t n;

    if (!put_rest(s)) {
        return false;
    }
    log_line_make(&line, record);
    n = put(s, line.data, line.len);
    if (n <= 0) {
        return false;
    }
    s->rest_len = line.len - (size_t)n;
    memcpy(s->rest, line.data + n, s->rest_len);
    return true;
}

static void stream_close(struct log_sink *sink)
{
    struct stream *s = CONTAINER_OF(sink, struct stream, sink);

    put_rest(s);
    if (s->owned) {
        close(s->fd);
    }
    free(s);
}

static const struct log_sink_ops stream_ops = {.put = stream_put, .close = stream_close};

struct log_sink *log_stream_open(int fd)
{
    struct stream *s = mem_zalloc(sizeof(*s));
    char path[32];
    struct stat st;
    int own;

    s->sink.ops = &stream_ops;
    s->fd = fd;
    s->manner = MANNER_PLAIN;
    if (fstat(fd, &st) != 0) {
        return &s->sink;
    }
    if (S_ISSOCK(st.st_mode)) {
        s->manner = MANNER_SEND;
    } else if (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (own >= 0) {
            s->fd = own;
            s->owned = true;
        } else { /* there is no /proc, or the file belongs to another user, as after su */
            s->manner = MANNER_POLL;
        }
    }
    return &s->sink;
}

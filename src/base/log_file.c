/* base/log_file.c: a pipe, and a thread that writes the lines from the pipe to the file.
 *
 *   log_write() --> pipe --> run(): buf --> file
 *                   bell --> the file is opened anew, before the lines that were logged after the bell
 *
 * The thread owns its struct writer; it frees the writer and ends when the pipe's other end is closed.  The thread is
 * not joined, because a reload that moves the log elsewhere must not wait for the disk.  At the end of the process
 * log_file_finish() waits for it.
 *
 * Lines are written whole: if the disk took a part of a line, the rest is kept and is written first when the disk takes
 * more. */
#include "config.h"

#include "base/log_file.h"

#include "base/container.h"
#include "base/log_line.h"
#include "base/mem.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    PIPE_BYTES = 1 << 20,     /* if the system allows it: lines logged while the disk stalls */
    BUF_BYTES = 64 * 1024,    /* of one write */
    RETRY_MS = 1000,          /* before a disk that was full is tried again */
};

/* The thread's side; used by the thread alone. */
struct writer {
    int in;   /* the read end of the pipe */
    int bell; /* an eventfd: asks to open the file anew */
    int fd;   /* of the file */
    char *path;
    int error;     /* of the last write that failed */
    uint64_t lost; /* lines lost and not reported yet */
    size_t rest_len;
    char rest[LOG_LINE_BYTES]; /* the rest of a line that was written in part */
    size_t len;
    char buf[BUF_BYTES]; /* read from the pipe; the last line may be incomplete */
};

/* The loop's side. */
struct file {
    struct log_sink sink;
    int pipe; /* the write end */
    int bell; /* the same eventfd, by a descriptor of its own */
};

static struct {
    pthread_once_t once;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    unsigned running;
} threads = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static atomic_uint_fast64_t lost_in_all;

/* ---- the thread ----------------------------------------------------------------------------------- */

static size_t count_lines(const char *data, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += data[i] == '\n';
    }
    return n;
}

static void lose(struct writer *w, size_t lines)
{
    w->lost += lines;
    atomic_fetch_add(&lost_in_all, lines);
}

/* Writes as many of the len bytes as the file takes; returns how many. */
static size_t put(struct writer *w, const char *data, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = write(w->fd, data + done, len - done);

        if (n > 0) {
            done += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            w->error = n == 0 ? ENOSPC : errno;
            break;
        }
    }
    return done;
}

static void keep_rest(struct writer *w, const char *data, size_t len)
{
    memmove(w->rest, data, len);
    w->rest_len = len;
}

/* Writes what comes before any new line: the rest of a line, and the report of lost lines.  Returns false if some of it
 * was not written. */
static bool put_owed(struct writer *w)
{
    struct log_line line;
    size_t done;

    if (w->rest_len > 0) {
        done = put(w, w->rest, w->rest_len);
        keep_rest(w, w->rest + done, w->rest_len - done);
    }
    if (w->rest_len == 0 && w->lost > 0) {
        log_line_make(&line, &(struct log_record){LOG_LEVEL_WARN, "log lines lost",
                                                  LOG_FIELDS(LOG_NUM("count", w->lost),
                                                             LOG_STR("error", strerror(w->error)))});
        done = put(w, line.data, line.len);
        if (done > 0) {
            w->lost = 0;
            keep_rest(w, line.data + done, line.len - done);
        }
    }
    return w->rest_len == 0 && w->lost == 0;
}

/* data is whole lines. */
static void put_lines(struct writer *w, const char *data, size_t len)
{
    size_t done = put_owed(w) ? put(w, data, len) : 0;

    if (done > 0 && done < len && data[done - 1] != '\n') {
        const char *end = memchr(data + done, '\n', len - done);
        size_t rest = (size_t)(end - (data + done)) + 1;

        keep_rest(w, data + done, rest);
        done += rest;
    }
    lose(w, count_lines(data + done, len - done));
}

static int open_file(const char *path)
{
    /* O_NONBLOCK: opening a FIFO without a reader does not wait. */
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0640);
    struct stat st;

    if (fd >= 0 && fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
        close(fd);
        errno = EINVAL; /* a pipe or the like */
        return -1;
    }
    return fd;
}

static void open_anew(struct writer *w)
{
    int fd = open_file(w->path);

    if (fd < 0) { /* goes on with the old file, wherever it is now */
        struct log_line line;

        log_line_make(&line, &(struct log_record){LOG_LEVEL_ERROR, "log file not opened anew",
                                                  LOG_FIELDS(LOG_STR("path", w->path),
                                                             LOG_STR("error", strerror(errno)))});
        put_lines(w, line.data, line.len);
        return;
    }
    put_owed(w);
    lose(w, w->rest_len > 0); /* a line stays incomplete in the old file */
    w->rest_len = 0;
    close(w->fd);
    w->fd = fd;
}

static void writer_free(struct writer *w)
{
    close(w->in);
    close(w->bell);
    close(w->fd);
    free(w->path);
    free(w);
}

/* Waits for lines and reads them.  Returns false when no more will come. */
static bool take(struct writer *w)
{
    struct pollfd p[] = {{.fd = w->in, .events = POLLIN}, {.fd = w->bell, .events = POLLIN}};
    bool owes = w->rest_len > 0 || w->lost > 0;
    uint64_t rings;
    ssize_t n = 0;

    if (poll(p, 2, owes ? RETRY_MS : -1) < 0) {
        return true; /* a signal */
    }
    if (p[0].revents != 0) {
        n = read(w->in, w->buf + w->len, sizeof(w->buf) - w->len);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return false;
        }
        w->len += n > 0 ? (size_t)n : 0;
    }
    /* Read after the pipe: so the bell is seen before any line is written that was logged after it. */
    if (read(w->bell, &rings, sizeof(rings)) > 0) {
        open_anew(w);
    }
    return true;
}

static void *run(void *arg)
{
    struct writer *w = arg;

    thread_set_name("log");
    while (take(w)) {
        const char *end = memrchr(w->buf, '\n', w->len);
        size_t whole = end != NULL ? (size_t)(end - w->buf) + 1 : 0;

        if (whole > 0) {
            put_lines(w, w->buf, whole);
            memmove(w->buf, w->buf + whole, w->len - whole);
            w->len -= whole;
        } else {
            put_owed(w);
        }
    }
    put_owed(w);
    writer_free(w);
    pthread_mutex_lock(&threads.lock);
    threads.running--;
    pthread_cond_broadcast(&threads.ended);
    pthread_mutex_unlock(&threads.lock);
    return NULL;
}

/* ---- the loop's side ------------------------------------------------------------------------------ */

static bool file_put(struct log_sink *sink, const struct log_record *record)
{
    const struct file *f = CONTAINER_OF(sink, struct file, sink);
    struct log_line line;
    ssize_t n;

    log_line_make(&line, record);
    do {
        n = write(f->pipe, line.data, line.len); /* all or nothing, since a line has at most PIPE_BUF bytes */
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

static void file_reopen(struct log_sink *sink)
{
    const struct file *f = CONTAINER_OF(sink, struct file, sink);
    uint64_t one = 1;

    (void)!write(f->bell, &one, sizeof(one));
}

static void file_close(struct log_sink *sink)
{
    struct file *f = CONTAINER_OF(sink, struct file, sink);

    close(f->pipe);
    close(f->bell);
    free(f);
}

static const struct log_sink_ops file_ops = {.put = file_put, .reopen = file_reopen, .close = file_close};

static void init_threads(void)
{
    thread_cond_init(&threads.ended);
}

static int start_thread(struct writer *w)
{
    pthread_t thread;
    int error;

    pthread_once(&threads.once, init_threads);
    pthread_mutex_lock(&threads.lock);
    error = thread_begin(&thread, run, w);
    if (error == 0) {
        pthread_detach(thread);
        threads.running++;
    }
    pthread_mutex_unlock(&threads.lock);
    return error;
}

/* Opens the file, makes what both sides share, and starts the thread, which owns w from then on.  Returns false and
 * sets errno if one of these fails. */
static bool set_up(struct writer *w, struct file *f)
{
    int ends[2];

    w->fd = open_file(w->path);
    if (w->fd < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    w->in = ends[0];
    f->pipe = ends[1];
    fcntl(f->pipe, F_SETFL, O_NONBLOCK);
    fcntl(f->pipe, F_SETPIPE_SZ, PIPE_BYTES);
    f->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    w->bell = f->bell >= 0 ? fcntl(f->bell, F_DUPFD_CLOEXEC, 0) : -1;
    if (w->bell < 0) {
        return false;
    }
    errno = start_thread(w);
    return errno == 0;
}

struct log_sink *log_file_open(const char *path, char *err, size_t err_size)
{
    struct writer *w = mem_zalloc(sizeof(*w));
    struct file *f = mem_zalloc(sizeof(*f));

    w->in = w->bell = f->pipe = f->bell = -1;
    w->path = mem_strdup(path);
    if (!set_up(w, f)) {
        int error = errno;
        bool is_other = error == EINVAL || error == ENXIO;

        snprintf(err, err_size, "%s: %s", path, is_other ? "is no file" : strerror(error));
        file_close(&f->sink);
        writer_free(w);
        errno = error;
        return NULL;
    }
    f->sink.ops = &file_ops;
    return &f->sink;
}

void log_file_finish(unsigned wait_ms)
{
    struct timespec until = thread_deadline(wait_ms);
    int error = 0;

    pthread_mutex_lock(&threads.lock);
    while (threads.running > 0 && error == 0) {
        error = pthread_cond_timedwait(&threads.ended, &threads.lock, &until);
    }
    pthread_mutex_unlock(&threads.lock);
}

uint64_t log_file_lost(void)
{
    return atomic_load(&lost_in_all);
}
